//! The service with a scripted provider and a store in memory.

mod joining;
mod keeping;
mod quota;

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
        Inputs, NumberedEvent, PromptUse, ProviderKind, retry::MAX_RETRIES,
    },
    server::provider::{Answer, Job, Made, MadeFile, Provider, ProviderError, Updates},
};

/// What the scripted provider does at one call.
enum Turn {
    /// Says so many lines, and answers when it is told to go on.
    Talk(u32, Result<Comes, GenerateError>),
    Answer(Result<Comes, GenerateError>),
    /// Says that it began, and answers when it is told to go on.
    Wait(Result<Comes, GenerateError>),
    Panic,
}

/// What a call of the scripted provider comes to.
enum Comes {
    Made { images: Vec<Image>, files: Vec<MadeFile>, facts: Vec<Fact> },
    Loading { estimated_time: Option<f64> },
}

impl Comes {
    async fn answer(self, updates: &Updates) -> Result<Answer, GenerateError> {
        let (images, files, facts) = match self {
            Self::Made { images, files, facts } => (images, files, facts),
            Self::Loading { estimated_time } => return Ok(Answer::Loading { estimated_time }),
        };
        let mut made = Made::new(updates);
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
    /// Calls whose future was dropped before its end.
    dropped: AtomicUsize,
    began: Notify,
    go_on: Notify,
    resumed: Mutex<Vec<String>>,
    /// The inputs of the last call.
    inputs: Mutex<Inputs>,
    /// How often the model was described, and whether that fails now.
    described: AtomicUsize,
    is_down: AtomicBool,
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
        false
    }

    fn describes_alone(&self) -> bool {
        true
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
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
        *self.0.inputs.lock() = job.request.inputs;
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
                self.0.go_on.notified().await;
                answer
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
            links: Vec::new(),
        }
    }
}

fn is_down() -> GenerateError {
    GenerateError::Unreachable { host: "models.example".to_owned(), detail: String::new() }
}

fn secret_field() -> Field {
    let kind =
        FieldKind::Text { multiline: false, min_length: None, max_length: None, secret: true };
    Field::new("api_key", kind)
}

fn picture() -> Result<Comes, GenerateError> {
    let bytes = b"a picture".to_vec();
    let digest = crate::server::picture::digest(&bytes);
    let image = Image { bytes, content_type: ImageType::Png, width: 3, height: 2, digest };
    Ok(Comes::Made { images: vec![image], files: Vec::new(), facts: Vec::new() })
}

fn loading() -> Turn {
    Turn::Answer(Ok(Comes::Loading { estimated_time: Some(1.0) }))
}

struct Stage {
    service: Service,
    script: Arc<Script>,
    session: SessionId,
    id: GenerationId,
}

impl Stage {
    async fn with(turns: impl IntoIterator<Item = Turn>) -> Self {
        let records = Records::in_memory().await.unwrap();
        Self::on(records, Images::in_memory(), turns)
    }

