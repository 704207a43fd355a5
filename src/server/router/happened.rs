//! `/happened`: the audit log, for owners.

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::sign_in::answer;
use crate::{
    app::{
        self,
        happened::{HappenedPage, csv as written},
    },
    server::{
        state::AppState,
        store::{Earlier, StoreError},
    },
};

/// How many entries a page shows.
const PAGE: u32 = 100;

/// How many entries a file holds.
const FILE: u32 = 100_000;

#[derive(Deserialize)]
pub struct HappenedQuery {
    #[serde(default)]
    before: String,
}

/// `GET /happened`
pub async fn page(
    State(state): State<AppState>,
    Query(HappenedQuery { before }): Query<HappenedQuery>,
) -> Result<Response, StoreError> {
    let (at_ms, id) = before.split_once('_').unwrap_or((&before, ""));
    let before = Earlier { at_ms: at_ms.parse().unwrap_or(i64::MAX), id: id.to_owned() };
    let (happenings, earlier) = state.happened.page(&before, PAGE).await?;
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <HappenedPage style_sheet happenings earlier/> });
    Ok(answer(StatusCode::OK, html))
}

/// `GET /happened.csv`
pub async fn csv(State(state): State<AppState>) -> Result<Response, StoreError> {
    let happenings = state.happened.before(i64::MAX, FILE).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"easel-happened.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, written(&happenings)).into_response())
}
