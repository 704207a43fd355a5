//! Tests who runs, who waits at which position, and who is refused.

use std::{future::Future, pin::pin};

use futures::{FutureExt, poll};

use super::*;

fn queue(running: usize, limits: Limits) -> Queue {
    Queue::new(Limits { running, ..limits })
}

fn local(name: &str) -> Caller {
    Caller::from(&SessionId::new(name))
}

fn from(name: &str, address: &str) -> Caller {
    let address = Some(ClientAddress::new(address.parse().unwrap()));
    Caller { address, ..local(name) }
}

fn line_up(queue: &Queue, caller: &Caller) -> Result<Turn, GenerateError> {
    queue.line_up(caller, Party::Newcomers(caller.address))
}

fn place(turn: &Turn) -> Option<(u32, u32)> {
    turn.ticket().place().map(|QueuePosition { place, size }| (place, size))
}

async fn is_waiting(future: &mut (impl Future<Output = Permit> + Unpin)) -> bool {
    poll!(future).is_pending()
}

#[tokio::test]
async fn the_rest_waits_and_may_look_where_it_stands() {
    let queue = queue(1, Limits::default());
    let first = line_up(&queue, &local("a")).unwrap().come().await;
    let second = line_up(&queue, &local("b")).unwrap();
    let third = line_up(&queue, &local("a")).unwrap();
    assert_eq!((place(&second), place(&third)), (Some((1, 2)), Some((2, 2))));
    drop(first);
    assert_eq!((place(&second), place(&third)), (None, Some((1, 1))));
    let permit = second.come().now_or_never().expect("it is its turn");
    let mut third = pin!(third.come());
    assert!(is_waiting(&mut third).await);
    drop(permit);
    assert!(!is_waiting(&mut third).await);
}

#[tokio::test]
async fn one_person_does_not_hold_up_another() {
    let queue = queue(10, Limits { running_per_session: 1, ..Limits::default() });
    let (a, b) = (local("a"), local("b"));
    let _first = line_up(&queue, &a).unwrap().come().await;
    assert!(queue.would_wait(&a) && !queue.would_wait(&b));
    let mut second = pin!(line_up(&queue, &a).unwrap().come());
    assert!(is_waiting(&mut second).await);
    let _other = line_up(&queue, &b).unwrap().come().await;
    assert!(is_waiting(&mut second).await);
}

#[tokio::test]
async fn an_address_runs_no_more_than_its_share_whatever_its_cookies() {
    let queue = queue(10, Limits { running_per_address: 2, ..Limits::default() });
    let there = ["a", "b", "c"].map(|name| from(name, "192.0.2.1"));
    let turns: Vec<_> = there.iter().map(|caller| line_up(&queue, caller).unwrap()).collect();
    assert_eq!(turns.iter().map(place).collect::<Vec<_>>(), [None, None, Some((1, 1))]);
    let elsewhere = line_up(&queue, &from("d", "192.0.2.2")).unwrap();
    assert_eq!(place(&elsewhere), None);
    for name in ["e", "f", "g"] {
        let here = line_up(&queue, &from(name, "127.0.0.1")).unwrap();
        assert_eq!(place(&here), None, "there is no limit on the machine itself");
        std::mem::forget(here);
    }
}

#[tokio::test]
async fn a_place_that_was_given_to_one_who_left_is_free_again() {
    let queue = queue(1, Limits::default());
    let first = line_up(&queue, &local("a")).unwrap().come().await;
    let left = line_up(&queue, &local("a")).unwrap();
    drop(first);
    drop(left);
    let next = line_up(&queue, &local("a")).unwrap();
    assert!(next.come().now_or_never().is_some(), "it had to wait");
}

#[tokio::test]
async fn who_does_not_fit_is_told_how_many_wait() {
    let limits =
        Limits { waiting: 4, waiting_per_session: 2, waiting_per_address: 3, ..Limits::default() };
    let queue = queue(1, limits);
    let _running = line_up(&queue, &local("x")).unwrap();
    let refusal = |caller| match line_up(&queue, &caller) {
        Err(GenerateError::Busy { detail, .. }) => Err(detail),
        Err(error) => panic!("{error:?}"),
        Ok(turn) => Ok(turn),
    };
    let mut waiting = Vec::new();
    for name in ["a", "a", "b"] {
        waiting.push(refusal(from(name, "192.0.2.1")).unwrap());
    }
    let refused = |caller| refusal(caller).map(|_| ()).unwrap_err();
    assert_eq!(refused(from("a", "192.0.2.9")), "2 of your generations are waiting already");
    assert_eq!(
        refused(from("c", "192.0.2.1")),
        "3 generations from your address are waiting already"
    );
    waiting.push(refusal(local("d")).unwrap());
    assert_eq!(refused(local("e")), "4 generations are waiting already");
    let again = queue.line_up_again(&local("e"));
    assert!(place(&again).is_some(), "what was accepted before is not refused");
    drop(again);
    waiting.pop();
    assert!(refusal(local("e")).is_ok(), "there is room again");
}
