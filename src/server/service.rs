//! Runs generations: start, join, watch, cancel, resume.
//!
//! A generation runs in a task of its own, so that a closed tab or a cut connection does not lose
//! a picture that was paid for. Callers only join it: [`Service::generate`] waits for its answer,
//! [`Service::watch`] reads its events, [`Service::cancel`] ends it.

mod attempt;
mod crew;
mod ending;
mod gallery;
mod queue;
mod recovery;
mod run;
#[cfg(test)]
mod tests;
mod watch;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{crew::Crew, queue::Queue, run::Run};
use super::{
    lookups,
    provider::{Registry, StoredFile},
    store::{Claim, End, Images, Record, RecordState, Records, SessionId, Signal},
};
use crate::{
    error::GenerateError,
    generation::{
        FileReference, GenerationId, Image, InputValue, Inputs, Model, ModelReference, Outcome,
        Request, retry::MAX_RETRIES,
    },
};

/// How long one call of `generate` waits before it answers [`Outcome::Running`]: shorter than the
/// idle limit of any common proxy.
pub const JOIN_LIMIT: Duration = Duration::from_secs(25);

/// What the operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Generations that run at once, over all sessions.
    pub running: usize,
    /// The same for one session.
    pub running_per_session: usize,
    /// Cancel paid work when the last page that watched it has gone for this long; `None` keeps
    /// it running.
    pub cancel_when_left: Option<Duration>,
}

