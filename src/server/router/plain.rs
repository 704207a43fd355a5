//! Generate for a page without script: the browser sends the form itself.

use std::time::Duration;

use axum::{
    Extension, Form,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use rand::Rng;
use tokio::time::{sleep, timeout};

use super::{status_of, when_again};
use crate::{
    app::{self, RefusedPage},
    error::GenerateError,
    generation::{
        Draft, GenerationId, Outcome,
        retry::{MAX_RETRIES, waiting_seconds},
    },
    server::{
        access::Caller, client_address::ClientAddress, clock::now_ms, state::AppState,
        store::SessionId, visitors::Asker,
    },
};

/// A refusal within this time is shown as such; after it, the work counts as running.
const PROMPT_REFUSAL: Duration = Duration::from_secs(1);

/// No script on this page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// `POST /generate`: runs the form and redirects to the page, which shows the progress; a refusal
/// is a page with the reason.
pub async fn generate(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    // A form sends line breaks as CRLF, which nobody typed.
    let fields = fields.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n")));
    let draft = Draft::of_fields(fields);
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let style_sheet = state.assets.style_sheet();
    let mut running = tokio::spawn(see_through(state, asker, draft));
    match timeout(PROMPT_REFUSAL, &mut running).await {
        Ok(Ok(Err(error))) => {
            let (status, again) = (status_of(&error), when_again(&error));
            let html = app::html(|| view! { <RefusedPage error style_sheet/> });
            let headers =
                [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
            (status, again, headers, Html(html)).into_response()
        }
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Ok(Ok(Ok(()))) | Err(_) => Redirect::to("/").into_response(),
    }
}

/// Calls `generate` until it ends, as the page with script does.
async fn see_through(state: AppState, asker: Asker, draft: Draft) -> Result<(), GenerateError> {
    let now_ms = u64::try_from(now_ms()).unwrap_or_default();
    let id = GenerationId::from_parts(now_ms, rand::rng().random());
    let mut retries = 0;
    while retries <= MAX_RETRIES {
        match state.generate_or_replace(&asker, &id, Some(draft.clone())).await?.value {
            Outcome::Done { .. } => return Ok(()),
            Outcome::Running => {}
            Outcome::Loading { estimated_time, .. } => {
                retries += 1;
                sleep(Duration::from_secs_f64(waiting_seconds(estimated_time))).await;
            }
        }
    }
    Ok(())
}
