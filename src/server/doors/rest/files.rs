//! `POST /v1/files`: uploads a picture for later requests.

use axum::{
    Extension, Json,
    extract::{Request, State},
};

use crate::server::{
    client_address::ClientAddress,
    clock::now_ms,
    doors::{
        api_error::ApiError,
        body::Incoming,
        pictures::Taking,
        schemas::{Failure, KeptFile, NewFile},
        who::{self, Holder},
    },
    state::AppState,
};

/// Keep a picture here, so that generations can be given its id as an input.
#[utoipa::path(
    post, path = "/v1/files", operation_id = "uploadFile", tag = "files",
    request_body(content = NewFile, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It is kept", body = KeptFile),
        (status = "4XX", description = "It is not a picture, or too large", body = Failure),
        (status = "5XX", description = "It may be sent again", body = Failure),
    )
)]
pub async fn upload(
    State(state): State<AppState>,
    Extension(caller): Holder,
    address: ClientAddress,
    request: Request,
) -> Result<Json<KeptFile>, ApiError> {
    who::may_start(&state, &caller).await?;
    let mut read = Incoming { state: &state, address }.read(request).await?;
    let file = std::mem::take(&mut read.files).into_iter().find(|(name, _)| name == "file");
    let (_, bytes) = file.ok_or_else(|| {
        let error = ApiError::invalid("missing_required_parameter", "Send the picture as file.");
        error.about("file")
    })?;
    let length = bytes.len() as u64;
    let taking = Taking { state: &state, caller: &caller, address };
    let id = taking.keep("file", bytes).await?;
    Ok(Json(KeptFile {
        filename: id.clone(),
        id,
        object: "file",
        bytes: length,
        created_at: now_ms() / 1000,
        purpose: "vision",
    }))
}
