//! A budget for the bytes of outside data in memory.
//!
//! Limits for single responses are no bound when many are read at the same time: a reader of
//! something large takes a share here first, and waits or is refused.

mod decoding;
mod waiting;

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::{
    decoding::{Decoding, Work},
    waiting::Waiting,
};
use crate::{error::GenerateError, server::fault::Fault};

/// Bytes are counted in pieces of this size.
const PIECE: usize = 1024;

/// How long a reader waits for room. Otherwise two readers that each hold a part and wait for more
/// would wait for each other forever.
const ROOM_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a result waits for room before it takes its turn beyond the budget.
const RESULT_ROOM_TIMEOUT: Duration = Duration::from_secs(2);

/// How long whoever wants very much at once looks whether there is room, and how often.
const LARGE_ROOM_TIMEOUT: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The bytes that all readers together may hold. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Budget {
    pieces: Arc<Semaphore>,
    /// Held by the one result that exceeds the budget.
    turn: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
    /// The pieces that [`Waiting`] may hold.
    waiting: Arc<Semaphore>,
    bytes: usize,
}

/// Why a reader may not hold more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The reader has reached its own limit.
    #[error("it is larger than {limit} bytes")]
    Limit { limit: usize },
    /// All readers together hold too much, and none released any for a while.
    #[error("the server is busy with other large files")]
    Busy,
}

impl Budget {
    /// A budget of `bytes` in all.
    pub fn new(bytes: usize) -> Self {
        let pieces = (bytes / PIECE).min(Semaphore::MAX_PERMITS);
        Self {
            pieces: Arc::new(Semaphore::new(pieces)),
            turn: Arc::new(Semaphore::new(1)),
            decoders: Arc::new(Semaphore::new(decoding::AT_ONCE)),
            waiting: Arc::new(Semaphore::new(pieces / 2)),
            bytes: pieces * PIECE,
        }
    }

    /// An empty share for one reader, of at most `limit` bytes.
    pub fn share(&self, limit: usize) -> Share {
        let budget = self.clone();
        Share { budget, held: None, beyond: None, is_result: false, taken: 0, limit }
    }

    /// A share for a result, which may have been paid for and so is never refused. If no room
    /// becomes free, results exceed the budget one at a time.
    pub fn share_for_result(&self, limit: usize) -> Share {
        Share { is_result: true, ..self.share(limit) }
    }
}

/// The part of a [`Budget`] that one reader holds; released when it is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    held: Option<OwnedSemaphorePermit>,
    /// The turn of a result beyond the budget.
    beyond: Option<OwnedSemaphorePermit>,
    is_result: bool,
    taken: usize,
    limit: usize,
}

impl Share {
    /// Waits until `bytes` more may be held.
    ///
    /// # Errors
    ///
    /// [`OverBudget`], without taking anything.
    pub async fn grow(&mut self, bytes: usize) -> Result<(), OverBudget> {
        let taken = self.taken.saturating_add(bytes);
        if taken > self.limit {
            return Err(OverBudget::Limit { limit: self.limit });
        }
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = taken.div_ceil(PIECE).saturating_sub(held);
        if missing > 0 {
            let missing = u32::try_from(missing).map_err(|_| OverBudget::Busy)?;
            self.wait_for(missing).await?;
        }
        self.taken = taken;
        Ok(())
    }

    async fn wait_for(&mut self, pieces: u32) -> Result<(), OverBudget> {
        let Budget { pieces: all, turn, .. } = self.budget.clone();
        if self.beyond.is_some() {
            if let Ok(more) = all.try_acquire_many_owned(pieces) {
                self.add(more);
                self.beyond = None;
            }
            return Ok(());
        }
        let patience = if self.is_result { RESULT_ROOM_TIMEOUT } else { ROOM_TIMEOUT };
        let room = all.acquire_many_owned(pieces);
        tokio::pin!(room);
        let closed = |_| OverBudget::Busy;
        match tokio::time::timeout(patience, &mut room).await {
            Ok(more) => self.add(more.map_err(closed)?),
            Err(_) if !self.is_result => return Err(OverBudget::Busy),
            Err(_) => tokio::select! {
                more = room => self.add(more.map_err(closed)?),
                turn = turn.acquire_owned() => self.beyond = Some(turn.map_err(closed)?),
            },
        }
        Ok(())
    }

    /// Takes `bytes` more if that needs no waiting; false when there is no room.
    pub fn try_grow(&mut self, bytes: usize) -> bool {
        let taken = self.taken.saturating_add(bytes);
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = u32::try_from(taken.div_ceil(PIECE).saturating_sub(held));
        let room = missing.ok().filter(|_| taken <= self.limit);
        let room = room.and_then(|missing| {
            Arc::clone(&self.budget.pieces).try_acquire_many_owned(missing).ok()
        });
        let Some(more) = room else { return false };
        self.add(more);
        self.beyond = None;
        self.taken = taken;
        true
    }

