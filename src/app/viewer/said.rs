//! What the provider and Easel said about a run.

use leptos::prelude::*;

use crate::{
    generation::Notice,
    language::{Language, text, worded},
};

/// What the person should know about the result: an input that was left out, a picture that could
/// not be fetched, another provider that took over.
#[component]
pub fn Notices(notices: Vec<Notice>) -> impl IntoView {
    (!notices.is_empty()).then(|| {
        let notices = notices
            .iter()
            .map(|notice| view! { <li dir="auto">{worded(notice, Language::current())}</li> });
        view! {
            <ul class="viewer__notices" aria-label=text!("viewer-notices")>
                {notices.collect_view()}
            </ul>
        }
    })
}

/// The lines that the model printed.
#[component]
pub fn Log(lines: Vec<String>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        view! { <pre class="viewer__lines" dir="auto" role="log" tabindex="0" aria-label=text!("viewer-log")>{lines.join("\n")}</pre> }
    })
}
