//! 3.x: a WebSocket for each job.
//!
//! The connection is opened as an HTTP upgrade by the outbound guard's own client, so that its
//! rules apply here too.

use futures::{SinkExt, StreamExt};
use reqwest::{
    StatusCode, Upgraded,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use serde_json::{Value, json};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use super::{Room, Ticket, body};
use crate::server::{
    fault::Fault,
    provider::{
        frames::MAX_FRAME_BYTES,
        space::{
            app::App,
            http,
            message::{Reader, Step},
        },
    },
};

/// The socket of one job.
pub struct Socket {
    socket: WebSocketStream<Upgraded>,
    data: Option<Vec<Value>>,
}

impl Socket {
    pub async fn open(app: &App, data: Vec<Value>) -> Result<Self, Fault> {
        let url = app.route("/queue/join");
        let key = generate_key();
        let guard = &app.http().network().guard;
        let client = guard.http1_client_for(&url)?;
        let request = app.http().authorise(client.get(url.clone()), &url);
        let opened = request
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .send();
        let response = tokio::time::timeout(http::ANSWER_TIMEOUT, opened)
            .await
            .map_err(|_| lost("the app did not open its socket"))?
            .map_err(|error| guard.unreachable(&url, &error))?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(http::failure(response, &url).await);
        }
        let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
        if accepted.is_none_or(|accept| accept != derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Fault::BadAnswer { detail: "no WebSocket".to_owned() });
        }
        let connection =
            response.upgrade().await.map_err(|error| guard.unreachable(&url, &error))?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let socket = WebSocketStream::from_raw_socket(connection, Role::Client, Some(limits)).await;
        Ok(Self { socket, data: Some(data) })
    }

    pub async fn next(
        &mut self,
        ticket: &Ticket,
        reader: &mut Reader,
        room: &mut Room<'_>,
    ) -> Result<Option<Step>, Fault> {
        let payload = match self.socket.next().await {
            None | Some(Ok(Message::Close(_)) | Err(Error::ConnectionClosed)) => return Ok(None),
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(_)) => return Ok(Some(Step::Nothing)),
            Some(Err(error)) => return Err(lost(&error.to_string())),
        };
        room.hold(2 * payload.len()).await?;
        let answer = match reader.read(payload.as_bytes()) {
            Step::SendHash => {
                json!({"fn_index": ticket.fn_index, "session_hash": ticket.session})
            }
            Step::SendData(_) => match self.data.take() {
                Some(data) => body(ticket, &data, None),
                None => return Ok(Some(Step::Nothing)),
            },
            step => return Ok(Some(step)),
        };
        let sent = self.socket.send(Message::text(answer.to_string())).await;
        sent.map_err(|error| lost(&error.to_string()))?;
        Ok(Some(Step::Nothing))
    }
}

fn lost(detail: &str) -> Fault {
    Fault::Unknown { detail: crate::server::redact::excerpt(detail) }
}
