//! Tests the events of a run, now and after a restart.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn events_are_told_to_the_end_and_can_be_resumed() {
    let stage = Stage::with([Turn::Answer(picture())]).await;
    stage.generate().await.unwrap();
    let all: Vec<_> =
        stage.generations.watch(&stage.session, &stage.id, 0).await.unwrap().collect().await;
    assert_eq!(all.first().unwrap().event, Event::Accepted { attempt: 1 });
    assert_eq!(all.last().unwrap().event, Event::Done);
    let seen = all[0].number;
    let rest: Vec<_> =
        stage.generations.watch(&stage.session, &stage.id, seen).await.unwrap().collect().await;
    assert_eq!(rest, all[1..]);
}

#[tokio::test]
async fn that_a_generation_began_is_told_while_its_provider_says_nothing() {
    let stage = Stage::with([Turn::Talk(0, picture())]).await;
    let mut changes = stage.generations.0.gallery.changes();
    let (outcome, told) = tokio::join!(stage.generate(), async {
        let told = tokio::time::timeout(Duration::from_secs(10), changes.recv()).await;
        stage.script.go_on.notify_one();
        told
    });
    assert!(is_done(&outcome));
    let began = Signal::Changed(Change::shown(&stage.id, &stage.session));
    assert_eq!(told.expect("it is told in time"), Ok(began));
}

#[tokio::test]
async fn a_provider_that_says_100_000_lines_leaves_a_few_hundred() {
    let stage = Stage::with([Turn::Talk(100_000, picture())]).await;
    let (outcome, run) = tokio::join!(stage.generate(), async {
        stage.script.began.notified().await;
        let run = stage.generations.0.running.get(&stage.id).unwrap();
        assert!(run.events_after(0).len() <= 500);
        stage.script.go_on.notify_one();
        run
    });
    assert!(is_done(&outcome));
    let (kept, bytes) = kept(&stage.generations, &stage.id).await;
    assert_eq!(kept, run.events_after(0));
    assert!(kept.len() <= 500 && bytes <= 256 * 1024, "{} events, {bytes} bytes", kept.len());
    assert_eq!(kept.last().unwrap().event, Event::Done);
    let middle = kept[kept.len() / 2].number;
    let events = stage.generations.watch(&stage.session, &stage.id, middle).await.unwrap();
    assert_eq!(events.collect::<Vec<_>>().await, kept[kept.len() / 2 + 1..]);
}

#[tokio::test]
async fn who_resumes_after_a_restart_hears_the_end_whatever_was_not_kept() {
    let (records, images) = (Records::in_memory().await.unwrap(), Images::in_memory());
    let session = SessionId::new("ours");
    records.claim_new(&id(0), &session, &request("a fox"), None, "gone", now_ms()).await.unwrap();
    let accepted = NumberedEvent { number: 1, at_ms: 0, event: Event::Accepted { attempt: 1 } };
    records.keep_events(&id(0), &[accepted], None).await.unwrap();
    // The process that is gone had sent a thousand queue positions.
    let stage = Stage::on(records, images, []);
    stage.generations.start_duties().await.unwrap();
    let events = stage.generations.watch(&session, &id(0), 1_000).await.unwrap();
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
    stage.generations.start_duties().await.unwrap();
    assert!(is_done(&stage.generate().await));
    assert_eq!(*stage.script.resumed.lock(), ["job 7"]);
    let other = stage.generate_other(&stage.session, &id(1), request("a fox")).await;
    assert_eq!(other, Err(GenerateError::Interrupted { may_be_billed: false }));
    assert_eq!(stage.calls(), 0);
}
