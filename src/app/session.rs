//! What it means to have this browser forgotten.

use leptos::prelude::*;

use crate::language::{Language, text};

/// The whole document.
#[component]
pub fn SessionPage(style_sheet: String) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=Language::current().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // Without a referrer, the form would not tell that it comes from here.
                <meta name="referrer" content="same-origin"/>
                <title>{text!("pages-title", title = text!("connections-forget"))}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <main class="shared">
                    <h1>{text!("connections-forget")}</h1>
                    <p>{text!("pages-session-cookie")}</p>
                    <p>{text!("pages-session-lost")}</p>
                    <form method="post" action="/session">
                        <button type="submit" class="button">{text!("connections-forget")}</button>
                        " "
                        <a href="/">{text!("pages-session-keep")}</a>
                    </form>
                </main>
            </body>
        </html>
    }
}
