//! Finds models that are not on offer: a search over all providers, which also takes a pasted
//! name or address.

use leptos::prelude::*;

use super::html;
use crate::{
    error::GenerateError,
    generation::{
        Badge, ModelPage,
        contract::{Drawn, ModelsState, State},
    },
    server::{state::AppState, visitors::Asker},
};

/// A page of models from all providers; visitors find what is on offer.
pub async fn page(
    state: &AppState,
    asker: &Asker,
    query: &str,
    cursor: Option<String>,
) -> Result<Drawn, GenerateError> {
    let page = state.search(asker.caller, query, cursor.as_deref()).await;
    let references = page.models.iter().map(|model| model.reference.to_string()).collect();
    let next = page.next.clone();
    let html = html(|| view! { <Rows page/> });
    Ok(Drawn { html: html.into(), state: State::Models(ModelsState { references, next }) })
}

/// The options of one page.
#[component]
fn Rows(page: ModelPage) -> impl IntoView {
    let rows = page.models.into_iter().map(|model| view! { <Row model/> }).collect_view();
    view! { {rows}{page.notice.map(|notice| view! { <p class="models__notice">{notice}</p> })} }
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
