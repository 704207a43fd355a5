//! An owner's other decisions about connections: whether people may bring their own keys, which
//! models are on offer, and which hosts may be contacted.

use leptos::prelude::*;

use crate::language::text;

/// A list that an owner edits, one entry per line.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    pub lines: Vec<String>,
    /// The environment variable that overrides the list, where it is set.
    pub variable: Option<&'static str>,
    /// The typed text, if it could not be saved.
    pub typed: Option<String>,
}

/// Which list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Models,
    Origins,
}

impl List {
    fn word(self) -> &'static str {
        match self {
            Self::Models => "models",
            Self::Origins => "origins",
        }
    }
}

/// One list, with a form unless the environment overrides it.
#[component]
pub fn OneList(list: List, entries: Entries) -> impl IntoView {
    let Entries { lines, variable, typed } = entries;
    let (title, about, label, save) = match list {
        List::Models => (
            text!("connections-models"),
            text!("connections-models-about"),
            text!("connections-models-label"),
            text!("connections-models-save"),
        ),
        List::Origins => (
            text!("connections-origins"),
            text!("connections-origins-about"),
            text!("connections-origins-label"),
            text!("connections-origins-save"),
        ),
    };
    let (word, shown) = (list.word(), lines.join("\n"));
    let (about_id, is_wrong) = (format!("{word}-about"), typed.is_some());
    let content = match variable {
        Some(variable) => {
            let entries = lines.into_iter().map(|line| view! { <li><code>{line}</code></li> });
            view! {
                <p>{text!("connections-in-environment", variable = variable)}</p>
                <ul class="connections__entries">{entries.collect_view()}</ul>
            }
            .into_any()
        }
        None => view! {
            <form class="keys__new" method="post" action=format!("/connections/{word}")>
                <label class="field__label" for=word>{label}</label>
                <textarea
                    class="field__control"
                    id=word
                    name="entries"
                    rows="5"
                    maxlength="20000"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=about_id.clone()
                    aria-invalid=is_wrong.then_some("true")
                >
                    {typed.unwrap_or(shown)}
                </textarea>
                <button type="submit" class="button">{save}</button>
            </form>
        }
        .into_any(),
    };
    let heading = title.clone();
    view! {
        <section aria-label=title>
            <h2>{heading}</h2>
            <p id=about_id>{about}</p>
            {content}
        </section>
    }
}

/// Whether people may use their own keys.
#[component]
pub fn AllowOwnKeys(is_allowed: bool) -> impl IntoView {
    view! {
        <section aria-label=text!("connections-allow-title")>
            <h2>{text!("connections-allow-title")}</h2>
            <p id="own-keys-about">{text!("connections-allow-about")}</p>
            <form class="keys__row" method="post" action="/connections/own">
                <label class="keys__check">
                    <input
                        type="checkbox"
                        name="allowed"
                        value="yes"
                        checked=is_allowed
                        aria-describedby="own-keys-about"
                    />
                    {text!("connections-allow")}
                </label>
                <button type="submit" class="button">{text!("connections-allow-save")}</button>
            </form>
        </section>
    }
}
