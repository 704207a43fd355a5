//! `POST /v1/images/generations` and `/v1/images/edits`.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};

use super::images;
use crate::server::{
    client_address::ClientAddress,
    doors::{
        api_error::ApiError,
        asking::Asking,
        body::Incoming,
        pictures::Taking,
        schemas::{Failure, Images, NewEdit, NewImages},
        source::Source,
        who::{self, Holder},
        work::Door,
    },
    state::AppState,
};

/// Make pictures from a prompt and wait for them, as OpenAI's API does.
#[utoipa::path(
    post, path = "/v1/images/generations", operation_id = "createImages", tag = "images",
    request_body = NewImages,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again means the same request"),
    ),
    responses(
        (status = 200, description = "The pictures, or a stream of events", body = Images),
        (status = "4XX", description = "It was refused, or has failed; do not repeat it", body = Failure),
        (status = "5XX", description = "Nothing ran; the request may be repeated", body = Failure),
    )
)]
pub async fn generations(
    State(state): State<AppState>,
    holder: Holder,
    address: ClientAddress,
    request: Request,
) -> Response {
    answer(state, holder, address, request, Door::Generations).await
}

/// Change pictures by a prompt and wait for the results, as OpenAI's API does.
#[utoipa::path(
    post, path = "/v1/images/edits", operation_id = "editImages", tag = "images",
    request_body = NewEdit,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again means the same request"),
    ),
    responses(
        (status = 200, description = "The pictures, or a stream of events", body = Images),
        (status = "4XX", description = "It was refused, or has failed; do not repeat it", body = Failure),
        (status = "5XX", description = "Nothing ran; the request may be repeated", body = Failure),
    )
)]
pub async fn edits(
    State(state): State<AppState>,
    holder: Holder,
    address: ClientAddress,
    request: Request,
) -> Response {
    answer(state, holder, address, request, Door::Edits).await
}

async fn answer(
    state: AppState,
    axum::Extension(caller): Holder,
    address: ClientAddress,
    request: Request,
    door: Door,
) -> Response {
    let answered = async {
        let told = who::may_start(&state, &caller).await?;
        let headers = request.headers().clone();
        let incoming = Incoming { state: &state, address };
        let mut read = match door {
            Door::Edits => incoming.read(request).await?,
            _ => incoming.json(request).await?,
        };
        let taking = Taking { state: &state, caller: &caller, address };
        let mut given = taking.take_from(&mut read.fields).await?;
        for (name, bytes) in std::mem::take(&mut read.files) {
            match name.as_str() {
                "mask" => taking.set_mask(&mut given, Source::Bytes(bytes)).await?,
                name => taking.add(&mut given, name, Source::Bytes(bytes)).await?,
            }
        }
        if door == Door::Edits && given.pictures.is_empty() {
            let message = "Send the picture to edit as image.";
            let error = ApiError::invalid("missing_required_parameter", message);
            return Err(error.about("image"));
        }
        let fields = std::mem::take(&mut read.fields);
        // The uploaded pictures are stored by now.
        drop(read);
        let asking = Asking { state: state.clone(), caller, address, door, fields, given, headers };
        let mut response = images::respond(asking).await?;
        response.headers_mut().extend(told);
        Ok::<_, ApiError>(response)
    };
    answered.await.unwrap_or_else(IntoResponse::into_response)
}
