//! Room for bytes that may wait for hours, because disk and bucket are away.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::{Budget, PIECE, Share};

/// A share that may be held for hours. All of them together hold half of the budget at most, so that
/// other readers go on meanwhile.
#[derive(Debug)]
pub struct Waiting {
    share: Share,
    held: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// An empty share for bytes that may wait for hours.
    pub fn waiting(&self) -> Waiting {
        Waiting { share: self.share(usize::MAX), held: None }
    }
}

impl Waiting {
    /// Takes `bytes` more if that needs no waiting; false when there is no room.
    pub fn try_grow(&mut self, bytes: usize) -> bool {
        let all = Arc::clone(&self.share.budget.waiting);
        let pieces = u32::try_from(bytes.div_ceil(PIECE)).ok();
        let Some(more) = pieces.and_then(|pieces| all.try_acquire_many_owned(pieces).ok()) else {
            return false;
        };
        if !self.share.try_grow(bytes) {
            return false;
        }
        match &mut self.held {
            Some(held) => held.merge(more),
            held => *held = Some(more),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_takes_half_of_the_budget_at_most_and_no_more_than_is_free() {
        let budget = Budget::new(8 * PIECE);
        let (mut first, mut second) = (budget.waiting(), budget.waiting());
        assert!(first.try_grow(PIECE) && second.try_grow(3 * PIECE));
        assert!(!first.try_grow(1), "half is taken");
        let mut reader = budget.share(usize::MAX);
        assert!(!reader.try_grow(4 * PIECE + 1), "what waits counts");
        assert!(reader.try_grow(4 * PIECE));
        drop(second);
        assert!(reader.try_grow(2 * PIECE));
        assert!(!first.try_grow(2 * PIECE), "readers hold the rest");
        assert!(first.try_grow(PIECE), "a try that failed took nothing");
    }
}
