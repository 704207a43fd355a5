//! Tests that results are stored, however long the store is away.

use std::time::Instant;

use tempfile::TempDir;

use super::*;
use crate::{
    language::notice,
    server::store::{
        Spool,
        faulty::{Fault, Faulty},
    },
};

const TEST_TIMEOUT: Duration = Duration::from_secs(30);

/// A stage on a store that fails on demand, with a spool in a folder.
struct Away {
    stage: Stage,
    store: Arc<Faulty>,
    records: Records,
    folder: TempDir,
}

impl Away {
    async fn with(fault: Fault) -> Self {
        let (store, folder) = (Arc::new(Faulty::default()), TempDir::new().unwrap());
        let images = Images::on(store.clone(), Spool::in_folder(folder.path().to_owned()));
        let records = Records::in_memory().await.unwrap();
        let turns = [Turn::Answer(picture()), Turn::Answer(picture())];
        let stage = Stage::on(records.clone(), images, turns);
        store.fail(fault);
        Self { stage, store, records, folder }
    }

    /// Starts the generation and waits until its result is in the spool.
    async fn until_spooled(&self) {
        let (generations, session, id) =
            (self.stage.generations.clone(), self.stage.session.clone(), self.stage.id.clone());
        tokio::spawn(async move {
            generations.generate(&session, &id, draft_of(request("a fox"))).await
        });
        self.spooled_are(1).await;
    }

    async fn spooled_are(&self, count: usize) {
        let spool = self.stage.generations.0.images.spool();
        until(async || spool.all().await.len() == count).await;
    }

    async fn another(&self) -> Result<Outcome, GenerateError> {
        self.stage.generate_other(&self.stage.session, &id(1), request("a fox")).await
    }
}

/// Polls until `is_so` is true.
async fn until(is_so: impl AsyncFn() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, looking).await.expect("it becomes so");
}

#[tokio::test]
async fn a_picture_waits_for_the_store_and_nothing_new_is_started_meanwhile() {
    for (fault, why) in [
        (Fault::Forbidden, "the picture store refuses the key"),
        (Fault::Broken, "the picture store does not answer"),
        (Fault::Reset, "the picture store does not answer"),
        (Fault::Full, "the disk is full"),
    ] {
        let away = Away::with(fault).await;
        away.until_spooled().await;
        let refused = GenerateError::CannotKeep { detail: why.to_owned() };
        assert_eq!(refused.billed(), crate::error::Billed::No);
        assert_eq!(away.another().await, Err(refused));
        assert_eq!(
            away.stage.generations.health().await,
            Err(format!("pictures cannot be kept: {why}"))
        );
        assert_eq!(away.records.get(&id(1)).await.unwrap(), None);

        away.store.fail(Fault::None);
        assert!(is_done(&away.stage.generate().await), "{fault:?}");
        away.spooled_are(0).await;
        assert_eq!(away.stage.generations.health().await, Ok(()));
        assert_eq!(away.stage.calls(), 1);
        assert!(is_done(&away.another().await));
    }
}

#[tokio::test]
async fn a_model_that_loads_is_asked_again_once_the_store_is_back() {
    let away = Away::with(Fault::Broken).await;
    let stage = &away.stage;
    stage.script.turns.lock().push_front(loading());
    assert!(matches!(stage.generate().await, Ok(Outcome::Loading { attempt: 1, .. })));
    assert!(stage.generations.0.images.put("an upload".into()).await.is_err());
    assert!(matches!(stage.generate().await, Ok(Outcome::Loading { attempt: 1, .. })));
    assert_eq!(stage.calls(), 1);
    away.store.fail(Fault::None);
    assert!(stage.generations.0.images.put("an upload".into()).await.is_ok());
    assert!(is_done(&stage.generate().await));
}

#[tokio::test]
async fn the_person_is_told_that_the_picture_waits() {
    let away = Away::with(Fault::Full).await;
    away.until_spooled().await;
    away.store.fail(Fault::None);
    let events: Vec<_> = away
        .stage
        .generations
        .watch(&away.stage.session, &away.stage.id, 0)
        .await
        .unwrap()
        .map(|event| event.event)
        .collect()
        .await;
    assert_eq!(events.iter().filter(|event| **event == waits()).count(), 1);
    assert!(matches!(events[..], [.., Event::Image { .. }, Event::Done]), "{events:?}");
}

