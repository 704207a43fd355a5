//! Polls for a result, as the page of an app does while a timer runs.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::{Reporter, Step};
use crate::server::{
    fault::Fault,
    provider::{
        Updates,
        space::{
            app::App,
            endpoint::{Endpoint, Poll},
            job::Session,
            page::Page,
            shown::ShownOutputs,
        },
    },
};

/// How long nothing may change.
const UNCHANGED_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// The limit for the whole poll, even while something changes.
const POLL_TIMEOUT: Duration = Duration::from_secs(60 * 60);
/// How often a result may come back unchanged before it counts as final, when the function that
/// should stop the timer does not.
const MAX_UNCHANGED: u32 = 20;

/// Polls for the result of work that the steps of a run have only begun.
pub struct Polling<'p> {
    pub app: &'p App,
    pub endpoint: &'p Endpoint,
    pub session: &'p Session,
    pub updates: &'p Updates,
}

impl Polling<'_> {
    /// Polls until the timer stops, or a result is complete. Does nothing where the page does not
    /// poll.
    ///
    /// # Errors
    ///
    /// The app's error, and [`Fault::Timeout`] when no result comes.
    pub async fn run(
        &self,
        page: &mut Page,
        shown: &mut ShownOutputs<'_>,
        reporter: &mut Reporter<'_>,
    ) -> Result<(), Fault> {
        let polls = &self.endpoint.polls;
        let is_on = |poll: &&Poll| page.is_running(self.app, poll.timer);
        let mut running: Vec<_> = polls.iter().filter(is_on).collect();
        let Some(pause) = running.iter().map(|poll| poll.pause).min() else { return Ok(()) };
        // If nothing stops the timer, the first unchanged result is final.
        let stops = polls.iter().any(|poll| poll.call.outputs.contains(&poll.timer));
        let patience = if stops { MAX_UNCHANGED } else { 1 };
        let began = Instant::now();
        let (mut changed, mut before, mut unchanged) = (began, shown.now(), 0);
        while !running.is_empty() {
            tokio::time::sleep(pause).await;
            for poll in &running {
                let data = page.data(self.app, &poll.call);
                let (app, session, updates) = (self.app, self.session, self.updates);
                let step = Step { app, call: &poll.call, session, updates };
                let values: Vec<Value> = step.run(data, shown, reporter).await?;
                page.take(&poll.call, &values);
            }
            running.retain(|poll| page.is_running(self.app, poll.timer));
            let now = shown.now();
            match now == before {
                true => unchanged += 1,
                false => (changed, before, unchanged) = (Instant::now(), now, 0),
            }
            if shown.has_made_some() && unchanged >= patience {
                break;
            }
            if changed.elapsed() > UNCHANGED_TIMEOUT || began.elapsed() > POLL_TIMEOUT {
                return Err(Fault::Timeout {
                    detail: "the app was asked for its result again and again, as its page does, \
                             and there was none"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }
}
