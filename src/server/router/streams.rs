//! Limits the open event streams: each costs memory while a client listens, or pretends to.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, future, stream};
use parking_lot::{Mutex, MutexGuard};
use tokio_util::sync::CancellationToken;

use crate::server::{client_address::ClientAddress, store::SessionId};

/// For one browser. A tab has one stream, and one more for each generation that it shows.
const PER_SESSION: usize = 16;
/// For one address, where many people may be. A client without cookies is a new session each time.
const PER_ADDRESS: usize = 256;
const IN_ALL: usize = 5_000;

/// A stream that had to make room reconnects after this, and then learns what it missed. By then a
/// tab that nobody looks at may be closed.
const RECONNECT_DELAY: Duration = Duration::from_secs(60);
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// In seconds.
const RETRY_AFTER: &str = "30";

/// Counts the open streams. Cheap to clone.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Oldest first.
    by_session: HashMap<SessionId, VecDeque<(u64, CancellationToken)>>,
    by_address: HashMap<ClientAddress, usize>,
    open: usize,
    next: u64,
}

/// One open stream, until it is dropped.
struct Listener {
    streams: Streams,
    session: SessionId,
    address: ClientAddress,
    number: u64,
    left: CancellationToken,
}

impl Streams {
    /// Responds with the stream `events`. If its session has too many, the oldest is told to
    /// reconnect later; if there are too many in all, this one is refused.
    pub fn answer<S>(&self, session: &SessionId, address: ClientAddress, events: S) -> Response
    where
        S: Stream<Item = Event> + Send + 'static,
    {
        let Some(listener) = self.open(session, address) else {
            let words = "Too many pages are listening to this server. Try again in a minute.";
            let retry = [(header::RETRY_AFTER, RETRY_AFTER)];
            return (StatusCode::SERVICE_UNAVAILABLE, retry, words).into_response();
        };
        let left = listener.left.clone();
        let made_room = stream::once(future::ready(Event::default().retry(RECONNECT_DELAY)));
        let was_told = left.clone();
        let made_room = made_room.filter(move |_| future::ready(was_told.is_cancelled()));
        let events = events.take_until(left.cancelled_owned()).chain(made_room);
        let events = events.map(move |event| {
            // Moved into the stream, so that the listener is dropped with it.
            let _ = &listener;
            Ok::<_, std::convert::Infallible>(event)
        });
        let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
        // Some proxies buffer what they do not recognize as a stream.
        let unbuffered =
            (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
        ([unbuffered], answer).into_response()
    }

    fn open(&self, session: &SessionId, address: ClientAddress) -> Option<Listener> {
        let mut state = self.lock();
        let theirs = state.by_address.get(&address).copied().unwrap_or(0);
        if state.open >= IN_ALL || (!address.is_local() && theirs >= PER_ADDRESS) {
            return None;
        }
        state.open += 1;
        *state.by_address.entry(address).or_default() += 1;
        let (number, left) = (state.next, CancellationToken::new());
        state.next += 1;
        let own = state.by_session.entry(session.clone()).or_default();
        own.push_back((number, left.clone()));
        if own.len() > PER_SESSION
            && let Some((_, oldest)) = own.pop_front()
        {
            oldest.cancel();
        }
        Some(Listener { streams: self.clone(), session: session.clone(), address, number, left })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut state = self.streams.lock();
        state.open -= 1;
        if let Some(count) = state.by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                state.by_address.remove(&self.address);
            }
        }
        if let Some(own) = state.by_session.get_mut(&self.session) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                state.by_session.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ClientAddress {
        ClientAddress::new(text.parse().unwrap())
    }

    #[test]
    fn the_oldest_stream_of_a_session_makes_room() {
        let (streams, session) = (Streams::default(), SessionId::new("a"));
        let listen = || streams.open(&session, address("192.0.2.1")).unwrap();
        let mut listeners: Vec<_> = (0..PER_SESSION).map(|_| listen()).collect();
        assert!(!listeners[0].left.is_cancelled());
        listeners.push(listen());
        assert!(listeners[0].left.is_cancelled() && !listeners[1].left.is_cancelled());
        drop(listeners.remove(5));
        drop(listeners.remove(0));
        let _one_more = listen();
        assert!(listeners.iter().all(|listener| !listener.left.is_cancelled()));
    }

    #[test]
    fn an_address_that_takes_no_cookies_has_a_limit_too() {
        let streams = Streams::default();
        let listen = |number: usize, from: &str| {
            streams.open(&SessionId::new(number.to_string()), address(from))
        };
        let listeners: Vec<_> = (0..PER_ADDRESS).map(|i| listen(i, "192.0.2.1").unwrap()).collect();
        assert!(listen(PER_ADDRESS, "192.0.2.1").is_none());
        assert!(listen(PER_ADDRESS, "192.0.2.2").is_some());
        drop(listeners);
        assert!(listen(0, "192.0.2.1").is_some());
        let state = streams.lock();
        assert!(state.open == 0 && state.by_session.is_empty() && state.by_address.is_empty());
    }

    #[tokio::test]
    async fn a_stream_that_makes_room_is_told_when_to_come_back() {
        let (streams, session) = (Streams::default(), SessionId::new("a"));
        let from = address("192.0.2.1");
        let mut answers: Vec<_> =
            (0..=PER_SESSION).map(|_| streams.answer(&session, from, stream::pending())).collect();
        let first = answers.remove(0).into_body();
        let said = axum::body::to_bytes(first, 1 << 10).await.unwrap();
        let said = String::from_utf8(said.to_vec()).unwrap();
        assert!(said.starts_with("retry:") && said.contains("60000"), "{said}");
        assert_eq!(streams.lock().open, PER_SESSION);
    }
}
