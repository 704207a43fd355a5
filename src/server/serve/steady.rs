//! A request body that fails when it arrives too slowly.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use super::Timeouts;

/// Counts only the time in which the client is waited for: a handler may read as slowly as it
/// likes.
pub(super) struct SteadyBody<B> {
    body: B,
    timeouts: Timeouts,
    received: u64,
    /// The sum of completed waits.
    waited: Duration,
    /// The current wait.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<B> SteadyBody<B> {
    pub fn new(body: B, timeouts: Timeouts) -> Self {
        Self { body, timeouts, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// How much longer the client may be waited for.
    fn patience(&self) -> Duration {
        let earned = self.received / self.timeouts.slowest_body.max(1);
        let allowed = self.timeouts.body.saturating_add(Duration::from_secs(earned));
        allowed.saturating_sub(self.waited)
    }
}

impl<B> Body for SteadyBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            if let Some((since, _)) = this.waiting.take() {
                this.waited += since.elapsed();
            }
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            this.received += bytes.map_or(0, |bytes| bytes.len() as u64);
            return Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)));
        }
        let patience = this.patience();
        let (_, timer) =
            this.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(patience))));
        ready!(timer.as_mut().poll(context));
        let late = io::Error::new(io::ErrorKind::TimedOut, "the body comes in too slowly");
        Poll::Ready(Some(Err(late)))
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
    use axum::body;
    use futures::StreamExt;
    use tokio::time::interval;

    use super::*;

    const TIMEOUTS: fn() -> Timeouts =
        || Timeouts { body: Duration::from_secs(30), slowest_body: 10, ..Timeouts::default() };

    /// The result of reading `pieces` pieces of `size` bytes, one every `seconds`.
    async fn read(pieces: usize, size: usize, seconds: u64) -> Result<usize, axum::Error> {
        let ticks = tokio_stream_of(pieces, size, seconds);
        let slow = SteadyBody::new(body::Body::from_stream(ticks), TIMEOUTS());
        body::to_bytes(body::Body::new(slow), usize::MAX).await.map(|bytes| bytes.len())
    }

    fn tokio_stream_of(
        pieces: usize,
        size: usize,
        seconds: u64,
    ) -> impl futures::Stream<Item = io::Result<Bytes>> {
        let ticks = interval(Duration::from_secs(seconds));
        futures::stream::unfold(ticks, move |mut ticks| async move {
            ticks.tick().await;
            Some((Ok(Bytes::from(vec![0; size])), ticks))
        })
        .take(pieces)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_of_drops_is_not_waited_for() {
        assert!(read(100, 1, 1).await.is_err());
        assert!(read(2, 1, 40).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_but_steady_body_is_read_to_its_end() {
        assert_eq!(read(600, 10, 1).await.unwrap(), 6_000);
    }

    #[tokio::test(start_paused = true)]
    async fn the_pauses_of_the_reader_are_its_own() {
        let pieces = tokio_stream_of(3, 1, 1);
        let slow = SteadyBody::new(body::Body::from_stream(pieces), TIMEOUTS());
        let mut pieces = body::Body::new(slow).into_data_stream();
        while let Some(piece) = pieces.next().await {
            piece.unwrap();
            sleep(Duration::from_secs(60)).await;
        }
    }
}
