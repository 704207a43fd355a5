//! Runs generations: start, join, watch, cancel, resume.
//!
//! A generation runs in a task of its own, so that a closed tab or a cut connection does not lose
//! a picture that was paid for. Callers only join it: [`Service::generate`] waits for its answer,
//! [`Service::watch`] reads its events, [`Service::cancel`] ends it.

mod attempt;
mod backoff;
mod caller;
mod crew;
mod ending;
mod gallery;
mod joining;
mod keeping;
mod log;
mod outcome;
mod parcel;
mod queue;
mod recovery;
mod run;
mod storing;
#[cfg(test)]
mod tests;
mod waiters;
mod watch;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{caller::Caller, waiters::JOIN_LIMIT};
use self::{
    crew::Crew,
    queue::{Party, Queue, Turn},
    run::Run,
    waiters::Waiters,
};
use super::{
    budget::{Budget, Held, OverBudget},
    drafts::DraftKey,
    lookups,
    provider::{Registry, StoredFile},
    store::{End, Images, Record, RecordState, Records, SessionId, Signal, StoreError, meet},
};
use crate::{
    error::GenerateError,
    generation::{
        Draft, FileReference, GenerationId, ImageType, InputValue, Inputs, Model, ModelReference,
        Outcome, Request,
    },
};

/// The files of one request: they are in memory while it runs.
const MAX_INPUT_BYTES: usize = 64 * 1024 * 1024;

/// Who made a picture this long ago is no newcomer, who shares turns with the whole address.
const REGULAR_AFTER: Duration = Duration::from_secs(10 * 60);

/// How long the end waits for the store of files.
const LAST_MARK: Duration = Duration::from_secs(1);

/// How much goes on at once. What is said of an address does not hold on the machine itself.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Generations that run at once, over all sessions.
    pub running: usize,
    /// The same for one session.
    pub running_per_session: usize,
    /// The same for one address.
    pub running_per_address: usize,
    /// Generations that wait for their turn, over all sessions.
    pub waiting: usize,
    /// The same for one session.
    pub waiting_per_session: usize,
    /// The same for one address.
    pub waiting_per_address: usize,
    /// Cancel paid work when the last page that watched it has gone for this long; `None` keeps
    /// it running.
    pub cancel_when_left: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            running: 64,
            running_per_session: 4,
            running_per_address: 8,
            waiting: 1_000,
            waiting_per_session: 1_000,
            waiting_per_address: 100,
            cancel_when_left: Some(Duration::from_secs(60)),
        }
    }
}

