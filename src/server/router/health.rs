//! What load balancers and containers ask: whether this server works.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::state::AppState;

/// Like [`health`], but 503 from a server that is stopping, so that a load balancer sends requests
/// elsewhere.
pub async fn ready(state: State<AppState>) -> Response {
    if state.generations.stopping().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping").into_response();
    }
    health(state).await
}

/// Responds with 200 when the database and the picture store respond; otherwise names the one that
/// does not.
pub async fn health(State(state): State<AppState>) -> Response {
    match state.generations.health().await {
        Ok(()) => "ok".into_response(),
        Err(wrong) => (StatusCode::SERVICE_UNAVAILABLE, wrong).into_response(),
    }
}
