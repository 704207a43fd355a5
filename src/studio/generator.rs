//! Runs one generation for its card: carries out the commands of the state machine.

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
    generation::{
        GenerationId, PageOutcome, Refusal, RefusalKind, Stage, StatusUpdate,
        contract::GalleryAct,
        retry::{Command, MAX_RETRIES, Msg, Retry},
    },
};

/// The signals of a card, and the code that updates them.
#[derive(Clone, Copy)]
pub struct Generator {
    /// The pictures of the result.
    pub img: RwSignal<Vec<Picture>>,
    /// The seconds to wait before the next call; 0 when there is no wait.
    pub retry: RwSignal<f64>,
    /// The retries that are left.
    pub retry_count: RwSignal<u32>,
    pub is_generating: RwSignal<bool>,
    pub current: RwSignal<Current>,
    studio: Studio,
}

/// The page's knowledge about the generation.
#[derive(Clone)]
pub struct Current {
    pub member: Member,
    pub told: StatusUpdate,
    pub machine: Retry,
    pub clock: Clock,
    /// Why the generation failed.
    pub refusal: Option<Refusal>,
    /// The seed of the result.
    pub seed: Option<String>,
    /// Whether the result has more than pictures.
    pub has_outputs: bool,
    /// When the current wait ends, in Unix milliseconds of this browser.
    pub until_ms: f64,
}

impl Current {
    fn of(member: Member) -> Self {
        Self {
            member,
            told: StatusUpdate::default(),
            machine: Retry::default(),
            clock: Clock::default(),
            refusal: None,
            seed: None,
            has_outputs: false,
            until_ms: 0.0,
        }
    }

    /// The progress in a few words; empty where an alert shows the error.
    pub fn sentence(&self) -> String {
        status::sentence(&self.machine, &self.told, self.refusal.as_ref())
    }
}

impl Generator {
    /// Creates the signals for `member`; nothing runs before [`begin`](Self::begin).
    pub fn new(studio: Studio, member: Member) -> Self {
        Self {
            img: RwSignal::new(Vec::new()),
            retry: RwSignal::new(0.0),
            retry_count: RwSignal::new(MAX_RETRIES),
            is_generating: RwSignal::new(false),
            current: RwSignal::new(Current::of(member)),
            studio,
        }
    }

    /// Starts the generation, or joins it.
    pub fn begin(self) {
        self.dispatch(Msg::Started);
        self.studio.events.follow(self.studio, self);
    }

    /// Handles an event of the generation.
    pub fn hear(self, told: StatusUpdate) {
        // While one stream replaces the other, both may send the same event. The server may also
        // send the same event again with a newer sentence.
        let is_old = |current: &Current| told.number < current.told.number || told == current.told;
        if self.current.with_untracked(is_old) {
            return;
        }
        let has_ended = told.stage != Stage::Working;
        // The icon of the tab changes in visible steps only.
        let percent = told.fraction.filter(|_| !has_ended).map_or(0, |fraction| fraction / 50 * 5);
        self.studio.percent.set(percent);
        self.current.update(|current| {
            current.clock.hear(&told, browser::now_ms());
            current.told = told;
        });
        self.dispatch(if has_ended { Msg::Heard } else { Msg::Reached });
    }

    /// Whether the card is on the page and its generation has not ended.
    pub fn is_listening(&self) -> bool {
        self.is_generating.try_get_untracked().unwrap_or(false)
    }

    /// The generation's id and the number of its last event, as the stream's URL has them.
    pub fn heard_so_far(&self) -> Option<String> {
        let last = self.current.try_with_untracked(|current| current.told.number)?;
        Some([self.id()?.as_str(), ".", &last.to_string()].concat())
    }

    /// Sleeps whenever `retry` is set, then continues.
    pub fn keep_going(self) {
        follow(move || {
            let seconds = self.retry.get();
            if seconds > 0.0 {
                let number = self.current.with_untracked(|current| current.machine.sleep_number());
                spawn_local(async move {
                    sleep(Duration::from_secs_f64(seconds)).await;
                    self.dispatch(Msg::Slept(number));
                });
            }
        });
    }

