//! Copies of Spaces, as the page asks for them.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::fragment;
use crate::{
    app::{
        self,
        space_copy::{CopyState, SpaceCopy, complaint},
    },
    generation::{CopyOptions, ModelReference},
    server::state::AppState,
};

/// How long a copy stays awake without work where nothing else was typed, in minutes.
const MINUTES: u32 = 5;

/// What the dialog sends, by the names of its inputs.
#[derive(Deserialize)]
pub struct Copy {
    model: ModelReference,
    /// `owner/name`, for the title.
    #[serde(default)]
    space: String,
    #[serde(default)]
    hardware: String,
    /// As it was typed.
    #[serde(default)]
    minutes: String,
    /// What an hour may cost, in US dollars, as it was typed; without it only what is free is
    /// ordered.
    #[serde(default)]
    most: String,
    /// The stage that the page knows already.
    seen: Option<String>,
}

impl Copy {
    fn options(&self) -> CopyOptions {
        let hardware = self.hardware.trim();
        let minutes: u32 = self.minutes.trim().parse().unwrap_or(MINUTES);
        let most = self.most.trim().parse::<f64>().unwrap_or_default();
        CopyOptions {
            hardware: (!hardware.is_empty()).then(|| hardware.to_owned()),
            sleep_after_seconds: minutes.saturating_mul(60),
            most_cents_per_hour: (most * 100.0).round() as u32,
            private: true,
        }
    }
}

/// `GET /space/copy`: the content of the dialog.
pub async fn dialog(Query(copy): Query<Copy>) -> Response {
    let options = copy.options();
    let Copy { model, space, .. } = copy;
    fragment(app::html(|| view! { <SpaceCopy model space options/> }))
}

/// `GET /space/cost`: what is to be said of the cost.
pub async fn cost(Query(copy): Query<Copy>) -> String {
    copy.options().cost()
}

/// `POST /space/copy`: makes the copy, or tells how far it is: when that is something else than
/// `seen`, or after 20 s.
pub async fn make(State(state): State<AppState>, Query(copy): Query<Copy>) -> Response {
    let registry = state.service.registry();
    match registry.duplicate(&copy.model, copy.options(), copy.seen.as_deref()).await {
        Ok(copying) => fragment(app::html(|| view! { <CopyState copying/> })),
        Err(error) => (StatusCode::BAD_GATEWAY, complaint(&error)).into_response(),
    }
}
