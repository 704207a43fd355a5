//! How many bytes of outside data this process holds at once.
//!
//! Limits of single answers are no bound when many of them are read at the same time: whoever
//! reads something large asks here first, and waits or is refused.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
            match &mut self.held {
                Some(held) => held.merge(more),
                held => *held = Some(more),
            }
        }
        self.taken = taken;
        Ok(())
    }

    /// The bytes that are held now.
    pub fn taken(&self) -> usize {
        self.taken
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
    async fn small_pieces_are_counted_together() {
        let budget = Budget::new(PIECE);
        let mut share = budget.share(usize::MAX);
        for _ in 0..PIECE {
            share.grow(1).await.unwrap();
        }
        assert_eq!(share.grow(1).await, Err(OverBudget::Busy));
    }
}
