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

/// How long a copy may be told to stay awake without work, in minutes: as the Hub takes it.
const MINUTES: std::ops::RangeInclusive<u32> = 5..=10_080;

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
    /// The stage that the page knows already.
    seen: Option<String>,
}

impl Copy {
    fn options(&self) -> CopyOptions {
        let hardware = self.hardware.trim();
        let minutes = self.minutes.parse().unwrap_or(*MINUTES.start());
        CopyOptions {
            hardware: (!hardware.is_empty()).then(|| hardware.to_owned()),
            sleep_after_seconds: minutes.clamp(*MINUTES.start(), *MINUTES.end()) * 60,
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
    match state.spaces.duplicate(&copy.model, copy.options(), copy.seen.as_deref()).await {
        Ok(copying) => fragment(app::html(|| view! { <CopyState copying/> })),
        Err(error) => (StatusCode::BAD_GATEWAY, complaint(&error)).into_response(),
    }
}
