//! Runs generations: start, join, watch, cancel, resume.
//!
//! A generation runs in a task of its own, so that a closed tab or a cut connection does not lose
//! a picture that was paid for. Callers only join it: [`Generations::generate`] waits for its answer,
//! [`Generations::watch`] reads its events, [`Generations::cancel`] ends it.

mod aside;
mod attempt;
mod backoff;
mod caller;
mod costs;
mod ended;
mod finish;
mod health;
mod inputs;
mod joining;
mod keeping;
mod limits;
mod log;
mod outcome;
mod parcel;
mod queue;
mod quota;
mod recovery;
mod run;
mod running;
mod spare;
mod storing;
#[cfg(test)]
mod tests;
mod usual;
mod waiters;
mod watch;

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

pub use self::{caller::Caller, limits::Limits, quota::Quota, waiters::JOIN_LIMIT};
use self::{
    queue::{Party, Queue, Turn},
    run::Run,
    running::Running,
    waiters::Waiters,
};
use super::{
    budget::{Budget, Held},
    clock::now_ms,
    drafts::DraftKey,
    fault::Fault,
    gallery::Gallery,
    lookups,
    money::Unit,
    provider::{OwnProviders, Registry},
    store::{Change, End, Images, Record, RecordState, Records, SessionId, Signal, StoreError},
};
use crate::{
    error::GenerateError,
    generation::{Draft, GenerationId, Inputs, Model, ModelReference, Outcome},
};

/// How long ago a session must have made a picture to get a turn of its own in the queue; newer
/// sessions share the turns of their address.
const REGULAR_AFTER: Duration = Duration::from_secs(10 * 60);

/// The generations that this process runs. Cheap to clone.
#[derive(Clone)]
pub struct Generations(Arc<Inner>);

