//! Finds models that are not on offer: a search over all providers, which also takes a pasted
//! name or address.

use leptos::prelude::*;

use crate::generation::{Badge, ModelPage};

/// A search box with a list under it, which is filled when it is opened.
#[component]
pub fn Finder() -> impl IntoView {
    view! {
        <div class="finder">
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
                aria-expanded="false"
            />
            <div class="finder__panel" id="finder-panel" hidden>
                <ul id="found" class="finder__list" role="listbox" aria-label="Found"></ul>
                <div id="finder-more"></div>
            </div>
            // Its notice is told with the status.
            <p class="field__help" id="finder-state" aria-live="polite"></p>
        </div>
    }
}

/// A page of the list: its options, then what follows them.
#[component]
pub fn Found(page: ModelPage) -> impl IntoView {
    let ModelPage { models, next, notice } = page;
    let rows = models.into_iter().map(|model| view! { <Row model/> }).collect_view();
    view! {
        <ul>{rows}</ul>
        <div id="finder-more" data-notice=notice>
            {next.map(|next| view! {
                <button
                    type="button"
                    class="button button--quiet"
                    data-action="more-models"
                    data-cursor=next
                >
                    "More models"
                </button>
            })}
        </div>
    }
}

/// One model: who made it, and what one should know before choosing it.
#[component]
fn Row(model: Badge) -> impl IntoView {
    let Badge { reference, title, description, likes, license, gated, lora, thumbnail } = model;
    let facts = [
        likes.map(|likes| format!("{} likes", short(likes))),
        license,
        gated.then(|| "gated".to_owned()),
        lora.then(|| "LoRA".to_owned()),
    ];
    let facts = facts
        .into_iter()
        .flatten()
        .map(|fact| view! { <span class="finder__badge">{fact}</span>" " })
        .collect_view();
    let thumbnail = thumbnail.map(|address| {
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
    view! {
        <li
            class="finder__row"
            role="option"
            aria-selected="false"
            data-value=reference.to_string()
        >
            {thumbnail}
            <div class="finder__words">
                <p class="finder__title">{title}</p>
                <p class="finder__facts">{reference.provider().title()}" "{facts}</p>
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
