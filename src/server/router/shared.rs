//! What a share link shows, to anyone, without a session.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::*;

use super::downloads::image_at;
use crate::{
    app::{self, shared::SharedPage},
    server::{metadata, state::AppState, store::StoreError},
};

/// No script and nothing of others.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// `GET /s/{token}`: the picture on a page of its own.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, StoreError> {
    let Some(shared) = state.service.records().by_share_token(&token).await? else {
        return Ok((StatusCode::NOT_FOUND, "There is no such link, or no longer.").into_response());
    };
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <SharedPage shared token style_sheet/> });
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // A link can be taken back, so nothing keeps what it led to.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, Html(html)).into_response())
}

/// `GET /s/{token}/image/{position}`: the original.
pub async fn image(
    State(state): State<AppState>,
    Path((token, position)): Path<(String, u32)>,
) -> Result<Response, StoreError> {
    let shared = state.service.records().by_share_token(&token).await?;
    let found =
        shared.as_ref().and_then(|shared| Some((shared, image_at(&shared.record, position)?)));
    let Some((shared, image)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let Some(mut bytes) = state.service.images().get(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    if !shared.with_inputs {
        // Many apps write the prompt into their files.
        bytes = metadata::strip(bytes, image.content_type);
    }
    let content_type = (header::CONTENT_TYPE, image.content_type.mime());
    Ok(([content_type, (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}
