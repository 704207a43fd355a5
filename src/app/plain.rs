//! Documents without script: their common frame, and the frame for pages of forms.

use leptos::prelude::*;

use crate::language::{Language, text};

/// A document; `children` is its body, and `head` is added to its head.
#[component]
pub fn PlainDocument(
    title: String,
    style_sheet: String,
    head: AnyView,
    children: Children,
) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=Language::current().tag()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                // One text node: Leptos would put a comment between two.
                <title>{text!("pages-title", title = title)}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
                <link rel="stylesheet" href="/shared.css"/>
                // After the common style sheet, so that a page's own rules win.
                {head}
            </head>
            <body>{children()}</body>
        </html>
    }
}

/// A document of forms, with its title as heading.
#[component]
pub fn FormDocument(title: String, style_sheet: String, children: Children) -> impl IntoView {
    let head = view! {
        // Without a referrer the browser would send forms with `Origin: null`, which the server
        // refuses.
        <meta name="referrer" content="same-origin"/>
        <link rel="stylesheet" href="/connections.css"/>
        <link rel="stylesheet" href="/keys.css"/>
    };
    view! {
        <PlainDocument title=title.clone() style_sheet head=head.into_any()>
            <main class="shared keys">
                <a class="keys__brand" href="/">
                    <img src="/favicon.svg" alt="" width="28" height="28"/>
                    "Easel"
                </a>
                <h1>{title}</h1>
                {children()}
            </main>
        </PlainDocument>
    }
}
