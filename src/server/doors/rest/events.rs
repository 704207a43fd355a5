//! `GET /v1/generations/{id}/events`: the live events of a generation.

use axum::{
    Extension,
    extract::{Path, State},
    http::HeaderMap,
    response::{Response, sse},
};
use futures::{StreamExt, future};
use serde_json::{Value, json};

use super::generations::item;
use crate::{
    generation::{Event, LogLevel, NumberedEvent},
    server::{
        client_address::ClientAddress,
        doors::{api_error::ApiError, schemas::Failure, who::Holder},
        state::AppState,
    },
};

/// Follow a generation: accepted, waking, queued, progress, preview, log, loading, image, done,
/// failed or cancelled, each with its number as id; `Last-Event-ID` resumes.
#[utoipa::path(
    get, path = "/v1/generations/{id}/events", operation_id = "followGeneration", tag = "generations",
    params(
        ("id" = String, Path, description = "The id of the generation"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event received"),
    ),
    responses(
        (status = 200, description = "Events until the last one", content_type = "text/event-stream"),
        (status = "4XX", description = "There is no generation with this id", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Path(id): Path<String>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let item = item(&state, &caller, &id).await?;
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let events = state.generations.watch(&caller.session, &item.id, after.unwrap_or(0)).await?;
    let events = events.filter_map(|event| future::ready(told(event)));
    Ok(state.streams.answer(&caller.session, address, events))
}

fn told(numbered: NumberedEvent) -> Option<sse::Event> {
    let NumberedEvent { number, at_ms, event } = numbered;
    let (word, mut data) = words(event)?;
    data["at"] = (at_ms / 1000).into();
    Some(sse::Event::default().id(number.to_string()).event(word).data(data.to_string()))
}

/// The name and the data of an event, in a format independent of the internal one, so that it stays
/// stable.
fn words(event: Event) -> Option<(&'static str, Value)> {
    Some(match event {
        Event::Accepted { attempt } => ("accepted", json!({ "attempt": attempt })),
        Event::Waking { stage } => ("waking", json!({ "stage": stage })),
        Event::Queued { place, size, eta_seconds, upstream } => {
            let at = if upstream { "provider" } else { "easel" };
            let told =
                json!({ "place": place, "size": size, "eta_seconds": eta_seconds, "at_queue": at });
            ("queued", told)
        }
        Event::Progress { step, total, unit, fraction, label } => {
            let told = json!({
                "step": step, "total": total, "unit": unit, "fraction": fraction, "label": label,
            });
            ("progress", told)
        }
        Event::Preview { number } => ("preview", json!({ "number": number })),
        Event::Log { level, text, .. } => {
            let level = match level {
                LogLevel::Info => "info",
                LogLevel::Notice => "notice",
                LogLevel::Warning => "warning",
            };
            ("log", json!({ "level": level, "text": text }))
        }
        Event::Loading { estimated_time, attempt } => {
            ("loading", json!({ "estimated_time": estimated_time, "attempt": attempt }))
        }
        Event::Image { digest, width, height } => {
            ("image", json!({ "digest": digest, "width": width, "height": height }))
        }
        Event::Instead { model, was_late } => {
            ("instead", json!({ "model": model, "was_late": was_late }))
        }
        Event::Done => ("done", json!({})),
        Event::Failed { error } => ("failed", json!({ "error": ApiError::from(error).object() })),
        Event::Cancelled => ("cancelled", json!({})),
        // The generation object itself contains this information.
        Event::Cancelling | Event::Outputs { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_words_of_their_own() {
        for (event, word, data) in [
            (Event::Accepted { attempt: 2 }, "accepted", json!({"attempt": 2})),
            (Event::Preview { number: 3 }, "preview", json!({"number": 3})),
            (Event::notice("hello"), "log", json!({"level": "notice", "text": "hello"})),
            (Event::Done, "done", json!({})),
        ] {
            assert_eq!(words(event), Some((word, data)));
        }
        assert_eq!(words(Event::Cancelling), None);
    }
}
