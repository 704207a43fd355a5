//! Copies of Spaces in progress, each in a task of its own, so that a closed tab does not leave one
//! half done.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::sync::watch;

use super::{duplicate::duplicate, hub::Hub};
use crate::{
    generation::{CopyOptions, Copying},
    server::fault::Fault,
};

/// How long a call waits while nothing new happens.
const LONG_POLL_TIMEOUT: Duration = Duration::from_secs(20);
/// How many copies may be in progress.
const MAX_COPIES: usize = 4;

type State = Result<Copying, Fault>;

/// The copies in progress, by the original Space.
#[derive(Default)]
pub struct Copies(Mutex<HashMap<String, watch::Receiver<State>>>);

impl Copies {
    /// The progress of the copy of `from`; the first call starts it. Returns when the state differs
    /// from `seen`, or after 20 seconds.
    ///
    /// # Errors
    ///
    /// As [`duplicate`]; the next call then starts again. `TooManyRequests` while four others are
    /// in progress.
    pub async fn copy(
        &self,
        hub: &Hub,
        token_variable: &'static str,
        from: &str,
        options: CopyOptions,
        seen: Option<&str>,
    ) -> State {
        let mut state = self.start_or_join(hub, token_variable, from, options)?;
        let is_news = |state: &State| match state {
            Ok(Copying::Working { stage }) => seen != Some(stage.as_str()),
            _ => true,
        };
        // When the time is over, or the task has ended, its last state is the answer.
        let _ = tokio::time::timeout(LONG_POLL_TIMEOUT, state.wait_for(is_news)).await;
        let answer = state.borrow().clone();
        if !matches!(answer, Ok(Copying::Working { .. })) {
            self.0.lock().remove(from);
        }
        answer
    }

    fn start_or_join(
        &self,
        hub: &Hub,
        token_variable: &'static str,
        from: &str,
        options: CopyOptions,
    ) -> Result<watch::Receiver<State>, Fault> {
        let mut copies = self.0.lock();
        if let Some(state) = copies.get(from) {
            return Ok(state.clone());
        }
        // A person who did not wait for the end finds the copy at the Hub.
        copies.retain(|_, state| state.has_changed().is_ok());
        if copies.len() >= MAX_COPIES {
            return Err(Fault::TooManyRequests {
                retry_after_seconds: None,
                detail: format!("{MAX_COPIES} copies are being made."),
            });
        }
        let working = |stage: &str| Ok(Copying::Working { stage: stage.to_owned() });
        let (sender, state) = watch::channel(working("starting"));
        copies.insert(from.to_owned(), state.clone());
        let (hub, from, sender) = (hub.clone(), from.to_owned(), Arc::new(sender));
        tokio::spawn(async move {
            let report = |stage: &str| drop(sender.send_replace(working(stage)));
            let made = duplicate(&hub, token_variable, &from, &options, report).await;
            let _ = sender.send_replace(made.and_then(|copy| {
                let reference = format!("space:{}", copy.id).parse();
                let reference = reference.map_err(|_| Fault::Internal)?;
                Ok(Copying::Done { reference, existed: copy.existed })
            }));
        });
        Ok(state)
    }
}
