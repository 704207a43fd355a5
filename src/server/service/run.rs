//! One generation while this process runs it: its events, its newest preview, its answer.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::now_ms;
use crate::{
    error::GenerateError,
    generation::{Event, GenerationId, Image, NumberedEvent, Outcome, Request},
    server::store::{SessionId, storable_event},
};

pub struct Run {
    pub id: GenerationId,
    pub session: SessionId,
    pub request: Request,
    pub attempt: u32,
    /// Fires when the person cancels.
    pub cancel: CancellationToken,
    pub started: Instant,
    /// Pages that watch or wait for it now.
    pub watchers: AtomicUsize,
    log: Mutex<Log>,
    /// The number of the last event.
    last: watch::Sender<u64>,
    answer: watch::Sender<Option<Result<Outcome, GenerateError>>>,
    previews: AtomicU32,
    ending: AtomicBool,
}

#[derive(Default)]
struct Log {
    events: Vec<NumberedEvent>,
    /// How many of them are in the database.
    kept: usize,
    preview: Option<(u32, Arc<Image>)>,
}

impl Run {
    /// `earlier` are the events of the attempts before.
    pub fn new(
        id: GenerationId,
        session: SessionId,
        request: Request,
        attempt: u32,
        earlier: Vec<NumberedEvent>,
    ) -> Self {
        let last = earlier.last().map_or(0, |event| event.number);
        Self {
            id,
            session,
            request,
            attempt,
            cancel: CancellationToken::new(),
            started: Instant::now(),
            watchers: AtomicUsize::new(0),
            log: Mutex::new(Log { kept: earlier.len(), events: earlier, preview: None }),
            last: watch::Sender::new(last),
            answer: watch::Sender::new(None),
            previews: AtomicU32::new(0),
            ending: AtomicBool::new(false),
        }
    }

    pub fn push(&self, event: Event) {
        // What is told now is told again from the database.
        let event = storable_event(event);
        let mut log = self.lock();
        let number = log.events.last().map_or(0, |event| event.number) + 1;
        let at_ms = u64::try_from(now_ms()).unwrap_or_default();
        // Only the newest of a series of steps matters to whoever comes late.
        let replaces = log.events.len() > log.kept
            && matches!(event, Event::Progress { .. })
            && matches!(
                log.events.last(),
                Some(NumberedEvent { event: Event::Progress { .. }, .. })
            );
        if replaces {
            log.events.pop();
        }
        log.events.push(NumberedEvent { number, at_ms, event });
        drop(log);
        self.last.send_replace(number);
    }

    /// Keeps the newest preview and names it in an event.
    pub fn push_preview(&self, image: Image) {
        let number = self.previews.fetch_add(1, Ordering::Relaxed) + 1;
        self.lock().preview = Some((number, Arc::new(image)));
        self.push(Event::Preview { number });
    }

    /// The newest preview that is not older than `number`.
    pub fn preview(&self, number: u32) -> Option<Arc<Image>> {
        self.lock()
            .preview
            .as_ref()
            .filter(|(newest, _)| *newest >= number)
            .map(|(_, image)| image.clone())
    }

    pub fn events_after(&self, number: u64) -> Vec<NumberedEvent> {
        let log = self.lock();
        let start = log.events.partition_point(|event| event.number <= number);
        log.events[start..].to_vec()
    }

    /// Tells the number of the last event whenever it changes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// The events that are not in the database yet; they count as kept from now on. Previews
    /// are left out: their pictures are here only, and only while it runs.
    pub fn take_unkept(&self) -> Vec<NumberedEvent> {
        let mut log = self.lock();
        let unkept = log.events[log.kept..].iter();
        let unkept = unkept.filter(|event| !matches!(event.event, Event::Preview { .. }));
        let unkept = unkept.cloned().collect();
        log.kept = log.events.len();
        unkept
    }

    /// The events from number `first` on did not get into the database after all.
    pub fn put_back(&self, first: u64) {
        let mut log = self.lock();
        let index = log.events.partition_point(|event| event.number < first);
        log.kept = log.kept.min(index);
    }

    /// The first answer stays.
    pub fn set_answer(&self, answer: Result<Outcome, GenerateError>) {
        self.answer.send_if_modified(|told| {
            let is_first = told.is_none();
            if is_first {
                *told = Some(answer);
            }
            is_first
        });
    }

    /// Waits for the end of the attempt.
    pub async fn answer(&self) -> Result<Outcome, GenerateError> {
        let mut answer = self.answer.subscribe();
        match answer.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            Ok(None) | Err(_) => unreachable!("the run, which sends it, is borrowed here"),
        }
    }

    /// The provider has answered: what is left is to write it down.
    pub fn set_ending(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    pub fn has_ended(&self) -> bool {
        self.answer.borrow().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{Inputs, ModelReference};

    fn run() -> Run {
        let request =
            Request { model: ModelReference::demo(), prompt: String::new(), inputs: Inputs::new() };
        let id = GenerationId::from_parts(0, [0; 10]);
        Run::new(id, SessionId::new("a"), request, 1, Vec::new())
    }

    fn step(step: f64) -> Event {
        Event::Progress { step: Some(step), total: None, unit: None, fraction: None, label: None }
    }

    #[test]
    fn a_step_replaces_the_step_before_but_never_its_number() {
        let run = run();
        run.push(Event::Accepted { attempt: 1 });
        run.push(step(1.0));
        run.push(step(2.0));
        let events = run.events_after(0);
        let numbers: Vec<_> = events.iter().map(|event| event.number).collect();
        assert_eq!(numbers, [1, 3]);
        assert_eq!(events[1].event, step(2.0));
    }

    #[test]
    fn a_watcher_resumes_after_the_last_number_it_saw() {
        let run = run();
        run.push(Event::Accepted { attempt: 1 });
        run.push(Event::Done);
        assert_eq!(run.events_after(1).len(), 1);
        assert!(run.events_after(2).is_empty());
    }
}
