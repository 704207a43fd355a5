//! The list of keyboard shortcuts, as the server draws it; `public/shortcuts.js` carries them out.

use leptos::prelude::*;

use super::{html, plain::FormDocument};
use crate::{
    generation::contract::{Drawn, State},
    language::text,
    studio::icon::Icon,
};

const SCRIPT: &str = "/shortcuts.js";

/// Each key with its action.
fn shortcuts() -> [(&'static str, String); 14] {
    [
        ("Enter", text!("composer-generate")),
        ("Shift + Enter", text!("head-key-line")),
        ("↑", text!("head-key-earlier")),
        ("/", text!("head-key-search")),
        ("G", text!("head-key-gallery")),
        ("1 … 9", text!("head-key-nth")),
        ("← → ↑ ↓", text!("head-key-next")),
        ("S", text!("head-key-star")),
        ("D", text!("head-key-download")),
        ("R", text!("head-key-again")),
        ("E", text!("head-key-edit")),
        ("C", text!("head-key-compare")),
        ("Esc", text!("head-key-close")),
        ("?", text!("head-key-shortcuts")),
    ]
}

/// Draws the list. `first` is the key that was pressed before the script was loaded.
pub fn draw(first: &str) -> Drawn {
    let first: String = first.chars().take(1).collect();
    let html = html(|| {
        view! {
            <link rel="stylesheet" href="/shortcuts.css"/>
            <key-list data-first=first>
                <div class="sheet shortcuts" popover="auto" role="dialog" aria-labelledby="shortcuts-title">
                    <div class="sheet__head">
                        <h2 class="sheet__title" id="shortcuts-title">{text!("head-shortcuts")}</h2>
                        <button
                            type="button"
                            class="chip chip--quiet chip--icon"
                            value="close"
                            aria-label=text!("head-close-shortcuts")
                        >
                            <Icon name="close"/>
                        </button>
                    </div>
                    <List/>
                </div>
            </key-list>
        }
    });
    Drawn { html: html.into(), state: State::Script(SCRIPT.to_owned()) }
}

#[component]
fn List() -> impl IntoView {
    let lines = shortcuts().map(|(keys, words)| {
        view! { <div class="shortcuts__one"><dt><kbd>{keys}</kbd></dt><dd>{words}</dd></div> }
    });
    view! { <dl>{lines.into_iter().collect_view()}</dl> }
}

/// The list as a page of its own, for people who follow its link in the menu.
#[component]
pub fn ShortcutsPage(style_sheet: String) -> impl IntoView {
    view! {
        <FormDocument title=text!("head-shortcuts") style_sheet>
            <link rel="stylesheet" href="/shortcuts.css"/>
            <List/>
        </FormDocument>
    }
}
