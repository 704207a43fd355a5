//! The page that an installed app shows while its server is unreachable.

use leptos::prelude::*;

use super::plain::PlainDocument;
use crate::language::text;

/// The whole document. It reloads itself, at the URL that the person opened.
#[component]
pub fn OfflinePage(style_sheet: String) -> impl IntoView {
    let head = view! { <meta http-equiv="refresh" content="10"/> }.into_any();
    view! {
        <PlainDocument title=text!("pages-offline-title") style_sheet head>
            <main class="shared" role="alert">
                <img src="/favicon.svg" alt="" width="40" height="40"/>
                <h1>{text!("pages-offline-title")}</h1>
                <p>{text!("pages-offline")}</p>
                <p><a href="">{text!("pages-offline-again")}</a></p>
            </main>
        </PlainDocument>
    }
}
