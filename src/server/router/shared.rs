//! The pages behind a share link, for anyone, without a session.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use super::{
    downloads::image_at,
    handing::{FileHeaders, FileRequest, NEVER, Source, tag_of},
    message::POLICY,
    series,
};
use crate::{
    app::{
        self,
        shared::{GonePage, SharedPage},
    },
    server::{
        state::AppState,
        store::{CleanCopy, SharedSeries, StoreError},
    },
};

/// `GET /s/{token}`: the picture on a page of its own.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, StoreError> {
    let style_sheet = state.assets.style_sheet();
    let found = state.gallery.shared(&token).await?;
    if found.is_none()
        && let Some(shared) = state.series.shared(&token).await?
    {
        return series::shared(&state, shared, token).await;
    }
    let origin = state.config.public_url.as_ref().map(|url| url.origin().ascii_serialization());
    let (status, html) = match found {
        Some(shared) => {
            (StatusCode::OK, app::html(|| view! { <SharedPage shared token style_sheet origin/> }))
        }
        None => (StatusCode::NOT_FOUND, app::html(|| view! { <GonePage style_sheet/> })),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // A link can be revoked, so no cache may store the page.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((status, headers, Html(html)).into_response())
}

/// `GET /s/{token}/image/{position}`: the original, or a copy without metadata.
pub async fn image(
    State(state): State<AppState>,
    Path((token, position)): Path<(String, u32)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let shared = state.gallery.shared(&token).await?;
    if shared.is_none()
        && let Some(SharedSeries { series, with_inputs, .. }) = state.series.shared(&token).await?
    {
        let guest = series::Audience::Guest { with_inputs };
        return series::hand_out(&state, &series, position, guest, &asked).await;
    }
    let found =
        shared.as_ref().and_then(|shared| Some((shared, image_at(&shared.record, position)?)));
    let Some((shared, image)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let files = &state.files;
    let (file, tag) = if shared.with_inputs {
        (files.open(&image.digest).await?, tag_of(&image.digest))
    } else {
        // Many apps write the prompt into their files.
        match files.clean_copy(&image.digest, image.content_type).await? {
            CleanCopy::Made(file) => (Some(file), tag_of(&format!("{}-clean", image.digest))),
            CleanCopy::Missing => (None, None),
            CleanCopy::Impossible => {
                let words = "This picture is not shown: its file may say how it was made, and \
                    Easel cannot remove that.";
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, words).into_response());
            }
        }
    };
    let Some(file) = file else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let content_type = image.content_type.mime().to_owned();
    let told = FileHeaders { content_type, cache: NEVER, saved_as: None, tag };
    asked.hand_out(&state, Source::Kept(file), told).await
}
