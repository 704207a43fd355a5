//! Pictures for a model: chosen, dropped, pasted, by their address, or from an earlier result.

use leptos::prelude::*;

use super::field::Control;
use crate::generation::{FileReference, InputValue};

#[component]
pub fn Files(
    control: Control,
    name: String,
    accept: String,
    is_many: bool,
    value: Option<InputValue>,
) -> impl IntoView {
    let takes_pictures = accept.contains("image") || ["", "*", "*/*"].contains(&accept.as_str());
    let chosen = match value {
        Some(InputValue::List(items)) => items,
        Some(value) => vec![value],
        None => Vec::new(),
    };
    let chosen = chosen.into_iter().filter_map(|item| match item {
        InputValue::File(file) => Some(view! { <ChosenFile file/> }),
        _ => None,
    });
    view! {
        <div class="files" data-pictures=takes_pictures.then_some("")>
            <ul class="files__chosen">{chosen.collect_view()}</ul>
            <input
                type="file"
                id=control.id
                class="files__input"
                accept=accept
                multiple=is_many
                aria-describedby=control.error_id
                data-control=""
            />
            <input
                type="url"
                class="field__control files__address"
                aria-label=format!("Address for {name}")
                placeholder="Drop or paste a picture here, or its address"
            />
            // No status region of its own: the page has one.
            <p class="field__help files__state" aria-live="polite"></p>
        </div>
    }
}

/// A file that the model will get, with a button to take it back.
#[component]
pub fn ChosenFile(file: FileReference) -> impl IntoView {
    let (stored, url) = match file {
        FileReference::Stored(digest) => (Some(digest), None),
        FileReference::Url(url) => (None, Some(url)),
    };
    let picture = stored.clone().map(|digest| {
        view! { <img class="files__picture" src=format!("/api/images/{digest}") alt=""/> }
    });
    let address = url.clone().map(|url| view! { <span class="files__url">{url}</span> });
    view! {
        <li class="files__item" data-stored=stored data-url=url>
            {picture}
            {address}
            <button type="button" class="button button--chip" data-action="remove-file">
                "Remove"
            </button>
        </li>
    }
}
