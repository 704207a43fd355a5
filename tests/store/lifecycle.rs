//! How rows are created, who runs them, how they end.

use easel::{
    error::GenerateError,
    generation::{Event, Fact, ImageType, InputValue, NumberedEvent, Output},
    server::store::{Claim, End, FileRow, LEASE_MS, RecordState, StoredImage},
};

use crate::test_store::{TestStore, new_id, request, session};

pub fn image(position: u32) -> StoredImage {
    StoredImage {
        position,
        digest: format!("{position:064x}"),
        content_type: ImageType::Png,
        width: 64,
        height: 32,
        bytes: 1234,
    }
}

pub fn file(position: u32) -> FileRow {
    FileRow {
        position,
        name: "fox.mp4".to_owned(),
        digest: format!("f{position:063x}"),
        bytes: 1 << 33,
    }
}

#[tokio::test]
async fn a_row_comes_back_as_it_was_written() {
    let place = TestStore::new().await;
    // Characters that terminals and PDFs produce, including NUL, which PostgreSQL cannot store in a
    // text.
    let mut request =
        request("a “fox” \\ 狐 🦊\n\0\u{7}\u{1b}[31m\u{9b}\r\n\u{2028}\u{85}\u{feff}");
    request.inputs.insert("seed".into(), InputValue::Integer(14_715_652_618_304_795_000));
    request.inputs.insert("guidance".into(), InputValue::Number(0.1));
    let (id, now) = (new_id(), 1_700_000_000_000);

    let claim =
        place.records.claim_new(&id, &session("a"), &request, None, "me", now).await.unwrap();
    let Claim::Started(record) = claim else { panic!() };
    assert_eq!(record.item.request, request);
    assert_eq!(record.session, session("a"));
    assert_eq!((record.item.state, record.item.attempts), (RecordState::Running, 1));
    assert_eq!((record.item.created_ms, record.item.started_ms), (now, Some(now)));

    let (images, files) = (vec![image(0), image(1)], vec![file(0), file(1)]);
    let facts = vec![Fact::new("seed", u64::MAX)];
    let outputs = vec![Output::text("Note", "a “fox” \\ 狐 🦊\n\0"), Output::number("", u64::MAX)];
    let end = End::Done {
        images: images.clone(),
        files: files.clone(),
        outputs: outputs.clone(),
        facts: facts.clone(),
    };
    assert!(place.records.finish(&id, &end, now + 5).await.unwrap());
    let record = place.get(&id).await;
    assert_eq!((record.item.state, record.item.ended_ms), (RecordState::Done, Some(now + 5)));
    assert_eq!((record.item.images, record.files, record.item.facts), (images, files, facts));
    assert_eq!(record.item.outputs, outputs);
}

#[tokio::test]
async fn of_many_claims_of_one_id_one_starts_it() {
    let place = TestStore::new().await;
    let (id, session, request) = (new_id(), session("a"), request("x"));
    let claims = futures::future::join_all(
        (0..8).map(|_| place.records.claim_new(&id, &session, &request, None, "me", 1)),
    )
    .await;
    let started = claims.iter().filter(|claim| matches!(claim, Ok(Claim::Started(_)))).count();
    let joined = claims.iter().filter(|claim| matches!(claim, Ok(Claim::Exists(_)))).count();
    assert_eq!((started, joined), (1, 7));
}

#[tokio::test]
async fn of_many_next_attempts_one_starts() {
    let place = TestStore::new().await;
    let record = place.running("me", 1).await;
    place.records.remember(&record.item.id, "handle").await.unwrap();
    assert!(place.records.set_loading(&record.item.id, Some(20.5)).await.unwrap());
    let record = place.get(&record.item.id).await;
    assert_eq!((record.item.state, record.estimated_time), (RecordState::Loading, Some(20.5)));

    let claims = futures::future::join_all(
        (0..8).map(|_| place.records.claim_next_attempt(&record.item.id, "me", 2)),
    )
    .await;
    let won: Vec<_> = claims.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(won.len(), 1);
    assert_eq!((won[0].item.attempts, won[0].item.state), (2, RecordState::Running));
    assert_eq!(won[0].handle, None);
}

#[tokio::test]
async fn only_the_first_end_counts() {
    let place = TestStore::new().await;
    let record = place.running("me", 1).await;
    assert!(place.records.finish(&record.item.id, &End::Cancelled, 2).await.unwrap());
    let late = End::Done { images: vec![image(0)], files: vec![], outputs: vec![], facts: vec![] };
    assert!(!place.records.finish(&record.item.id, &late, 3).await.unwrap());
    assert!(!place.records.set_loading(&record.item.id, None).await.unwrap());
    assert_eq!(place.records.claim_next_attempt(&record.item.id, "me", 4).await.unwrap(), None);

    let record = place.get(&record.item.id).await;
    assert_eq!((record.item.state, record.item.ended_ms), (RecordState::Cancelled, Some(2)));
    assert!(record.item.images.is_empty());
}

