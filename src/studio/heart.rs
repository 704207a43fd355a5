//! Carries out what the retry state machine orders: call, sleep and call again, show, complain.

use std::{
    cell::{Ref, RefCell},
    time::Duration,
};

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{browser, events::Events};
use crate::{
    api,
    error::GenerateError,
    generation::{
        Draft, Fact, GenerationId, Image, Outcome, Output, Progress, Request,
        retry::{Happened, Next, Retry, Run},
    },
};

/// Where the tab keeps the id of the generation that it is at.
const REMEMBERED: &str = "easel.generation";

/// The signals of the page. They stand in the component; [`Heart`] moves them.
#[derive(Clone, Copy)]
pub struct Signals {
    /// The prompt.
    pub input: RwSignal<String>,
    /// The pictures of the last result.
    pub img: RwSignal<Vec<Picture>>,
    /// How long to wait before the next call, while the model loads.
    pub retry: RwSignal<Option<Wait>>,
    /// How many retries are left.
    pub retry_count: RwSignal<u32>,
    pub is_generating: RwSignal<bool>,
}

/// What moves the signals. It lives as long as the page.
pub struct Heart {
    pub signals: Signals,
    /// Counts the changes of `current`: a signal of that type would weigh three kilobytes.
    told: RwSignal<u32>,
    current: RefCell<Current>,
    machine: RefCell<Retry>,
    events: RefCell<Option<Events>>,
}

/// A picture that the page holds.
#[derive(Clone)]
pub struct Picture {
    /// A blob address.
    pub address: String,
    pub width: u32,
    pub height: u32,
    pub digest: String,
    /// As in [`Request::picture_name`].
    pub name: String,
    pub prompt: String,
    /// The server's copy, which tells how it was made.
    pub download: String,
}

/// A wait that was ordered.
#[derive(Clone, Copy)]
pub struct Wait {
    run: Run,
    pub seconds: f64,
    /// When it is over, in Unix milliseconds of this browser.
    pub until_ms: f64,
}

/// The generation that runs or ran last, and what is known of it.
#[derive(Default)]
pub struct Current {
    /// `None` until the first.
    pub asked: Option<(GenerationId, Request)>,
    /// What is sent; `None` joins a generation that was begun before a reload.
    draft: Option<Draft>,
    /// In Unix milliseconds of this browser.
    pub started_ms: f64,
    pub ended_ms: Option<f64>,
    pub progress: Progress,
    pub error: Option<GenerateError>,
    pub is_cancelled: bool,
    /// What the provider told with the last result.
    pub facts: Vec<Fact>,
}

