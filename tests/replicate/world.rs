//! Shared by the tests: a cloud with its cog server, a provider that knows them, and a sink that
//! records its updates.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use easel::{
    generation::{
        Event, Fact, GenerationId, Image, InputValue, Inputs, LogLevel, Request, StoredImage,
    },
    server::{
        config::Config,
        fault::Fault,
        outbound::guard::Guard,
        picture,
        provider::{
            Answer, InputFile, Job, Provider, UpdateSink, Updates,
            replicate::{self, Replicate},
        },
    },
};
use tokio::{
    sync::{Semaphore, SemaphorePermit, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    cloud::{Cloud, TOKEN, WEBHOOK_SECRET},
    cog::Cog,
};

/// The time limit of every wait.
const LIMIT: Duration = Duration::from_secs(60);
/// Few tests in parallel: each has a server of its own, and runs are rate-limited.
static TURN: Semaphore = Semaphore::const_new(3);

pub struct World {
    pub cloud: Cloud,
    pub cog: Cog,
    pub replicate: Arc<Replicate>,
    _turn: SemaphorePermit<'static>,
}

impl World {
    pub async fn new(version: &str) -> Self {
        let turn = TURN.acquire().await.unwrap();
        let cloud = Cloud::start(0).await;
        let cog = Cog::start(version, Some(&cloud.upload_url())).await;
        cloud.use_cog(&cog.origin);
        let replicate = provider(&cloud, &cog, TOKEN);
        Self { cloud, cog, replicate, _turn: turn }
    }

    /// Starts an attempt at `model`, in a task of its own.
    pub fn start(&self, model: &str, inputs: &[(&str, InputValue)]) -> Running {
        self.start_job(job(model, inputs))
    }

    pub fn start_job(&self, job: Job) -> Running {
        self.start_with(job, Arc::default())
    }

    /// Starts an attempt that sends its updates to `sink`.
    pub fn start_with(&self, job: Job, sink: Arc<Sink>) -> Running {
        let (replicate, given) = (self.replicate.clone(), job.clone());
        let updates = Updates::new(sink.clone());
        let task = tokio::spawn(async move {
            replicate.generate(given, updates).await.map_err(|error| error.fault)
        });
        Running { job, sink, task }
    }

    /// One attempt from start to end.
    pub async fn run(&self, inputs: &[(&str, InputValue)]) -> Result<Answer, Fault> {
        self.start("easel/painter", inputs).end().await
    }

    /// Resumes a job like a new process with the same configuration would.
    pub fn resume(&self, job: Job, handle: &str) -> Running {
        let replicate = provider(&self.cloud, &self.cog, TOKEN);
        let (handle, sink, given) = (handle.to_owned(), Arc::<Sink>::default(), job.clone());
        let updates = Updates::new(sink.clone());
        let task = tokio::spawn(async move {
            replicate.resume(given, handle, updates).await.map_err(|error| error.fault)
        });
        Running { job, sink, task }
    }
}

pub fn provider(cloud: &Cloud, cog: &Cog, token: &str) -> Arc<Replicate> {
    provider_with_secret(cloud, cog, token, WEBHOOK_SECRET)
}

/// As [`provider`]; without a secret the provider fetches it.
pub fn provider_with_secret(cloud: &Cloud, cog: &Cog, token: &str, secret: &str) -> Arc<Replicate> {
    let base = format!("{}/v1/", cloud.origin);
    let origins = format!("{}, {}", cloud.delivery, cog.origin);
    let config = Config::read(|variable| {
        let value = match variable {
            "REPLICATE_API_TOKEN" => token,
            "REPLICATE_BASE_URL" => &base,
            "REPLICATE_WEBHOOK_SECRET" => secret,
            "EASEL_ALLOWED_ORIGINS" => &origins,
            "EASEL_PUBLIC_URL" => "https://easel.example/studio",
            _ => return None,
        };
        Some(value.to_owned())
    });
    let config = config.unwrap();
    let guard = Guard::new(replicate::OPENING.listed(&config));
    Arc::new(Replicate::new(&config, guard))
}

pub fn job(model: &str, inputs: &[(&str, InputValue)]) -> Job {
    let inputs: Inputs =
        inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Job {
        id: GenerationId::from_parts(1_700_000_000_000, rand::random()),
        session_key: "somebody".to_owned(),
        language: None,
        attempt: 1,
        request: Request {
            model: format!("replicate:{model}").parse().unwrap(),
            prompt: "a striped fox".to_owned(),
            inputs,
        },
        files: Default::default(),
        cancelled: CancellationToken::new(),
    }
}

/// Adds the file behind a stored input to `job`.
pub fn with_file(mut job: Job, digest: &str, bytes: Vec<u8>) -> Job {
    let file = InputFile { bytes: bytes.into(), content_type: "image/png".to_owned(), name: None };
    job.files.insert(digest.to_owned(), file);
    job
}

pub fn text(text: &str) -> InputValue {
    InputValue::Text(text.to_owned())
}

/// A running attempt.
pub struct Running {
    pub job: Job,
    pub sink: Arc<Sink>,
    task: JoinHandle<Result<Answer, Fault>>,
}

impl Running {
    pub async fn end(self) -> Result<Answer, Fault> {
        within(self.task).await.expect("the attempt did not panic")
    }

    /// Drops the future, as the service does to cancel.
    pub fn drop_future(&self) {
        self.task.abort();
    }

    /// Waits for an event that `fits`.
    pub async fn until(&self, fits: impl Fn(&Event) -> bool) {
        let mut count = self.sink.count.subscribe();
        let found = async {
            while !self.sink.events().iter().any(&fits) {
                count.changed().await.unwrap();
            }
        };
        within(found).await;
    }
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.expect("it took too long")
}

/// Waits until `condition` holds.
pub async fn eventually(condition: impl Fn() -> bool) {
    within(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Records the updates of a provider.
#[derive(Default)]
pub struct Sink {
    events: Mutex<Vec<Event>>,
    handles: Mutex<Vec<String>>,
    /// The number of handles that it stores before its database fails; `None` stores all.
    keeps_handles: Option<usize>,
    pub stored: Mutex<Vec<bytes::Bytes>>,
    count: watch::Sender<usize>,
}

impl Sink {
    /// A sink whose database fails after this many handles.
    pub fn keeping(handles: usize) -> Self {
        Self { keeps_handles: Some(handles), ..Self::default() }
    }

    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    pub fn handles(&self) -> Vec<String> {
        self.handles.lock().unwrap().clone()
    }

    pub fn fractions(&self) -> Vec<f64> {
        let fraction = |event| match event {
            Event::Progress { fraction, .. } => fraction,
            _ => None,
        };
        self.events().into_iter().filter_map(fraction).collect()
    }

    pub fn lines(&self, wanted: LogLevel) -> Vec<String> {
        let line = |event| match event {
            Event::Log { level, text, .. } if level == wanted => Some(text),
            _ => None,
        };
        self.events().into_iter().filter_map(line).collect()
    }
}

#[async_trait]
impl UpdateSink for Sink {
    async fn remember(&self, handle: &str) -> Result<(), Fault> {
        let mut handles = self.handles.lock().unwrap();
        if self.keeps_handles.is_some_and(|most| handles.len() >= most) {
            return Err(Fault::CannotKeep { detail: "the database is away".to_owned() });
        }
        handles.push(handle.to_owned());
        Ok(())
    }

    fn send(&self, event: Event) {
        self.events.lock().unwrap().push(event);
        self.count.send_modify(|count| *count += 1);
    }

    fn preview(&self, _: Image) {}

    async fn store(&self, bytes: bytes::Bytes) -> Result<String, Fault> {
        let digest = picture::digest(&bytes);
        self.stored.lock().unwrap().push(bytes);
        Ok(digest)
    }
}

pub fn images(answer: Result<Answer, Fault>) -> (Vec<StoredImage>, Vec<Fact>) {
    match answer {
        Ok(Answer::Images { images, facts, .. }) => (images, facts),
        other => panic!("no images: {other:?}"),
    }
}

pub fn fact<'a>(facts: &'a [Fact], name: &str) -> Option<&'a str> {
    facts.iter().find(|fact| fact.key == name.into()).map(|fact| fact.value.as_str())
}