    /// Another process on the same store.
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
            service: Service::new(
                Registry::new([provider]),
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
        self.service.generate(session, id, draft_of(request)).await.map(|held| held.value)
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

/// All readers of a stage together.
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
    matches!(outcome, Ok(Outcome::Done { images, .. }) if images[0].bytes == b"a picture")
}

#[tokio::test]
async fn ten_calls_with_one_id_are_one_run() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let calls = futures::future::join_all((0..10).map(|_| stage.generate()));
    let go_on = async {
        stage.script.began.notified().await;
        stage.script.go_on.notify_one();
    };
    let (outcomes, ()) = tokio::join!(calls, go_on);
    assert!(outcomes.iter().all(is_done));
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_caller_that_went_away_gets_the_picture_from_the_same_run() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    tokio::select! {
        _ = stage.generate() => panic!("it was not told to go on"),
        () = stage.script.began.notified() => {}
    }
    stage.script.go_on.notify_one();
    assert!(is_done(&stage.generate().await));
    assert!(is_done(&stage.generate().await), "an ended generation answers from the store");
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn each_call_after_loading_starts_the_next_attempt() {
    let stage = Stage::with([loading(), loading(), Turn::Answer(picture())]).await;
    for attempt in [1, 2] {
        let outcome = stage.generate().await;
        assert_eq!(outcome, Ok(Outcome::Loading { estimated_time: Some(1.0), attempt }));
    }
    assert!(is_done(&stage.generate().await));
    assert_eq!(stage.calls(), 3);
}

#[tokio::test]
async fn a_22nd_attempt_is_refused() {
    let stage = Stage::with((0..22).map(|_| loading())).await;
    for _ in 0..20 {
        assert!(matches!(stage.generate().await, Ok(Outcome::Loading { .. })));
    }
    let given_up = Err(GenerateError::StillLoading { tries: MAX_RETRIES });
    assert_eq!(stage.generate().await, given_up);
    assert_eq!(stage.generate().await, given_up);
    assert_eq!(stage.calls(), 21);
}

#[tokio::test]
async fn an_id_stands_for_one_request_of_one_session() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcome, ()) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        let other = stage.generate_other(&stage.session, &stage.id, request("a hen")).await;
        assert_eq!(other, Err(GenerateError::Conflict));
        let stranger = SessionId::new("theirs");
        let other = stage.generate_other(&stranger, &stage.id, request("a fox")).await;
        assert_eq!(other, Err(GenerateError::NotFound));
        let cancel = stage.service.cancel(&stranger, &stage.id).await;
        assert_eq!(cancel, Err(GenerateError::NotFound));
        assert!(stage.service.watch(&stranger, &stage.id, 0).await.is_err());
        stage.script.go_on.notify_one();
    });
    assert!(is_done(&outcome));
}

#[tokio::test]
async fn a_cancel_drops_the_providers_future() {
    let stage = Stage::with([Turn::Wait(picture())]).await;
    let (outcome, cancel) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        stage.service.cancel(&stage.session, &stage.id).await
    });
    assert_eq!((outcome, cancel), (Err(GenerateError::Cancelled), Ok(())));
    assert_eq!(stage.script.dropped.load(Ordering::SeqCst), 1);
    assert_eq!(stage.generate().await, Err(GenerateError::Cancelled));
}

#[tokio::test]
async fn a_cancel_between_two_attempts_ends_it() {
    let stage = Stage::with([loading()]).await;
    stage.generate().await.unwrap();
    stage.service.cancel(&stage.session, &stage.id).await.unwrap();
    assert_eq!(stage.generate().await, Err(GenerateError::Cancelled));
    assert_eq!(stage.calls(), 1);
}

#[tokio::test]
async fn a_provider_that_panics_ends_only_its_own_run() {
    let stage = Stage::with([Turn::Panic, Turn::Answer(picture())]).await;
    assert_eq!(stage.generate().await, Err(GenerateError::Internal));
    let next = stage.generate_other(&stage.session, &id(1), request("a fox")).await;
    assert!(is_done(&next));
}

#[tokio::test]
async fn an_empty_prompt_is_refused_before_anything_starts() {
    let stage = Stage::with([]).await;
    let outcome = stage.generate_other(&stage.session, &stage.id, request(" ")).await;
    assert!(
        matches!(outcome, Err(GenerateError::InputRejected { fields, .. }) if fields[0].field == "prompt")
    );
    assert!(stage.service.records().get(&stage.id).await.unwrap().is_none());
}

#[tokio::test]
async fn events_are_told_to_the_end_and_can_be_resumed() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    stage.generate().await.unwrap();
    let all: Vec<_> =
        stage.service.watch(&stage.session, &stage.id, 0).await.unwrap().collect().await;
    assert_eq!(all.first().unwrap().event, Event::Accepted { attempt: 1 });
    assert_eq!(all.last().unwrap().event, Event::Done);
    let seen = all[0].number;
    let rest: Vec<_> =
        stage.service.watch(&stage.session, &stage.id, seen).await.unwrap().collect().await;
    assert_eq!(rest, all[1..]);
}

