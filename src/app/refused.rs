//! Why there is no picture, for a page without script.

use leptos::prelude::*;

use super::failure;
use crate::error::GenerateError;

/// The whole page.
#[component]
pub fn RefusedPage(error: GenerateError, style_sheet: String) -> impl IntoView {
    let fields = match &error {
        GenerateError::InputRejected { fields, .. } => fields.clone(),
        _ => Vec::new(),
    };
    let fields = fields.into_iter().map(|field| {
        let name =
            if field.field.is_empty() { String::new() } else { format!("{}: ", field.field) };
        view! { <li>{format!("{name}{}", field.message)}</li> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>"It did not work · Easel"</title>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <main class="shared" role="alert">
                    {failure::words(&error)}
                    <ul>{fields.collect_view()}</ul>
                    <p><a href="/">"Back"</a></p>
                </main>
            </body>
        </html>
    }
}
