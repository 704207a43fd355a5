//! The generations with a scripted provider and a store in memory.

mod events;
mod joining;
mod keeping;
mod quota;
mod results;
mod running;
mod spare;
mod waiting;

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::*;
use crate::{
    generation::{
        Connection, ConnectionState, Event, Fact, Field, FieldKind, Image, ImageType, InputSchema,
        InputValue, NumberedEvent, PromptUse, ProviderKind, Request, retry::MAX_RETRIES,
    },
    server::provider::{Answer, AnswerBuilder, Job, OutputFile, Provider, ProviderError, Updates},
};

/// How the scripted provider behaves in one call.
enum Turn {
    /// Sends this many log lines, and answers when `go_on` fires.
    Talk(u32, Result<Comes, Fault>),
    Answer(Result<Comes, Fault>),
    /// Signals `began`, and answers when `go_on` fires.
    Wait(Result<Comes, Fault>),
    Panic,
}

/// The answer of a scripted call.
enum Comes {
    Made { images: Vec<Image>, files: Vec<OutputFile>, facts: Vec<Fact> },
    Loading { estimated_time: Option<f64> },
}

impl Comes {
    async fn answer(self, updates: &Updates) -> Result<Answer, Fault> {
        let (images, files, facts) = match self {
            Self::Made { images, files, facts } => (images, files, facts),
            Self::Loading { estimated_time } => return Ok(Answer::Loading { estimated_time }),
        };
        let mut made = AnswerBuilder::new(updates);
        for image in images {
            made.image(image).await?;
        }
        for file in files {
            made.file("", file).await?;
        }
        Ok(made.answer(facts))
    }
}

#[derive(Default)]
struct Script {
    turns: Mutex<VecDeque<Turn>>,
    calls: AtomicUsize,
    /// How many calls were dropped before their end.
    dropped: AtomicUsize,
    began: Notify,
    go_on: Notify,
    resumed: Mutex<Vec<String>>,
    /// The inputs of the last call.
    inputs: Mutex<Inputs>,
    /// How often the model was described, and whether describing fails now.
    described: AtomicUsize,
    is_down: AtomicBool,
    /// Whether its attempts may cost something, and whether it confirms a cancel.
    bills: AtomicBool,
    confirms: AtomicBool,
}

struct Scripted(Arc<Script>);

struct Dropped<'a>(Option<&'a Script>);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        if let Some(script) = self.0 {
            script.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[async_trait]
impl Provider for Scripted {
    fn kind(&self) -> ProviderKind {
        ProviderKind::Demo
    }

    fn may_bill(&self) -> bool {
        self.0.bills.load(Ordering::SeqCst)
    }

    fn bills_by_time(&self) -> bool {
        self.may_bill()
    }

    fn cancel_grace(&self) -> Duration {
        let confirms = self.0.confirms.load(Ordering::SeqCst);
        if confirms { Duration::from_secs(60) } else { Duration::ZERO }
    }

