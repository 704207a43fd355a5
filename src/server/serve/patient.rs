//! A connection that is closed when its client takes too long.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::Timeouts;

/// What a connection is doing, and since when.
#[derive(Debug)]
pub(super) struct Activity(Mutex<Phase>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// Accepted, but nothing was received yet.
    New { since: Instant },
    /// The head of a request is arriving.
    Asking { since: Instant },
    /// A request is being answered; its body has a limit of its own.
    Answering,
    /// Between two requests.
    Idle { since: Instant },
}

impl Activity {
    pub fn new() -> Self {
        Self(Mutex::new(Phase::New { since: Instant::now() }))
    }

    /// Records that a request has arrived.
    pub fn asked(&self) {
        *self.lock() = Phase::Answering;
    }

    /// Records that its response was handed over.
    pub fn answered(&self) {
        *self.lock() = Phase::Idle { since: Instant::now() };
    }

    pub fn is_answering(&self) -> bool {
        *self.lock() == Phase::Answering
    }

    /// Since when no request is being answered.
    pub fn waits_since(&self) -> Option<Instant> {
        match *self.lock() {
            Phase::Answering => None,
            Phase::New { since } | Phase::Asking { since } | Phase::Idle { since } => Some(since),
        }
    }

    /// Records that bytes have arrived.
    fn heard(&self) {
        let mut phase = self.lock();
        if matches!(*phase, Phase::New { .. } | Phase::Idle { .. }) {
            *phase = Phase::Asking { since: Instant::now() };
        }
    }

    /// When the next byte must have arrived.
    fn deadline(&self, timeouts: &Timeouts) -> Option<Instant> {
        match *self.lock() {
            Phase::New { since } | Phase::Asking { since } => Some(since + timeouts.head),
            Phase::Idle { since } => Some(since + timeouts.keep_alive),
            Phase::Answering => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.0.lock()
    }
}

/// Fails when the client is late with the head of a request, or takes a response too slowly.
pub(super) struct PatientStream<S> {
    stream: S,
    activity: Arc<Activity>,
    timeouts: Timeouts,
    reading: Timer,
    writing: Timer,
    /// Since when the client is waited for, because it has not taken what was written.
    waits_since: Option<Instant>,
    /// How long it was waited for, minus the time that the bytes it took have earned.
    debt: Duration,
}

impl<S> PatientStream<S> {
    pub fn new(stream: S, activity: Arc<Activity>, timeouts: Timeouts) -> Self {
        let (reading, writing) = (Timer::default(), Timer::default());
        let debt = Duration::ZERO;
        Self { stream, activity, timeouts, reading, writing, waits_since: None, debt }
    }

    /// Bytes that the client takes reduce the debt, but not below zero: a client that took a lot
    /// quickly may not pause longer for it.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(taken) = written else {
            let since = *self.waits_since.get_or_insert_with(Instant::now);
            let patience = self.timeouts.write.saturating_sub(self.debt);
            ready!(self.writing.poll(context, since + patience));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        if let Some(since) = self.waits_since.take() {
            self.writing.stop();
            self.debt += since.elapsed();
        }
        let taken_ms = taken.as_ref().map_or(0, |taken| 1000 * *taken as u64);
        let paid = Duration::from_millis(taken_ms / self.timeouts.slowest_reader.max(1));
        self.debt = self.debt.saturating_sub(paid);
        Poll::Ready(taken)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PatientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_ready() {
            if buffer.filled().len() > before {
                this.activity.heard();
            }
            return read;
        }
        let Some(deadline) = this.activity.deadline(&this.timeouts) else {
            this.reading.stop();
            return Poll::Pending;
        };
        ready!(this.reading.poll(context, deadline));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PatientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context).map_ok(|()| 0);
        self.written(context, flushed).map_ok(drop)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context).map_ok(|()| 0);
        self.written(context, shut).map_ok(drop)
    }
}

/// Created when it is first needed, and reused.
#[derive(Default)]
struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    runs: bool,
}

impl Timer {
    fn deadline(&self) -> Option<Instant> {
        self.sleep.as_ref().filter(|_| self.runs).map(|sleep| sleep.deadline())
    }

    fn stop(&mut self) {
        self.runs = false;
    }

    /// Ready once `deadline` has passed.
    fn poll(&mut self, context: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let is_set = self.deadline() == Some(deadline);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if !is_set {
            sleep.as_mut().reset(deadline);
            self.runs = true;
        }
        sleep.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests;
