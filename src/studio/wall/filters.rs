//! The head of the wall: what is looked for. It is a form that works without script; with it,
//! every letter counts, and the address of the page goes along.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, UrlSearchParams};

use super::{Gallery, SIZE};
use crate::{
    browser::{self, Step},
    generation::{ProviderKind, contract::GalleryQuery},
    studio::icon::Icon,
};

/// How long a search waits for the next letter.
const TYPING: Duration = Duration::from_millis(200);

/// The id of the form.
const FORM: &str = "wall-filters";

#[component]
pub(super) fn Filters(gallery: Gallery) -> impl IntoView {
    let Gallery { pages, selection, size, is_alive, studio } = gallery;
    // The server knows what the address asks for; in the browser it stands in the form.
    let query = use_context::<GalleryQuery>().unwrap_or_default();
    let form = NodeRef::<leptos::html::Form>::new();
    let search = NodeRef::<leptos::html::Input>::new();
    let typed = StoredValue::new(0_u32);
    let look = move |wait: Duration| {
        let number = typed.get_value() + 1;
        typed.set_value(number);
        spawn_local(async move {
            sleep(wait).await;
            let form = form.get_untracked().filter(|_| typed.get_value() == number);
            if let Some(form) = form {
                let query = query_in(&form);
                browser::set_address(&address_of(&query), Step::Same);
                pages.show(query);
            }
        });
    };
    Effect::new(move |_| {
        window_event_listener(ev::keydown, move |event| {
            let is_free = studio.viewed.with_untracked(Option::is_none);
            if is_free && event.key() == "/" && !is_writing() {
                event.prevent_default();
                if let Some(search) = search.get_untracked() {
                    browser::focus(&search);
                }
            }
        });
    });
    let providers = ProviderKind::ALL.map(|provider| {
        let is_chosen = query.provider == provider.prefix();
        view! { <option value=provider.prefix() selected=is_chosen>{provider.title()}</option> }
    });
    let sizes = [("s", "Small"), ("m", "Medium"), ("l", "Large")].map(|(letter, words)| {
        view! {
            <label>
                // It changes the page alone, so it belongs to no form.
                <input
                    type="radio"
                    name="size"
                    form="none"
                    value=letter
                    prop:checked=move || size.with(|size| size == letter)
                    on:change=move |_| {
                        size.set(letter.to_owned());
                        browser::remember(SIZE, Some(letter));
                    }
                />
                {words}
            </label>
        }
    });
    view! {
        <form
            class="wall__head"
            id=FORM
            role="search"
            action="/"
            autocomplete="off"
            node_ref=form
            on:input=move |_| look(TYPING)
            on:submit=move |event| {
                event.prevent_default();
                look(Duration::ZERO);
            }
        >
            <h2 class="wall__name">"Gallery"</h2>
            <label class="find">
                <Icon name="search"/>
                <input
                    type="search"
                    name="search"
                    aria-label="Search"
                    placeholder="Search prompts and models"
                    maxlength="200"
                    value=query.search.clone()
                    node_ref=search
                />
                <kbd aria-hidden="true">"/"</kbd>
            </label>
            <div class="wall__choices">
                <label class="chip chip--quiet">
                    <input
                        type="radio"
                        name="starred"
                        value=""
                        id="wall-all"
                        class="visually-hidden"
                        checked=!query.starred
                    />
                    "All"
                </label>
                <label class="chip chip--quiet">
                    <input
                        type="radio"
                        name="starred"
                        value="on"
                        class="visually-hidden"
                        checked=query.starred
                    />
                    <Icon name="star"/>
                    "Starred"
                </label>
                <select class="chip chip--quiet" name="provider" aria-label="Provider" id="wall-provider">
                    <option value="">"All providers"</option>
                    {providers.into_iter().collect_view()}
                </select>
                <button
                    type="button"
                    class="chip chip--quiet"
                    aria-pressed=move || selection.is_on.get().to_string()
                    on:click=move |_| selection.switch()
                >
                    "Select"
                </button>
                <details class="wall__menu">
                    <summary class="chip chip--quiet" aria-label="More filters and sizes">
                        <Icon name="more"/>
                    </summary>
                    <div class="wall__sheet">
                        <label>
                            <input type="checkbox" name="failed" id="wall-failed" checked=query.failed/>
                            "Only failed"
                        </label>
                        <fieldset>
                            <legend>"Size of pictures"</legend>
                            {sizes.into_iter().collect_view()}
                        </fieldset>
                    </div>
                </details>
                <button class="chip" hidden=move || is_alive.get()>"Search"</button>
            </div>
        </form>
    }
}

/// Whether what is pressed now goes into something.
fn is_writing() -> bool {
    browser::focused().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.unchecked_ref::<HtmlElement>().is_content_editable()
    })
}

/// What the form asks for, from the newest on.
fn query_in(form: &HtmlFormElement) -> GalleryQuery {
    let mut query = GalleryQuery::default();
    for (name, value) in browser::entries(form) {
        match name.as_str() {
            "search" => query.search = value,
            "provider" => query.provider = value,
            "starred" => query.starred = !value.is_empty(),
            "failed" => query.failed = !value.is_empty(),
            _ => {}
        }
    }
    query
}

/// What an address asks for, by its query.
pub fn query_of(search: &str) -> GalleryQuery {
    let Ok(fields) = UrlSearchParams::new_with_str(search) else { return GalleryQuery::default() };
    let field = |name| fields.get(name).unwrap_or_default();
    GalleryQuery {
        search: field("search"),
        provider: field("provider"),
        starred: !field("starred").is_empty(),
        failed: !field("failed").is_empty(),
        before: field("before").parse().ok(),
        ..GalleryQuery::default()
    }
}

/// The address of the page that shows what `query` asks for.
fn address_of(query: &GalleryQuery) -> String {
    let Ok(fields) = UrlSearchParams::new() else { return "/".to_owned() };
    for (name, value) in [("search", &query.search), ("provider", &query.provider)] {
        if !value.is_empty() {
            fields.append(name, value);
        }
    }
    for (name, is_chosen) in [("starred", query.starred), ("failed", query.failed)] {
        if is_chosen {
            fields.append(name, "on");
        }
    }
    match String::from(fields.to_string()) {
        fields if fields.is_empty() => "/".to_owned(),
        fields => format!("/?{fields}"),
    }
}

/// Leaves nothing out any more.
pub fn clear() {
    let form = document().get_element_by_id(FORM);
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
    // What the document brought may be a filter too, so reset alone does not clear it.
    let fields = form.elements();
    for index in 0..fields.length() {
        let Some(field) = fields.item(index) else { continue };
        if let Some(input) = field.dyn_ref::<web_sys::HtmlInputElement>() {
            match input.type_().as_str() {
                "search" => input.set_value(""),
                "radio" => input.set_checked(input.value().is_empty()),
                _ => input.set_checked(false),
            }
        } else if let Some(select) = field.dyn_ref::<web_sys::HtmlSelectElement>() {
            select.set_selected_index(0);
        }
    }
    browser::set_address("/", Step::Same);
}
