//! The combobox Model: choosing and finding in one. The server draws its options.

mod recent;

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use self::recent::recent;
pub use self::recent::remember;
use super::{
    Studio,
    drawn::DrawnPart,
    fresh::{follow, live},
    use_studio,
};
use crate::{
    api, browser,
    generation::{
        ModelReference,
        contract::{Html, ModelsQuery, ModelsState, Part, State, model_option_id},
    },
};

/// A person who types is not done yet.
const TYPING: Duration = Duration::from_millis(300);

/// What the list is about. Copy, so that every handler can hold it.
#[derive(Clone, Copy)]
struct Picker {
    studio: Studio,
    input: NodeRef<leptos::html::Input>,
    list: NodeRef<leptos::html::Div>,
    is_open: RwSignal<bool>,
    /// All pages so far.
    html: RwSignal<Option<Html>>,
    /// What should be known of them.
    notice: RwSignal<Option<Html>>,
    /// How many there are.
    words: RwSignal<String>,
    has_more: RwSignal<bool>,
    /// The id of the option that Enter takes; empty when there is none.
    active_id: RwSignal<String>,
    found: StoredValue<Found>,
}

/// What was found, and what is being asked for.
#[derive(Default)]
struct Found {
    /// The references of the options.
    references: Vec<String>,
    next: Option<String>,
    active: Option<usize>,
    /// Arrows chose the active option.
    is_moved: bool,
    /// Counts what was asked for, so that an old wish and a late answer are known.
    wished: u32,
    is_busy: bool,
    /// The list is asked for with these words.
    query: Option<String>,
    /// What was typed is to be chosen as soon as it is found.
    is_confirmed: bool,
}

/// Shows the chosen model; typing searches.
#[component]
pub fn ModelPicker() -> impl IntoView {
    let studio = use_studio();
    let form = studio.form;
    let picker = Picker {
        studio,
        input: NodeRef::new(),
        list: NodeRef::new(),
        is_open: RwSignal::new(false),
        html: RwSignal::new(None),
        notice: RwSignal::new(None),
        words: RwSignal::new(String::new()),
        has_more: RwSignal::new(false),
        active_id: RwSignal::new(String::new()),
        found: StoredValue::new(Found::default()),
    };
    follow(move || {
        let title = form.with(|form| form.title.clone());
        if let (Some(input), false) = (picker.input.get(), picker.is_open.get()) {
            input.set_value(&title);
        }
    });
    view! {
        <div
            class="models"
            on:focusout=move |event: ev::FocusEvent| {
                // A press on nothing in particular leaves the focus where it was.
                let to: Option<Node> = event.related_target().and_then(|to| to.dyn_into().ok());
                let around: Node = event_current_target(&event);
                if !around.contains(to.as_ref()) {
                    picker.close();
                }
            }
        >
            <input type="hidden" name="model" value=live(move || form.with(|form| form.model.clone()))/>
            <input
                type="text"
                class="chip models__box"
                role="combobox"
                aria-label="Model"
                aria-autocomplete="list"
                aria-controls="models"
                aria-expanded=live(move || if picker.is_open.get() { "true" } else { "false" })
                aria-activedescendant=live(move || picker.active_id.get())
                autocomplete="off"
                spellcheck="false"
                placeholder="Search, or paste a model name or URL"
                size=live(move || form.with(|form| form.title.chars().count().clamp(4, 24)).to_string())
                value=live(move || form.with(|form| form.title.clone()))
                node_ref=picker.input
                on:focus=move |_| picker.open()
                on:click=move |_| picker.open()
                on:input=move |_| picker.typed()
                on:keydown=move |event| picker.pressed(&event)
            />
            <div
                class="models__panel"
                hidden=live(move || !picker.is_open.get())
                // The focus stays in the box.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |event| picker.clicked(&event)
            >
                <div class="models__list" id="models" role="listbox" aria-label="Models" node_ref=picker.list>
                    <DrawnPart html=picker.html on_change=move |_| untrack(|| picker.show_active())>
                        ""
                    </DrawnPart>
                </div>
                <DrawnPart html=picker.notice>""</DrawnPart>
                <div class="models__foot">
                    <span aria-live="polite">{live(move || picker.words.get())}</span>
                    <button
                        type="button"
                        class="chip chip--quiet"
                        hidden=live(move || !picker.has_more.get())
                        on:click=move |_| picker.more()
                    >
                        "More models"
                    </button>
                </div>
            </div>
        </div>
    }
}

