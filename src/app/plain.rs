//! Documents without script: what all of them begin with, and those whose forms are the browser's own.

use leptos::prelude::*;

use crate::language::{Language, text};

/// A document; `children` are its body, and `head` is what its head has beside the usual.
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
                // One text: two beside each other would have a comment between them.
                <title>{text!("pages-title", title = title)}</title>
                {head}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>{children()}</body>
        </html>
    }
}

/// A document of forms, under its title.
#[component]
pub fn FormDocument(title: String, style_sheet: String, children: Children) -> impl IntoView {
    let head = view! {
        // Without a referrer, the forms would not tell that they come from here.
        <meta name="referrer" content="same-origin"/>
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
