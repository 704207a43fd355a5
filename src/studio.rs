//! What lives on the page. Each part is an island or a component in one; they find each other by
//! the context [`Studio`] and by props, and ask the server through [`crate::api`] alone.

mod alive;
mod announcer;
mod ask;
mod attach;
mod batch;
mod card;
mod composer;
mod connections;
mod drawn;
mod events;
mod fresh;
mod generator;
mod header;
mod history;
pub mod icon;
mod loaded;
mod menu;
mod model_picker;
mod painter;
mod picture;
mod results;
mod settings;
mod space_copy;
mod start;
mod status;
mod toasts;
mod uploads;
mod viewer;
mod wall;
mod words;

use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub use self::words::{MESSAGES_OF_PAGE, Message, texts};
use self::{
    announcer::Announcer,
    ask::ask,
    batch::Batch,
    events::Events,
    fresh::follow,
    toasts::Toast,
    words::{Text, text},
};
pub use self::{
    attach::{ATTACH, Attach},
    batch::MAX_COUNT,
    composer::{CHANGED, COST, Composer, OPENS, PANEL, PROMPT, REQUEST, SHAPE, VARY},
    connections::{CONNECTIONS, Connections, DOT, WAYS},
    header::{ICON, RUNNING, RUNNING_COUNT, Running},
    menu::{SHORTCUTS, THEME, Theme},
    model_picker::{MODEL, MODEL_BOX, MODELS, MODELS_FOOT, ModelPicker, box_size},
    painter::{PAINT, PAINTER},
    results::Results,
    settings::{
        ENDPOINT, FIELDS, RESET, RESET_ALL, SHEET, SLIDER, Settings, error_id, label_id, size_words,
    },
    space_copy::{COPY_DIALOG, COPY_FIELDS, COPY_FORM, COPY_WORDS, SpaceCopy},
    start::NOTIFIER,
    toasts::Toasts,
    viewer::{VIEWER, Viewer},
    wall::{COLLECTION, Wall},
    words::WORDS,
};
use crate::{
    browser,
    generation::{
        Draft, FieldError, GenerationId, Refusal,
        contract::{Drawn, FieldAct, Fill, FormState, Html, Part, PictureAddress, SeedUse, State},
    },
};

/// Within this time the same draft is not run twice.
const DOUBLE_CLICK_MS: f64 = 600.0;

/// What the parts of the page share. It is context for everything inside of [`Studio`], and Copy,
/// so that every handler can hold it.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The prompt.
    pub input: RwSignal<String>,
    /// What is known of the form of the chosen model.
    pub form: RwSignal<FormState>,
    /// The generations of this sitting, newest first.
    pub batches: RwSignal<Vec<Batch>>,
    /// How many of them run.
    pub running: RwSignal<u32>,
    /// How far the one that was heard of last is, in percent; 0 where nobody knows.
    pub percent: RwSignal<u32>,
    /// What assistive technology is told.
    pub announcer: Announcer,
    pub toast: RwSignal<Option<Toast>>,
    /// The path of the picture that the viewer shows; empty while it is closed.
    pub viewed: RwSignal<String>,
    pub events: Events,
    /// The time, while something runs, in Unix milliseconds of this browser.
    pub now_ms: RwSignal<f64>,
    /// The generation that changed last, as the server reports: its id, [`events::ANYTHING`], or nothing.
    pub change: RwSignal<String>,
    /// The Space that the dialog for a copy is open for; empty while it is closed.
    pub copied: RwSignal<String>,
    /// Counts what is done to the inputs in Settings.
    pub touched: RwSignal<u32>,
    pending: StoredValue<Pending>,
}

/// What goes on between the page and its form.
#[derive(Default)]
struct Pending {
    /// Counts the forms that were asked for, so that a late one is known.
    asked: u32,
    /// What was run last, and when, in Unix milliseconds of this browser.
    last_run: (Draft, f64),
    /// Generate was pressed while the form was on its way.
    is_pressed: bool,
    /// What the fields that come do not show, by the names of inputs.
    typed: Vec<(String, String)>,
    /// What came back by Undo, until its tile has the focus.
    returned: String,
}

/// The whole page below the document.
#[island]
pub fn Page(children: Children) -> impl IntoView {
    let studio = Studio {
        input: RwSignal::new(String::new()),
        // The server knows the form that it draws; the browser learns of it at the start.
        form: RwSignal::new(use_context::<FormState>().unwrap_or_default()),
        batches: RwSignal::new(Vec::new()),
        running: RwSignal::new(0),
        percent: RwSignal::new(0),
        announcer: Announcer::new(),
        toast: RwSignal::new(None),
        viewed: RwSignal::new(String::new()),
        events: Events::new(),
        now_ms: RwSignal::new(0.0),
        change: RwSignal::new(String::new()),
        copied: RwSignal::new(String::new()),
        touched: RwSignal::new(0),
        pending: StoredValue::new(Pending::default()),
    };
    provide_context(studio);
    // Effects run in the browser alone, and this one after all parts are there.
    follow(move || untrack(|| start::start(studio)));
    children()
}

