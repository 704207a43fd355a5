//! The Model combobox, which chooses and searches. The server draws its options.

mod recent;

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, HtmlInputElement, KeyboardEvent, Node};

pub use self::recent::{recent, remember};
use super::{
    Studio,
    alive::alive,
    ask::ask,
    drawn,
    fresh::follow,
    status,
    words::{Text, text},
};
use crate::{
    browser,
    generation::{
        ModelReference, Refusal,
        contract::{Drawn, Html, ModelsQuery, ModelsState, Part, State, model_option_id},
    },
};

/// The id of the hidden input with the chosen model's reference.
pub const MODEL: &str = "model";

/// The id of the visible box with the model's title.
pub const MODEL_BOX: &str = "model-box";

/// The id of the list of options.
pub const MODELS: &str = "models";

/// The id of the line below the list.
pub const MODELS_FOOT: &str = "models-foot";

/// How long a search waits for further typing.
const SEARCH_DEBOUNCE: Duration = Duration::from_millis(300);

/// The state of the combobox. It is leaked, so that every handler can hold it.
struct Picker {
    studio: Studio,
    text_box: HtmlInputElement,
    list: HtmlElement,
    foot: HtmlElement,
    is_open: Cell<bool>,
    found: RefCell<SearchResults>,
}

/// The search results, and the state of the search.
#[derive(Default)]
struct SearchResults {
    /// The HTML of all pages so far.
    html: Html,
    /// The references of the options.
    references: Vec<String>,
    next: Option<String>,
    active: Option<usize>,
    /// Whether the arrow keys chose the active option.
    is_moved: bool,
    /// Counts the searches, so that outdated timers and responses are recognised.
    wished: u32,
    is_busy: bool,
    /// The query that the list answers.
    query: Option<String>,
    /// Enter was pressed: choose the first result when it arrives.
    is_confirmed: bool,
}

/// Shows the chosen model; typing searches. `children` contains the box and the list.
#[island]
pub fn ModelPicker(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(models: Element, studio: Studio) {
    let places = browser::by_id(MODELS).zip(browser::by_id(MODELS_FOOT));
    let Some((text_box, (list, foot))) = browser::by_id(MODEL_BOX).zip(places) else { return };
    let picker: &'static Picker = Box::leak(Box::new(Picker {
        studio,
        text_box,
        list,
        foot,
        is_open: Cell::new(false),
        found: RefCell::default(),
    }));
    follow(move || picker.show_chosen());
    browser::listen(&picker.text_box, "focus", |_| picker.open());
    browser::listen(&picker.text_box, "click", |_| picker.open());
    browser::listen(&picker.text_box, "input", |_| picker.typed());
    browser::listen(&picker.text_box, "keydown", |event| picker.pressed(event.unchecked_ref()));
    browser::listen(&models, "click", |event| picker.clicked(&event));
    browser::listen(&models, "mousedown", |event| {
        // Keep the focus in the box; inside the box, let the mouse select text.
        if event.target().as_ref() != Some(picker.text_box.as_ref()) {
            event.prevent_default();
        }
    });
    let around = models.clone();
    browser::listen(&models, "focusout", move |event| {
        let to = event.unchecked_ref::<FocusEvent>().related_target();
        if !around.contains(to.map(JsCast::unchecked_into::<Node>).as_ref()) {
            picker.close();
        }
    });
}

impl Picker {
    /// Shows the chosen model, unless the person is searching.
    fn show_chosen(&self) {
        self.studio.form.with(|form| {
            // Until the form's state arrives, the server-drawn title stays.
            if form.model.is_empty() {
                return;
            }
            if let Some(model) = browser::by_id::<HtmlInputElement>(MODEL) {
                model.set_value(&form.model);
            }
            if !self.is_open.get() {
                self.text_box.set_value(&form.title);
                self.text_box.set_size(box_size(&form.title));
            }
        });
    }

    fn set_open(&self, is_open: bool) {
        self.is_open.set(is_open);
        let expanded = if is_open { "true" } else { "false" };
        let _ = self.text_box.set_attribute("aria-expanded", expanded);
    }

    fn open(&'static self) {
        if self.is_open.get() {
            return;
        }
        self.set_open(true);
        self.text_box.select();
        if self.found.borrow().query.as_deref() != Some("") {
            self.search(String::new(), Duration::ZERO, None);
        }
    }

    /// Closes the list, and shows the chosen model in the box again.
    fn close(&self) {
        if self.is_open.get() {
            self.set_open(false);
            self.activate(None);
            self.found.borrow_mut().is_confirmed = false;
            untrack(|| self.show_chosen());
        }
    }

    fn typed(&'static self) {
        self.set_open(true);
        self.found.borrow_mut().is_confirmed = false;
        self.search(self.text(), SEARCH_DEBOUNCE, None);
    }

    fn text(&self) -> String {
        self.text_box.value().trim().to_owned()
    }

    fn more(&'static self) {
        let found = self.found.borrow();
        let (query, next) = (found.query.clone(), found.next.clone());
        drop(found);
        if let (Some(query), Some(next)) = (query, next) {
            self.search(query, Duration::ZERO, Some(next));
        }
        browser::focus(&self.text_box);
    }

