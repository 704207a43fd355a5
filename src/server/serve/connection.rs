//! One connection: HTTP/1.1, one request after the other. No browser or proxy uses HTTP/2 on clear
//! text here, and it would need limits of its own.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::{
    Request,
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{
    Timeouts,
    patient::{Activity, PatientStream},
    seats::Seat,
    steady::SteadyBody,
};

/// Room for cookies; a browser needs no more for anything else.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How much is read ahead of a handler, at most.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

pub(super) struct Connection {
    pub peer: SocketAddr,
    pub seat: Seat,
    pub router: Router,
    pub timeouts: Timeouts,
    /// Fires when no further request is to be answered.
    pub stopping: CancellationToken,
}

impl Connection {
    /// Answers requests until one side closes the connection.
    pub async fn run(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self { peer, seat, router, timeouts, stopping } = self;
        let activity = seat.activity();
        let stream = PatientStream::new(stream, activity.clone(), timeouts);
        let service = service_fn(move |request: Request<Incoming>| {
            let (router, answering) = (router.clone(), Answering::begin(&activity));
            async move {
                let answer = answer(router, request, peer, timeouts).await;
                Ok::<_, Infallible>(answer.map(|body| Answer { body, _answering: answering }))
            }
        });
        let mut connection = pin!(
            http1::Builder::new()
                .max_header_size(MAX_HEAD_BYTES)
                .max_buf_size(MAX_BUFFER_BYTES)
                // This timeout never fires first, but without it hyper does not read between two
                // requests, and Easel's own timeout would not start.
                .timer(TokioTimer::new())
                .header_read_timeout(timeouts.keep_alive + timeouts.head)
                .serve_connection(TokioIo::new(stream), service)
        );
        let mut may_go_on = true;
        loop {
            tokio::select! {
                // It is normal that a client disconnects, or that a timeout ends it.
                _ = connection.as_mut() => return,
                () = seat.lost() => return,
                () = stopping.cancelled(), if may_go_on => {
                    if !seat.activity().is_answering() {
                        return;
                    }
                    may_go_on = false;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    timeouts: Timeouts,
) -> Response {
    // RFC 9112, section 3.2: the requested host must be clear.
    if request.headers().get_all(header::HOST).iter().count() != 1 {
        return (StatusCode::BAD_REQUEST, "name one Host").into_response();
    }
    let (mut head, body) = request.into_parts();
    copy_out(&mut head);
    head.extensions.insert(ConnectInfo(peer));
    let request = Request::from_parts(head, Body::new(SteadyBody::new(body, timeouts)));
    router.oneshot(request).await.into_response()
}

/// Gives a request head its own memory. As it arrives it is part of the 8 kB that were read, which
/// would stay allocated while the request is answered, and the connection would allocate others to
/// read on.
fn copy_out(head: &mut Parts) {
    for value in head.headers.values_mut() {
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = copy;
        }
    }
    if let Ok(copy) = Uri::try_from(head.uri.to_string()) {
        head.uri = copy;
    }
}

/// Lasts from the head of a request to the last byte of its response.
struct Answering(Arc<Activity>);

impl Answering {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.asked();
        Self(activity.clone())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answered();
    }
}

/// The body of a response, which notices when all of it was handed over.
struct Answer {
    body: Body,
    _answering: Answering,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_does_not_keep_what_was_read() {
        let read = Bytes::from(b"/a?b=c a value \xff".to_vec());
        let mut head = Request::new(()).into_parts().0;
        head.uri = Uri::from_maybe_shared(read.slice(..6)).unwrap();
        let value = HeaderValue::from_maybe_shared(read.slice(7..)).unwrap();
        head.headers.insert(header::COOKIE, value);
        copy_out(&mut head);
        assert!(read.is_unique());
        assert_eq!(head.uri, "/a?b=c");
        assert_eq!(head.headers[header::COOKIE].as_bytes(), b"a value \xff");
    }
}