/// The context of every part.
pub fn use_studio() -> Studio {
    expect_context()
}

impl Studio {
    /// What the form holds now.
    pub fn draft(&self) -> Draft {
        let fields = composer::form().map(|form| Draft::of_fields(browser::entries(&form)));
        let draft = fields.unwrap_or_default();
        match self.form.with_untracked(|form| form.model.clone()) {
            // Nothing was told yet.
            model if model.is_empty() => draft,
            model => Draft { model, ..draft },
        }
    }

    /// The same as the server may draw it: without secrets.
    pub fn drawn_draft(&self) -> Draft {
        let mut draft = self.draft();
        self.form.with_untracked(|form| {
            draft.inputs.retain(|(name, _)| !form.secrets.contains(name));
        });
        draft
    }

    /// How many pictures are asked for at once.
    pub fn count(&self) -> usize {
        let count = composer::form().and_then(|form| {
            browser::entries(&form).find(|(name, _)| name == "count")?.1.parse().ok()
        });
        count.unwrap_or(1)
    }

    /// Runs what the form holds. What the model takes is waited for.
    pub fn generate(&self) {
        if self.form.with_untracked(|form| form.is_pending) {
            self.pending.update_value(|pending| pending.is_pressed = true);
            return;
        }
        let (draft, now_ms) = (self.draft(), browser::now_ms());
        // Two clicks start one generation.
        let mut is_second_click = false;
        self.pending.update_value(|Pending { last_run: (last, at_ms), .. }| {
            is_second_click = *last == draft && now_ms - *at_ms < DOUBLE_CLICK_MS;
            if !is_second_click {
                (*last, *at_ms) = (draft.clone(), now_ms);
            }
        });
        if !is_second_click {
            self.run(draft, self.count());
        }
    }

    /// The next press of Generate is no second click, however soon it comes.
    pub fn expect_another_run(&self) {
        self.pending.update_value(|pending| pending.last_run.1 = 0.0);
    }

    /// Runs `draft` `count` times, each time with another seed.
    pub fn run(&self, draft: Draft, count: usize) {
        self.add(self.form.with_untracked(|form| Batch::new(draft, count, form)));
    }

    fn add(&self, batch: Batch) {
        self.batches.update(|batches| batches.insert(0, batch));
        start::remember(*self);
    }

    /// Takes another model and keeps the values that it takes too.
    pub fn choose(&self, model: String) {
        let mut draft = Draft { model, ..self.drawn_draft() };
        // Defaults of one model are not what a person wants of another.
        draft.inputs = self.form.with_untracked(|form| settings::set_by_person(&draft, form));
        self.draw_form(Part::Form { draft, fill: Fill::Choose });
    }

    /// Has the form drawn again with what it holds.
    pub fn fill(&self, fill: Fill) {
        self.draw_form(Part::Form { draft: self.drawn_draft(), fill });
    }

    /// Shows the form that `part` comes to.
    pub fn draw_form(&self, part: Part) {
        let studio = *self;
        studio.pending.update_value(|pending| pending.asked += 1);
        let asked = studio.pending.with_value(|pending| pending.asked);
        studio.form.update(|form| form.is_pending = true);
        let before = studio.draft();
        ask(part, move |answer| {
            if studio.pending.with_value(|pending| pending.asked) != asked {
                return;
            }
            match answer {
                Ok(drawn) => {
                    if let State::Form(form) = drawn.state {
                        let typed = studio.form.with_untracked(|old| {
                            settings::typed_since(&before, studio.draft(), old, &form)
                        });
                        studio.pending.update_value(|pending| pending.typed = typed);
                        studio.show_form(*form, Some(drawn.html));
                    }
                }
                Err(error) => {
                    studio.form.update(|form| form.is_pending = false);
                    studio.report(error);
                }
            }
        });
    }

    /// Takes in a form that the server drew.
    fn show_form(&self, form: FormState, fields: Option<Html>) {
        if let Some(prompt) = &form.prompt {
            self.input.set(prompt.clone());
        }
        if form.model != self.form.with_untracked(|form| form.model.clone()) && !form.is_pending {
            model_picker::remember(&form.model, &form.title);
        }
        for notice in &form.notices {
            self.announcer.announce(notice, notice);
        }
        self.form.set(form);
        if let Some(fields) = fields {
            settings::show_fields(&fields);
        }
        self.fields_are_there();
    }

