//! Finds models that are not on offer: a search over all providers, which also takes a pasted
//! name or address.

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::form::Form;
use crate::{api, generation::Badge};

/// A person who types is not done yet.
const DEBOUNCE_MS: u32 = 300;

/// What the box and its list share.
#[derive(Clone, Copy)]
struct Finding {
    form: Form,
    query: RwSignal<String>,
    is_open: RwSignal<bool>,
    is_busy: RwSignal<bool>,
    found: RwSignal<Vec<Badge>>,
    /// Where the list goes on.
    next: RwSignal<Option<String>>,
    /// The option that Enter takes.
    active: RwSignal<usize>,
    /// Counts the searches, so that a late answer is known.
    search: StoredValue<u32>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Finding {
    fn new(form: Form) -> Self {
        Self {
            form,
            query: RwSignal::new(String::new()),
            is_open: RwSignal::new(false),
            is_busy: RwSignal::new(false),
            found: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            active: RwSignal::new(0),
            search: StoredValue::new(0),
            timer: StoredValue::new_local(None),
        }
    }

    fn open(self) {
        self.is_open.set(true);
        if self.found.read_untracked().is_empty() && !self.is_busy.get_untracked() {
            self.ask(None);
        }
    }

    fn typed(self, query: String) {
        self.query.set(query);
        self.is_open.set(true);
        self.is_busy.set(true);
        let ask = Timeout::new(DEBOUNCE_MS, move || self.ask(None));
        // The one before is dropped, and with it its search.
        self.timer.set_value(Some(ask));
    }

    /// Asks for the first page, or for the one at `cursor`.
    fn ask(self, cursor: Option<String>) {
        self.search.update_value(|search| *search += 1);
        let search = self.search.get_value();
        self.is_busy.set(true);
        let query = self.query.get_untracked();
        spawn_local(async move {
            let is_first = cursor.is_none();
            let page = api::search(query, cursor).await;
            if self.search.get_value() != search {
                return;
            }
            self.is_busy.set(false);
            if is_first {
                self.found.set(Vec::new());
                self.active.set(0);
            }
            match page {
                Ok(page) => {
                    self.found.update(|found| {
                        let news = page.models.into_iter();
                        let news: Vec<_> = news.filter(|model| !found.contains(model)).collect();
                        found.extend(news);
                    });
                    self.next.set(page.next);
                    self.form.list_notice.set(page.notice);
                }
                Err(error) => {
                    self.form.list_notice.set(Some(format!("{error}. {}", error.next_step())))
                }
            }
        });
    }

    /// Asks for the next page. The button may go away, so the focus goes back to the box.
    fn more(self) {
        self.ask(self.next.get_untracked());
        let finder = document().get_element_by_id("finder");
        if let Some(finder) = finder.and_then(|finder| finder.dyn_into().ok()) {
            let finder: web_sys::HtmlElement = finder;
            let _ = finder.focus();
        }
    }

    fn choose(self, model: &Badge) {
        self.form.choose(model.reference.as_str());
        self.is_open.set(false);
    }

    fn pressed(self, event: &web_sys::KeyboardEvent) {
        let last = self.found.read_untracked().len().saturating_sub(1);
        let active = self.active.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" if !self.is_open.get_untracked() => active,
            "ArrowDown" => (active + 1).min(last),
            "ArrowUp" => active.saturating_sub(1),
            "Escape" => {
                self.is_open.set(false);
                return;
            }
            "Enter" if event.is_composing() || event.key_code() == 229 => return,
            "Enter" => {
                // It stands in a form, and Enter would generate.
                event.prevent_default();
                let model = self.found.read_untracked().get(active).cloned();
                if let Some(model) = model.filter(|_| !self.is_busy.get_untracked()) {
                    self.choose(&model);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        self.open();
        self.active.set(to);
        let option = document().get_element_by_id(&option_id(to));
        if let Some(option) = option {
            option.scroll_into_view_with_bool(false);
        }
    }

    fn status(self) -> String {
        if !self.is_open.get() {
            return String::new();
        }
        let count = self.found.read().len();
        match (self.is_busy.get(), count) {
            (true, _) => "Searching".to_owned(),
            (false, 0) => "Nothing was found.".to_owned(),
            (false, 1) => "1 found".to_owned(),
            (false, count) => format!("{count} found"),
        }
    }
}

fn option_id(index: usize) -> String {
    format!("found-{index}")
}

/// A search box with a list under it.
#[component]
pub fn Finder(form: Form) -> impl IntoView {
    let finding = Finding::new(form);
    let active_id = move || {
        let is_there = finding.is_open.get() && !finding.found.read().is_empty();
        is_there.then(|| option_id(finding.active.get()))
    };
    // Closed once the focus has left box, list and button.
    let on_leave = move |event: web_sys::FocusEvent| {
        let inside = event.current_target().zip(event.related_target()).is_some_and(|(own, to)| {
            let own = own.dyn_into::<web_sys::Node>().ok();
            own.is_some_and(|own| own.contains(to.dyn_ref()))
        });
        if !inside {
            finding.is_open.set(false);
        }
    };
    view! {
        <div class="finder" on:focusout=on_leave>
            <label class="field__label" for="finder">"Find more"</label>
            <input
                type="search"
                id="finder"
                class="field__control"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                placeholder="Search, or paste a name or an address"
                aria-autocomplete="list"
                aria-controls="found"
                aria-expanded=move || finding.is_open.get().to_string()
                aria-activedescendant=active_id
                on:focus=move |_| finding.open()
                on:input:target=move |event| finding.typed(event.target().value())
                on:keydown=move |event| finding.pressed(&event)
            />
            <div class="finder__panel" hidden=move || !finding.is_open.get()>
                <ul
                    id="found"
                    class="finder__list"
                    role="listbox"
                    aria-label="Found"
                    aria-busy=move || finding.is_busy.get().to_string()
                >
                    <ForEnumerate
                        each=move || finding.found.get()
                        key=|model| model.reference.clone()
                        let(index, model)
                    >
                        <Row finding index model/>
                    </ForEnumerate>
                </ul>
                <Show when=move || finding.next.read().is_some()>
                    <button
                        type="button"
                        class="button button--quiet"
                        on:click=move |_| finding.more()
                    >
                        "More models"
                    </button>
                </Show>
            </div>
            // Its notice is told with the status.
            <p class="field__help" aria-live="polite">{move || finding.status()}</p>
        </div>
    }
}

/// One model: who made it, and what one should know before choosing it.
#[component]
fn Row(finding: Finding, index: ReadSignal<usize>, model: Badge) -> impl IntoView {
    let provider = model.reference.provider().title();
    let facts = [
        model.likes.map(|likes| format!("{} likes", short(likes))),
        model.license.clone(),
        model.gated.then(|| "gated".to_owned()),
        model.lora.then(|| "LoRA".to_owned()),
    ];
    let facts = facts
        .into_iter()
        .flatten()
        .map(|fact| view! { <span class="finder__badge">{fact}</span>" " })
        .collect_view();
    let thumbnail = model.thumbnail.clone().map(|address| {
        view! {
            <img
                class="finder__thumbnail"
                src=address
                alt=""
                width="48"
                height="48"
                loading="lazy"
                referrerpolicy="no-referrer"
            />
        }
    });
    let (title, description) = (model.title.clone(), model.description.clone());
    let reference = model.reference.to_string();
    view! {
        <li
            id=move || option_id(index.get())
            class="finder__row"
            role="option"
            data-value=reference
            aria-selected=move || (finding.active.get() == index.get()).to_string()
            // The focus stays in the box.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| finding.choose(&model)
        >
            {thumbnail}
            <div class="finder__words">
                <p class="finder__title">{title}</p>
                <p class="finder__facts">{provider}" "{facts}</p>
                <p class="finder__facts">{description}</p>
            </div>
        </li>
    }
}

/// 12345 → `12k`.
fn short(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        1000..10_000 => format!("{}.{}k", number / 1000, number % 1000 / 100),
        _ => format!("{}k", number / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_cut_short() {
        for (number, words) in [(0, "0"), (999, "999"), (1234, "1.2k"), (12_345, "12k")] {
            assert_eq!(short(number), words);
        }
    }
}
