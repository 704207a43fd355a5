//! Work that runs on drop, such as cancelling a job at its provider.

use std::pin::Pin;

/// Runs its work in a task of its own when it is dropped, unless it was disarmed.
pub struct OnDrop(Option<Work>);

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

impl OnDrop {
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }

    /// Does nothing when it is dropped.
    pub fn disarmed() -> Self {
        Self(None)
    }

    /// Discards the work.
    pub fn disarm(&mut self) {
        self.0 = None;
    }
}

impl Drop for OnDrop {
    fn drop(&mut self) {
        // Without a runtime the process is ending, and the work cannot run.
        if let (Some(work), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn sending(word: &'static str) -> (OnDrop, oneshot::Receiver<&'static str>) {
        let (sender, receiver) = oneshot::channel();
        (OnDrop::new(async move { sender.send(word).unwrap_or_default() }), receiver)
    }

    #[tokio::test]
    async fn what_is_dropped_is_done_in_the_background() {
        let (cancel, sent) = sending("cancelled");
        drop(cancel);
        assert_eq!(sent.await, Ok("cancelled"));
    }

    #[tokio::test]
    async fn what_was_disarmed_is_not_done() {
        let (mut cancel, sent) = sending("cancelled");
        cancel.disarm();
        drop(cancel);
        assert!(sent.await.is_err());
    }

    #[test]
    fn without_a_runtime_nothing_happens() {
        drop(sending("cancelled").0);
    }
}
