//! How many bytes of outside data this process holds at once.
//!
//! Limits of single answers are no bound when many of them are read at the same time: whoever
//! reads something large asks here first, and waits or is refused.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{error::GenerateError, server::fault::Fault};

/// Bytes are handed out in pieces of this size.
const PIECE: usize = 1024;

/// How long a reader waits for room. Two readers that hold a part each and wait for more would
/// otherwise wait for each other.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bytes that all readers together may hold. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Semaphore>);

/// Why a reader may not hold more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The reader itself has come to its limit.
    #[error("it is larger than {limit} bytes")]
    Limit { limit: usize },
    /// All readers together hold too much, and none gave any back for a while.
    #[error("the server is busy with other large files")]
    Busy,
}

impl Budget {
    /// A budget of `bytes` in all.
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes / PIECE).min(Semaphore::MAX_PERMITS))))
    }

    /// A part of the budget for one reader, empty at first, of at most `limit` bytes.
    pub fn share(&self, limit: usize) -> Share {
        Share { budget: self.clone(), held: None, taken: 0, limit }
    }
}

/// What one reader holds of a [`Budget`]; given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    held: Option<OwnedSemaphorePermit>,
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
            let room = self.budget.0.clone().acquire_many_owned(missing);
            let more = tokio::time::timeout(PATIENCE, room).await;
            let more = more.map_err(|_| OverBudget::Busy)?.map_err(|_| OverBudget::Busy)?;
            self.add(more);
        }
        self.taken = taken;
        Ok(())
    }

    /// Takes `bytes` more if that needs no waiting; false when there is no room.
    pub fn try_grow(&mut self, bytes: usize) -> bool {
        let taken = self.taken.saturating_add(bytes);
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = u32::try_from(taken.div_ceil(PIECE).saturating_sub(held));
        let room = missing.ok().filter(|_| taken <= self.limit);
        let room =
            room.and_then(|missing| self.budget.0.clone().try_acquire_many_owned(missing).ok());
        let Some(more) = room else { return false };
        self.add(more);
        self.taken = taken;
        true
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

/// Something from outside, with its part of the budget for as long as it is in memory.
#[derive(Debug)]
pub struct Held<T> {
    pub value: T,
    pub share: Share,
}

impl<T> Held<T> {
    /// What was made of it takes as much room.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Held<U> {
        Held { value: make(self.value), share: self.share }
    }

    /// As [`map`](Self::map), where it may fail.
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

/// What an answer takes of the budget while it is made and sent.
#[derive(Clone, Debug, Default)]
pub struct Sending(Arc<Mutex<Vec<Share>>>);

impl Sending {
    /// `share` is part of it, too.
    pub fn keep(&self, share: Share) {
        if share.taken() > 0 {
            self.0.lock().push(share);
        }
    }

    /// The shares that were kept, to go with the body.
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
