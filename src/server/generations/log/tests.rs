//! Tests what is kept of a provider that sends too much, and what a database receives.

use super::*;
use crate::generation::Output;

fn line(text: impl Into<String>) -> Event {
    Event::log(LogLevel::Notice, text)
}

fn step(step: u32) -> Event {
    let step = Some(f64::from(step));
    Event::Progress { step, total: None, unit: None, fraction: None, label: None }
}

fn place(place: Option<u32>, upstream: bool) -> Event {
    Event::Queued { place, size: place, eta_seconds: None, upstream }
}

fn numbers(events: &[NumberedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.number).collect()
}

/// A database in memory.
#[derive(Default)]
struct Rows(Vec<NumberedEvent>);

impl Rows {
    fn keep(&mut self, unkept: Unkept) {
        if let Some(rest) = unkept.rest {
            self.0.retain(|row| rest.contains(&row.number));
        }
        for event in unkept.events {
            assert!(!numbers(&self.0).contains(&event.number), "{event:?} is there");
            self.0.push(event);
        }
        self.0.sort_by_key(|row| row.number);
    }
}

fn bytes(events: &[NumberedEvent]) -> usize {
    events.iter().map(|event| serde_json::to_string(&event.event).unwrap().len()).sum()
}

#[test]
fn a_state_replaces_the_one_before_but_never_its_number() {
    let mut log = Log::default();
    log.push(Event::Accepted { attempt: 1 }, 0);
    for number in 1..=1000 {
        log.push(place(Some(number), true), 0);
        log.push(step(number), 0);
        log.push(Event::Preview { number }, 0);
        log.push(Event::Waking { stage: number.to_string() }, 0);
    }
    let events = log.events_after(0);
    assert_eq!(numbers(&events), [1, 3998, 3999, 4000, 4001]);
    assert_eq!(events[2].event, step(1000));
    assert_eq!(numbers(&log.events_after(4000)), [4001]);
}

#[test]
fn of_what_a_generator_makes_the_latest_is_kept_within_its_bounds() {
    let mut log = Log::default();
    for number in 0..1000 {
        let outputs = vec![Output::text("Note", format!("{number} ").repeat(20_000)); 8];
        log.push(Event::Outputs { outputs }, 0);
    }
    let events = log.events_after(0);
    assert_eq!(numbers(&events), [1000]);
    assert!(bytes(&events) < 40 * 1024, "{}", bytes(&events));
    let Event::Outputs { outputs } = &events[0].event else { panic!() };
    assert!(outputs[0].words().starts_with("999 999"));
}

#[test]
fn of_too_many_lines_the_first_and_the_newest_stay() {
    let (mut log, mut rows) = (Log::default(), Rows::default());
    log.push(Event::Accepted { attempt: 1 }, 0);
    for number in 0..100_000 {
        log.push(line(number.to_string()), 0);
        if number % 777 == 0 {
            rows.keep(log.take_unkept());
        }
    }
    log.push(Event::Done, 0);
    rows.keep(log.take_unkept());
    let events = log.events_after(0);
    assert_eq!(rows.0, events);
    assert!(events.is_sorted_by(|a, b| a.number < b.number));
    let text = |index: usize| match &events[index].event {
        Event::Log { text, .. } => text.as_str(),
        other => panic!("{other:?}"),
    };
    assert_eq!((text(1), text(100)), ("0", "99"));
    assert_eq!(text(101), format!("{LEFT_OUT}{}", 100_000 - 350));
    assert_eq!((text(102), text(events.len() - 2)), ("99750", "99999"));
    assert!(events.len() <= 500);
}

#[test]
fn no_line_is_told_twice_to_one_who_reads_along() {
    let mut log = Log::default();
    let (mut seen, mut told) = (0, Vec::new());
    for number in 0..5_000_u32 {
        log.push(line(number.to_string()), 0);
        if number % 7 == 0 {
            let events = log.events_after(seen);
            seen = events.last().map_or(seen, |event| event.number);
            told.extend(events);
        }
    }
    assert!(told.is_sorted_by(|a, b| a.number < b.number));
    assert!(told.iter().all(|event| count_in(&event.event).is_none()), "nothing was missed");
}

#[test]
fn long_texts_and_many_milestones_stay_within_the_bound() {
    let (mut log, mut rows) = (Log::default(), Rows::default());
    for number in 0..20_000 {
        log.push(line("\u{1}狐".repeat(4_000)), 0);
        log.push(Event::Waking { stage: "x".repeat(100_000) }, 0);
        log.push(Event::Accepted { attempt: number }, 0);
        if number % 99 == 0 {
            rows.keep(log.take_unkept());
        }
    }
    rows.keep(log.take_unkept());
    for events in [log.events_after(0), rows.0] {
        assert!(events.len() <= 500, "{} events", events.len());
        assert!(bytes(&events) <= 256 * 1024, "{} bytes", bytes(&events));
    }
}

#[test]
fn places_in_our_queue_and_previews_are_not_for_keeps() {
    let mut log = Log::default();
    log.push(place(None, false), 0);
    log.push(place(Some(3), false), 0);
    log.push(Event::Preview { number: 1 }, 0);
    log.push(place(Some(2), true), 0);
    let unkept = log.take_unkept();
    assert_eq!((numbers(&unkept.events), unkept.rest), (vec![1, 4], None));
    log.push(place(Some(1), true), 0);
    assert_eq!(log.take_unkept().rest, Some(vec![1]));
    assert!(log.take_unkept().is_empty());
}

#[test]
fn what_did_not_get_into_the_database_is_tried_again() {
    let (mut log, mut rows) = (Log::default(), Rows::default());
    log.push(Event::Accepted { attempt: 1 }, 0);
    log.push(step(1), 0);
    let lost = log.take_unkept();
    log.push(step(2), 0);
    log.put_back(&lost);
    // The write had succeeded; only its answer was lost.
    rows.keep(lost);
    rows.keep(log.take_unkept());
    assert_eq!(rows.0, log.events_after(0));
}

#[test]
fn what_was_left_out_is_counted_over_all_attempts() {
    let mut log = Log::default();
    for _ in 0..1_000 {
        log.push(line("x"), 0);
    }
    let mut next = Log::with_earlier(log.events_after(0), 0);
    for _ in 0..1_000 {
        next.push(line("x"), 0);
    }
    let told: Vec<_> =
        next.events_after(0).iter().filter_map(|event| count_in(&event.event)).collect();
    assert_eq!(told, [2_000 - 350]);
}

#[test]
fn numbers_go_on_above_what_another_process_may_have_told() {
    let mut log = Log::with_earlier(Vec::new(), 1_000);
    assert_eq!(log.push(Event::Done, 0), 1_001);
}
