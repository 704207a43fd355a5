//! The menu of the head, and what sets the theme before anything is painted.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    language::{Language, text},
    studio::{THEME, Theme},
};

/// The themes: a value of `color-scheme`, and its name.
fn themes() -> [(&'static str, String); 3] {
    [
        ("", text!("head-theme-system")),
        ("light", text!("head-theme-light")),
        ("dark", text!("head-theme-dark")),
    ]
}

/// Keys and what they do.
fn shortcuts() -> [(&'static str, String); 9] {
    [
        ("Enter", text!("composer-generate")),
        ("Shift + Enter", text!("head-key-line")),
        ("↑", text!("head-key-earlier")),
        ("/", text!("head-key-search")),
        ("← →", text!("head-key-next")),
        ("S", text!("head-key-star")),
        ("D", text!("head-key-download")),
        ("Esc", text!("head-key-close")),
        ("?", text!("head-key-shortcuts")),
    ]
}

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
    let themes = themes().map(|(value, name)| {
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
    let shortcuts = shortcuts().map(|(keys, words)| {
        view! { <div class="shortcuts__one"><dt><kbd>{keys}</kbd></dt><dd>{words}</dd></div> }
    });
    view! {
        <button
            type="button"
            class="chip chip--quiet chip--icon"
            popovertarget="menu"
            aria-label=text!("head-more")
        >
            <svg class="icon" aria-hidden="true"><use href="/icons.svg#more"></use></svg>
        </button>
        <div class="menu" id="menu" popover="auto">
            {view! {
                <Theme>
                    <fieldset class="menu__theme">
                        <legend>{text!("head-theme")}</legend>
                        <div class="segments">{themes.collect_view()}</div>
                    </fieldset>
                </Theme>
            }
            .into_any()}
            <LanguageChoice/>
            <a class="menu__item" href="/series">{text!("series-all")}</a>
            <button type="button" class="menu__item" popovertarget="shortcuts">
                {text!("head-shortcuts")}
                " "
                <kbd>"?"</kbd>
            </button>
        </div>
        <div class="sheet shortcuts" id="shortcuts" popover="auto" role="dialog" aria-labelledby="shortcuts-title">
            <div class="sheet__head">
                <h2 class="sheet__title" id="shortcuts-title">{text!("head-shortcuts")}</h2>
                <button
                    type="button"
                    class="chip chip--quiet chip--icon"
                    popovertarget="shortcuts"
                    popovertargetaction="hide"
                    aria-label=text!("head-close-shortcuts")
                >
                    <svg class="icon" aria-hidden="true"><use href="/icons.svg#close"></use></svg>
                </button>
            </div>
            <dl>{shortcuts.collect_view()}</dl>
        </div>
    }
}

/// The languages, each by its own name. It is a form, so that it needs no script; what stands on
/// the page is remembered by the tab.
#[component]
fn LanguageChoice() -> impl IntoView {
    let current = Language::current();
    let languages = Language::ALL.map(|language| {
        let pressed = if language == current { "true" } else { "false" };
        view! {
            <button
                class="segments__one"
                name="language"
                value=language.tag()
                lang=language.tag()
                aria-pressed=pressed
            >
                {language.name()}
            </button>
        }
    });
    view! {
        <form method="post" action="/language">
            <fieldset class="menu__theme">
                <legend>{text!("head-language")}</legend>
                <div class="segments">{languages.collect_view()}</div>
            </fieldset>
        </form>
    }
}
