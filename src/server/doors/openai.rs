//! OpenAI's images API.

mod files;
mod generations;
mod images;
mod models;

use axum::{
    Router,
    routing::{get, post},
};

pub use self::files::hand_out;
use crate::server::state::AppState;

/// What needs a key.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/v1/models", get(models::list))
        .route("/v1/models/capabilities", get(models::list))
        .route("/v1/models/{*id}", get(models::one))
        .route("/v1/images/generations", post(generations::generations))
        .route("/v1/images/edits", post(generations::edits))
}

/// What whoever knows the address may fetch.
pub fn files() -> Router<AppState> {
    Router::new().route("/v1/files/{name}", get(files::file))
}