struct Inner {
    registry: Registry,
    own: OwnProviders,
    gallery: Gallery,
    records: Records,
    images: Images,
    budget: Budget,
    draft_key: DraftKey,
    limits: Limits,
    queue: Queue,
    running: Running,
    waiters: Waiters,
    /// The name under which this process holds its leases.
    owner: String,
    /// A short-lived cache of what the store knows about each model.
    known: Cache<ModelReference, usual::ModelHistory>,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Generations {
    pub fn new(
        (registry, own): (Registry, OwnProviders),
        records: Records,
        images: Images,
        budget: Budget,
        draft_key: DraftKey,
        limits: Limits,
    ) -> Self {
        Self(Arc::new(Inner {
            queue: Queue::new(limits),
            owner: uuid::Uuid::now_v7().to_string(),
            running: Running::default(),
            waiters: Waiters::default(),
            known: usual::cache(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            gallery: Gallery::new(records.clone(), images.clone()),
            registry,
            own,
            records,
            images,
            budget,
            draft_key,
            limits,
        }))
    }

    /// The name under which this process holds its leases.
    pub fn owner(&self) -> &str {
        &self.0.owner
    }

    /// Starts the generation, or joins the one that `id` already names, and waits for its answer
    /// for at most [`JOIN_LIMIT`]. Without a draft it only joins. The answer holds its share of the
    /// budget until it has been sent.
    ///
    /// # Errors
    ///
    /// Why there is no picture; [`GenerateError::Conflict`] when `id` belongs to another draft;
    /// [`GenerateError::NotFound`] when it belongs to another session, or when there is nothing to
    /// join; [`GenerateError::Busy`] when too many generations wait for their turn.
    pub async fn generate(
        &self,
        caller: impl Into<Caller>,
        id: &GenerationId,
        draft: Option<Draft>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let caller = caller.into();
        let session = caller.session.clone();
        let (generations, name) = (self.clone(), id.clone());
        // A caller that disconnects halfway must not leave a row that nobody works on, so this runs
        // in a task of its own. Until the row exists, a disconnect stops the lookups.
        let gone = CancellationToken::new();
        let _here = gone.clone().drop_guard();
        let start = async move { generations.start_or_join(&caller, &name, draft, &gone).await };
        let start = lookups::for_same_client(lookups::client(), start).in_current_span();
        let start = tokio::spawn(start);
        let waiter = self.0.waiters.enter(&session);
        let answer = async {
            match start.await.unwrap_or(Err(GenerateError::Internal))? {
                RunLocation::Here(run) => self.outcome_here(&run).await,
                // Boxed: otherwise each of a thousand callers waiting for a run here would be as
                // large as the largest branch.
                RunLocation::Elsewhere => Box::pin(self.outcome_elsewhere(&session, id)).await,
                RunLocation::Ended(record) => Box::pin(self.outcome_of(*record)).await,
            }
        };
        tokio::time::timeout(waiter.limit, answer).await.unwrap_or_else(|_| Ok(self.running()))
    }

    /// Whether `run` belongs to `session` now: its author may have signed in since it began.
    async fn is_of(&self, run: &Run, session: &SessionId) -> Result<bool, StoreError> {
        if run.session == *session {
            return Ok(true);
        }
        let record = self.0.records.get(&run.id).await?;
        Ok(record.is_some_and(|record| record.session == *session))
    }

    async fn start(&self, record: Record, given: AttemptInputs, turn: Turn) -> RunLocation {
        RunLocation::Here(self.spawn(record, given, turn, None).await)
    }

    /// Takes a turn in the queue, before anything is written or started.
    async fn line_up(&self, caller: &Caller) -> Result<Turn, GenerateError> {
        let mut party = Party::Newcomers(caller.address);
        if self.0.queue.would_wait(caller) {
            let before = now_ms() - i64::try_from(REGULAR_AFTER.as_millis()).unwrap_or(0);
            if self.0.records.has_made_pictures(&caller.session, before).await? {
                party = Party::Person(caller.session.clone());
            }
        }
        self.0.queue.line_up(caller, party)
    }

    /// The title and the input schema of a model.
    ///
    /// # Errors
    ///
    /// Why the model cannot be described.
    pub async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        self.0.registry.describe(model).await
    }

    /// Like [`describe`](Self::describe), with the session's own provider key where there is one.
    ///
    /// # Errors
    ///
    /// Why the model cannot be described.
    pub async fn describe_for(
        &self,
        session: &SessionId,
        model: &ModelReference,
    ) -> Result<Model, GenerateError> {
        match self.0.own.of(session, model) {
            Some(registry) => registry.describe(model).await,
            None => self.describe(model).await,
        }
    }

    /// Cancels at the provider, in whichever process the generation runs. A generation that has
    /// ended stays as it is.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when the session has no such generation.
    pub async fn cancel(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        if let Some(run) = self.0.running.get(id) {
            if !self.is_of(&run, session).await? {
                return Err(GenerateError::NotFound);
            }
            run.cancel.cancel();
            return Ok(());
        }
        let record = self.0.records.get(id).await?;
        let record =
            record.filter(|record| record.session == *session).ok_or(GenerateError::NotFound)?;
        match record.item.state {
            RecordState::Running => {
                self.0.records.publish(Signal::Cancel(id.clone())).await?;
            }
            RecordState::Loading => {
                self.0.records.finish(id, &End::Cancelled, now_ms()).await?;
                self.0.records.publish(Signal::Changed(Change::shown(id, session))).await?;
            }
            RecordState::Done | RecordState::Failed | RecordState::Cancelled => {}
        }
        Ok(())
    }
}

/// What an attempt needs besides its row.
#[derive(Default)]
struct AttemptInputs {
    /// Inputs that are never stored, and so are lost in a crash.
    secrets: Inputs,
    /// As in [`Caller`]. Work that was accepted before a crash has no quota.
    quota: Option<Quota>,
    language: Option<&'static str>,
    /// The price of the model is per second of provider time.
    is_timed: bool,
}

impl AttemptInputs {
    fn of(caller: &Caller) -> Self {
        let Caller { quota, language, .. } = *caller;
        let price = caller.bill.as_ref().and_then(|bill| bill.price);
        let is_timed = price.is_some_and(|price| price.unit == Unit::Second);
        Self { quota, language, is_timed, secrets: Inputs::new() }
    }
}

enum RunLocation {
    Here(Arc<Run>),
    /// Another process runs it.
    Elsewhere,
    Ended(Box<Record>),
}

/// Turns a storage error into "cannot be kept": the row is written before any provider is called,
/// so nothing was started.
fn nothing_started(error: StoreError) -> Fault {
    match error.into() {
        Fault::Storage { detail } => Fault::CannotKeep { detail },
        fault => fault,
    }
}
