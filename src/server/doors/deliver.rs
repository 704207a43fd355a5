//! How an answer reaches somebody who may hang up: it is known when all of it was sent, and white
//! space keeps the connection while nothing else is to be said.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, StreamExt, future, stream};

use crate::server::api_requests::Ticket;

/// Between two spaces.
const BETWEEN: Duration = Duration::from_secs(15);

/// JSON may begin with it, and every client reads it so.
const SPACE: &[u8] = b" \n";

/// The same answer; with its last byte the ticket is delivered.
pub fn with_ticket(response: Response, ticket: Ticket) -> Response {
    let (head, body) = response.into_parts();
    let mut ticket = Some(ticket);
    let pieces = body.into_data_stream();
    let pieces = pieces.map(Some).chain(stream::iter([None])).filter_map(move |piece| {
        match &piece {
            Some(Ok(_)) => {}
            // Broken off: whoever asks again gets it.
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

/// The answer of `work` as soon as it is there. After a silence of `patience` an answer begins
/// that says nothing yet; what `work` comes to then is in its body alone, whatever its status.
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
    // Some proxies hold back what they do not know to be a stream.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    *answer.status_mut() = StatusCode::OK;
    answer
}

/// `pieces`, with a space now and then for as long as there is none.
fn spaced(
    pieces: impl stream::Stream<Item = Result<Bytes, axum::Error>> + Send + Unpin + 'static,
) -> impl stream::Stream<Item = Result<Bytes, axum::Error>> + Send {
    stream::unfold((pieces, false), |(mut pieces, has_begun)| async move {
        // Within the JSON a space might stand in a text.
        if has_begun {
            return pieces.next().await.map(|piece| (piece, (pieces, true)));
        }
        tokio::select! {
            biased;
            piece = pieces.next() => piece.map(|piece| (piece, (pieces, true))),
            () = tokio::time::sleep(BETWEEN) => Some((Ok(Bytes::from_static(SPACE)), (pieces, false))),
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
