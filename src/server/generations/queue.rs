//! Easel's own queue: limits how many generations run at the same time for one person, one address
//! and in all; the others wait for their turn. A position is computed when somebody reads it, not
//! announced on every move.

#[cfg(test)]
mod tests;
mod turns;

use std::{collections::HashMap, hash::Hash, sync::Arc};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::oneshot;

use self::turns::{Turns, Waiting};
use super::{Caller, Limits};
use crate::{
    error::GenerateError,
    server::{client_address::ClientAddress, store::SessionId},
};

pub use self::turns::Party;

#[derive(Clone)]
pub struct Queue(Arc<Shared>);

struct Shared {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    /// Counts of running and waiting generations, by person and by address.
    running_of: Counts,
    waiting_of: Counts,
    turns: Turns<oneshot::Sender<()>>,
    next_number: u64,
}

/// The position of one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePosition {
    /// From 1, which is next.
    pub place: u32,
    /// How many wait.
    pub size: u32,
}

/// A turn in the queue, which is given up when it is dropped.
pub struct Turn {
    ticket: Ticket,
    bell: oneshot::Receiver<()>,
    /// The turn became a [`Permit`].
    is_over: bool,
}

/// Names a [`Turn`], to look up its position.
#[derive(Clone)]
pub struct Ticket(Arc<Inner>);

struct Inner {
    queue: Queue,
    number: u64,
    caller: Caller,
    party: Party,
}

/// The right to run; passes to the next turn when it is dropped.
pub struct Permit {
    queue: Queue,
    caller: Caller,
}

impl Queue {
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared { limits, state: Mutex::default() }))
    }

    /// How many run, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let state = self.lock();
        (state.running, state.turns.size())
    }

    /// True when one more of `caller` would have to wait.
    pub fn would_wait(&self, caller: &Caller) -> bool {
        let state = self.lock();
        state.running >= self.0.limits.running || !self.may_run(&state, caller)
    }

    /// Takes a turn in the queue; it may come immediately.
    ///
    /// # Errors
    ///
    /// [`GenerateError::Busy`] when too many wait already, of this person, at this address or in
    /// all.
    pub fn line_up(&self, caller: &Caller, party: Party) -> Result<Turn, GenerateError> {
        let mut state = self.lock();
        self.check_room(&state, caller)?;
        Ok(self.add(&mut state, caller, party))
    }

    /// Like [`line_up`](Self::line_up), for work that was accepted before and is never refused.
    pub fn line_up_again(&self, caller: &Caller) -> Turn {
        self.add(&mut self.lock(), caller, Party::Person(caller.session.clone()))
    }

    fn check_room(&self, state: &State, caller: &Caller) -> Result<(), GenerateError> {
        let limits = &self.0.limits;
        let busy = |detail| Err(GenerateError::Busy { host: "Easel".to_owned(), detail });
        let mine = state.waiting_of.session(&caller.session);
        if mine >= limits.waiting_per_session {
            return busy(format!("{mine} of your generations are waiting already"));
        }
        let near = caller.limited_address().map_or(0, |address| state.waiting_of.address(address));
        if near >= limits.waiting_per_address {
            return busy(format!("{near} generations from your address are waiting already"));
        }
        let all = state.turns.size();
        if all >= limits.waiting {
            return busy(format!("{all} generations are waiting already"));
        }
        Ok(())
    }

    fn add(&self, state: &mut State, caller: &Caller, party: Party) -> Turn {
        let number = state.next_number;
        state.next_number += 1;
        let (bell, heard) = oneshot::channel();
        state.waiting_of.add(caller);
        state.turns.push(Waiting { number, caller: caller.clone(), party: party.clone(), bell });
        self.advance(state);
        let inner = Inner { queue: self.clone(), number, caller: caller.clone(), party };
        Turn { ticket: Ticket(Arc::new(inner)), bell: heard, is_over: false }
    }

    /// Gives every turn that fits the limits the right to run.
    fn advance(&self, state: &mut State) {
        while state.running < self.0.limits.running {
            let mut turns = std::mem::take(&mut state.turns);
            let next = turns.next(|caller| self.may_run(state, caller));
            state.turns = turns;
            let Some(next) = next else { return };
            state.waiting_of.remove(&next.caller);
            state.running_of.add(&next.caller);
            state.running += 1;
            // If the receiver has just gone, dropping its turn gives the right back.
            let _ = next.bell.send(());
        }
    }

    fn may_run(&self, state: &State, caller: &Caller) -> bool {
        let limits = &self.0.limits;
        let of_address =
            caller.limited_address().map_or(0, |address| state.running_of.address(address));
        state.running_of.session(&caller.session) < limits.running_per_session
            && of_address < limits.running_per_address
    }

    fn leave(&self, caller: &Caller) {
        let mut state = self.lock();
        state.running -= 1;
        state.running_of.remove(caller);
        self.advance(&mut state);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock()
    }
}

impl Turn {
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Waits until the turn has come.
    pub async fn come(mut self) -> Permit {
        if (&mut self.bell).await.is_err() {
            unreachable!("the bell is kept until it rings or the turn is dropped");
        }
        self.is_over = true;
        let Inner { queue, caller, .. } = &*self.ticket.0;
        Permit { queue: queue.clone(), caller: caller.clone() }
    }
}

impl Ticket {
    /// The position now; `None` once the turn has come or was given up.
    pub fn place(&self) -> Option<QueuePosition> {
        let Inner { queue, number, caller, party } = &*self.0;
        let state = queue.lock();
        let place = state.turns.place(party, caller, *number)?;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Some(QueuePosition { place: count(place), size: count(state.turns.size()) })
    }
}

/// Dropped while it waits, a turn leaves the queue; dropped just after it came, it gives the right
/// to run back.
impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let Inner { queue, number, caller, party } = &*self.ticket.0;
        let mut state = queue.lock();
        if state.turns.remove(party, caller, *number) {
            state.waiting_of.remove(caller);
        } else {
            drop(state);
            queue.leave(caller);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.queue.leave(&self.caller);
    }
}

/// Counts by person and by address.
#[derive(Default)]
struct Counts {
    sessions: HashMap<SessionId, usize>,
    addresses: HashMap<ClientAddress, usize>,
}

impl Counts {
    fn session(&self, session: &SessionId) -> usize {
        self.sessions.get(session).copied().unwrap_or(0)
    }

    fn address(&self, address: ClientAddress) -> usize {
        self.addresses.get(&address).copied().unwrap_or(0)
    }

    fn add(&mut self, caller: &Caller) {
        *self.sessions.entry(caller.session.clone()).or_default() += 1;
        if let Some(address) = caller.limited_address() {
            *self.addresses.entry(address).or_default() += 1;
        }
    }

    fn remove(&mut self, caller: &Caller) {
        take_one(&mut self.sessions, &caller.session);
        if let Some(address) = caller.limited_address() {
            take_one(&mut self.addresses, &address);
        }
    }
}

fn take_one<K: Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
