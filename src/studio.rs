//! The interactive parts of the page. Each part is an island or a component in one. Parts reach
//! each other through the context [`Studio`] and through props, and the server through
//! [`crate::api`] only.

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
mod runs;
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
    connections::{CONNECTION_LIST, CONNECTIONS, Connections, DOT},
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
        Draft, GenerationId, Refusal,
        contract::{FieldAct, Fill, FormState, Html, Part, PictureAddress, SeedUse, State},
    },
};

/// The state that all parts of the page share. [`Page`] provides it as context; it is Copy, so that
/// every handler can hold it.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The prompt as typed.
    pub input: RwSignal<String>,
    /// The state of the chosen model's form, as the server drew it last.
    pub form: RwSignal<FormState>,
    /// The generations of this page view, newest first.
    pub batches: RwSignal<Vec<Batch>>,
    /// How many of these are running.
    pub running: RwSignal<u32>,
    /// The progress of the generation that last reported any, in percent; 0 where it is unknown.
    pub percent: RwSignal<u32>,
    /// Announces status changes to assistive technology.
    pub announcer: Announcer,
    pub toast: RwSignal<Option<Toast>>,
    /// The path of the picture in the viewer; empty while the viewer is closed.
    pub viewed: RwSignal<String>,
    pub events: Events,
    /// The current time in Unix milliseconds of this browser; updated while a generation runs.
    pub now_ms: RwSignal<f64>,
    /// The id of the generation that changed last, as the server reports; [`events::ANYTHING`], or
    /// empty at first.
    pub change: RwSignal<String>,
    /// The Space that the copy dialog is open for; empty while the dialog is closed.
    pub copied: RwSignal<String>,
    /// Increases with every change to the inputs in Settings.
    pub touched: RwSignal<u32>,
    pending: StoredValue<Pending>,
}

/// The page's unfinished business with its form.
#[derive(Default)]
struct Pending {
    /// Counts the requests for a form, so that an outdated response is recognised.
    asked: u32,
    /// The last draft that ran, and when, in Unix milliseconds of this browser.
    last_run: (Draft, f64),
    /// The person pressed Generate while the form was being drawn.
    is_pressed: bool,
    /// Values to restore once new fields arrive, by input name.
    typed: Vec<(String, String)>,
    /// The id of a generation that Undo restored, until its tile receives the focus.
    returned: String,
}

/// The root island: everything inside the document's body.
#[island]
pub fn Page(children: Children) -> impl IntoView {
    let studio = Studio {
        input: RwSignal::new(String::new()),
        // The server knows the form that it draws; the browser learns it in `start`.
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
    // Effects run in the browser only, and this one after all parts are hydrated.
    follow(move || untrack(|| start::start(studio)));
    children()
}

/// Returns the shared state; every part calls this.
pub fn use_studio() -> Studio {
    expect_context()
}

impl Studio {
    /// The current contents of the form.
    pub fn draft(&self) -> Draft {
        let fields = composer::form().map(|form| Draft::of_fields(browser::entries(&form)));
        let draft = fields.unwrap_or_default();
        match self.form.with_untracked(|form| form.model.clone()) {
            // The server has not reported the model yet.
            model if model.is_empty() => draft,
            model => Draft { model, ..draft },
        }
    }

    /// The current contents without secrets, which the server must not draw.
    pub fn drawn_draft(&self) -> Draft {
        let mut draft = self.draft();
        self.form.with_untracked(|form| {
            draft.inputs.retain(|(name, _)| !form.secrets.contains(name));
        });
        draft
    }

    /// The requested number of pictures.
    pub fn count(&self) -> usize {
        let count = composer::form().and_then(|form| {
            browser::entries(&form).find(|(name, _)| name == "count")?.1.parse().ok()
        });
        count.unwrap_or(1)
    }

    /// Switches to another model, with the values that the new model accepts too.
    pub fn choose(&self, model: String) {
        let mut draft = Draft { model, ..self.drawn_draft() };
        // Leave out unchanged values: the new model has its own defaults.
        draft.inputs = self.form.with_untracked(|form| settings::set_by_person(&draft, form));
        self.draw_form(Part::Form { draft, fill: Fill::Choose });
    }

    /// Requests the form again with its current contents.
    pub fn fill(&self, fill: Fill) {
        self.draw_form(Part::Form { draft: self.drawn_draft(), fill });
    }

    /// Requests `part`, which is a form, and shows it.
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

    /// Shows a form that the server drew.
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

    /// Runs after new fields are in the page: restores typed values, marks errors, and carries out
    /// a press of Generate that came meanwhile.
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

    /// Applies an act to the form's inputs.
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

    /// Uses a stored picture as the value of the first picture input.
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

    /// True while the viewer is open.
    pub fn is_viewing(&self) -> bool {
        !self.viewed.with_untracked(String::is_empty)
    }

    /// Opens the viewer with the picture at `position` of a generation.
    pub fn view(&self, id: GenerationId, position: u32) {
        self.viewed.set(PictureAddress { id, position }.path());
    }

    /// Fills the form with the inputs of an earlier generation; `draft` is set for one that never
    /// began.
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

    /// Shows the error of something that the person did.
    pub fn report(&self, refusal: Refusal) {
        toasts::show_refusal(*self, refusal);
    }

    /// Shows a message for a few seconds.
    pub fn say(&self, words: String) {
        toasts::show(*self, words, Vec::new());
    }
}