    pub fn id(&self) -> Option<GenerationId> {
        self.current.try_with_untracked(|current| current.member.id.clone())
    }

    pub fn member(&self) -> Option<Member> {
        self.current.try_with_untracked(|current| current.member.clone())
    }

    pub fn dispatch(self, msg: Msg) {
        let machine = self.current.try_with_untracked(|current| current.machine.clone());
        let Some(machine) = machine else { return };
        let was_generating = machine.is_generating();
        let (machine, command) = machine.next(msg);
        let is_generating = machine.is_generating();
        self.retry_count.set(machine.retries_left());
        self.current.update(|current| current.machine = machine);
        if was_generating != is_generating {
            self.is_generating.set(is_generating);
            let change = if is_generating { 1 } else { u32::MAX };
            self.studio.running.update(|running| *running = running.wrapping_add(change));
            if !is_generating && let Some(id) = self.id() {
                // Refresh the gallery without waiting for the stream, which may be disconnected.
                self.studio.change.set(id.as_str().to_owned());
            }
        }
        match command {
            Command::Nothing | Command::Show => {}
            Command::Call => self.call(),
            Command::Sleep { seconds, .. } => {
                let until_ms = browser::now_ms() + seconds * 1000.0;
                self.current.update(|current| current.until_ms = until_ms);
                self.retry.set(seconds);
            }
            Command::Fail(refusal) if refusal.kind == RefusalKind::Inputs => {
                // Nothing ran: the form shows the errors.
                self.studio.mark_wrong(self.id(), refusal.fields);
                return;
            }
            Command::Fail(refusal) => {
                self.current.update(|current| current.refusal = Some(refusal));
            }
            Command::Cancel => self.cancel(),
        }
        self.announce();
    }

    fn call(self) {
        self.retry.set(0.0);
        let Some(Member { id, draft }) = self.member() else { return };
        spawn_local(async move {
            match api::generate(id, draft).await {
                Ok(PageOutcome::Done { images, seed, has_outputs }) => {
                    let pictures = images.iter().filter_map(Picture::of).collect();
                    if self.img.try_set(pictures).is_some() {
                        return;
                    }
                    self.current.update(|current| {
                        current.has_outputs = has_outputs;
                        current.seed = seed;
                    });
                    self.dispatch(Msg::Done);
                }
                Ok(PageOutcome::Loading { estimated_time, attempt }) => {
                    self.dispatch(Msg::Loading { estimated_time, attempt });
                }
                Ok(PageOutcome::Running) => self.dispatch(Msg::StillRunning),
                Err(Refusal { kind: RefusalKind::Unreachable, .. }) => {
                    self.dispatch(Msg::Disconnected);
                }
                Err(refusal) => self.dispatch(Msg::Failed(refusal)),
            }
        });
    }

    fn cancel(self) {
        self.retry.set(0.0);
        self.studio.expect_another_run();
        let Some(id) = self.id() else { return };
        spawn_local(async move {
            match api::act(vec![id], GalleryAct::Cancel, String::new()).await {
                Err(Refusal { kind: RefusalKind::Unreachable | RefusalKind::TooOften, .. }) => {
                    self.dispatch(Msg::CancelLost)
                }
                // A generation that has ended stays as it is; the next response says how it ended.
                Ok(_) | Err(_) => self.dispatch(Msg::CancelDelivered),
            }
        });
    }

    /// Announces the phase to assistive technology.
    pub fn announce(self) {
        let words = self.current.with_untracked(Current::sentence);
        let Some(id) = self.id() else { return };
        let phase = words.split('·').next().unwrap_or_default().trim_end();
        if !words.is_empty() {
            self.studio.announcer.announce(&[id.as_str(), " ", phase].concat(), &words);
        }
    }
}
