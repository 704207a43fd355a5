//! How a job's messages are transported, one file for each family of releases.

use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use reqwest::Response;
use serde_json::Value;

use super::{
    app::App,
    http,
    message::{JobEvent, Step},
};
use crate::server::{
    budget::{Held, Share},
    fault::Fault,
    json,
    outbound::guard::{self, MAX_ANSWER_BYTES},
    provider::frames::Frames,
};

pub(super) mod queue;
mod sse;
mod ws;

pub(super) use sse::AskingStream;
pub(super) use ws::Socket;

/// The body of a job for the queue routes.
pub(super) fn body(ticket: &Ticket, data: &[Value], event_id: Option<&str>) -> Value {
    let mut body = serde_json::json!({
        "data": data,
        "event_data": null,
        "fn_index": ticket.fn_index,
        "trigger_id": null,
        "session_hash": ticket.session,
    });
    if let Some(id) = event_id {
        body["event_id"] = id.into();
    }
    body
}

/// Identifies a job to the app.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub fn_index: u64,
    pub session: String,
    /// Assigned by the app, from 4.9.
    pub event_id: Option<String>,
}

/// The transport of a job's messages.
pub(super) enum Wire {
    Queue(EventStream),
    Asking(AskingStream),
    Socket(Box<Socket>),
    /// 3.x without a queue: one long POST.
    Direct(BoxStream<'static, Result<Held<JobEvent>, Fault>>),
}

/// Payloads of a `text/event-stream` response.
pub(super) struct EventStream {
    chunks: BoxStream<'static, Result<Bytes, reqwest::Error>>,
    frames: Frames,
}

/// The memory for one job's messages. A heartbeat must not have to wait for it.
pub(super) struct Room<'a> {
    share: &'a mut Share,
    /// The bytes kept besides the current message.
    kept: usize,
}

impl Room<'_> {
    async fn hold(&mut self, bytes: usize) -> Result<(), Fault> {
        let bytes = (self.kept + bytes).saturating_sub(FREE_BYTES);
        Ok(self.share.resize(bytes).await?)
    }
}

/// How many bytes every job may read without a share of the budget.
const FREE_BYTES: usize = 64 * 1024;

impl EventStream {
    pub fn new(response: Response) -> Self {
        Self::of(response.bytes_stream().boxed())
    }

    pub fn of(chunks: BoxStream<'static, Result<Bytes, reqwest::Error>>) -> Self {
        Self { chunks, frames: Frames::default() }
    }

    /// The next payload, with memory reserved for its parsed form; `None` at the end of the stream.
    ///
    /// # Errors
    ///
    /// `BadAnswer` for a message over 48 MiB; `Unknown` when the stream breaks off.
    pub async fn next(&mut self, room: &mut Room<'_>) -> Result<Option<Bytes>, Fault> {
        loop {
            match self.frames.next() {
                Ok(Some(frame)) => {
                    room.hold(2 * frame.len() + self.frames.len()).await?;
                    return Ok(Some(frame));
                }
                Ok(None) => {}
                Err(_) => {
                    return Err(Fault::BadAnswer {
                        detail: "the app sent a message larger than 48 MiB".to_owned(),
                    });
                }
            }
            match self.chunks.next().await {
                None => return Ok(None),
                Some(Ok(chunk)) => {
                    room.hold(self.frames.len() + chunk.len()).await?;
                    self.frames.push(&chunk);
                }
                Some(Err(error)) => {
                    return Err(Fault::Unknown { detail: guard::describe(&error) });
                }
            }
        }
    }
}

/// Runs a function of a 3.x app that has no queue: a POST whose response comes at the end.
pub(super) fn direct(app: App, ticket: Ticket, data: Vec<Value>, limit: Duration) -> Wire {
    let run = async move {
        let url = app.route("/run/predict");
        let request = app.http().request(reqwest::Method::POST, &url)?.timeout(limit);
        let response = request
            .json(&body(&ticket, &data, None))
            .send()
            .await
            .map_err(|error| app.http().network().guard.unreachable(&url, &error))?;
        if !response.status().is_success() {
            let output = json::parse(&http::words(response).await).unwrap_or(Value::Null);
            return Err(super::errors::of_output(&output, None, app.config().version));
        }
        let answer = app.http().json(response, &url, MAX_ANSWER_BYTES).await?;
        answer.try_map(|mut answer| match answer.get_mut("data").map(Value::take) {
            Some(Value::Array(data)) => Ok(JobEvent::Completed(data)),
            _ => Err(Fault::BadAnswer { detail: "an answer without data".to_owned() }),
        })
    };
    Wire::Direct(futures::stream::once(run).boxed())
}

impl Wire {
    /// The next message, read by `reader`; `None` when the connection ended.
    pub async fn next(
        &mut self,
        app: &App,
        ticket: &Ticket,
        reader: &mut super::message::Reader,
        share: &mut Share,
    ) -> Result<Option<Step>, Fault> {
        let mut room = Room { kept: reader.weight(), share };
        match self {
            Self::Queue(stream) => {
                Ok(stream.next(&mut room).await?.map(|payload| reader.read(&payload)))
            }
            Self::Asking(stream) => stream.next(app, ticket, reader, &mut room).await,
            Self::Socket(socket) => socket.next(ticket, reader, &mut room).await,
            Self::Direct(run) => Ok(run.next().await.transpose()?.map(|event| {
                *room.share = event.share;
                Step::Tell(event.value)
            })),
        }
    }
}
