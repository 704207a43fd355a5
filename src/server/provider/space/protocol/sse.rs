//! 4.0 to 4.8: the stream is opened first and then requests the data.

use serde_json::Value;

use super::{EventStream, Room, Ticket, body};
use crate::server::{
    fault::Fault,
    provider::space::{
        app::App,
        http,
        message::{Reader, Step},
    },
};

/// A stream that requests the data once the job's turn has come.
pub struct AskingStream {
    stream: EventStream,
    /// Taken when it is sent, so that it is sent once.
    data: Option<Vec<Value>>,
}

impl AskingStream {
    pub async fn open(app: &App, ticket: &Ticket, data: Vec<Value>) -> Result<Self, Fault> {
        let Ticket { fn_index, session, .. } = ticket;
        let url = app.route(&format!("/queue/join?fn_index={fn_index}&session_hash={session}"));
        let stream = EventStream::new(app.http().open_stream(&url).await?);
        Ok(Self { stream, data: Some(data) })
    }

    pub async fn next(
        &mut self,
        app: &App,
        ticket: &Ticket,
        reader: &mut Reader,
        room: &mut Room<'_>,
    ) -> Result<Option<Step>, Fault> {
        let Some(payload) = self.stream.next(room).await? else { return Ok(None) };
        let step = reader.read(&payload);
        let Step::SendData(event_id) = &step else { return Ok(Some(step)) };
        let Some(data) = self.data.take() else { return Ok(Some(Step::Nothing)) };
        let url = app.route("/queue/data");
        let body = body(ticket, &data, event_id.as_deref());
        let response = app.http().post(&url, |request| request.json(&body)).await?;
        if response.status().is_success() {
            Ok(Some(Step::Nothing))
        } else {
            Err(http::failure(response, &url).await)
        }
    }
}
