//! The page of API keys for other tools: create one, list them, revoke one. Its forms work without
//! script.

mod tools;

use leptos::prelude::*;

use self::tools::Tools;
use super::plain::FormDocument;
use crate::{
    language::text,
    server::{api_keys::day, store::ApiKey},
};

/// The result of the submitted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFormResult {
    Nothing,
    /// The new key, shown only once.
    Made {
        name: String,
        key: String,
    },
    Revoked(String),
    WrongName,
    Taken(String),
    /// As many of theirs count as may.
    TooMany,
}

/// The whole document.
#[component]
pub fn KeysPage(
    style_sheet: String,
    /// The valid keys.
    keys: Vec<ApiKey>,
    done: KeyFormResult,
    /// The base of this server's URLs.
    base: String,
) -> impl IntoView {
    let key = match &done {
        KeyFormResult::Made { key, .. } => key.clone(),
        _ => "sk-easel-…".to_owned(),
    };
    view! {
        <FormDocument title=text!("keys-title") style_sheet>
            <p>{text!("keys-about")}</p>
            <FormMessage done/>
            <form class="keys__new" method="post" action="/keys">
                <label class="field__label" for="name">{text!("keys-name")}</label>
                <input
                    class="field__control"
                    id="name"
                    name="name"
                    required
                    maxlength="100"
                    autocomplete="off"
                    aria-describedby="name-help"
                />
                <p class="field__help" id="name-help">{text!("keys-name-help")}</p>
                <button type="submit" class="button">{text!("keys-create")}</button>
            </form>
            <Kept keys/>
            <Tools base key/>
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn FormMessage(done: KeyFormResult) -> impl IntoView {
    match done {
        KeyFormResult::Nothing => ().into_any(),
        KeyFormResult::Made { name, key } => view! {
            <section role="status">
                <p>{text!("keys-made", name = name.as_str())}</p>
                <input class="field__control" readonly value=key aria-label=name/>
            </section>
        }
        .into_any(),
        KeyFormResult::Revoked(name) => {
            view! { <p role="status">{text!("keys-revoked", name = name.as_str())}</p> }.into_any()
        }
        KeyFormResult::TooMany => view! { <p role="alert">{text!("keys-too-many")}</p> }.into_any(),
        KeyFormResult::WrongName => {
            view! { <p role="alert">{text!("keys-wrong-name")}</p> }.into_any()
        }
        KeyFormResult::Taken(name) => {
            view! { <p role="alert">{text!("keys-taken", name = name.as_str())}</p> }.into_any()
        }
    }
}

#[component]
fn Kept(keys: Vec<ApiKey>) -> impl IntoView {
    let none = keys.is_empty().then(|| view! { <p>{text!("keys-none")}</p> });
    let keys = keys.into_iter().map(|key| view! { <OneKey key/> }).collect_view();
    view! {
        <section aria-label=text!("keys-list")>
            <h2>{text!("keys-list")}</h2>
            {none}
            <ul class="connections__list">{keys}</ul>
        </section>
    }
}

#[component]
fn OneKey(key: ApiKey) -> impl IntoView {
    let used = match key.used_ms {
        Some(used_ms) => text!("keys-used-on", day = day(used_ms)),
        None => text!("keys-never-used"),
    };
    let facts =
        [format!("…{}", key.ending), text!("keys-made-on", day = day(key.created_ms)), used];
    let facts: Vec<_> = facts.into_iter().chain(key.scope.words()).collect();
    view! {
        <li class="connections__way">
            <form class="connections__head" method="post" action="/keys/revoke">
                <strong class="connections__name">{key.name.clone()}</strong>
                <span class="connections__state">{facts.join(" · ")}</span>
                <input type="hidden" name="key" value=key.id.clone()/>
                <button
                    type="submit"
                    class="chip"
                    aria-label=text!("keys-revoke-named", name = key.name.as_str())
                >
                    {text!("keys-revoke")}
                </button>
            </form>
        </li>
    }
}