#[tokio::test]
async fn what_hangs_while_the_process_ends_is_spooled_at_once() {
    let away = Away::with(Fault::Hangs).await;
    let (generations, session, id) =
        (away.stage.generations.clone(), away.stage.session.clone(), away.stage.id.clone());
    tokio::spawn(
        async move { generations.generate(&session, &id, draft_of(request("a fox"))).await },
    );
    until(async || away.stage.calls() == 1).await;
    let begun = Instant::now();
    away.stage.generations.stop_waiting();
    away.spooled_are(1).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "the grace is over");
}

/// What the page is told holds when the process is killed the moment it is told.
#[tokio::test]
async fn who_hears_of_the_wait_finds_the_picture_in_the_spool() {
    let away = Away::with(Fault::Full).await;
    let (generations, session, id) =
        (away.stage.generations.clone(), away.stage.session.clone(), away.stage.id.clone());
    let making = tokio::spawn({
        let (generations, session, id) = (generations.clone(), session.clone(), id.clone());
        async move { generations.generate(&session, &id, draft_of(request("a fox"))).await }
    });
    until(async || generations.watch(&session, &id, 0).await.is_ok()).await;
    let mut events = std::pin::pin!(generations.watch(&session, &id, 0).await.unwrap());
    while !matches!(&events.next().await.unwrap().event, event if *event == waits()) {}
    assert_eq!(generations.0.images.spool().all().await.len(), 1);
    making.abort();
}

fn waits() -> Event {
    Event::notice(notice!("run-cannot-save-yet", error = "the disk is full"))
}