    /// Takes `bytes` more as soon as there is room. Unlike in [`grow`](Self::grow), others who want
    /// less do not wait behind it.
    ///
    /// # Errors
    ///
    /// [`OverBudget::Limit`] where there is never so much.
    pub async fn grow_where_free(&mut self, bytes: usize) -> Result<(), OverBudget> {
        let limit = self.limit.min(self.budget.bytes);
        if self.taken.saturating_add(bytes) > limit {
            return Err(OverBudget::Limit { limit });
        }
        let grown = async {
            while !self.try_grow(bytes) {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(LARGE_ROOM_TIMEOUT, grown).await.map_err(|_| OverBudget::Busy)
    }

    /// Holds `bytes` from now on: waits for more, or gives back.
    ///
    /// # Errors
    ///
    /// As [`grow`](Self::grow).
    pub async fn resize(&mut self, bytes: usize) -> Result<(), OverBudget> {
        if bytes >= self.taken {
            return self.grow(bytes - self.taken).await;
        }
        self.taken = bytes;
        if let Some(held) = &mut self.held {
            drop(held.split(held.num_permits() - bytes.div_ceil(PIECE).min(held.num_permits())));
        }
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if held >= bytes.div_ceil(PIECE) {
            self.beyond = None;
        }
        Ok(())
    }

    fn add(&mut self, more: OwnedSemaphorePermit) {
        match &mut self.held {
            Some(held) => held.merge(more),
            held => *held = Some(more),
        }
    }

    /// The bytes that are held now.
    pub fn taken(&self) -> usize {
        self.taken
    }
}

/// Outside data, with its share of the budget while it is in memory.
#[derive(Debug)]
pub struct Held<T> {
    pub value: T,
    pub share: Share,
}

impl<T> Held<T> {
    /// Converts the value; the result is assumed to take as much memory.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Held<U> {
        Held { value: make(self.value), share: self.share }
    }

    /// Like [`map`](Self::map), for a conversion that may fail.
    ///
    /// # Errors
    ///
    /// Those of `make`.
    pub fn try_map<U, E>(self, make: impl FnOnce(T) -> Result<U, E>) -> Result<Held<U>, E> {
        Ok(Held { value: make(self.value)?, share: self.share })
    }
}

impl<T> std::ops::Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The shares that a response holds while it is made and sent.
#[derive(Clone, Debug, Default)]
pub struct Sending(Arc<Mutex<Vec<Share>>>);

impl Sending {
    /// Adds `share`.
    pub fn keep(&self, share: Share) {
        if share.taken() > 0 {
            self.0.lock().push(share);
        }
    }

    /// The collected shares, to be attached to the body.
    pub fn take(&self) -> Vec<Share> {
        std::mem::take(&mut self.0.lock())
    }
}

impl From<OverBudget> for Fault {
    fn from(error: OverBudget) -> Self {
        match error {
            OverBudget::Limit { .. } => Self::BadAnswer { detail: format!("the answer: {error}") },
            OverBudget::Busy => Self::Busy { host: "Easel".to_owned(), detail: error.to_string() },
        }
    }
}

impl From<OverBudget> for GenerateError {
    fn from(error: OverBudget) -> Self {
        Fault::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_stops_at_its_own_limit() {
        let mut share = Budget::new(1 << 20).share(10);
        assert_eq!(share.grow(10).await, Ok(()));
        assert_eq!(share.grow(1).await, Err(OverBudget::Limit { limit: 10 }));
        assert_eq!(share.taken(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn readers_wait_for_each_other_but_not_for_ever() {
        let budget = Budget::new(2 * PIECE);
        let mut first = budget.share(usize::MAX);
        first.grow(2 * PIECE).await.unwrap();
        assert_eq!(budget.share(usize::MAX).grow(1).await, Err(OverBudget::Busy));
        let mut second = budget.share(usize::MAX);
        let (grown, ()) = tokio::join!(second.grow(PIECE), async { drop(first) });
        assert_eq!(grown, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_result_is_never_refused_and_one_at_a_time_goes_beyond_the_budget() {
        let budget = Budget::new(4 * PIECE);
        let mut others = budget.share(usize::MAX);
        others.grow(4 * PIECE).await.unwrap();
        let mut first = budget.share_for_result(usize::MAX);
        assert_eq!(first.grow(PIECE).await, Ok(()), "nothing came free");
        assert_eq!(first.grow(8 * PIECE).await, Ok(()), "it is let through to its end");
        assert_eq!(first.grow(usize::MAX - first.taken()).await, Err(OverBudget::Busy));

        let mut second = budget.share_for_result(usize::MAX);
        let an_hour = Duration::from_secs(60 * 60);
        assert!(tokio::time::timeout(an_hour, second.grow(PIECE)).await.is_err(), "it waits");
        let (grown, ()) = tokio::join!(second.grow(PIECE), async { drop(first) });
        assert_eq!(grown, Ok(()));
        let mut third = budget.share_for_result(usize::MAX);
        let (grown, ()) = tokio::join!(third.grow(PIECE), async { drop(others) });
        assert_eq!(grown, Ok(()), "room came free");
        assert_eq!(budget.share(2).grow(3).await, Err(OverBudget::Limit { limit: 2 }));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_back_is_there_for_others() {
        let budget = Budget::new(4 * PIECE);
        let mut first = budget.share(usize::MAX);
        assert!(first.try_grow(3 * PIECE + 1));
        let mut second = budget.share(usize::MAX);
        assert!(!second.try_grow(1));
        first.resize(PIECE).await.unwrap();
        assert!(second.try_grow(3 * PIECE));
        assert_eq!(first.resize(PIECE + 1).await, Err(OverBudget::Busy));
        assert_eq!((first.taken(), second.taken()), (PIECE, 3 * PIECE));
    }

    #[tokio::test(start_paused = true)]
    async fn small_pieces_are_counted_together() {
        let budget = Budget::new(PIECE);
        let mut share = budget.share(usize::MAX);
        for _ in 0..PIECE {
            share.grow(1).await.unwrap();
        }
        assert_eq!(share.grow(1).await, Err(OverBudget::Busy));
    }
}