/// The element that a handler stands at.
fn event_current_target(event: &ev::FocusEvent) -> Node {
    event.current_target().map(JsCast::unchecked_into).unwrap_or_else(|| document().into())
}

impl Picker {
    fn open(self) {
        if self.is_open.get_untracked() {
            return;
        }
        self.is_open.set(true);
        if let Some(input) = self.input.get_untracked() {
            input.select();
        }
        let is_there = self.found.with_value(|found| found.query.as_deref() == Some(""));
        if !is_there {
            self.search(String::new(), Duration::ZERO, None);
        }
    }

    /// Closes the list; the box shows the chosen model again.
    fn close(self) {
        if self.is_open.get_untracked() {
            self.is_open.set(false);
            self.activate(None);
            self.found.update_value(|found| found.is_confirmed = false);
        }
    }

    fn typed(self) {
        self.is_open.set(true);
        self.found.update_value(|found| found.is_confirmed = false);
        self.search(self.text(), TYPING, None);
    }

    fn text(self) -> String {
        let text = self.input.get_untracked().map(|input| input.value());
        text.unwrap_or_default().trim().to_owned()
    }

    fn more(self) {
        let (query, next) =
            self.found.with_value(|found| (found.query.clone(), found.next.clone()));
        if let (Some(query), Some(next)) = (query, next) {
            self.search(query, Duration::ZERO, Some(next));
        }
        if let Some(input) = self.input.get_untracked() {
            browser::focus(&input);
        }
    }

    /// Asks for the first page, or for the one at `cursor`.
    fn search(self, query: String, after: Duration, cursor: Option<String>) {
        let mut wished = 0;
        let mut seen = Vec::new();
        self.found.update_value(|found| {
            found.wished += 1;
            found.is_busy = true;
            wished = found.wished;
            if cursor.is_some() {
                seen = found.references.clone();
            }
        });
        self.words.set("Searching".to_owned());
        spawn_local(async move {
            sleep(after).await;
            if self.found.with_value(|found| found.wished) != wished {
                return;
            }
            let is_first = cursor.is_none();
            let ask = ModelsQuery { query: query.clone(), cursor, seen, recent: recent() };
            let answer = api::draw(Part::Models(ask)).await;
            if self.found.with_value(|found| found.wished) != wished {
                return;
            }
            match answer {
                Ok(drawn) => {
                    if let State::Models(state) = drawn.state {
                        self.show(query, is_first, drawn.html, state);
                    }
                }
                Err(_) => {
                    self.found.update_value(|found| found.is_busy = false);
                    self.words.set("Easel cannot be reached.".to_owned());
                }
            }
        });
    }

    fn show(
        self,
        query: String,
        is_first: bool,
        html: Html,
        ModelsState { references, next, notice }: ModelsState,
    ) {
        let mut count = 0;
        let mut is_confirmed = false;
        self.has_more.set(next.is_some());
        self.notice.set(Some(notice));
        self.found.update_value(|found| {
            if is_first {
                found.references.clear();
                found.active = None;
                found.is_moved = false;
            }
            found.references.extend(references);
            found.next = next;
            found.is_busy = false;
            // What was typed is looked for: the first of what was found is at hand.
            if found.active.is_none() && !query.is_empty() && !found.references.is_empty() {
                found.active = Some(0);
            }
            found.query = Some(query);
            count = found.references.len();
            is_confirmed = std::mem::take(&mut found.is_confirmed);
        });
        self.words.set(match count {
            0 => "Nothing was found.".to_owned(),
            count => format!("{count} found"),
        });
        self.html.update(|shown| match shown {
            Some(shown) if !is_first => shown.0.push_str(&html.0),
            shown => *shown = Some(html),
        });
        if is_confirmed && count > 0 {
            self.choose(0);
        }
    }

