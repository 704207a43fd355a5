//! The wall's heading with its search form, which works without script.

use leptos::prelude::*;

use crate::{app::GalleryQuery, generation::ProviderKind, language::text, studio::icon::Icon};

#[component]
pub fn Head(query: GalleryQuery) -> impl IntoView {
    view! {
        <form class="wall__head" id="wall-filters" role="search" action="/" autocomplete="off">
            <h2 class="wall__name">{text!("wall-title")}</h2>
            {(!query.collection.is_empty()).then(|| view! {
                <input type="hidden" name="collection" value=query.collection.clone()/>
            })}
            <label class="find">
                <Icon name="search"/>
                <input
                    type="search"
                    dir="auto"
                    name="search"
                    id="wall-search"
                    aria-label=text!("wall-search")
                    placeholder=text!("wall-search-placeholder")
                    maxlength="200"
                    value=query.search
                />
                <kbd aria-hidden="true">"/"</kbd>
            </label>
            <div class="wall__choices">
                <label class="chip chip--quiet">
                    <input
                        type="radio"
                        name="starred"
                        value=""
                        class="visually-hidden"
                        checked=!query.starred
                    />
                    {text!("wall-all")}
                </label>
                <label class="chip chip--quiet" title=text!("wall-starred")>
                    <input
                        type="radio"
                        name="starred"
                        value="on"
                        class="visually-hidden"
                        checked=query.starred
                    />
                    <Icon name="star"/>
                    <span class="word">{text!("wall-starred")}</span>
                </label>
                <button
                    type="button"
                    class="chip chip--quiet"
                    name="select"
                    id="wall-select"
                    aria-pressed="false"
                >
                    {text!("wall-select")}
                </button>
                <More provider=query.provider is_failed=query.failed/>
                <button class="chip" id="wall-submit">{text!("wall-search")}</button>
            </div>
        </form>
    }
}

/// The rarely used filters.
#[component]
fn More(provider: String, is_failed: bool) -> impl IntoView {
    let providers = ProviderKind::all().into_iter().map(|kind| {
        let is_chosen = provider == kind.prefix();
        view! { <option value=kind.prefix() selected=is_chosen>{kind.title()}</option> }
    });
    let sizes =
        [("s", text!("wall-small")), ("m", text!("wall-medium")), ("l", text!("wall-large"))];
    let sizes = sizes.map(|(letter, words)| {
        view! {
            <label>
                // The tile size concerns the page only, so it belongs to no form.
                <input
                    type="radio"
                    name="size"
                    form="none"
                    value=letter
                    id=format!("size-{letter}")
                    checked={letter == "m"}
                />
                {words}
            </label>
        }
    });
    view! {
        <details class="wall__menu" id="wall-menu">
            <summary class="chip chip--quiet" aria-label=text!("wall-menu")>
                <Icon name="more"/>
            </summary>
            <div class="wall__sheet">
                <select class="field__control" name="provider" aria-label=text!("wall-provider")>
                    <option value="">{text!("wall-all-providers")}</option>
                    {providers.into_iter().collect_view()}
                </select>
                <label>
                    <input type="checkbox" name="failed" checked=is_failed/>
                    {text!("wall-only-failed")}
                </label>
                <fieldset>
                    <legend>{text!("wall-size")}</legend>
                    {sizes.into_iter().collect_view()}
                </fieldset>
            </div>
        </details>
    }
}
