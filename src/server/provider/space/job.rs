//! One job at an app: from joining the queue to its last message, or to its cancel.

use std::{sync::Arc, time::Duration};

use futures::{Stream, stream};
use serde_json::{Value, json};
use tokio::{
    sync::OwnedMutexGuard,
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{
    app::{App, random_hash},
    endpoint::{Call, Endpoint},
    errors,
    message::{JobEvent, Reader, Step},
    protocol::{self, AskingStream, Socket, Ticket, Wire, queue},
    wire::{Protocol, Version},
};
use crate::server::{budget::Share, fault::Fault, outbound::on_drop::OnDrop, throttle::Throttle};

/// How many messages are read per [`MESSAGES_WINDOW`]; the app has to wait with more, so other jobs
/// do not.
const MESSAGES: u32 = 2_000;
const MESSAGES_WINDOW: Duration = Duration::from_millis(100);
/// Apps send a heartbeat every 15 seconds (from 4.0).
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// 3.x has no heartbeat, and a step may take long.
const IDLE_TIMEOUT_WITHOUT_HEARTBEAT: Duration = Duration::from_secs(15 * 60);
/// How long a waiting job of a 3.x app is left alone before it is cancelled. Without its socket the
/// app skips it. A cancel at the very moment when it is taken from the queue, which is when another
/// job ends, makes the app lose a worker for good (seen on 3.50.2: the task is cancelled before the
/// code that returns the worker is reached).
const PASSED_OVER: Duration = Duration::from_secs(1);
/// The longest that a job may take, including its time in the queue.
const JOB_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// A job at an app. Dropped before its end, it is cancelled there in the background.
pub struct Job {
    app: App,
    ticket: Ticket,
    reader: Reader,
    throttle: Throttle,
    wire: Option<Wire>,
    /// The POST that joins the queue. It runs in a task of its own, so that the id of a job that is
    /// dropped meanwhile is still received, and the job cancelled.
    joining: Option<JoinHandle<Result<String, Fault>>>,
    has_started: bool,
    /// The app has nothing more to do for it.
    over: bool,
    may_reopen: bool,
    deadline: Instant,
    /// The memory for its results.
    room: Share,
    /// Jobs of a shared session run one after another.
    _turn: Option<OwnedMutexGuard<()>>,
}

/// The session that jobs run in, and the turn in it if it is shared.
pub(super) struct Session {
    hash: String,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Session {
    /// The person's session for an endpoint that keeps something there; otherwise a fresh one.
    pub async fn of(app: &App, endpoint: &Endpoint) -> Self {
        if endpoint.stateful {
            let shared = app.shared_session();
            let turn = Arc::clone(&shared.turn).lock_owned().await;
            Self { hash: shared.hash.clone(), turn: Some(turn) }
        } else {
            Self::fresh()
        }
    }

    pub fn fresh() -> Self {
        Self { hash: random_hash(), turn: None }
    }
}

impl App {
    /// Joins the queue with `data`, made by [`Endpoint::data`]. The join is sent once.
    ///
    /// # Errors
    ///
    /// `InputRejected` by the app's validators, `Busy` when its queue is full, and network
    /// failures.
    pub async fn submit(&self, endpoint: &Endpoint, data: Vec<Value>) -> Result<Job, Fault> {
        Job::submit(self.clone(), endpoint, data).await
    }

    /// Runs an endpoint to its end and returns its values, one for each output.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit), and `ModelFailed` with the app's own text.
    pub async fn predict(
        &self,
        endpoint: &Endpoint,
        data: Vec<Value>,
    ) -> Result<Vec<Value>, Fault> {
        let mut job = self.submit(endpoint, data).await?;
        while let Some(event) = job.next().await {
            if let JobEvent::Completed(values) = event? {
                return Ok(values);
            }
        }
        Err(Fault::Internal)
    }
}

impl Job {
    pub(super) async fn submit(
        app: App,
        endpoint: &Endpoint,
        data: Vec<Value>,
    ) -> Result<Self, Fault> {
        let mut session = Session::of(&app, endpoint).await;
        let mut job = Self::start(app, &endpoint.call(), &session, data).await?;
        job._turn = session.turn.take();
        Ok(job)
    }

    /// Begins `call` in `session`, in which nothing else runs until the job is over.
    pub(super) async fn start(
        app: App,
        call: &Call,
        session: &Session,
        data: Vec<Value>,
    ) -> Result<Self, Fault> {
        let config = app.config();
        let (diffs, resumes) = match config.protocol {
            Protocol::Queue { diffs, resumes } => (diffs && !call.streaming, resumes),
            _ => (false, false),
        };
        let mut job = Self {
            reader: Reader::new(config.version, diffs, errors::queue_full(app.base()))
                .translated(&config.translations, app.http().language()),
            throttle: Throttle::new(MESSAGES, MESSAGES_WINDOW),
            ticket: Ticket {
                fn_index: call.fn_index,
                session: session.hash.clone(),
                event_id: None,
            },
            wire: None,
            joining: None,
            has_started: false,
            over: false,
            may_reopen: resumes,
            deadline: Instant::now() + JOB_TIMEOUT,
            room: app.http().network().guard.budget().share_for_result(usize::MAX),
            _turn: None,
            app,
        };
        job.join(call, data).await?;
        Ok(job)
    }

    async fn join(&mut self, call: &Call, data: Vec<Value>) -> Result<(), Fault> {
        let app = self.app.clone();
        let unqueued = !app.config().enable_queue && call.queued != Some(true);
        self.wire = Some(match app.config().protocol {
            Protocol::Ws if unqueued => {
                protocol::direct(app, self.ticket.clone(), data, JOB_TIMEOUT)
            }
            Protocol::Ws => Wire::Socket(Box::new(Socket::open(&app, data).await?)),
            Protocol::Sse => Wire::Asking(AskingStream::open(&app, &self.ticket, data).await?),
            Protocol::Queue { .. } => {
                let join = queue::join(app.clone(), self.ticket.clone(), data);
                let joining = self.joining.insert(tokio::spawn(join));
                let joined = joining.await.unwrap_or(Err(Fault::Internal));
                self.joining = None;
                let id = joined.inspect_err(|_| self.over = true)?;
                self.reader.only(&id);
                self.ticket.event_id = Some(id);
                Wire::Queue(queue::open(&app, &self.ticket.session).await?)
            }
        });
        Ok(())
    }

    /// The next event; `None` after [`JobEvent::Completed`] or an error. Cancel-safe: the future
    /// may be dropped and `next` called again.
    pub async fn next(&mut self) -> Option<Result<JobEvent, Fault>> {
        self.wire.as_ref()?;
        let event = self.advance().await;
        self.has_started |= matches!(event, Ok(JobEvent::Started));
        if matches!(event, Ok(JobEvent::Completed(_)) | Err(_)) {
            self.over |= event.is_ok();
            self.wire = None;
        }
        Some(event)
    }

    async fn advance(&mut self) -> Result<JobEvent, Fault> {
        let silence = match (&self.wire, self.app.config().protocol) {
            (Some(Wire::Direct(_)), _) => JOB_TIMEOUT,
            (_, Protocol::Ws) => IDLE_TIMEOUT_WITHOUT_HEARTBEAT,
            _ => IDLE_TIMEOUT,
        };
        // Garbage is no sign of life and does not restart the timeout.
        let mut silent_at = Instant::now() + silence;
        while let Some(wire) = &mut self.wire {
            self.throttle.pass(1).await;
            let until = silent_at.min(self.deadline);
            let step = wire.next(&self.app, &self.ticket, &mut self.reader, &mut self.room);
            let Ok(step) = tokio::time::timeout_at(until, step).await else {
                let detail = if until == self.deadline {
                    "the app was not done within an hour"
                } else {
                    "the app gave no sign of life"
                };
                return Err(Fault::Timeout { detail: detail.to_owned() });
            };
            match step {
                Ok(Some(Step::Tell(event))) => return Ok(event),
                Ok(Some(Step::GiveUp(error))) => return Err(error),
                Ok(Some(Step::Fail(error))) => {
                    self.over = !matches!(error, Fault::Unknown { .. });
                    return Err(error);
                }
                Ok(Some(Step::SendHash | Step::SendData(_))) => {}
                Ok(Some(Step::Heartbeat)) => silent_at = Instant::now() + silence,
                Ok(Some(Step::Nothing)) => {}
                Ok(None) | Err(Fault::Unknown { .. }) if self.may_reopen => {
                    // The result may still be there, and opening the stream again costs nothing.
                    self.may_reopen = false;
                    self.wire =
                        Some(Wire::Queue(queue::open(&self.app, &self.ticket.session).await?));
                }
                Ok(None) => {
                    return Err(Fault::Unknown {
                        detail: "the app closed the connection before it was done".to_owned(),
                    });
                }
                Err(error) => return Err(error),
            }
        }
        Err(Fault::Internal)
    }

    /// The events as a stream, which ends like [`next`](Self::next).
    pub fn into_stream(self) -> impl Stream<Item = Result<JobEvent, Fault>> {
        stream::unfold(self, |mut job| async move { job.next().await.map(|event| (event, job)) })
    }

    /// Cancels the job and waits until the app was notified.
    pub async fn cancel(mut self) {
        if let Some(cancel) = self.take_cancel() {
            cancel.await;
        }
    }

    /// Closes the stream, then notifies the app: the only order that takes a waiting job out of the
    /// queue and frees the worker of a running one on every release.
    fn take_cancel(&mut self) -> Option<impl Future<Output = ()> + Send + use<>> {
        self.wire = None;
        if std::mem::replace(&mut self.over, true) {
            return None;
        }
        let (app, mut ticket) = (self.app.clone(), self.ticket.clone());
        let joining = self.joining.take();
        let is_old = matches!(app.config().protocol, Protocol::Ws);
        let grace = (is_old && !self.has_started).then_some(PASSED_OVER);
        Some(async move {
            tokio::time::sleep(grace.unwrap_or_default()).await;
            if let Some(joining) = joining {
                match joining.await {
                    Ok(Ok(id)) => ticket.event_id = Some(id),
                    // The app accepted no job.
                    _ => return,
                }
            }
            // Best effort: the person has moved on.
            let _ = timeout(Duration::from_secs(30), send_cancel(&app, &ticket)).await;
        })
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        drop(self.take_cancel().map(OnDrop::new));
    }
}

async fn send_cancel(app: &App, ticket: &Ticket) -> Result<(), Fault> {
    let Ticket { fn_index, session, event_id } = ticket;
    if app.config().version >= Version(4, 30, 0) {
        let body = json!({"session_hash": session, "fn_index": fn_index, "event_id": event_id});
        app.http().post(&app.route("/cancel"), |request| request.json(&body)).await?;
        return Ok(());
    }
    // Earlier releases can only cancel through a button of the app; this picks the one that cancels
    // the fewest other functions.
    let buttons = app.config().dependencies.iter().filter(|d| d.cancels.contains(fn_index));
    if let Some(button) = buttons.min_by_key(|dependency| dependency.cancels.len()) {
        let body = json!({"data": [], "fn_index": button.fn_index, "session_hash": session});
        app.http().post(&app.route("/run/predict"), |request| request.json(&body)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::StreamExt;

    use super::*;
    use crate::server::provider::space::{protocol::EventStream, wire::AppConfig};

    /// A job whose stream sends `line` again and again, with a `pause` before each.
    fn job_that_hears(line: &'static str, pause: Duration) -> Job {
        let config = json!({"protocol": "sse_v3", "dependencies": [], "components": []});
        let app = App::offline(AppConfig::parse(&config).unwrap());
        let lines = stream::repeat(line).then(move |line| async move {
            tokio::time::sleep(pause).await;
            Ok(Bytes::from_static(line.as_bytes()))
        });
        Job {
            reader: Reader::new(Version(6, 0, 0), true, errors::queue_full(app.base())),
            throttle: Throttle::new(MESSAGES, MESSAGES_WINDOW),
            ticket: Ticket { fn_index: 0, session: random_hash(), event_id: None },
            wire: Some(Wire::Queue(EventStream::of(lines.boxed()))),
            joining: None,
            has_started: false,
            over: false,
            may_reopen: false,
            deadline: Instant::now() + JOB_TIMEOUT,
            room: app.http().network().guard.budget().share_for_result(usize::MAX),
            _turn: None,
            app,
        }
    }

    async fn end_of(line: &'static str) -> (String, Duration) {
        let start = Instant::now();
        match job_that_hears(line, Duration::from_secs(10)).next().await {
            Some(Err(Fault::Timeout { detail })) => (detail, start.elapsed()),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_app_that_says_a_lot_is_read_at_a_bounded_pace() {
        let line = "data: {\"msg\":\"log\",\"log\":\"x\",\"level\":\"info\"}\n\n";
        let mut job = job_that_hears(line, Duration::ZERO);
        let start = Instant::now();
        for _ in 0..10 * MESSAGES {
            assert!(matches!(job.next().await, Some(Ok(JobEvent::Log { .. }))));
        }
        assert!(start.elapsed() >= 9 * MESSAGES_WINDOW, "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn garbage_is_no_sign_of_life() {
        let (detail, after) = end_of("data: nonsense\n\n").await;
        assert_eq!((detail.as_str(), after), ("the app gave no sign of life", IDLE_TIMEOUT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_heartbeat_keeps_a_job_waiting_but_not_forever() {
        let (detail, after) = end_of("data: {\"msg\":\"heartbeat\"}\n\n").await;
        assert_eq!((detail.as_str(), after), ("the app was not done within an hour", JOB_TIMEOUT));
    }
}
