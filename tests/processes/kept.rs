//! No provider's picture is lost once it was made: every provider, and every failure from then on
//! until the picture is in the gallery.

use std::{pin::Pin, time::Duration};

use easel::{
    error::GenerateError,
    generation::{
        Event, GenerationId, InputValue, Inputs, LogLevel, NumberedEvent, PageOutcome, Request,
    },
};
use futures::{Stream, StreamExt, future::join_all};
use sqlx::{Connection, Executor, SqliteConnection};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::{
    bucket::{Bucket, Mood},
    page::{Answer, Page, new_id, whole_pictures},
    places::{Fault, Kind, Places},
    server::Server,
};

const TEST_TIMEOUT: Duration = Duration::from_secs(120);

/// A server with its own picture store and upstreams.
struct World {
    places: Places,
    bucket: Bucket,
    server: Server,
    folder: TempDir,
}

struct Running {
    kind: Kind,
    events: Pin<Box<dyn Stream<Item = NumberedEvent> + Send>>,
    answer: JoinHandle<Answer<PageOutcome>>,
}

impl World {
    async fn start() -> Self {
        let (places, bucket) = (Places::start().await, Bucket::start().await);
        let folder = TempDir::new().unwrap();
        let mut variables = bucket.variables();
        variables.retain(|(name, _)| !name.starts_with("HF_") && !name.starts_with("EASEL_"));
        variables.extend(places.variables());
        let server = Server::start(folder.path(), &variables).await;
        Self { places, bucket, server, folder }
    }

    async fn run(&self, kinds: impl IntoIterator<Item = Kind>) -> Vec<Running> {
        let runs = kinds.into_iter().map(async |kind| {
            let (address, id) = (self.server.address.clone(), new_id());
            // Each has its own session, because a session may run few at a time.
            let page = Page::open(&address).await;
            let (caller, request, asked) = (page.clone(), self.request(kind), id.clone());
            let mut answer = tokio::spawn(async move {
                loop {
                    match caller.finish(&address, &asked, &request).await {
                        // A page retries while the database is unavailable.
                        Answer::Bad(GenerateError::Storage { .. }) => {
                            tokio::time::sleep(Duration::from_millis(200)).await;
                        }
                        answer => return answer,
                    }
                }
            });
            Running { kind, events: self.events(&page, &id, &mut answer).await, answer }
        });
        join_all(runs).await
    }

    fn request(&self, kind: Kind) -> Request {
        let small = [("width", 256), ("height", 256), ("steps", 4)];
        let small = small.map(|(name, value)| (name.to_owned(), InputValue::Integer(value)));
        let inputs = if kind == Kind::Demo { Inputs::from(small) } else { Inputs::new() };
        let model = self.places.model(kind).parse().unwrap();
        Request { model, prompt: format!("a {kind:?}"), inputs }
    }

    /// All events of the generation, once its call has arrived.
    async fn events(
        &self,
        page: &Page,
        id: &GenerationId,
        answer: &mut JoinHandle<Answer<PageOutcome>>,
    ) -> Pin<Box<dyn Stream<Item = NumberedEvent> + Send>> {
        let path = format!("/api/generations/{id}/events");
        while page.get_status(&self.server.address, &path).await != 200 {
            if answer.is_finished() {
                panic!("it never began: {:?}", answer.await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Box::pin(page.events(&self.server.address, id).await)
    }
}

impl Running {
    /// Waits for the notice that the picture cannot be stored yet.
    async fn until_it_waits(&mut self) {
        let told = async {
            while let Some(event) = self.events.next().await {
                let Event::Log { level: LogLevel::Notice, text, .. } = &event.event else {
                    continue;
                };
                if text.contains("cannot be saved yet") {
                    return;
                }
            }
            panic!("{:?} ended without its picture", self.kind);
        };
        tokio::time::timeout(TEST_TIMEOUT, told).await.expect("it is told that the picture waits");
    }

    /// Asserts that its picture arrives in the end.
    async fn holds_under(self, fault: &str) {
        let Self { kind, answer, .. } = self;
        let answer = tokio::time::timeout(TEST_TIMEOUT, answer).await;
        let Ok(Ok(Answer::Good(made @ PageOutcome::Done { .. }))) = answer else {
            panic!("{kind:?}, {fault}: {answer:?}");
        };
        let digests = whole_pictures(&made);
        if kind != Kind::Demo {
            assert_eq!(digests, [Places::digest(kind)], "{kind:?}, {fault}");
        }
    }
}

fn paid() -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Demo).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_store_that_is_away_for_a_while_loses_nothing() {
    for mood in [Mood::Forbids, Mood::Fails, Mood::Resets, Mood::Hangs] {
        let world = World::start().await;
        let mut running = world.run(paid()).await;
        world.places.have_made(&paid()).await;
        world.bucket.is(mood);
        running.extend(world.run([Kind::Demo]).await);
        world.places.open();
        if mood == Mood::Hangs {
            // A notice comes only after a write has taken long; it is enough that no write was
            // answered.
            world.bucket.was_asked(running.len()).await;
        } else {
            join_all(running.iter_mut().map(Running::until_it_waits)).await;
        }
        world.bucket.is(Mood::Well);
        let fault = format!("{mood:?}");
        join_all(running.into_iter().map(|run| run.holds_under(&fault))).await;
        assert!(world.server.stop().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_for_a_while_loses_nothing() {
    let world = World::start().await;
    let mut running = world.run(Kind::ALL).await;
    world.places.have_made(&paid()).await;
    let database = format!("sqlite://{}", world.folder.path().join("easel.db").display());
    let mut lock = SqliteConnection::connect(&database).await.unwrap();
    lock.execute("BEGIN EXCLUSIVE").await.unwrap();
    world.places.open();
    // The demo may have ended before.
    let waiting = running.iter_mut().filter(|run| run.kind != Kind::Demo);
    join_all(waiting.map(Running::until_it_waits)).await;
    lock.execute("ROLLBACK").await.unwrap();
    join_all(running.into_iter().map(|run| run.holds_under("locked database"))).await;
    assert!(world.server.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_fetched_at_first_is_fetched_later() {
    for fault in
        [Fault::Status(500), Fault::Status(503), Fault::Status(404), Fault::Cut, Fault::Slow]
    {
        let world = World::start().await;
        world.places.hand_out_files(fault);
        world.places.open();
        let running = world.run(Kind::ALL.into_iter().filter(|kind| kind.has_file())).await;
        let fault = format!("file {fault:?}");
        join_all(running.into_iter().map(|run| run.holds_under(&fault))).await;
        assert!(world.server.stop().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    for fault in [
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(404),
        Fault::Status(429),
        Fault::Page,
        Fault::Cut,
        Fault::Slow,
    ] {
        let world = World::start().await;
        world.places.hand_out_answers(fault);
        world.places.open();
        let running = world.run(Kind::ALL.into_iter().filter(|kind| kind.has_job())).await;
        let fault = format!("answer {fault:?}");
        join_all(running.into_iter().map(|run| run.holds_under(&fault))).await;
        assert!(world.server.stop().await);
    }
}
