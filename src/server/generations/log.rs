//! The events kept for one generation, bounded whatever its provider sends.
//!
//! A state (a step, a queue position, a preview) replaces the one before. The first and the newest
//! of the provider's log lines stay, and a line between them counts those that were left out.
//! Numbers only ever grow, so a reader can continue from the last number it has seen.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::generation::{Event, LogLevel, NumberedEvent, bound_outputs};

/// Together these limits allow at most 500 events and 320 kB of JSON.
const FIRST_LINES: usize = 100;
const FIRST_LINES_BYTES: usize = 48 * 1024;
const NEWEST_LINES: usize = 250;
const NEWEST_LINES_BYTES: usize = 96 * 1024;
const MILESTONES: usize = 140;
const MILESTONES_BYTES: usize = 64 * 1024;

/// The longest line, label or stage, in bytes.
const MAX_TEXT: usize = 2_000;

/// The limit for the text outputs of an unfinished generation, in bytes.
const MAX_OUTPUTS_BYTES: usize = 32 * 1024;

/// The events of one generation in memory, and which of them the database lacks.
#[derive(Debug, Default)]
pub struct Log {
    /// The number of the last event.
    last: u64,
    milestones: Entries,
    states: [Option<Entry>; STATES],
    first_lines: Entries,
    left_out: LeftOut,
    newest_lines: Entries,
    /// The database holds rows of events that were replaced since.
    has_stale_rows: bool,
}

/// What the database lacks.
#[derive(Debug, PartialEq)]
pub struct Unkept {
    pub events: Vec<NumberedEvent>,
    /// The numbers of the rows that stay, when stale rows have to be deleted.
    pub rest: Option<Vec<u64>>,
}

#[derive(Debug)]
struct Entry {
    event: NumberedEvent,
    bytes: usize,
    is_kept: bool,
}

#[derive(Debug, Default)]
struct Entries {
    entries: VecDeque<Entry>,
    bytes: usize,
}

/// The line that counts the lines left out; it has the number of the last of them.
#[derive(Debug, Default)]
struct LeftOut {
    count: u64,
    entry: Option<Entry>,
}

const STATES: usize = 6;

enum Kind {
    /// Only the newest one matters.
    State(usize),
    Line,
    Milestone,
}

impl Log {
    /// A log with the events that an earlier attempt or another process left. The next event gets a
    /// number above `last` and above all of theirs.
    pub fn with_earlier(earlier: Vec<NumberedEvent>, last: u64) -> Self {
        let mut log = Self::default();
        for event in earlier {
            log.last = log.last.max(event.number);
            log.add(Entry::new(event, true));
        }
        log.last = log.last.max(last);
        log
    }

    /// The number of the last event.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Adds an event and returns its number.
    pub fn push(&mut self, event: Event, at_ms: u64) -> u64 {
        self.last += 1;
        let event = NumberedEvent { number: self.last, at_ms, event: clipped(event) };
        self.add(Entry::new(event, false));
        self.last
    }

    fn add(&mut self, entry: Entry) {
        match kind(&entry.event.event) {
            Kind::State(slot) => {
                let before = self.states[slot].replace(entry);
                self.has_stale_rows |= before.is_some_and(|before| before.is_kept);
            }
            Kind::Milestone => {
                let dropped = self.milestones.push(entry, MILESTONES, MILESTONES_BYTES);
                self.has_stale_rows |= dropped.iter().any(|dropped| dropped.is_kept);
            }
            Kind::Line if self.first_lines_have_room(&entry) => {
                self.first_lines.push(entry, FIRST_LINES, FIRST_LINES_BYTES);
            }
            Kind::Line => {
                for dropped in self.newest_lines.push(entry, NEWEST_LINES, NEWEST_LINES_BYTES) {
                    self.has_stale_rows |= dropped.is_kept;
                    self.has_stale_rows |= self.left_out.add(&dropped.event);
                }
            }
        }
    }

    /// A line belongs to the first ones only while no later line exists, however short it is.
    fn first_lines_have_room(&self, entry: &Entry) -> bool {
        let Entries { entries, bytes } = &self.first_lines;
        self.newest_lines.entries.is_empty()
            && entries.len() < FIRST_LINES
            && bytes + entry.bytes <= FIRST_LINES_BYTES
    }

    /// The events after number `number`, in order.
    pub fn events_after(&self, number: u64) -> Vec<NumberedEvent> {
        if number >= self.last {
            return Vec::new();
        }
        let news = self.entries().filter(|entry| entry.event.number > number);
        let mut events: Vec<_> = news.map(|entry| entry.event.clone()).collect();
        events.sort_unstable_by_key(|event| event.number);
        events
    }

