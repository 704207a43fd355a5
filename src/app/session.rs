//! What it means to have this browser forgotten.

use leptos::prelude::*;

/// The whole document.
#[component]
pub fn SessionPage(style_sheet: String) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                // Without a referrer, the form would not tell that it comes from here.
                <meta name="referrer" content="same-origin"/>
                <title>"Forget this browser · Easel"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <main class="shared">
                    <h1>"Forget this browser"</h1>
                    <p>
                        "Easel knows this browser by a cookie. When it is forgotten, the cookie is worth nothing any more, here and wherever it was copied to, and this browser starts with an empty gallery."
                    </p>
                    <p>
                        "What it made stays on the server, but nobody sees it any more, except behind links that were shared. This cannot be undone. Download what you want to keep, or delete it, before."
                    </p>
                    <form method="post" action="/session">
                        <button type="submit" class="button">"Forget this browser"</button>
                        " "
                        <a href="/">"Keep it"</a>
                    </form>
                </main>
            </body>
        </html>
    }
}
