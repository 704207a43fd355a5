//! Delivers responses to clients that may disconnect: records when a response was sent completely,
//! and keeps the connection alive with white space while there is nothing else to send.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, StreamExt, future, stream};

use crate::server::api_requests::Ticket;

/// The pause between two spaces.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// JSON may begin with white space, and every client accepts it.
const SPACE: &[u8] = b" \n";

/// The same response; its last byte marks the ticket as delivered.
pub fn with_ticket(response: Response, ticket: Ticket) -> Response {
    let (head, body) = response.into_parts();
    let mut ticket = Some(ticket);
    let pieces = body.into_data_stream();
    let pieces = pieces.map(Some).chain(stream::iter([None])).filter_map(move |piece| {
        match &piece {
            Some(Ok(_)) => {}
            // Broken off: the client gets the response when it asks again.
            Some(Err(_)) => drop(ticket.take()),
            None => {
                if let Some(ticket) = ticket.take() {
                    ticket.deliver();
                }
            }
        }
        future::ready(piece)
    });
    Response::from_parts(head, Body::from_stream(pieces))
}

/// The response of `work` as soon as it is ready. After `patience` without it, a response with
/// status 200 begins; the later result is then only in its body, whatever its status.
pub async fn kept_alive(
    work: impl Future<Output = Response> + Send + 'static,
    patience: Option<Duration>,
) -> Response {
    let mut work = Box::pin(work);
    let Some(patience) = patience else { return work.await };
    tokio::select! {
        biased;
        response = &mut work => return response,
        () = tokio::time::sleep(patience) => {}
    }
    let first = stream::iter([Ok::<_, axum::Error>(Bytes::from_static(SPACE))]);
    let body = work.map(|response| response.into_body().into_data_stream()).into_stream().flatten();
    let mut answer = Body::from_stream(first.chain(spaced(body))).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Some proxies buffer what they do not recognize as a stream.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    *answer.status_mut() = StatusCode::OK;
    answer
}

/// `pieces`, with a space from time to time until the first one.
fn spaced(
    pieces: impl stream::Stream<Item = Result<Bytes, axum::Error>> + Send + Unpin + 'static,
) -> impl stream::Stream<Item = Result<Bytes, axum::Error>> + Send {
    stream::unfold((pieces, false), |(mut pieces, has_begun)| async move {
        // Within the JSON a space might be inside a text.
        if has_begun {
            return pieces.next().await.map(|piece| (piece, (pieces, true)));
        }
        tokio::select! {
            biased;
            piece = pieces.next() => piece.map(|piece| (piece, (pieces, true))),
            () = tokio::time::sleep(KEEP_ALIVE_INTERVAL) => Some((Ok(Bytes::from_static(SPACE)), (pieces, false))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_quick_keeps_its_status() {
        let work = async { (StatusCode::NOT_FOUND, "{}").into_response() };
        let answer = kept_alive(work, Some(Duration::from_secs(45))).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(text(answer).await, "{}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_long_is_announced_with_spaces() {
        let work = async {
            tokio::time::sleep(Duration::from_secs(100)).await;
            (StatusCode::FAILED_DEPENDENCY, "{\"error\":1}").into_response()
        };
        let answer = kept_alive(work, Some(Duration::from_secs(45))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        // After 45, 60, 75 and 90 seconds.
        assert_eq!(text(answer).await, " \n \n \n \n{\"error\":1}");
    }

    #[tokio::test(start_paused = true)]
    async fn without_patience_nothing_is_said_before_the_answer() {
        let work = async {
            tokio::time::sleep(Duration::from_secs(1_000)).await;
            StatusCode::CONFLICT.into_response()
        };
        assert_eq!(kept_alive(work, None).await.status(), StatusCode::CONFLICT);
    }
}