    fn describes_alone(&self) -> bool {
        true
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        self.0.described.fetch_add(1, Ordering::SeqCst);
        if self.0.is_down.load(Ordering::SeqCst) {
            return Err(is_down());
        }
        Ok(Model {
            reference: model.clone(),
            title: String::new(),
            description: None,
            page: None,
            prompt: PromptUse::Required,
            schema: InputSchema { fields: vec![secret_field()] },
            example: None,
            notices: Vec::new(),
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        *self.0.inputs.lock() = job.request.inputs.clone();
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        let mut dropped = Dropped(Some(&self.0));
        let turn = self.0.turns.lock().pop_front().expect("the script has a turn for it");
        let answer = match turn {
            Turn::Answer(answer) => answer,
            Turn::Talk(lines, answer) => {
                for line in 0..lines {
                    updates.notice(format!("line {line}"));
                    tokio::task::consume_budget().await;
                }
                self.0.began.notify_one();
                self.0.go_on.notified().await;
                answer
            }
            Turn::Wait(answer) => {
                self.0.began.notify_one();
                let confirms = self.0.confirms.load(Ordering::SeqCst);
                tokio::select! {
                    () = self.0.go_on.notified() => answer,
                    () = job.cancelled.cancelled(), if confirms => Err(Fault::Cancelled),
                }
            }
            Turn::Panic => panic!("the provider broke"),
        };
        let answer = match answer {
            Ok(comes) => comes.answer(&updates).await,
            Err(error) => Err(error),
        };
        dropped.0 = None;
        Ok(answer?)
    }

    async fn resume(
        &self,
        _: Job,
        handle: String,
        updates: Updates,
    ) -> Result<Answer, ProviderError> {
        self.0.resumed.lock().push(handle);
        Ok(picture()?.answer(&updates).await?)
    }

    fn connection(&self) -> Connection {
        Connection {
            provider: ProviderKind::Demo,
            state: ConnectionState::Ready,
            details: Vec::new(),
            error: None,
            links: Vec::new(),
        }
    }
}

fn is_down() -> Fault {
    Fault::Unreachable { host: "models.example".to_owned(), detail: String::new() }
}

fn secret_field() -> Field {
    let kind =
        FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: true };
    Field::new("api_key", kind)
}

fn picture() -> Result<Comes, Fault> {
    let bytes = b"a picture".to_vec();
    let digest = crate::server::picture::digest(&bytes);
    let (bytes, content_type) = (bytes.into(), ImageType::Png);
    let image = Image { bytes, content_type, width: 3, height: 2, digest };
    Ok(Comes::Made { images: vec![image], files: Vec::new(), facts: Vec::new() })
}

fn loading() -> Turn {
    Turn::Answer(Ok(Comes::Loading { estimated_time: Some(1.0) }))
}

struct Stage {
    generations: Generations,
    script: Arc<Script>,
    session: SessionId,
    id: GenerationId,
}

impl Stage {
    async fn with(turns: impl IntoIterator<Item = Turn>) -> Self {
        let records = Records::in_memory().await.unwrap();
        Self::on(records, Images::in_memory(), turns)
    }

    /// A stage of another process on the same store.
    fn on(records: Records, images: Images, turns: impl IntoIterator<Item = Turn>) -> Self {
        Self::limited(records, images, limits(), turns)
    }

    fn limited(
        records: Records,
        images: Images,
        limits: Limits,
        turns: impl IntoIterator<Item = Turn>,
    ) -> Self {
        let script = Arc::new(Script::default());
        script.turns.lock().extend(turns);
        let provider: Arc<dyn Provider> = Arc::new(Scripted(script.clone()));
        Self {
            generations: Generations::new(
                (Registry::new([provider]), OwnProviders::none()),
                records,
                images,
                Budget::new(BUDGET_BYTES),
                DraftKey::new([vec![7; 64]]),
                limits,
            ),
            script,
            session: SessionId::new("ours"),
            id: id(0),
        }
    }

    async fn generate(&self) -> Result<Outcome, GenerateError> {
        self.generate_other(&self.session, &self.id, request("a fox")).await
    }

    async fn generate_other(
        &self,
        session: &SessionId,
        id: &GenerationId,
        request: Request,
    ) -> Result<Outcome, GenerateError> {
        self.generations.generate(session, id, draft_of(request)).await.map(|held| held.value)
    }

    fn calls(&self) -> usize {
        self.script.calls.load(Ordering::SeqCst)
    }
}

fn limits() -> Limits {
    Limits {
        running: 8,
        running_per_session: 2,
        waiting: 500,
        cancel_when_left: None,
        ..Limits::default()
    }
}

/// The memory for all readers of a stage together.
const BUDGET_BYTES: usize = 64 * 1024 * 1024;

fn id(number: u8) -> GenerationId {
    GenerationId::from_parts(1, [number; 10])
}

fn request(prompt: &str) -> Request {
    Request { model: ModelReference::demo(), prompt: prompt.to_owned(), inputs: Inputs::new() }
}

fn draft_of(request: Request) -> Option<Draft> {
    Some(Draft::of(&request))
}

fn is_done(outcome: &Result<Outcome, GenerateError>) -> bool {
    matches!(outcome, Ok(Outcome::Done { images, .. }) if images[0].bytes == b"a picture"[..])
}

/// The events of a generation in the database, and their size as JSON.
async fn kept(generations: &Generations, id: &GenerationId) -> (Vec<NumberedEvent>, usize) {
    let kept = generations.0.records.events_after(id, 0).await.unwrap();
    let bytes = kept.iter().map(|event| serde_json::to_string(event).unwrap().len()).sum();
    (kept, bytes)
}