#[tokio::test]
async fn a_store_that_hangs_does_not_keep_the_picture_in_memory_alone() {
    let away = Away::with(Fault::Hangs).await;
    let begun = Instant::now();
    away.until_spooled().await;
    assert!(begun.elapsed() >= Duration::from_secs(4), "it was not given time");
    let silent = "pictures cannot be kept: the picture store does not answer".to_owned();
    assert_eq!(away.stage.generations.health().await, Err(silent));
    away.store.fail(Fault::None);
    assert!(is_done(&away.stage.generate().await));
    away.spooled_are(0).await;
    assert_eq!(away.store.tried.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_next_process_keeps_what_waits_even_if_it_was_taken_for_lost() {
    let interrupted = GenerateError::Interrupted { may_be_billed: true };
    for meanwhile in [None, Some(End::Failed(interrupted))] {
        let away = Away::with(Fault::Forbidden).await;
        away.until_spooled().await;
        if let Some(end) = &meanwhile {
            assert!(away.records.finish(&away.stage.id, end, now_ms()).await.unwrap());
        }

        // The first process keeps failing, like one that was killed.
        let store = Arc::new(Faulty::default());
        store.fail(Fault::Broken);
        let spool = Spool::in_folder(away.folder.path().to_owned());
        let next = Stage::on(away.records.clone(), Images::on(store.clone(), spool), []);
        next.generations.start_duties().await.unwrap();
        // The store is away for this process too, at first.
        until(async || next.generations.0.images.away().is_some()).await;
        away.spooled_are(1).await;
        store.fail(Fault::None);
        let outcome = next.generate().await;
        let outcome = match outcome {
            Ok(Outcome::Running) => next.generate().await,
            outcome => outcome,
        };
        assert!(is_done(&outcome), "{meanwhile:?}: {outcome:?}");
        away.spooled_are(0).await;
        assert_eq!((away.stage.calls(), next.calls()), (1, 0));
        let record = away.records.get(&away.stage.id).await.unwrap().unwrap();
        assert_eq!((record.item.state, record.item.error), (RecordState::Done, None));
    }
}

#[tokio::test]
async fn a_result_without_its_row_stays_in_the_spool() {
    let away = Away::with(Fault::Forbidden).await;
    away.until_spooled().await;
    let other = Records::in_memory().await.unwrap();
    let spool = Spool::in_folder(away.folder.path().to_owned());
    let images = Images::on(Arc::new(Faulty::default()), spool);
    let elsewhere = Stage::on(other, images, []);
    elsewhere.generations.start_duties().await.unwrap();
    assert_eq!(elsewhere.generations.0.tasks.len(), 0);
    away.spooled_are(1).await;
}

#[tokio::test]
async fn a_cancel_does_not_throw_away_a_picture_that_waits() {
    let away = Away::with(Fault::Forbidden).await;
    away.until_spooled().await;
    away.stage.generations.cancel(&away.stage.session, &away.stage.id).await.unwrap();
    away.store.fail(Fault::None);
    assert!(is_done(&away.stage.generate().await));
}

#[tokio::test]
async fn where_there_is_no_spool_either_the_picture_waits_in_memory() {
    let store = Arc::new(Faulty::default());
    let records = Records::in_memory().await.unwrap();
    let images = Images::on(store.clone(), Spool::nowhere());
    let stage = Stage::on(records, images, [Turn::Answer(picture())]);
    store.fail(Fault::Full);
    let back = async {
        until(async || store.tried.load(Ordering::SeqCst) >= 2).await;
        store.fail(Fault::None);
    };
    let (outcome, ()) = tokio::join!(stage.generate(), back);
    assert!(is_done(&outcome));
}

#[tokio::test]
async fn a_result_of_files_alone_waits_too() {
    let away = Away::with(Fault::Full).await;
    let files = vec![OutputFile::new("fox.mp4", "a film".into()), OutputFile::new("b", "b".into())];
    let answer = Comes::Made { images: Vec::new(), files, facts: Vec::new() };
    away.stage.script.turns.lock()[0] = Turn::Answer(Ok(answer));
    away.until_spooled().await;
    away.store.fail(Fault::None);
    until(async || {
        let record = away.records.get(&away.stage.id).await.unwrap().unwrap();
        record.item.state == RecordState::Done && record.files.len() == 2
    })
    .await;
    let record = away.records.get(&away.stage.id).await.unwrap().unwrap();
    let bytes = away.stage.generations.0.images.get(&record.files[0].digest).await.unwrap();
    assert_eq!(bytes.unwrap(), "a film");
}

#[tokio::test]
async fn once_the_store_takes_writes_again_new_work_is_accepted_without_a_restart() {
    let away = Away::with(Fault::Broken).await;
    away.stage.generations.start_duties().await.unwrap();
    let put = away.stage.generations.0.images.put("an upload".into()).await;
    assert!(put.is_err());
    assert!(matches!(away.another().await, Err(GenerateError::CannotKeep { .. })));
    away.store.fail(Fault::None);
    until(async || away.stage.generations.0.images.away().is_none()).await;
    assert!(is_done(&away.another().await));
}

#[tokio::test]
async fn a_run_that_is_ending_is_not_taken_for_one_that_was_lost() {
    let stage = Stage::with([]).await;
    let run = |number| {
        let log = log::Log::with_earlier(Vec::new(), 0);
        let (id, session) = (id(number), stage.session.clone());
        let mut run = Run::new(id, session, request("a fox"), None, 1, None, log);
        run.started -= Duration::from_secs(60);
        Arc::new(run)
    };
    let (lost, ending) = (run(0), run(1));
    ending.set_ending();
    for run in [&lost, &ending] {
        stage.generations.0.running.insert(run.clone());
    }
    let running = &stage.generations.0.running;
    // The run began after the query was sent, and the answer came a minute later.
    stage.generations.drop_lost(&[], lost.started - Duration::from_secs(1));
    assert!(running.get(&lost.id).is_some());

    stage.generations.drop_lost(&[], tokio::time::Instant::now());
    assert!(running.get(&lost.id).is_none());
    assert!(running.get(&ending.id).is_some());

    // A regained run continues, and no second one starts.
    let mut strays = std::collections::HashMap::new();
    stage.generations.resume_strays(vec![lost.id.clone()], &mut strays).await;
    assert!(running.get(&lost.id).is_some_and(|run| Arc::ptr_eq(&run, &lost)));
    assert!(strays.is_empty());

    // The end of a lost attempt removes no later attempt.
    let later = run(0);
    running.lose(&lost.id);
    running.insert(later.clone());
    running.remove(&lost);
    assert!(running.get(&later.id).is_some_and(|run| Arc::ptr_eq(&run, &later)));
    running.remove(&later);
    assert!(!running.regain(&later.id));
}

#[tokio::test]
async fn what_this_process_holds_and_does_not_run_is_ended_after_some_looks() {
    let stage = Stage::with([]).await;
    let owner = stage.generations.0.owner.clone();
    let records = stage.generations.0.records.clone();
    records
        .claim_new(&stage.id, &stage.session, &request("a fox"), None, &owner, now_ms())
        .await
        .unwrap();
    let mut strays = std::collections::HashMap::new();
    for look in 1..=4 {
        let state = records.get(&stage.id).await.unwrap().unwrap().item.state;
        assert_eq!(state, RecordState::Running, "look {look}");
        let held = records.renew(&owner, now_ms()).await.unwrap();
        stage.generations.resume_strays(held, &mut strays).await;
    }
    let interrupted = GenerateError::Interrupted { may_be_billed: false };
    assert_eq!(stage.generate().await, Err(interrupted));
}