    /// The fields of the form are on the page: marks what is wrong, and does what was asked for
    /// meanwhile.
    fn fields_are_there(&self) {
        let (mut typed, mut is_pressed) = (Vec::new(), false);
        let is_pending = self.form.with_untracked(|form| form.is_pending);
        self.pending.update_value(|pending| {
            typed = std::mem::take(&mut pending.typed);
            is_pressed = !is_pending && std::mem::take(&mut pending.is_pressed);
        });
        if let Some(form) = composer::form() {
            settings::put_back(&form, &typed);
        }
        self.touched.update(|times| *times += 1);
        let first_error = self.form.with_untracked(|form| form.first_error.clone());
        if self.form.with_untracked(|form| form.prompt_error.is_some()) {
            browser::focus_id("prompt");
        } else if let Some(id) = first_error {
            settings::open();
            browser::focus_id(&id);
        }
        if is_pressed {
            self.generate();
        }
    }

    /// Changes the inputs of the form.
    pub fn change_fields(&self, act: FieldAct) {
        match act {
            FieldAct::Example => return self.fill(Fill::Example),
            FieldAct::LastSeed => return self.fill(Fill::LastSeed),
            _ => {}
        }
        let before = self.drawn_draft();
        let mut draft = before.clone();
        act.apply(&mut draft);
        let draft = self.form.with_untracked(|form| draft.without_old_masks(&before, &form.masks));
        self.draw_form(Part::Form { draft, fill: Fill::Keep });
    }

    /// Gives a picture that is kept here to the first input that takes one.
    pub fn use_picture(&self, digest: &str) {
        let input = self.form.with_untracked(|form| form.pictures.first().cloned());
        match input {
            Some(input) => {
                self.change_fields(FieldAct::Set(vec![(input, format!("stored:{digest}"))]));
                browser::focus_id("prompt");
            }
            None => self.say(text(Text::TakesNoPicture).to_owned()),
        }
    }

    /// True while the viewer shows something.
    pub fn is_viewing(&self) -> bool {
        !self.viewed.with_untracked(String::is_empty)
    }

    /// Shows the picture at `position` of a generation, large.
    pub fn view(&self, id: GenerationId, position: u32) {
        self.viewed.set(PictureAddress { id, position }.path());
    }

    /// Runs the request of an earlier generation again, `count` times.
    pub fn run_again(&self, generation: GenerationId, seed: SeedUse, count: usize) {
        let studio = *self;
        ask(Part::DraftOf { generation, seed }, move |answer| match answer {
            Ok(Drawn { state: State::Draft { draft, shown }, .. }) => {
                let seed = studio.form.with_untracked(|form| form.seed.clone());
                studio.add(Batch::again(draft, shown, count, seed.as_deref()));
            }
            Ok(_) => {}
            Err(error) => studio.report(error),
        });
    }

    /// Fills the form as an earlier generation had it; with `draft` where it never began.
    pub fn edit(&self, generation: GenerationId, draft: Option<Draft>) {
        match draft {
            Some(draft) => {
                self.input.set(draft.prompt.clone());
                self.draw_form(Part::Form { draft, fill: Fill::Keep });
            }
            None => self.draw_form(Part::FormOf { generation, seed: SeedUse::AsItWas }),
        }
        browser::focus_id("prompt");
    }

    /// Runs again what came to nothing, in the place of its card.
    pub fn try_again(&self, generation: &GenerationId, draft: Option<Draft>) {
        self.remove(generation);
        match draft {
            Some(draft) => self.run(draft, 1),
            None => self.run_again(generation.clone(), SeedUse::AsItWas, 1),
        }
    }

    /// Marks the inputs that were refused, in the place of the card.
    pub fn mark_wrong(&self, generation: Option<GenerationId>, fields: Vec<FieldError>) {
        if let Some(generation) = generation {
            self.remove(&generation);
        }
        self.draw_form(Part::Form { draft: self.drawn_draft(), fill: Fill::Errors(fields) });
    }

    /// Takes the card of a generation off the page.
    fn remove(&self, generation: &GenerationId) {
        self.batches.update(|batches| {
            batches.retain(|batch| batch.members.iter().all(|member| member.id != *generation));
        });
        start::remember(*self);
    }

    /// Says what went wrong with something that the person did.
    pub fn report(&self, refusal: Refusal) {
        toasts::show_refusal(*self, refusal);
    }

    /// Says something for a while.
    pub fn say(&self, words: String) {
        toasts::show(*self, words, Vec::new());
    }
}
