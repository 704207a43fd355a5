//! Why there is no picture, for a page without script.

use leptos::prelude::*;

use super::failure;
use crate::{
    error::GenerateError,
    language::{Language, text},
};

/// The whole page.
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
        <!DOCTYPE html>
        <html lang=Language::current().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{text!("pages-title", title = text!("pages-nothing-started"))}</title>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <main class="shared" role="alert">
                    {failure::words(&error)}
                    <ul>{fields.collect_view()}</ul>
                    <p><a href="/">{text!("pages-back")}</a></p>
                </main>
            </body>
        </html>
    }
}
