//! Models to choose from, and the way to their providers, as the page asks for them.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::fragment;
use crate::{
    app::{
        self,
        connections::{Connections, Way},
        finder::Found,
    },
    generation::ProviderKind,
    server::{access::Caller, state::AppState},
};

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    query: String,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// `GET /models`: a page of models from all providers; an empty query browses. Visitors find what
/// is on offer.
pub async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Response {
    let page = state.search(caller, &search.query, search.cursor.as_deref()).await;
    fragment(app::html(|| view! { <Found page/> }))
}

/// `GET /connections`: what is known of the way to each provider.
pub async fn connections(State(state): State<AppState>, caller: Caller) -> Response {
    let ways = state.service.registry().all().map(|provider| provider.connection()).collect();
    fragment(app::html(|| view! { <Connections ways caller/> }))
}

/// `POST /connections/{provider}`: asks a provider about its key.
pub async fn check(State(state): State<AppState>, Path(prefix): Path<String>) -> Response {
    let kind = ProviderKind::named(&prefix);
    let Some(provider) = kind.and_then(|kind| state.service.registry().of_kind(kind)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let way = provider.check().await;
    fragment(app::html(|| view! { <Way way caller=Caller::Operator/> }))
}
