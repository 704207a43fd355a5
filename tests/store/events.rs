//! Events that outlive a process, and signals between processes.

use std::time::Duration;

use easel::{
    generation::{Event, NumberedEvent},
    server::store::{Change, End, Signal},
};

use crate::test_store::{TestStore, session};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn events(numbers: std::ops::RangeInclusive<u64>) -> Vec<NumberedEvent> {
    numbers
        .map(|number| NumberedEvent {
            number,
            at_ms: 1_700_000_000_000 + number,
            event: Event::notice(format!("event {number}")),
        })
        .collect()
}

#[tokio::test]
async fn events_are_told_again_from_any_number() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    place.records.keep_events(&id, &events(1..=450), None).await.unwrap();
    place.records.keep_events(&id, &events(440..=460), None).await.unwrap();
    assert_eq!(place.records.events_after(&id, 0).await.unwrap(), events(1..=460));
    assert_eq!(place.records.events_after(&id, 458).await.unwrap(), events(459..=460));
    assert_eq!(place.records.events_after(&id, 460).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_replaced_goes_and_what_is_newer_stays() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    place.records.keep_events(&id, &events(1..=10), None).await.unwrap();
    // A process that took the generation over has continued.
    place.records.keep_events(&id, &events(100..=100), None).await.unwrap();
    for _ in 0..2 {
        place.records.keep_events(&id, &events(11..=12), Some(&[1, 10])).await.unwrap();
        let kept = place.records.events_after(&id, 0).await.unwrap();
        let numbers: Vec<_> = kept.iter().map(|event| event.number).collect();
        assert_eq!(numbers, [1, 10, 11, 12, 100]);
    }
    place.records.keep_events(&id, &events(13..=13), Some(&[])).await.unwrap();
    assert_eq!(place.records.events_after(&id, 12).await.unwrap().len(), 2);
}

#[tokio::test]
async fn events_are_forgotten_a_day_after_the_end() {
    let place = TestStore::new().await;
    let (over, runs) = (place.running("me", 1).await.item.id, place.running("me", 1).await.item.id);
    for id in [&over, &runs] {
        place.records.keep_events(id, &events(1..=3), None).await.unwrap();
    }
    place.records.finish(&over, &End::Cancelled, 1000).await.unwrap();

    assert_eq!(place.records.forget_old_events(1000 + DAY_MS).await.unwrap(), 0);
    assert_eq!(place.records.forget_old_events(1001 + DAY_MS).await.unwrap(), 3);
    assert_eq!(place.records.events_after(&over, 0).await.unwrap(), []);
    assert_eq!(place.records.events_after(&runs, 0).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_signal_reaches_every_process() {
    let place = TestStore::new().await;
    let id = place.running("me", 1).await.item.id;
    let other = if place.is_sqlite() { place.records.clone() } else { place.records_again().await };
    let mut heard = [place.records.signals(), other.signals()];
    let change = Change::shown(&id, &session("me"));
    let events = Change { is_shown: false, ..change.clone() };
    for signal in [Signal::Changed(change), Signal::Changed(events), Signal::Cancel(id)] {
        place.records.publish(signal.clone()).await.unwrap();
        for ear in &mut heard {
            let said = tokio::time::timeout(Duration::from_secs(5), ear.recv()).await;
            assert_eq!(said.unwrap().unwrap(), signal);
        }
    }
}

#[tokio::test]
async fn a_way_between_processes_that_was_cut_is_told_once_it_is_there_again() {
    let place = TestStore::new().await;
    // With SQLite there is one process.
    let Some(url) = &place.database_url else { return };
    let mut heard = place.records.signals();
    let pool = sqlx::AnyPool::connect(url.expose()).await.unwrap();
    let cut = sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'",
    );
    cut.execute(&pool).await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await.unwrap();
    assert_eq!(told.unwrap(), Signal::Gap);
    // And what is said from then on is heard.
    place.records.publish(Signal::Settings).await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(20), heard.recv()).await.unwrap();
    assert_eq!(told.unwrap(), Signal::Settings);
}
