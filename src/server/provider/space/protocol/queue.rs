//! 4.9 and later: a POST joins the queue, and the session's stream reports events.

use serde_json::Value;

use super::{EventStream, Ticket, body};
use crate::server::{fault::Fault, outbound::guard::MAX_LOOKUP_BYTES, provider::space::app::App};

/// How often opening the stream is tried; the app keeps its messages until then.
const OPEN_TRIES: u32 = 3;

/// Joins the queue and returns the id of the job. Sent once: the app cannot tell a repetition from
/// a second job.
///
/// # Errors
///
/// Errors of the request; `BadAnswer` when the response has no id.
pub async fn join(app: App, ticket: Ticket, data: Vec<Value>) -> Result<String, Fault> {
    let url = app.route("/queue/join");
    let body = body(&ticket, &data, None);
    // Spaces word their quota errors by this header.
    let response = app.http().post(&url, |r| r.header("x-gradio-user", "api").json(&body)).await?;
    let answer = app.http().json(response, &url, MAX_LOOKUP_BYTES).await?;
    let id = answer.get("event_id").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| Fault::BadAnswer {
        detail: "the app took the job but gave no event id".to_owned(),
    })
}

/// Opens the stream of a session.
///
/// # Errors
///
/// The last try's error.
pub async fn open(app: &App, session: &str) -> Result<EventStream, Fault> {
    let url = app.route(&format!("/queue/data?session_hash={session}"));
    let mut tries = 1;
    loop {
        match app.http().open_stream(&url).await {
            Ok(response) => return Ok(EventStream::new(response)),
            Err(Fault::Unreachable { .. } | Fault::Busy { .. }) if tries < OPEN_TRIES => {
                tokio::time::sleep(std::time::Duration::from_millis(250 << tries)).await;
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}