    /// Requests the first page of `query`, or the page at `cursor`, after the delay `after`.
    fn search(&'static self, query: String, after: Duration, cursor: Option<String>) {
        let mut found = self.found.borrow_mut();
        found.wished += 1;
        found.is_busy = true;
        let wished = found.wished;
        drop(found);
        self.foot.set_text_content(Some(text(Text::Searching)));
        let is_wished = move || self.found.borrow().wished == wished;
        let look = move || {
            if !is_wished() {
                return;
            }
            let is_first = cursor.is_none();
            let seen = if is_first { Vec::new() } else { self.found.borrow().references.clone() };
            let ask_for = ModelsQuery { query: query.clone(), cursor, seen, recent: recent() };
            ask(Part::Models(ask_for), move |answer| {
                if is_wished() {
                    self.show(query, is_first, answer);
                }
            });
        };
        set_timeout(look, after);
    }

    fn show(&'static self, query: String, is_first: bool, answer: Result<Drawn, Refusal>) {
        let mut found = self.found.borrow_mut();
        found.is_busy = false;
        let (html, state) = match answer {
            Ok(Drawn { html, state: State::Models(state) }) => (html, state),
            Ok(_) => return,
            Err(refusal) => return drawn::replace_children(&self.foot, &status::told(refusal)),
        };
        let ModelsState { references, next, foot } = state;
        if is_first {
            *found = SearchResults {
                wished: found.wished,
                is_confirmed: found.is_confirmed,
                // After typing, Enter takes the first result.
                active: (!query.is_empty() && !references.is_empty()).then_some(0),
                ..SearchResults::default()
            };
            self.list.set_scroll_top(0);
        }
        found.html.0.push_str(&html.0);
        found.references.extend(references);
        found.next = next;
        found.query = Some(query);
        drawn::replace_children(&self.list, &found.html);
        drawn::replace_children(&self.foot, &foot);
        let active = found.active;
        let is_confirmed = std::mem::take(&mut found.is_confirmed);
        let first = found.references.first().cloned().filter(|_| is_confirmed);
        drop(found);
        self.activate(active);
        if let Some(first) = first {
            self.choose(first);
        }
    }

    /// Makes an option the one that Enter chooses.
    fn activate(&self, index: Option<usize>) {
        let mark = |index: Option<usize>, is_active: &str| {
            let option = browser::by_id::<HtmlElement>(&model_option_id(index?))?;
            let _ = option.set_attribute("aria-selected", is_active);
            Some(option)
        };
        let before = std::mem::replace(&mut self.found.borrow_mut().active, index);
        mark(before, "false");
        let option = mark(index, "true");
        let id = option.as_ref().map(|option| option.id()).unwrap_or_default();
        let _ = self.text_box.set_attribute("aria-activedescendant", &id);
        // Scroll the list instead of the page.
        if let Some(option) = option {
            let top = option.offset_top() - self.list.offset_top();
            let bottom = top + option.offset_height() - self.list.client_height();
            self.list.set_scroll_top(self.list.scroll_top().min(top).max(bottom));
        }
    }

    fn step(&'static self, by: isize) {
        let mut found = self.found.borrow_mut();
        let to = found.active.map_or(0, |active| active.saturating_add_signed(by));
        let is_there = to < found.references.len();
        let has_more = found.next.is_some();
        found.is_moved |= is_there;
        drop(found);
        if is_there {
            self.activate(Some(to));
        } else if has_more {
            self.more();
        }
    }

    fn pressed(&'static self, event: &KeyboardEvent) {
        if browser::is_composing(event) {
            return;
        }
        let is_open = self.is_open.get();
        match event.key().as_str() {
            "ArrowDown" if is_open => self.step(1),
            "ArrowUp" if is_open => self.step(-1),
            "Enter" if is_open => self.confirm(),
            "ArrowDown" | "Enter" => self.open(),
            "Escape" if is_open => {
                self.close();
                self.text_box.select();
            }
            _ => return,
        }
        // Otherwise Enter would submit the form around the box.
        event.prevent_default();
    }

    /// Chooses the active option, or the typed text.
    fn confirm(&self) {
        let text = self.text();
        let mut found = self.found.borrow_mut();
        let active = found.active.filter(|_| !found.is_busy);
        let active = active.and_then(|active| found.references.get(active).cloned());
        let is_reference = text.parse::<ModelReference>().is_ok();
        let chosen = match active {
            Some(active) if found.is_moved || !is_reference => active,
            _ if is_reference => text,
            _ => {
                // The server may turn a name or a URL into a reference.
                found.is_confirmed = text.contains(['/', ':']);
                return;
            }
        };
        drop(found);
        self.choose(chosen);
    }

    fn clicked(&'static self, event: &Event) {
        let Some(button) = browser::button_of(event) else { return };
        let reference = button.value();
        if reference.is_empty() {
            self.more();
        } else {
            self.choose(reference);
        }
    }

    fn choose(&self, reference: String) {
        self.close();
        self.studio.choose(reference);
    }
}

/// The width of the box for a title, in characters.
pub fn box_size(title: &str) -> u32 {
    title.chars().count().clamp(4, 24) as u32
}
