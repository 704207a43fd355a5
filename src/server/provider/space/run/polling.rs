//! A result that the page of an app asks for again and again, while a timer runs.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::{Step, Teller};
use crate::server::{
    fault::Fault,
    provider::{
        Updates,
        space::{
            app::App,
            endpoint::{Endpoint, Poll},
            job::Session,
            page::Page,
            shown::Shown,
        },
    },
};

/// How long nothing at all may change.
const SILENCE: Duration = Duration::from_secs(10 * 60);
/// How long it may take, whatever changes.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How often a result may come back unchanged until it is taken for the last one, where a function
/// that stops the timer does not do so.
const MOST_UNCHANGED: u32 = 20;

/// Asks for what the steps of a run have only begun.
pub struct Polling<'p> {
    pub app: &'p App,
    pub endpoint: &'p Endpoint,
    pub session: &'p Session,
    pub updates: &'p Updates,
}

impl Polling<'_> {
    /// Asks until the timer stops, or a result is there and stays. Does nothing where the page asks
    /// for nothing.
    ///
    /// # Errors
    ///
    /// What the app says, and [`Fault::Timeout`] when nothing comes.
    pub async fn run(
        &self,
        page: &mut Page,
        shown: &mut Shown<'_>,
        teller: &mut Teller<'_>,
    ) -> Result<(), Fault> {
        let polls = &self.endpoint.polls;
        let is_on = |poll: &&Poll| page.is_running(self.app, poll.timer);
        let mut running: Vec<_> = polls.iter().filter(is_on).collect();
        let Some(pause) = running.iter().map(|poll| poll.pause).min() else { return Ok(()) };
        // Where nothing stops the timer, a result that is there is all that there will be.
        let stops = polls.iter().any(|poll| poll.call.outputs.contains(&poll.timer));
        let patience = if stops { MOST_UNCHANGED } else { 1 };
        let began = Instant::now();
        let (mut changed, mut before, mut unchanged) = (began, shown.now(), 0);
        while !running.is_empty() {
            tokio::time::sleep(pause).await;
            for poll in &running {
                let data = page.data(self.app, &poll.call);
                let (app, session, updates) = (self.app, self.session, self.updates);
                let step = Step { app, call: &poll.call, session, updates };
                let values: Vec<Value> = step.run(data, shown, teller).await?;
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
            if changed.elapsed() > SILENCE || began.elapsed() > LONGEST {
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