#[tokio::test]
async fn the_rest_waits_in_the_queue_and_is_told_its_place() {
    let stage = Stage::with((0..3).map(|_| Turn::Wait(picture()))).await;
    let (first, second, third) = (id(0), id(1), id(2));
    let run = |id| stage.generate_other(&stage.session, id, request("a fox"));
    let ((one, two), three, ()) = tokio::join!(
        async { tokio::join!(run(&first), run(&second)) },
        async {
            // Two of one session run at once.
            stage.script.began.notified().await;
            while stage.calls() < 2 {
                tokio::task::yield_now().await;
            }
            run(&third).await
        },
        async {
            let events = stage.service.watch(&stage.session, &third, 0).await.unwrap();
            let queued =
                Event::Queued { place: Some(1), size: Some(1), eta_seconds: None, upstream: false };
            let queued = events.skip_while(|event| std::future::ready(event.event != queued));
            assert!(pin!(queued).next().await.is_some(), "it is never told its place");
            assert_eq!(stage.calls(), 2);
            stage.script.go_on.notify_waiters();
            while stage.calls() < 3 {
                tokio::task::yield_now().await;
            }
            stage.script.go_on.notify_one();
        },
    );
    assert!([one, two, three].iter().all(is_done));
}

/// The events of a generation in the database, and their size as JSON.
async fn kept(service: &Service, id: &GenerationId) -> (Vec<NumberedEvent>, usize) {
    let kept = service.records().events_after(id, 0).await.unwrap();
    let bytes = kept.iter().map(|event| serde_json::to_string(event).unwrap().len()).sum();
    (kept, bytes)
}

#[tokio::test]
async fn a_provider_that_says_100_000_lines_leaves_a_few_hundred() {
    let stage = Stage::with([Turn::Talk(100_000, picture())]).await;
    let (outcome, run) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        let run = stage.service.0.crew.get(&stage.id).unwrap();
        assert!(run.events_after(0).len() <= 500);
        stage.script.go_on.notify_one();
        run
    });
    assert!(is_done(&outcome));
    let (kept, bytes) = kept(&stage.service, &stage.id).await;
    assert_eq!(kept, run.events_after(0));
    assert!(kept.len() <= 500 && bytes <= 256 * 1024, "{} events, {bytes} bytes", kept.len());
    assert_eq!(kept.last().unwrap().event, Event::Done);
    let middle = kept[kept.len() / 2].number;
    let events = stage.service.watch(&stage.session, &stage.id, middle).await.unwrap();
    assert_eq!(events.collect::<Vec<_>>().await, kept[kept.len() / 2 + 1..]);
}

