//! Tests one look-up per key, few at the same time, none without a waiter.

use std::sync::atomic::AtomicUsize;

use futures::future::{join_all, pending};
use tokio::sync::Notify;

use super::*;

fn lookups() -> Lookups<u32, u32> {
    Lookups::new(Turns::default())
}

async fn asked_by<T>(client: u8, work: impl Future<Output = T>) -> T {
    let client = ClientAddress::new([192, 0, 2, client].into());
    for_same_client(Some(client), work).await
}

fn refused<T: std::fmt::Debug>(found: &Result<T, Fault>) -> bool {
    matches!(found, Err(Fault::TooManyRequests { retry_after_seconds: Some(5), .. }))
}

#[tokio::test]
async fn of_one_thing_there_is_one_look_up_at_a_time() {
    let (lookups, asked) = (lookups(), AtomicUsize::new(0));
    let ask = || async {
        asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(7)
    };
    let found = join_all((0..50).map(|_| lookups.look(1, "h", |_| true, ask))).await;
    assert!(found.iter().all(|found| *found == Ok(7)));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_failure_is_kept_too() {
    let lookups = lookups();
    let first = lookups.look(1, "h", |_| true, || async { Err(Fault::NotFound) }).await;
    assert_eq!(first, Err(Fault::NotFound));
    assert_eq!(lookups.look(1, "h", |_| true, || async { Ok(7) }).await, first);
}

#[tokio::test(start_paused = true)]
async fn one_client_is_refused_after_three_and_others_are_not() {
    let lookups = lookups();
    let slow = join_all((0..3).map(|key| lookups.look(key, "h", |_| true, pending)));
    let check = async {
        assert!(refused(&lookups.look(3, "h", |_| true, || async { Ok(7) }).await));
        assert_eq!(asked_by(2, lookups.look(3, "h", |_| true, || async { Ok(7) })).await, Ok(7));
        // A cached result needs no turn.
        assert_eq!(lookups.look(3, "h", |_| true, pending).await, Ok(7));
    };
    asked_by(1, async { tokio::join!(slow, check) }).await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_somebody_else_s_look_up_is_not_refused_with_him() {
    let lookups = lookups();
    let busy = asked_by(1, join_all((0..3).map(|key| lookups.look(key, "h", |_| true, pending))));
    let first = asked_by(1, lookups.look(3, "h", |_| true, || async { Ok(7) }));
    let joined = asked_by(2, lookups.look(3, "h", |_| true, || async { Ok(8) }));
    let (_, first, joined) = tokio::join!(busy, first, joined);
    assert!(refused(&first));
    assert_eq!(joined, Ok(8));
}

#[tokio::test(start_paused = true)]
async fn eight_are_at_it_at_once() {
    let lookups = lookups();
    let slow = join_all(
        (0..8_u8).map(|key| asked_by(key, lookups.look(key.into(), "h", |_| true, pending))),
    );
    let ninth = asked_by(9, lookups.look(9, "h", |_| true, || async { Ok(7) }));
    let (slow, ninth) = tokio::join!(slow, ninth);
    assert!(refused(&ninth));
    let too_slow = |found: &Result<_, _>| matches!(found, Err(Fault::Unreachable { .. }));
    assert!(slow.iter().all(too_slow), "{slow:?}");
}

#[tokio::test]
async fn what_nobody_waits_for_is_dropped_and_what_somebody_waits_for_goes_on() {
    struct Gone(Arc<Notify>);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let (lookups, gone) = (lookups(), Arc::new(Notify::new()));
    let ask = || async {
        let _mark = Gone(Arc::clone(&gone));
        pending().await
    };
    let first = lookups.look(1, "h", |_| true, ask);
    let soon = Duration::from_millis(10);
    assert!(tokio::time::timeout(soon, first).await.is_err());
    gone.notified().await;
    assert_eq!(lookups.look(1, "h", |_| true, || async { Ok(7) }).await, Ok(7));

    let waits = lookups.look(2, "h", |_| true, || async { Ok(8) });
    let first = tokio::time::timeout(soon, lookups.look(2, "h", |_| true, pending));
    let (first, second) = tokio::join!(first, waits);
    assert!(first.is_err());
    assert_eq!(second, Ok(8));
}
