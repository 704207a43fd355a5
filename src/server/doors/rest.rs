//! Easel's own REST API: start, read, follow, cancel and remove generations, for scripts, workflows
//! and language models.

mod create;
mod events;
mod files;
mod generations;
mod object;
mod shapes;

use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::{object::now, shapes::Generation};
use crate::server::state::AppState;

/// The routes that need a key, each with its description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create::create, generations::list))
        .routes(routes!(generations::get, generations::delete))
        .routes(routes!(generations::cancel))
        .routes(routes!(generations::image))
        .routes(routes!(events::events))
        .routes(routes!(files::upload))
}
