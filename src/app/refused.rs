//! The error pages for what a browser sends itself.

use leptos::prelude::*;

use super::{failure, plain::PlainDocument};
use crate::{error::GenerateError, language::text};

/// The whole document.
#[component]
pub fn RefusedPage(error: GenerateError, style_sheet: String) -> impl IntoView {
    let fields = match &error {
        GenerateError::InputRejected { fields, .. } => failure::fields(fields),
        _ => Vec::new(),
    };
    let fields = fields.into_iter().map(|field| {
        let words = match field.field.is_empty() {
            true => field.message,
            false => text!("pages-field", field = field.field, message = field.message),
        };
        view! { <li>{words}</li> }
    });
    view! {
        <PlainDocument title=text!("pages-no-picture") style_sheet head=().into_any()>
            <main class="shared" role="alert">
                {failure::words(&error)}
                <ul>{fields.collect_view()}</ul>
                <p><a href="/">{text!("pages-back")}</a></p>
            </main>
        </PlainDocument>
    }
}

/// The page that says in `words` why something was refused.
#[component]
pub fn PlainRefusal(words: String, style_sheet: String) -> impl IntoView {
    view! {
        <PlainDocument title=text!("pages-refused") style_sheet head=().into_any()>
            <main class="shared" role="alert">
                <h1 class="shared__name">{text!("pages-refused")}</h1>
                <p>{words}</p>
                <p><a href="/">{text!("pages-back")}</a></p>
            </main>
        </PlainDocument>
    }
}