impl Heart {
    /// Begins to beat; to be called once, in the browser.
    pub fn wake(signals: Signals) -> &'static Self {
        let heart: &Self = Box::leak(Box::new(Self {
            signals,
            told: RwSignal::new(0),
            current: RefCell::default(),
            machine: RefCell::default(),
            events: RefCell::default(),
        }));
        Effect::new(move |_| {
            if let Some(wait) = signals.retry.get() {
                spawn_local(async move {
                    sleep(Duration::from_secs_f64(wait.seconds)).await;
                    heart.tell(Happened::Slept { run: wait.run });
                });
            }
        });
        heart
    }

    /// What is known now; whoever reads it in an effect hears of changes.
    pub fn current(&self) -> Ref<'_, Current> {
        self.told.track();
        self.current.borrow()
    }

    fn change(&self, change: impl FnOnce(&mut Current)) {
        change(&mut self.current.borrow_mut());
        self.told.update(|told| *told += 1);
    }

    /// Starts a generation, unless one runs.
    pub fn generate(&'static self, request: Request) {
        let draft = Draft::of(&request);
        self.begin(browser::new_generation_id(), request, Some(draft));
    }

    /// The generation that this tab was at before a reload.
    pub fn remembered() -> Option<GenerationId> {
        browser::remembered(REMEMBERED)?.parse().ok()
    }

    /// Of a generation that is no longer kept there is nothing to go on with.
    pub fn forget() {
        browser::remember(REMEMBERED, None);
    }

    /// Goes on with a generation, unless one runs.
    pub fn take_up(&'static self, id: GenerationId, request: Request) {
        self.begin(id, request, None);
    }

    fn begin(&'static self, id: GenerationId, request: Request, draft: Option<Draft>) {
        if self.signals.is_generating.get_untracked() {
            return;
        }
        browser::remember(REMEMBERED, Some(id.as_str()));
        let events = Events::of(&id, move |event| {
            self.change(|current| current.progress.apply(event));
        });
        self.events.replace(events);
        self.change(|current| {
            *current = Current {
                asked: Some((id, request)),
                draft,
                started_ms: browser::now_ms(),
                facts: std::mem::take(&mut current.facts),
                ..Current::default()
            };
        });
        self.tell(Happened::Started);
    }

    pub fn cancel(&'static self) {
        self.tell(Happened::Cancelled);
    }

    fn tell(&'static self, happened: Happened) {
        let (machine, next) = self.machine.borrow().clone().next(happened);
        if matches!(next, Next::Nothing) {
            return;
        }
        let is_generating = machine.is_generating();
        self.signals.retry_count.set(machine.retries_left());
        self.signals.is_generating.set(is_generating);
        self.signals.retry.set(None);
        self.machine.replace(machine);
        if !is_generating {
            self.events.take();
            self.change(|current| current.ended_ms = Some(browser::now_ms()));
        }
        match next {
            Next::Nothing | Next::Show => {}
            Next::Call { run } => self.call(run),
            Next::Sleep { run, seconds } => {
                let until_ms = browser::now_ms() + seconds * 1000.0;
                self.signals.retry.set(Some(Wait { run, seconds, until_ms }));
            }
            Next::Complain(error) => {
                browser::remember(REMEMBERED, None);
                self.change(|current| current.error = Some(error));
            }
            Next::Cancel => {
                browser::remember(REMEMBERED, None);
                self.change(|current| current.is_cancelled = true);
                if let Some((id, _)) = self.asked() {
                    spawn_local(async move {
                        // It may be over by now, which is as good.
                        let _ = api::cancel(id).await;
                    });
                }
            }
        }
    }

    fn asked(&self) -> Option<(GenerationId, Request)> {
        self.current.borrow().asked.clone()
    }

    fn call(&'static self, run: Run) {
        let Some((id, _)) = self.asked() else { return };
        let draft = self.current.borrow().draft.clone();
        spawn_local(async move {
            match api::generate(id, draft).await {
                Ok(Outcome::Done { images, outputs, facts }) => {
                    self.show(run, &images, outputs, facts);
                }
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
    fn show(&'static self, run: Run, images: &[Image], outputs: Vec<Output>, facts: Vec<Fact>) {
        let (_, next) = self.machine.borrow().clone().next(Happened::Done { run });
        let Some((id, request)) = self.asked().filter(|_| matches!(next, Next::Show)) else {
            return;
        };
        let pictures = images.iter().enumerate().filter_map(|(position, image)| {
            Some(Picture {
                address: match image.bytes.is_empty() {
                    true => format!("/api/images/{}", image.digest),
                    false => browser::blob_address(image)?,
                },
                width: image.width,
                height: image.height,
                digest: image.digest.clone(),
                name: request.picture_name(),
                prompt: request.prompt.clone(),
                download: format!("/api/generations/{id}/download/{position}"),
            })
        });
        let pictures = pictures.collect();
        self.signals.img.update(|img| {
            let before = std::mem::replace(img, pictures);
            before.iter().for_each(|picture| browser::forget_blob(&picture.address));
        });
        self.change(|current| {
            current.progress.outputs = outputs;
            current.facts = facts;
        });
        self.tell(Happened::Done { run });
    }
}