/// The generation service of this process. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    registry: Registry,
    records: Records,
    images: Images,
    budget: Budget,
    draft_key: DraftKey,
    limits: Limits,
    queue: Queue,
    crew: Crew,
    waiters: Waiters,
    /// The name under which this process holds its leases.
    owner: String,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Service {
    pub fn new(
        registry: Registry,
        records: Records,
        images: Images,
        budget: Budget,
        draft_key: DraftKey,
        limits: Limits,
    ) -> Self {
        Self(Arc::new(Inner {
            queue: Queue::new(limits),
            owner: uuid::Uuid::now_v7().to_string(),
            crew: Crew::default(),
            waiters: Waiters::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            registry,
            records,
            images,
            budget,
            draft_key,
            limits,
        }))
    }

    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub fn records(&self) -> &Records {
        &self.0.records
    }

    pub fn images(&self) -> &Images {
        &self.0.images
    }

    /// Starts the generation, or joins the one that `id` already names, and waits for its answer
    /// for at most [`JOIN_LIMIT`]. Without a draft it only joins. The answer has its part of the
    /// budget until it was sent.
    ///
    /// # Errors
    ///
    /// Why there is no picture; [`GenerateError::Conflict`] when `id` stands for another draft;
    /// [`GenerateError::NotFound`] when it belongs to another session, or when there is nothing to
    /// join; [`GenerateError::Busy`] when too many wait for their turn.
    pub async fn generate(
        &self,
        caller: impl Into<Caller>,
        id: &GenerationId,
        draft: Option<Draft>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let caller = caller.into();
        let session = caller.session.clone();
        let (service, name) = (self.clone(), id.clone());
        // A caller that goes away in the middle must not leave a row that nobody works on, but
        // while there is none, nothing is looked up for a caller that has gone.
        let gone = CancellationToken::new();
        let _here = gone.clone().drop_guard();
        let start = async move { service.start_or_join(&caller, &name, draft, &gone).await };
        let start = tokio::spawn(lookups::for_same_client(lookups::client(), start));
        let waiter = self.0.waiters.enter(&session);
        let answer = async {
            match start.await.unwrap_or(Err(GenerateError::Internal))? {
                Joined::Here(run) => self.outcome_here(&run).await,
                Joined::Elsewhere => self.outcome_elsewhere(&session, id).await,
                Joined::Ended(record) => self.outcome_of(*record).await,
            }
        };
        tokio::time::timeout(waiter.limit, answer).await.unwrap_or_else(|_| Ok(self.running()))
    }

    async fn start(&self, record: Record, given: Given, turn: Turn) -> Joined {
        Joined::Here(self.spawn(record, given, turn, None).await)
    }

    /// A place in the queue, taken before anything is written down or started.
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

    /// What a model is called and what it accepts.
    pub async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        self.0.registry.describe(model).await
    }

    /// Whether the files of a request are this session's and still here.
    async fn check_files(
        &self,
        session: &SessionId,
        request: &Request,
    ) -> Result<(), GenerateError> {
        for digest in request.inputs.values().flat_map(stored_files) {
            let content_type = self.0.records.file_of(session, digest).await?;
            content_type.ok_or_else(missing_file)?;
        }
        Ok(())
    }

    /// The files of a request whose turn has come.
    async fn files_of(
        &self,
        session: &SessionId,
        request: &Request,
    ) -> Result<Held<Files>, GenerateError> {
        let mut share = self.0.budget.share(MAX_INPUT_BYTES);
        let mut files = Files::new();
        for digest in request.inputs.values().flat_map(stored_files) {
            if files.contains_key(digest) {
                continue;
            }
            let content_type = self.0.records.file_of(session, digest).await?;
            let content_type = content_type.ok_or_else(missing_file)?;
            let name = match ImageType::of_mime(&content_type) {
                Some(_) => None,
                None => self.0.records.upload_name(session, digest).await?,
            };
            let bytes = self.0.images.get(digest).await?.ok_or_else(missing_file)?;
            share.grow(bytes.len()).await.map_err(|error| match error {
                OverBudget::Limit { limit } => rejected(format!(
                    "the files of a request may have {} MiB together",
                    limit / 1024 / 1024
                )),
                OverBudget::Busy => error.into(),
            })?;
            files.insert(digest.to_owned(), StoredFile { bytes, content_type, name });
        }
        Ok(Held { value: files, share })
    }

    /// Cancels at the provider, wherever the generation runs. One that is over stays as it is.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when there is none of this name in this session.
    pub async fn cancel(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<(), GenerateError> {
        if let Some(run) = self.0.crew.get(id) {
            if run.session != *session {
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
                self.0.records.publish(Signal::Events(id.clone())).await?;
            }
            RecordState::Done | RecordState::Failed | RecordState::Cancelled => {}
        }
        Ok(())
    }

    /// Whether the database and the picture store answer; what does not, in words. It answers
    /// within seconds in any case.
    pub async fn health(&self) -> Result<(), String> {
        let (database, pictures) = tokio::join!(self.0.records.is_there(), self.0.images.answers());
        let database = (!database).then(|| "the database does not answer".to_owned());
        let pictures = pictures.err().map(|why| format!("pictures cannot be kept: {why}"));
        let wrong: Vec<_> = database.into_iter().chain(pictures).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// How many generations are at work in this process, and how many wait for their turn.
    pub fn load(&self) -> (usize, usize) {
        self.0.queue.load()
    }

    /// Fires when the server is told to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    /// Ends the waits of all callers, so that their connections can close.
    pub fn stop_waiting(&self) {
        self.0.stopping.cancel();
    }

    /// Gives running attempts `grace` to come to an end. What is still running then is taken up
    /// by the next process.
    pub async fn finish(&self, grace: Duration) {
        self.0.tasks.close();
        if tokio::time::timeout(grace, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.0.tasks.len(), "stopped in the middle of generations");
        }
        // After this, a copy of the database that was made earlier is known for an older one.
        let last = meet(&self.0.records, &self.0.images, now_ms());
        if !matches!(tokio::time::timeout(LAST_MARK, last).await, Ok(Ok(_))) {
            tracing::warn!("the store of files did not answer at the end");
        }
    }
}

/// The bytes of a request's file inputs, by digest.
type Files = BTreeMap<String, StoredFile>;

/// What a request needs beside its row.
#[derive(Default)]
struct Given {
    /// Inputs that are never kept; gone after a crash.
    secrets: Inputs,
}

enum Joined {
    Here(Arc<Run>),
    /// Another process runs it.
    Elsewhere,
    Ended(Box<Record>),
}

fn missing_file() -> GenerateError {
    rejected("a file that the request names is no longer here; choose it again".to_owned())
}

fn rejected(detail: String) -> GenerateError {
    GenerateError::InputRejected { fields: Vec::new(), detail }
}

/// Why a generation was not begun. Its row is written before anybody is asked for a picture.
fn nothing_started(error: StoreError) -> GenerateError {
    match error.into() {
        GenerateError::Storage { detail } => GenerateError::CannotKeep { detail },
        error => error,
    }
}

fn stored_files(value: &InputValue) -> Vec<&str> {
    match value {
        InputValue::File(FileReference::Stored(digest)) => vec![digest],
        InputValue::List(items) => items.iter().flat_map(stored_files).collect(),
        _ => Vec::new(),
    }
}

/// Unix time in milliseconds.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
