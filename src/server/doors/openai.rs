//! OpenAI's images API.

mod files;
mod generations;
mod images;
mod models;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::{files::hand_out, models::__path_one as __path_one_model};
use crate::server::state::AppState;

/// The routes that need a key, each with its description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(models::list))
        .routes(routes!(generations::generations))
        .routes(routes!(generations::edits))
        .route("/v1/models/capabilities", get(models::list))
        // References contain slashes, which some clients do not encode as %2F.
        .route("/v1/models/{*id}", get(models::one))
}

/// The routes that need only the URL.
pub fn files() -> Router<AppState> {
    Router::new().route("/v1/files/{name}", get(files::file))
}
