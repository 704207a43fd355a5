//! Carries out what the retry state machine orders: call, sleep and call again, show, complain.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{Packed, browser, events::Events, form::Form};
use crate::{
    api,
    error::GenerateError,
    generation::{
        Fact, GenerationId, Image, Outcome, Progress, Request,
        retry::{Happened, MAX_RETRIES, Next, Retry, Run},
    },
};

/// Where the tab keeps the generation that it shows.
const REMEMBERED: &str = "easel.generation";

/// The signals of the page and what moves them.
#[derive(Clone, Copy)]
pub struct Heart {
    /// The prompt.
    pub input: RwSignal<String>,
    /// The pictures of the last result.
    pub img: RwSignal<Vec<Picture>>,
    /// How long to wait before the next call, while the model loads.
    pub retry: RwSignal<Option<Wait>>,
    /// How many retries are left.
    pub retry_count: RwSignal<u32>,
    pub is_generating: RwSignal<bool>,
    pub progress: RwSignal<Progress>,
    pub error: RwSignal<Option<GenerateError>>,
    pub is_cancelled: RwSignal<bool>,
    /// The generation that runs or was shown last.
    pub current: RwSignal<Option<Current>>,
    /// Knows which inputs are secret.
    form: StoredValue<Option<Form>>,
    machine: StoredValue<Retry>,
    events: StoredValue<Option<Events>, LocalStorage>,
}

/// A picture that the page holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// A blob address.
    pub address: String,
    pub width: u32,
    pub height: u32,
    pub digest: String,
}

/// A wait that was ordered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    run: Run,
    pub seconds: f64,
    /// When it is over, in Unix milliseconds of this browser.
    pub until_ms: f64,
}

/// What runs now, or ran last.
#[derive(Clone, Debug, PartialEq)]
pub struct Current {
    pub id: GenerationId,
    pub request: Request,
    /// In Unix milliseconds of this browser.
    pub started_ms: f64,
    pub ended_ms: Option<f64>,
    pub facts: Vec<Fact>,
}

impl Heart {
    pub fn new() -> Self {
        let heart = Self {
            input: RwSignal::new(String::new()),
            img: RwSignal::new(Vec::new()),
            retry: RwSignal::new(None),
            retry_count: RwSignal::new(MAX_RETRIES),
            is_generating: RwSignal::new(false),
            progress: RwSignal::new(Progress::default()),
            error: RwSignal::new(None),
            is_cancelled: RwSignal::new(false),
            current: RwSignal::new(None),
            form: StoredValue::new(None),
            machine: StoredValue::new(Retry::default()),
            events: StoredValue::new_local(None),
        };
        Effect::new(move |_| {
            if let Some(wait) = heart.retry.get() {
                spawn_local(async move {
                    sleep(Duration::from_secs_f64(wait.seconds)).await;
                    heart.tell(Happened::Slept { run: wait.run });
                });
            }
        });
        heart
    }

    /// Starts a generation, unless one runs.
    pub fn generate(self, request: Request) {
        if !self.is_generating.get_untracked() {
            self.start(browser::new_generation_id(), request);
        }
    }

    /// After a reload: goes on with the generation that this tab was at, and fills the form
    /// with its request.
    pub fn take_up(self, form: Form) {
        self.form.set_value(Some(form));
        Effect::new(move |_| {
            let remembered = browser::remembered(REMEMBERED);
            let known =
                remembered.and_then(|text| Packed::<(GenerationId, Request)>::from_text(&text));
            if let Some(Packed((id, request))) = known {
                self.input.set(request.prompt.clone());
                form.fill(&request);
                self.start(id, request);
            }
        });
    }

    pub fn cancel(self) {
        self.tell(Happened::Cancelled);
    }

    fn start(self, id: GenerationId, request: Request) {
        self.progress.set(Progress::default());
        self.error.set(None);
        self.is_cancelled.set(false);
        let mut kept = request.clone();
        if let Some(form) = self.form.get_value() {
            kept.take_secrets(&form.model.read_untracked().schema);
        }
        let known = Packed((id.clone(), kept));
        browser::remember(REMEMBERED, known.to_text().as_deref());
        let progress = self.progress;
        let events =
            Events::of(&id, move |event| progress.update(|progress| progress.apply(event)));
        self.events.set_value(events);
        let started_ms = browser::now_ms();
        let facts = Vec::new();
        self.current.set(Some(Current { id, request, started_ms, ended_ms: None, facts }));
        self.tell(Happened::Started);
    }

    fn tell(self, happened: Happened) {
        let (machine, next) = self.machine.get_value().next(happened);
        if next == Next::Nothing {
            return;
        }
        self.retry_count.set(machine.retries_left());
        self.is_generating.set(machine.is_generating());
        self.retry.set(None);
        if !machine.is_generating() {
            self.end();
        }
        self.machine.set_value(machine);
        match next {
            Next::Nothing | Next::Show => {}
            Next::Call { run } => self.call(run),
            Next::Sleep { run, seconds } => {
                let until_ms = browser::now_ms() + seconds * 1000.0;
                self.retry.set(Some(Wait { run, seconds, until_ms }));
            }
            Next::Complain(error) => {
                browser::remember(REMEMBERED, None);
                self.error.set(Some(error));
            }
            Next::Cancel => {
                self.is_cancelled.set(true);
                browser::remember(REMEMBERED, None);
                if let Some(current) = self.current.get_untracked() {
                    spawn_local(async move {
                        // It may be over by now, which is as good.
                        let _ = api::cancel(current.id).await;
                    });
                }
            }
        }
    }

    fn end(self) {
        self.events.set_value(None);
        self.current.update(|current| {
            if let Some(current) = current {
                current.ended_ms = Some(browser::now_ms());
            }
        });
    }

    fn call(self, run: Run) {
        let Some(Current { id, request, .. }) = self.current.get_untracked() else { return };
        spawn_local(async move {
            match api::generate(id, request).await {
                Ok(Outcome::Done { images, facts }) => self.show(run, &images, facts),
                Ok(Outcome::Loading { estimated_time, attempt }) => {
                    self.tell(Happened::Loading { run, estimated_time, attempt });
                }
                Ok(Outcome::Running) => self.tell(Happened::StillRunning { run }),
                Err(GenerateError::ServerUnreachable) => self.tell(Happened::Disconnected { run }),
                Err(error) => self.tell(Happened::Failed { run, error }),
            }
        });
    }

    /// Shows what came with an answer, unless it came too late.
    fn show(self, run: Run, images: &[Image], facts: Vec<Fact>) {
        let (_, next) = self.machine.get_value().next(Happened::Done { run });
        if next == Next::Show {
            let before = self.img.get_untracked();
            self.img.set(images.iter().filter_map(picture).collect());
            before.iter().for_each(|picture| browser::forget_blob(&picture.address));
            self.current.update(|current| {
                if let Some(current) = current {
                    current.facts = facts;
                }
            });
        }
        self.tell(Happened::Done { run });
    }
}

fn picture(image: &Image) -> Option<Picture> {
    Some(Picture {
        address: browser::blob_address(image)?,
        width: image.width,
        height: image.height,
        digest: image.digest.clone(),
    })
}