#[tokio::test]
async fn a_result_wins_over_a_failure_and_takes_back_its_last_word() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    let interrupted = GenerateError::Interrupted { may_be_billed: true };
    let failed = Event::Failed { error: interrupted.clone() };
    let events = [Event::Accepted { attempt: 1 }, failed]
        .into_iter()
        .zip(1..)
        .map(|(event, number)| NumberedEvent { number, at_ms: 1, event });
    place.records.keep_events(&id, &events.collect::<Vec<_>>(), None).await.unwrap();
    assert!(place.records.finish(&id, &End::Failed(interrupted), 2).await.unwrap());

    let end = End::Done { images: vec![image(0)], files: vec![], outputs: vec![], facts: vec![] };
    assert!(place.records.finish(&id, &end, 3).await.unwrap());
    assert!(!place.records.finish(&id, &end, 4).await.unwrap());
    assert!(!place.records.finish(&id, &End::Cancelled, 5).await.unwrap());
    let record = place.get(&id).await;
    assert_eq!((record.item.state, record.item.ended_ms), (RecordState::Done, Some(3)));
    assert_eq!((record.item.error, record.item.images), (None, vec![image(0)]));
    assert_eq!(place.records.events_after(&id, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_running_row_without_a_lease_is_taken_up() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    let database = place.database().await;
    let sql = "UPDATE generations SET lease_until_ms = NULL";
    sqlx::query(sql).execute(&database).await.unwrap();
    assert_eq!(place.records.lapsed(2).await.unwrap().len(), 1);
    assert!(place.records.take_over(&id, "another", 2).await.unwrap());
}

#[tokio::test]
async fn an_error_keeps_its_fields() {
    let place = TestStore::new().await;
    let record = place.running("me", 1).await;
    let error = GenerateError::TooManyRequests {
        retry_after_seconds: Some(30),
        detail: "slow down".to_owned(),
    };
    place.records.finish(&record.item.id, &End::Failed(error.clone()), 2).await.unwrap();
    let record = place.get(&record.item.id).await;
    assert_eq!((record.item.state, record.item.error), (RecordState::Failed, Some(error)));
}

#[tokio::test]
async fn a_lease_runs_out_and_one_process_takes_over() {
    let place = TestStore::new().await;
    let record = place.running("gone", 1000).await;
    let end = 1000 + LEASE_MS;
    assert_eq!(place.records.lapsed(end - 1).await.unwrap(), []);
    assert!(!place.records.take_over(&record.item.id, "early", end - 1).await.unwrap());

    let lapsed = place.records.lapsed(end).await.unwrap();
    assert_eq!(lapsed.len(), 1);
    let others = ["p", "q", "r"].map(|owner| place.records.take_over(&record.item.id, owner, end));
    let taken = futures::future::join_all(others).await;
    assert_eq!(taken.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 1);
    assert_eq!(place.records.lapsed(end).await.unwrap(), []);

    // The process that was silent wakes up and learns that it lost the generation.
    assert_eq!(place.records.renew("gone", end).await.unwrap(), []);
}

#[tokio::test]
async fn a_renewed_lease_does_not_run_out() {
    let place = TestStore::new().await;
    let record = place.running("me", 1000).await;
    assert_eq!(place.records.renew("me", 9000).await.unwrap(), vec![record.item.id.clone()]);
    assert_eq!(place.records.lapsed(1000 + LEASE_MS).await.unwrap(), []);
    place.records.finish(&record.item.id, &End::Cancelled, 2).await.unwrap();
    assert_eq!(place.records.renew("me", 9000).await.unwrap(), []);
}

#[tokio::test]
async fn at_start_whatever_ran_on_sqlite_is_lapsed_at_once() {
    let place = TestStore::new().await;
    let record = place.running("before", 1000).await;
    let again = place.records_again().await;
    let lapsed = again.lapsed_at_start(1001).await.unwrap();
    assert_eq!(lapsed.len(), usize::from(place.is_sqlite()));
    assert_eq!(again.take_over(&record.item.id, "after", 1001).await.unwrap(), place.is_sqlite());
}

#[tokio::test]
async fn what_is_remembered_is_there_for_another_process() {
    let place = TestStore::new().await;
    let record = place.running("me", 1).await;
    place.records.remember(&record.item.id, "one").await.unwrap();
    place.records.remember(&record.item.id, "two").await.unwrap();
    let again = place.records_again().await;
    let record = again.get(&record.item.id).await.unwrap().unwrap();
    assert_eq!(record.handle.as_deref(), Some("two"));
}