    /// The events that the database lacks; from now on they count as stored. Previews are left out,
    /// because their pictures exist only in this process, and so are positions in our own queue,
    /// which end with this process.
    pub fn take_unkept(&mut self) -> Unkept {
        let has_stale_rows = std::mem::take(&mut self.has_stale_rows);
        let kept = self.entries().filter(|entry| entry.is_kept);
        let rest = has_stale_rows.then(|| kept.map(|entry| entry.event.number).collect());
        let mut events = Vec::new();
        for entry in self.entries_mut() {
            if !entry.is_kept && is_for_keeps(&entry.event.event) {
                entry.is_kept = true;
                events.push(entry.event.clone());
            }
        }
        events.sort_unstable_by_key(|event| event.number);
        Unkept { events, rest }
    }

    /// Marks events as not stored again, after a write that failed or whose answer was lost.
    pub fn put_back(&mut self, unkept: &Unkept) {
        self.has_stale_rows = true;
        let is_back = |number| unkept.events.binary_search_by_key(&number, |event| event.number);
        for entry in self.entries_mut() {
            entry.is_kept &= is_back(entry.event.number).is_err();
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        let lines = self.first_lines.entries.iter().chain(&self.left_out.entry);
        let lines = lines.chain(&self.newest_lines.entries);
        self.milestones.entries.iter().chain(self.states.iter().flatten()).chain(lines)
    }

    fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        let lines = self.first_lines.entries.iter_mut().chain(&mut self.left_out.entry);
        let lines = lines.chain(&mut self.newest_lines.entries);
        self.milestones.entries.iter_mut().chain(self.states.iter_mut().flatten()).chain(lines)
    }
}

impl Unkept {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.rest.is_none()
    }
}

impl Entry {
    fn new(event: NumberedEvent, is_kept: bool) -> Self {
        let bytes = serde_json::to_string(&event.event).map_or(0, |json| json.len());
        Self { event, bytes, is_kept }
    }
}

impl Entries {
    /// Adds an entry and returns the oldest ones that no longer fit. The newest stays, whatever its
    /// size.
    fn push(&mut self, entry: Entry, many: usize, bytes: usize) -> Vec<Entry> {
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
        let mut dropped = Vec::new();
        while (self.entries.len() > many || self.bytes > bytes) && self.entries.len() > 1 {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes;
            dropped.push(oldest);
        }
        dropped
    }
}

impl LeftOut {
    /// Counts `line` as left out. True when a row of the database has to be deleted.
    fn add(&mut self, line: &NumberedEvent) -> bool {
        // A line that stands for lines left out by an earlier attempt adds their count to this one.
        self.count = self.count.saturating_add(count_in(&line.event).unwrap_or(1));
        let text = format!("{LEFT_OUT}{}", self.count);
        let event = Event::log(LogLevel::Info, text);
        let entry = Entry::new(NumberedEvent { event, ..*line }, false);
        self.entry.replace(entry).is_some_and(|before| before.is_kept)
    }
}

const LEFT_OUT: &str = "… lines left out here: ";

fn count_in(event: &Event) -> Option<u64> {
    match event {
        Event::Log { text, .. } => text.strip_prefix(LEFT_OUT)?.parse().ok(),
        _ => None,
    }
}

fn kind(event: &Event) -> Kind {
    match event {
        Event::Log { .. } => Kind::Line,
        Event::Progress { .. } => Kind::State(0),
        Event::Queued { place: None, .. } => Kind::State(1),
        Event::Queued { place: Some(_), .. } => Kind::State(2),
        Event::Waking { .. } => Kind::State(3),
        Event::Preview { .. } => Kind::State(4),
        Event::Outputs { .. } => Kind::State(5),
        Event::Accepted { .. }
        | Event::Loading { .. }
        | Event::Cancelling
        | Event::Image { .. }
        | Event::Done
        | Event::Failed { .. }
        | Event::Cancelled
        | Event::Instead { .. } => Kind::Milestone,
    }
}

fn is_for_keeps(event: &Event) -> bool {
    !matches!(event, Event::Preview { .. } | Event::Queued { place: Some(_), upstream: false, .. })
}

/// Cuts long texts, because they go to every page that watches.
fn clipped(mut event: Event) -> Event {
    let clip = |text: &mut String| text.truncate(text.floor_char_boundary(MAX_TEXT));
    match &mut event {
        Event::Waking { stage } => clip(stage),
        Event::Log { text, message, .. } => {
            let arguments = message.iter_mut().flat_map(|message| message.texts_mut());
            std::iter::once(text).chain(arguments).for_each(clip);
        }
        Event::Progress { unit, label, .. } => unit.iter_mut().chain(label).for_each(clip),
        Event::Outputs { outputs } => bound_outputs(outputs, MAX_OUTPUTS_BYTES),
        _ => {}
    }
    event
}
