//! Tests what a run remembers and reports.

use super::*;
use crate::{
    generation::{Inputs, ModelReference},
    server::generations::{
        Caller, Limits,
        queue::{Party, Queue, Turn},
    },
};

fn run(ticket: &Ticket) -> Run {
    let request =
        Request { model: ModelReference::demo(), prompt: String::new(), inputs: Inputs::new() };
    let id = GenerationId::from_parts(0, [0; 10]);
    Run::new(id, SessionId::new("a"), request, None, 1, Some(ticket.clone()), Log::default())
}

fn line_up(queue: &Queue, many: usize) -> Vec<Turn> {
    let caller = Caller::from(&SessionId::new("a"));
    (0..many).map(|_| queue.line_up(&caller, Party::Newcomers(None)).unwrap()).collect()
}

fn places(run: &Run) -> Vec<Option<u32>> {
    let events = run.events_after(0);
    let places = events.iter().filter_map(|event| match event.event {
        Event::Queued { place, .. } => Some(place),
        _ => None,
    });
    places.collect()
}

#[test]
fn a_watcher_resumes_after_the_last_number_it_saw() {
    let queue = Queue::new(Limits::default());
    let run = run(line_up(&queue, 1)[0].ticket());
    run.push(Event::Accepted { attempt: 1 });
    run.push(Event::Done);
    assert_eq!(run.events_after(1).len(), 1);
    assert!(run.events_after(2).is_empty());
}

#[test]
fn the_last_who_waits_takes_the_bytes_along() {
    let queue = Queue::new(Limits::default());
    let run = run(line_up(&queue, 1)[0].ticket());
    run.remember_bytes("a", vec![1; 9].into(), &Budget::new(1 << 20));
    let first = run.answer.subscribe();
    assert_eq!(run.remembered_bytes("a").unwrap().len(), 9);
    drop(first);
    assert!(run.remembered_bytes("a").unwrap().is_unique());
    assert_eq!(run.remembered_bytes("a"), None);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_told_when_it_moved_and_at_most_once_a_second() {
    let queue = Queue::new(Limits { running: 1, ..Limits::default() });
    let mut turns = line_up(&queue, 5);
    let run = run(turns[4].ticket());
    assert!(run.begin_to_wait());
    assert_eq!(places(&run), [None, Some(4)]);
    turns.remove(1);
    run.look_at_place();
    assert_eq!(places(&run), [None, Some(4)], "the second is not over");
    turns.remove(1);
    tokio::time::advance(PLACE_PAUSE).await;
    run.look_at_place();
    assert_eq!(places(&run), [None, Some(2)], "one event tells of both moves");
    let last = run.events_after(0).last().unwrap().number;
    tokio::time::advance(PLACE_PAUSE).await;
    run.look_at_place();
    assert!(run.events_after(last).is_empty(), "it has not moved");
    drop(turns);
    tokio::time::advance(PLACE_PAUSE).await;
    run.look_at_place();
    assert!(run.events_after(last).is_empty(), "it has no place any more");
}

#[tokio::test(start_paused = true)]
async fn no_place_is_told_once_the_turn_has_come() {
    let queue = Queue::new(Limits { running: 1, ..Limits::default() });
    let turns = line_up(&queue, 3);
    let run = run(turns[2].ticket());
    assert!(run.begin_to_wait());
    run.end_waiting();
    let last = run.events_after(0).last().unwrap().clone();
    assert_eq!(last.event, Event::Accepted { attempt: 1 });
    tokio::time::advance(PLACE_PAUSE).await;
    run.look_at_place();
    assert!(run.events_after(last.number).is_empty());
}