#[tokio::test]
async fn who_waits_leaves_no_places_in_the_database_and_the_rest_is_refused() {
    let stage = Stage::with((0..502).map(|_| Turn::Wait(picture()))).await;
    let service = stage.service.clone();
    let ids: Vec<_> = (0..502_u64)
        .map(|number| {
            let mut entropy = [0; 10];
            entropy[..8].copy_from_slice(&number.to_be_bytes());
            GenerationId::from_parts(1, entropy)
        })
        .collect();
    let mut calls = Vec::new();
    for (id, number) in ids.iter().zip(0..) {
        let (service, session, id) = (service.clone(), stage.session.clone(), id.clone());
        let known = id.clone();
        calls.push(tokio::spawn(async move {
            service.generate(&session, &id, draft_of(request("a fox"))).await
        }));
        while number >= 2 && !stage.service.0.crew.get(&known).is_some_and(|run| run.is_waiting()) {
            if let Some(call) = calls.pop_if(|call| call.is_finished()) {
                panic!("{number} does not wait: {:?}", call.await.unwrap());
            }
            tokio::task::yield_now().await;
        }
    }
    let refused = stage.generate_other(&stage.session, &id(9), request("a fox")).await;
    assert_eq!(
        refused,
        Err(GenerateError::Busy {
            host: "Easel".to_owned(),
            detail: "500 generations are waiting already".to_owned(),
        })
    );
    assert!(service.records().get(&id(9)).await.unwrap().is_none(), "nothing was started");
    let waiting = service.0.crew.get(&ids[501]).unwrap();
    let place = |run: &Run| {
        run.events_after(0).iter().rev().find_map(|event| match event.event {
            Event::Queued { place, .. } => place,
            _ => None,
        })
    };
    assert_eq!(place(&waiting), Some(500));
    while calls.iter().any(|call| !call.is_finished()) {
        stage.script.go_on.notify_waiters();
        tokio::task::yield_now().await;
    }
    for id in &ids {
        let (kept, _) = kept(&service, id).await;
        let is_place =
            |event: &NumberedEvent| matches!(event.event, Event::Queued { place: Some(_), .. });
        assert!(kept.len() <= 5 && !kept.iter().any(is_place), "{kept:?}");
    }
}

#[tokio::test]
async fn a_generation_that_waits_takes_little_memory() {
    let stage = Stage::with([]).await;
    let caller = Caller::from(&stage.session);
    let turn = stage.service.0.queue.line_up_again(&caller);
    let ticket = Some(turn.ticket().clone());
    let (session, log) = (stage.session.clone(), Default::default());
    let run = Run::new(id(0), session, request("a fox"), None, 1, ticket, log);
    let task = stage.service.clone().task(Arc::new(run), Given::default(), turn, None);
    assert!(size_of_val(&task) < 3_000, "{} bytes", size_of_val(&task));
    assert!(size_of::<Run>() < 1_500, "{} bytes", size_of::<Run>());
    let caller = Caller::from(&stage.session);
    let call = stage.service.generate(caller, &stage.id, None);
    assert!(size_of_val(&call) < 2_000, "{} bytes", size_of_val(&call));
    let watch = stage.service.watch(&stage.session, &stage.id, 0);
    assert!(size_of_val(&watch) < 2_500, "{} bytes", size_of_val(&watch));
}

#[tokio::test]
async fn who_resumes_after_a_restart_hears_the_end_whatever_was_not_kept() {
    let (records, images) = (Records::in_memory().await.unwrap(), Images::in_memory());
    let session = SessionId::new("ours");
    records.claim_new(&id(0), &session, &request("a fox"), None, "gone", now_ms()).await.unwrap();
    let accepted = NumberedEvent { number: 1, at_ms: 0, event: Event::Accepted { attempt: 1 } };
    records.keep_events(&id(0), &[accepted], None).await.unwrap();
    // The process that is gone had told of a thousand places.
    let stage = Stage::on(records, images, []);
    stage.service.start_duties().await.unwrap();
    let events = stage.service.watch(&session, &id(0), 1_000).await.unwrap();
    let events: Vec<_> = events.collect().await;
    assert!(matches!(&events[..], [NumberedEvent { event: Event::Failed { .. }, .. }]));
}

#[tokio::test]
async fn what_another_process_left_is_resumed_or_said_to_be_interrupted() {
    let (records, images) = (Records::in_memory().await.unwrap(), Images::in_memory());
    let session = SessionId::new("ours");
    for number in [0, 1] {
        records
            .claim_new(&id(number), &session, &request("a fox"), None, "gone", now_ms())
            .await
            .unwrap();
    }
    records.remember(&id(0), "job 7").await.unwrap();

    let stage = Stage::on(records, images, []);
    stage.service.start_duties().await.unwrap();
    assert!(is_done(&stage.generate().await));
    assert_eq!(*stage.script.resumed.lock(), ["job 7"]);
    let other = stage.generate_other(&stage.session, &id(1), request("a fox")).await;
    assert_eq!(other, Err(GenerateError::Interrupted { may_be_billed: false }));
    assert_eq!(stage.calls(), 0);
}