/// The generation service of this process. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    registry: Registry,
    records: Records,
    images: Images,
    limits: Limits,
    queue: Queue,
    crew: Crew,
    /// The name under which this process holds its leases.
    owner: String,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Service {
    pub fn new(registry: Registry, records: Records, images: Images, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            queue: Queue::new(limits.running, limits.running_per_session),
            owner: uuid::Uuid::now_v7().to_string(),
            crew: Crew::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            registry,
            records,
            images,
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
    /// for at most [`JOIN_LIMIT`].
    ///
    /// # Errors
    ///
    /// Why there is no picture; [`GenerateError::Conflict`] when `id` stands for another request;
    /// [`GenerateError::NotFound`] when it belongs to another session.
    pub async fn generate(
        &self,
        session: &SessionId,
        id: &GenerationId,
        request: Request,
    ) -> Result<Outcome, GenerateError> {
        let (service, owner, name) = (self.clone(), session.clone(), id.clone());
        // A caller that goes away in the middle must not leave a row that nobody works on, but
        // while there is none, nothing is looked up for a caller that has gone.
        let gone = CancellationToken::new();
        let _here = gone.clone().drop_guard();
        let start = async move { service.start_or_join(&owner, &name, request, &gone).await };
        let start = tokio::spawn(lookups::for_same_client(lookups::client(), start));
        let answer = async {
            match start.await.unwrap_or(Err(GenerateError::Internal))? {
                Joined::Here(run) => self.outcome_here(&run).await,
                Joined::Elsewhere => self.outcome_elsewhere(session, id).await,
                Joined::Ended(record) => self.outcome_of(*record).await,
            }
        };
        tokio::time::timeout(JOIN_LIMIT, answer).await.unwrap_or(Ok(Outcome::Running))
    }

    async fn start_or_join(
        &self,
        session: &SessionId,
        id: &GenerationId,
        mut request: Request,
        gone: &CancellationToken,
    ) -> Result<Joined, GenerateError> {
        let model = tokio::select! {
            model = self.describe(&request.model) => model,
            () = gone.cancelled() => return Err(GenerateError::Cancelled),
        };
        let checked = match &model {
            Ok(model) => request.validate(model.prompt, &model.schema),
            Err(_) => Ok(()),
        };
        // A generation is known by what is kept of its request, and secrets are not.
        let secrets = model.as_ref().map(|model| request.take_secrets(&model.schema));
        let secrets = secrets.unwrap_or_default();
        if let Some(run) = self.0.crew.get(id) {
            check_same(session, &request, &run.session, &run.request)?;
            return Ok(Joined::Here(run));
        }
        let record = match self.0.records.get(id).await? {
            Some(record) => record,
            None => {
                model?;
                checked.map_err(|fields| GenerateError::InputRejected {
                    fields,
                    detail: String::new(),
                })?;
                self.0.queue.check_room(session)?;
                let files = self.files_of(session, &request).await?;
                let owner = &self.0.owner;
                match self.0.records.claim_new(id, session, &request, owner, now_ms()).await? {
                    Claim::Started(record) => {
                        return Ok(self.start(record, Given { secrets, files }).await);
                    }
                    Claim::Exists(record) => record,
                }
            }
        };
        check_same(session, &request, &record.session, &record.item.request)?;
        match record.item.state {
            RecordState::Done | RecordState::Failed | RecordState::Cancelled => {
                Ok(Joined::Ended(Box::new(record)))
            }
            RecordState::Queued | RecordState::Running => {
                Ok(self.0.crew.get(id).map_or(Joined::Elsewhere, Joined::Here))
            }
            RecordState::Loading => self.start_next_attempt(record, secrets).await,
        }
    }

    /// A caller that finds the last attempt answered "loading" starts the next one.
    async fn start_next_attempt(
        &self,
        record: Record,
        secrets: Inputs,
    ) -> Result<Joined, GenerateError> {
        if record.item.attempts > MAX_RETRIES {
            return Err(GenerateError::StillLoading { tries: MAX_RETRIES });
        }
        let files = self.files_of(&record.session, &record.item.request).await?;
        let claimed =
            self.0.records.claim_next_attempt(&record.item.id, &self.0.owner, now_ms()).await?;
        match claimed {
            Some(record) => Ok(self.start(record, Given { secrets, files }).await),
            // Another call was first: it runs here or elsewhere.
            None => Ok(self.0.crew.get(&record.item.id).map_or(Joined::Elsewhere, Joined::Here)),
        }
    }

    async fn start(&self, record: Record, given: Given) -> Joined {
        Joined::Here(self.spawn(record, given, None).await)
    }

    /// What a model is called and what it accepts.
    pub async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        self.0.registry.describe(model).await
    }

    async fn files_of(
        &self,
        session: &SessionId,
        request: &Request,
    ) -> Result<Files, GenerateError> {
        let mut files = Files::new();
        for digest in request.inputs.values().flat_map(stored_files) {
            let missing = || GenerateError::InputRejected {
                fields: Vec::new(),
                detail: "a file that the request names is no longer here; choose it again"
                    .to_owned(),
            };
            let content_type =
                self.0.records.file_of(session, digest).await?.ok_or_else(missing)?;
            let bytes = self.0.images.get(digest).await?.ok_or_else(missing)?;
            files.insert(digest.to_owned(), StoredFile { bytes, content_type });
        }
        Ok(files)
    }

    async fn outcome_here(&self, run: &Arc<Run>) -> Result<Outcome, GenerateError> {
        let _watcher = self.watcher(run);
        tokio::select! {
            answer = run.answer() => answer,
            // The page asks again, and the next process answers.
            () = self.0.stopping.cancelled() => Ok(Outcome::Running),
        }
    }

    /// What the row of an ended or waiting generation comes to.
    async fn outcome_of(&self, record: Record) -> Result<Outcome, GenerateError> {
        match record.item.state {
            RecordState::Done => {
                let mut images = Vec::with_capacity(record.item.images.len());
                for stored in &record.item.images {
                    let bytes = self.0.images.get(&stored.digest).await?.ok_or_else(|| {
                        GenerateError::Storage { detail: "the picture's file is gone".to_owned() }
                    })?;
                    images.push(Image {
                        bytes: bytes.to_vec(),
                        content_type: stored.content_type,
                        width: stored.width,
                        height: stored.height,
                        digest: stored.digest.clone(),
                    });
                }
                Ok(Outcome::Done { images, facts: record.item.facts })
            }
            RecordState::Failed => Err(record.item.error.unwrap_or(GenerateError::Internal)),
            RecordState::Cancelled => Err(GenerateError::Cancelled),
            RecordState::Loading => Ok(Outcome::Loading {
                estimated_time: record.estimated_time,
                attempt: record.item.attempts,
            }),
            RecordState::Queued | RecordState::Running => Ok(Outcome::Running),
        }
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
            RecordState::Queued | RecordState::Running => {
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
    }
}

/// The bytes of a request's file inputs, by digest.
type Files = BTreeMap<String, StoredFile>;

/// What a request needs beside its row.
#[derive(Default)]
struct Given {
    /// Inputs that are never kept; gone after a crash.
    secrets: Inputs,
    files: Files,
}

enum Joined {
    Here(Arc<Run>),
    /// Another process runs it.
    Elsewhere,
    Ended(Box<Record>),
}

fn check_same(
    session: &SessionId,
    request: &Request,
    owner: &SessionId,
    known: &Request,
) -> Result<(), GenerateError> {
    if session != owner {
        Err(GenerateError::NotFound)
    } else if request != known {
        Err(GenerateError::Conflict)
    } else {
        Ok(())
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
