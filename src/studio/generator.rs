//! Runs one generation for its card: carries out what the state machine orders.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Studio,
    batch::Member,
    fresh::follow,
    picture::Picture,
    status::{self, Clock},
};
use crate::{
    api, browser,
    error::GenerateError,
    generation::{
        Event, Fact, GenerationId, NumberedEvent, Outcome, Progress,
        retry::{Command, MAX_RETRIES, Msg, Retry, Sleep},
    },
};

/// The signals of a card, and what moves them.
#[derive(Clone, Copy)]
pub struct Generator {
    /// The pictures of the result.
    pub img: RwSignal<Vec<Picture>>,
    /// How long to wait before the next call.
    pub retry: RwSignal<Option<Wait>>,
    /// How many retries are left.
    pub retry_count: RwSignal<u32>,
    pub is_generating: RwSignal<bool>,
    pub current: RwSignal<Current>,
    studio: Studio,
    member: StoredValue<Member>,
    machine: StoredValue<Retry>,
}

/// A wait that was ordered.
#[derive(Clone, Copy, PartialEq)]
pub struct Wait {
    pub sleep: Sleep,
    pub seconds: f64,
    /// When it ends, in Unix milliseconds of this browser.
    pub until_ms: f64,
}

/// What is known of the generation.
#[derive(Clone, Default)]
pub struct Current {
    pub progress: Progress,
    pub machine: Retry,
    pub clock: Clock,
    pub error: Option<GenerateError>,
    /// What the provider reported with the result.
    pub facts: Vec<Fact>,
}

impl Generator {
    /// Signals for `member`; nothing happens before [`begin`](Self::begin).
    pub fn new(studio: Studio, member: Member) -> Self {
        Self {
            img: RwSignal::new(Vec::new()),
            retry: RwSignal::new(None),
            retry_count: RwSignal::new(MAX_RETRIES),
            is_generating: RwSignal::new(false),
            current: RwSignal::new(Current::default()),
            studio,
            member: StoredValue::new(member),
            machine: StoredValue::new(Retry::default()),
        }
    }

    /// Starts the generation, or joins it.
    pub fn begin(self) {
        self.dispatch(Msg::Started);
        self.studio.events.follow(self.studio, self);
    }

    /// Takes in an event of the generation.
    pub fn hear(self, event: NumberedEvent) {
        let has_ended = event.event.is_final() || matches!(event.event, Event::Loading { .. });
        self.current.update(|current| {
            current.clock.hear(&event, browser::now_ms());
            current.progress.apply(event);
        });
        if has_ended {
            self.dispatch(Msg::Heard);
        } else {
            self.announce();
        }
    }

    /// Whether its card is on the page and its generation not over.
    pub fn is_listening(&self) -> bool {
        self.is_generating.try_get_untracked().unwrap_or(false)
    }

    /// Its generation and the number of the last event that it heard, as the stream is asked for.
    pub fn heard_so_far(&self) -> Option<String> {
        let last = self.current.try_with_untracked(|current| current.progress.last)?;
        Some(format!("{}.{last}", self.id()?))
    }

    /// Sleeps when `retry` says so, then goes on.
    pub fn keep_going(self) {
        follow(move || {
            if let Some(wait) = self.retry.get() {
                spawn_local(async move {
                    sleep(Duration::from_secs_f64(wait.seconds)).await;
                    self.dispatch(Msg::Slept(wait.sleep));
                });
            }
        });
    }

    pub fn id(&self) -> Option<GenerationId> {
        self.member.try_with_value(|member| member.id.clone())
    }

    pub fn member(&self) -> Option<Member> {
        self.member.try_get_value()
    }

    pub fn dispatch(self, msg: Msg) {
        let Some(machine) = self.machine.try_get_value() else { return };
        let was_generating = machine.is_generating();
        let (machine, command) = machine.next(msg);
        let is_generating = machine.is_generating();
        self.machine.set_value(machine.clone());
        self.retry_count.set(machine.retries_left());
        self.current.update(|current| current.machine = machine);
        if was_generating != is_generating {
            self.is_generating.set(is_generating);
            let change = if is_generating { 1 } else { u32::MAX };
            self.studio.running.update(|running| *running = running.wrapping_add(change));
        }
        match command {
            Command::Nothing | Command::Show => {}
            Command::Call => self.call(),
            Command::Sleep { sleep, seconds } => {
                let until_ms = browser::now_ms() + seconds * 1000.0;
                self.retry.set(Some(Wait { sleep, seconds, until_ms }));
            }
            Command::Fail(GenerateError::InputRejected { fields, .. }) if !fields.is_empty() => {
                // Nothing ran: the form says what is wrong.
                self.studio.mark_wrong(self.id(), fields);
                return;
            }
            Command::Fail(error) => self.current.update(|current| current.error = Some(error)),
            Command::Cancel => self.cancel(),
        }
        self.announce();
    }

    fn call(self) {
        self.retry.set(None);
        let Some(Member { id, draft }) = self.member() else { return };
        spawn_local(async move {
            match api::generate(id, draft).await {
                Ok(Outcome::Done { images, outputs, facts }) => {
                    let pictures = images.iter().filter_map(Picture::of).collect();
                    if self.img.try_set(pictures).is_some() {
                        return;
                    }
                    self.current.update(|current| {
                        current.progress.outputs = outputs;
                        current.facts = facts;
                    });
                    self.dispatch(Msg::Done);
                }
                Ok(Outcome::Loading { estimated_time, attempt }) => {
                    self.dispatch(Msg::Loading { estimated_time, attempt });
                }
                Ok(Outcome::Running) => self.dispatch(Msg::StillRunning),
                Err(GenerateError::ServerUnreachable) => self.dispatch(Msg::Disconnected),
                Err(error) => self.dispatch(Msg::Failed(error)),
            }
        });
    }

    fn cancel(self) {
        self.retry.set(None);
        let Some(id) = self.id() else { return };
        spawn_local(async move {
            match api::cancel(id).await {
                Err(GenerateError::ServerUnreachable) => self.dispatch(Msg::CancelLost),
                // One that is over stays as it is, and the next answer says how.
                Ok(()) | Err(_) => self.dispatch(Msg::CancelDelivered),
            }
        });
    }

    /// Says the phase to assistive technology.
    pub fn announce(self) {
        let words = self.current.with_untracked(|current| {
            status::sentence(&current.machine, &current.progress, current.error.as_ref())
        });
        let key = self.id().map(|id| id.to_string()).unwrap_or_default();
        let phase = words.split(" · ").next().unwrap_or_default();
        if !words.is_empty() {
            self.studio.announcer.announce(&format!("{key} {phase}"), &words);
        }
    }
}