    /// The options are on the page: marks the active one again.
    fn show_active(self) {
        if let (Some(list), true) =
            (self.list.get_untracked(), self.found.with_value(|found| !found.is_moved))
        {
            list.set_scroll_top(0);
        }
        self.activate(self.found.with_value(|found| found.active));
    }

    /// Makes an option the one that Enter takes.
    fn activate(self, index: Option<usize>) {
        let mark = |index: Option<usize>, is_active: &str| {
            let option = document().get_element_by_id(&model_option_id(index?))?;
            let _ = option.set_attribute("aria-selected", is_active);
            Some(option.unchecked_into::<HtmlElement>())
        };
        mark(self.found.with_value(|found| found.active), "false");
        self.found.update_value(|found| found.active = index);
        let option = mark(index, "true");
        self.active_id.set(option.as_ref().map(|option| option.id()).unwrap_or_default());
        // The list scrolls, not the page.
        if let Some((option, list)) = option.zip(self.list.get_untracked()) {
            let top = option.offset_top() - list.offset_top();
            let bottom = top + option.offset_height() - list.client_height();
            list.set_scroll_top(list.scroll_top().min(top).max(bottom));
        }
    }

    fn step(self, by: isize) {
        let (count, active, has_more) = self
            .found
            .with_value(|found| (found.references.len(), found.active, found.next.is_some()));
        let to = match active {
            None => 0,
            Some(active) => active.saturating_add_signed(by),
        };
        if to < count {
            self.found.update_value(|found| found.is_moved = true);
            self.activate(Some(to));
        } else if has_more {
            self.more();
        }
    }

    fn pressed(self, event: &ev::KeyboardEvent) {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let is_open = self.is_open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if is_open => self.step(1),
            "ArrowUp" if is_open => self.step(-1),
            "Enter" if is_open => self.confirm(),
            "ArrowDown" | "Enter" => self.open(),
            "Escape" if is_open => {
                self.close();
                if let Some(input) = self.input.get_untracked() {
                    input.select();
                }
            }
            _ => return,
        }
        // It stands in a form, and Enter would generate.
        event.prevent_default();
    }

    /// Chooses what arrows brought up, or what was typed.
    fn confirm(self) {
        let (active, is_moved, is_busy) =
            self.found.with_value(|found| (found.active, found.is_moved, found.is_busy));
        let text = self.text();
        match active {
            Some(active) if is_moved && !is_busy => self.choose(active),
            _ if text.parse::<ModelReference>().is_ok() => self.choose_reference(text),
            Some(active) if !is_busy => self.choose(active),
            _ => self.found.update_value(|found| {
                // A name or an address, which the server may make a reference of.
                found.is_confirmed = text.contains(['/', ':']);
            }),
        }
    }

    fn clicked(self, event: &ev::MouseEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let option = target.and_then(|target| target.closest("[role=option]").ok().flatten());
        let Some(id) = option.map(|option| option.id()) else { return };
        let count = self.found.with_value(|found| found.references.len());
        if let Some(index) = (0..count).find(|index| model_option_id(*index) == id) {
            self.choose(index);
        }
    }

    fn choose(self, index: usize) {
        let reference = self.found.with_value(|found| found.references.get(index).cloned());
        if let Some(reference) = reference {
            self.choose_reference(reference);
        }
    }

    fn choose_reference(self, reference: String) {
        self.close();
        self.studio.choose(reference);
    }
}
