//! Webhooks: clients receive a message when a generation has ended, at a URL that they name with
//! the request or once for a key.

mod log;
mod manage;
mod sending;

use axum::Extension;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::sending::follow;
use super::promises::guard;
use crate::server::state::AppState;

/// The routes that need a key, each with its description.
pub fn routes(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(manage::get, manage::set, manage::remove))
        .routes(routes!(log::list))
        .layer(Extension(guard(&state.config)))
}
