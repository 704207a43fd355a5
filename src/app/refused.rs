//! The error page for a generation without script.

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
