//! OpenAI's images API.

mod files;
mod generations;
mod images;
mod models;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use super::body::MAX_FORM_BYTES;
use crate::server::state::AppState;

/// What needs a key.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/models", get(models::list))
        .route("/v1/models/capabilities", get(models::list))
        .route("/v1/models/{*id}", get(models::one))
        .route("/v1/images/generations", post(generations::generations))
        .route("/v1/images/edits", post(generations::edits))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
}

/// What whoever knows the address may fetch.
pub fn files() -> Router<AppState> {
    Router::new().route("/v1/files/{name}", get(files::file))
}
