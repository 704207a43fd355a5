//! The menu of the head, and what sets the theme before anything is painted.

use leptos::{nonce::use_nonce, prelude::*};

use crate::studio::{THEME, Theme};

/// The themes: a value of `color-scheme`, and its name.
const THEMES: [(&str, &str); 3] = [("", "System"), ("light", "Light"), ("dark", "Dark")];

/// Keys and what they do.
const SHORTCUTS: [(&str, &str); 9] = [
    ("Enter", "Generate"),
    ("Shift + Enter", "New line in the prompt"),
    ("↑", "Earlier prompt, in an empty box"),
    ("/", "Search your pictures"),
    ("← →", "Next picture, in the viewer"),
    ("S", "Star, in the viewer"),
    ("D", "Download, in the viewer"),
    ("Esc", "Close"),
    ("?", "These shortcuts"),
];

/// Sets the theme that this browser keeps. It stands in the head, so that nothing flashes.
#[component]
pub fn ThemeScript() -> impl IntoView {
    let nonce = use_nonce();
    let script = format!(
        "try{{document.documentElement.style.colorScheme=localStorage.getItem('{THEME}')||''}}catch{{}}"
    );
    view! { <script nonce=nonce inner_html=script></script> }
}

/// The button and what it opens.
#[component]
pub fn Menu() -> impl IntoView {
    let themes = THEMES.map(|(value, name)| {
        view! {
            <label class="segments__one">
                <input
                    type="radio"
                    class="visually-hidden"
                    name="theme"
                    id=format!("theme-{value}")
                    value=value
                    checked=value.is_empty()
                />
                {name}
            </label>
        }
    });
    let shortcuts = SHORTCUTS.map(|(keys, words)| {
        view! { <div class="shortcuts__one"><dt><kbd>{keys}</kbd></dt><dd>{words}</dd></div> }
    });
    view! {
        <button
            type="button"
            class="chip chip--quiet chip--icon"
            popovertarget="menu"
            aria-label="More"
        >
            <svg class="icon" aria-hidden="true"><use href="/icons.svg#more"></use></svg>
        </button>
        <div class="menu" id="menu" popover="auto">
            {view! {
                <Theme>
                    <fieldset class="menu__theme">
                        <legend>"Theme"</legend>
                        <div class="segments">{themes.collect_view()}</div>
                    </fieldset>
                </Theme>
            }
            .into_any()}
            <button type="button" class="menu__item" popovertarget="shortcuts">
                "Keyboard shortcuts "
                <kbd>"?"</kbd>
            </button>
        </div>
        <div class="sheet shortcuts" id="shortcuts" popover="auto" role="dialog" aria-labelledby="shortcuts-title">
            <div class="sheet__head">
                <h2 class="sheet__title" id="shortcuts-title">"Keyboard shortcuts"</h2>
                <button
                    type="button"
                    class="chip chip--quiet chip--icon"
                    popovertarget="shortcuts"
                    popovertargetaction="hide"
                    aria-label="Close shortcuts"
                >
                    <svg class="icon" aria-hidden="true"><use href="/icons.svg#close"></use></svg>
                </button>
            </div>
            <dl>{shortcuts.collect_view()}</dl>
        </div>
    }
}
