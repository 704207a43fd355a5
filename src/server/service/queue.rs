//! Easel's own queue: so many generations at once for one session and for all, the rest wait
//! and are told their place.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::{error::GenerateError, server::store::SessionId};

/// How many generations of one session may wait.
const WAITING_PER_SESSION: usize = 1_000;

#[derive(Clone)]
pub struct Queue(Arc<Shared>);

struct Shared {
    running: usize,
    running_per_session: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    by_session: HashMap<SessionId, usize>,
    /// In the order of arrival.
    waiting: Vec<Waiting>,
    next_ticket: u64,
}

struct Waiting {
    ticket: u64,
    session: SessionId,
    place: watch::Sender<Place>,
}

/// Where one generation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// From 1, which is next.
    Waiting {
        place: u32,
        size: u32,
    },
    Admitted,
}

/// The right to run; gives the place to the next one when it is dropped.
pub struct Permit {
    queue: Queue,
    session: SessionId,
}

impl Queue {
    pub fn new(running: usize, running_per_session: usize) -> Self {
        Self(Arc::new(Shared { running, running_per_session, state: Mutex::default() }))
    }

    /// # Errors
    ///
    /// [`GenerateError::Busy`] when too much of this session waits already.
    pub fn check_room(&self, session: &SessionId) -> Result<(), GenerateError> {
        let waiting =
            self.lock().waiting.iter().filter(|waiting| waiting.session == *session).count();
        if waiting < WAITING_PER_SESSION {
            return Ok(());
        }
        let detail = format!("{waiting} of your generations are waiting already");
        Err(GenerateError::Busy { host: "Easel".to_owned(), detail })
    }

    /// Waits for a place to run, and tells every place on the way.
    pub async fn enter(&self, session: &SessionId, mut tell: impl FnMut(u32, u32)) -> Permit {
        let (ticket, mut place) = self.take_ticket(session);
        // Dropped while it waits, it leaves the queue; dropped at the last moment, the place.
        let mut waiter = Waiter { queue: self, ticket, session, admitted: false };
        loop {
            let now = *place.borrow_and_update();
            match now {
                Place::Admitted => {
                    waiter.admitted = true;
                    return Permit { queue: self.clone(), session: session.clone() };
                }
                Place::Waiting { place, size } => tell(place, size),
            }
            if place.changed().await.is_err() {
                unreachable!("the sender is kept until the ticket is admitted or dropped");
            }
        }
    }

    fn take_ticket(&self, session: &SessionId) -> (u64, watch::Receiver<Place>) {
        let mut state = self.lock();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        let (place, seen) = watch::channel(Place::Waiting { place: 0, size: 0 });
        state.waiting.push(Waiting { ticket, session: session.clone(), place });
        self.advance(&mut state);
        (ticket, seen)
    }

    /// Admits everyone there is room for and tells the others where they stand.
    fn advance(&self, state: &mut State) {
        let mut index = 0;
        while index < state.waiting.len() && state.running < self.0.running {
            let mine = state.by_session.get(&state.waiting[index].session).copied().unwrap_or(0);
            if mine >= self.0.running_per_session {
                index += 1;
                continue;
            }
            let admitted = state.waiting.remove(index);
            state.running += 1;
            *state.by_session.entry(admitted.session).or_default() += 1;
            admitted.place.send_replace(Place::Admitted);
        }
        let size = u32::try_from(state.waiting.len()).unwrap_or(u32::MAX);
        for (waiting, place) in state.waiting.iter().zip(1..) {
            waiting.place.send_if_modified(|told| {
                // Who comes behind is no news: everyone who waits would keep it as an event.
                let has_moved = !matches!(told, Place::Waiting { place: old, .. } if *old == place);
                if has_moved {
                    *told = Place::Waiting { place, size };
                }
                has_moved
            });
        }
    }

    fn leave(&self, session: &SessionId) {
        let mut state = self.lock();
        state.running -= 1;
        if let Some(count) = state.by_session.get_mut(session) {
            *count -= 1;
            if *count == 0 {
                state.by_session.remove(session);
            }
        }
        self.advance(&mut state);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Waiter<'a> {
    queue: &'a Queue,
    ticket: u64,
    session: &'a SessionId,
    admitted: bool,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if self.admitted {
            return;
        }
        let mut state = self.queue.lock();
        let before = state.waiting.len();
        state.waiting.retain(|waiting| waiting.ticket != self.ticket);
        let was_waiting = state.waiting.len() < before;
        if was_waiting {
            self.queue.advance(&mut state);
        } else {
            drop(state);
            self.queue.leave(self.session);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.queue.leave(&self.session);
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, task::Poll};

    use futures::poll;

    use super::*;

    fn session(name: &str) -> SessionId {
        SessionId::new(name)
    }

    async fn is_waiting(future: &mut (impl Future<Output = Permit> + Unpin)) -> bool {
        poll!(future).is_pending()
    }

    #[tokio::test]
    async fn the_rest_waits_and_hears_its_place() {
        let queue = Queue::new(1, 1);
        let (a, b) = (session("a"), session("b"));
        let first = queue.enter(&a, |_, _| {}).await;
        let told = Mutex::new(Vec::new());
        let tell = |who: &'static str| {
            let told = &told;
            move |place, size| told.lock().unwrap().push((who, place, size))
        };
        let mut second = pin!(queue.enter(&b, tell("second")));
        assert!(is_waiting(&mut second).await);
        let mut third = pin!(queue.enter(&a, tell("third")));
        assert!(is_waiting(&mut third).await);
        assert!(is_waiting(&mut second).await);
        drop(first);
        let Poll::Ready(_permit) = poll!(&mut second) else { panic!("it is its turn") };
        assert!(is_waiting(&mut third).await);
        assert_eq!(*told.lock().unwrap(), [("second", 1, 1), ("third", 2, 2), ("third", 1, 1)]);
    }

    #[tokio::test]
    async fn one_session_does_not_hold_up_another() {
        let queue = Queue::new(10, 1);
        let (a, b) = (session("a"), session("b"));
        let _first = queue.enter(&a, |_, _| {}).await;
        let mut second = pin!(queue.enter(&a, |_, _| {}));
        assert!(is_waiting(&mut second).await);
        let _other = queue.enter(&b, |_, _| {}).await;
        assert!(is_waiting(&mut second).await);
    }

    #[tokio::test]
    async fn a_place_that_was_given_to_one_who_left_is_free_again() {
        let queue = Queue::new(1, 1);
        let a = session("a");
        let first = queue.enter(&a, |_, _| {}).await;
        let mut left = Box::pin(queue.enter(&a, |_, _| {}));
        assert!(is_waiting(&mut left).await);
        drop(first);
        drop(left);
        queue.enter(&a, |_, _| panic!("it had to wait")).await;
    }
}