#[tokio::test]
async fn a_secret_reaches_the_provider_at_every_attempt_and_is_never_kept() {
    let stage = Stage::with([loading(), Turn::Answer(picture())]).await;
    let secret = InputValue::Text("of-great-value".to_owned());
    let request =
        Request { inputs: Inputs::from([("api_key".to_owned(), secret)]), ..request("a fox") };
    for _ in 0..2 {
        stage.script.inputs.lock().clear();
        let outcome = stage.generate_other(&stage.session, &stage.id, request.clone()).await;
        assert!(outcome.is_ok());
        assert_eq!(*stage.script.inputs.lock(), request.inputs);
        let kept = stage.service.records().get(&stage.id).await.unwrap().unwrap();
        assert!(kept.item.request.inputs.is_empty());
    }
}

#[tokio::test]
async fn files_are_kept_before_anyone_hears_of_them_and_told_by_their_address() {
    let Ok(Comes::Made { images, .. }) = picture() else { unreachable!() };
    let files = ["a fox.mp4", "fox.zip"].map(|name| MadeFile::new(name, name.into()));
    let answer = Comes::Made { images, files: files.into(), facts: vec![Fact::new("Seed", 7)] };
    let stage = Stage::with([Turn::Answer(Ok(answer))]).await;
    let Ok(Outcome::Done { outputs, facts, .. }) = stage.generate().await else {
        panic!("not done")
    };
    assert_eq!(facts, [Fact::new("Seed", 7)]);
    let home = format!("/api/generations/{}/files", stage.id);
    let addresses: Vec<_> =
        outputs.iter().filter_map(|output| output.value.address(&stage.id)).collect();
    assert_eq!(addresses, [format!("{home}/0/a-fox.mp4"), format!("{home}/1/fox.zip")]);
    let kept = stage.service.records().get(&stage.id).await.unwrap().unwrap();
    assert_eq!((kept.item.outputs, kept.item.facts), (outputs, facts));
    assert_eq!((kept.files[1].name.as_str(), kept.files[1].bytes), ("fox.zip", 7));
    let bytes = stage.service.images().get(&kept.files[0].digest).await.unwrap();
    assert_eq!(bytes.unwrap(), "a fox.mp4");
}

#[tokio::test]
async fn a_caller_that_leaves_at_once_still_starts_it() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    let mut call = Box::pin(stage.generate());
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    assert!(is_done(&stage.generate().await));
    assert_eq!(stage.calls(), 1);
}

fn large_picture(seed: u8, bytes: usize) -> Image {
    let bytes = vec![seed; bytes];
    let digest = crate::server::picture::digest(&bytes);
    Image { bytes, content_type: ImageType::Png, width: 3, height: 2, digest }
}

#[tokio::test]
async fn an_answer_carries_the_first_bytes_and_names_the_rest() {
    let images: Vec<_> = [1, 2, 3].map(|seed| large_picture(seed, 15 << 20)).into();
    let digests: Vec<_> = images.iter().map(|image| image.digest.clone()).collect();
    let answer = Comes::Made { images, files: Vec::new(), facts: Vec::new() };
    let stage = Stage::with([Turn::Answer(Ok(answer))]).await;
    for _ in 0..2 {
        let Ok(Outcome::Done { images, .. }) = stage.generate().await else { panic!("not done") };
        let lengths: Vec<_> = images.iter().map(|image| image.bytes.len() >> 20).collect();
        // The budget of 64 MiB has room for one of them, with what it takes to encode it.
        assert_eq!(lengths, [15, 0, 0]);
        let named: Vec<_> = images.into_iter().map(|image| image.digest).collect();
        assert_eq!(named, digests);
    }
}
