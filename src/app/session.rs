//! The page that explains what forgetting this browser means.

use leptos::prelude::*;

use super::plain::FormDocument;
use crate::language::text;

/// The whole document.
#[component]
pub fn SessionPage(style_sheet: String) -> impl IntoView {
    view! {
        <FormDocument title=text!("connections-forget") style_sheet>
            <p>{text!("pages-session-cookie")}</p>
            <p>{text!("pages-session-lost")}</p>
            <form method="post" action="/session">
                <button type="submit" class="button">{text!("connections-forget")}</button>
                " "
                <a href="/">{text!("pages-session-keep")}</a>
            </form>
        </FormDocument>
    }
}
