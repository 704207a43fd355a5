//! The header's menu, and the script that sets the theme before the first paint.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    language::{Language, text},
    studio::{SHORTCUTS, THEME, Theme},
};

/// The themes: a value of `color-scheme`, and its name.
fn themes() -> [(&'static str, String); 3] {
    [
        ("", text!("head-theme-system")),
        ("light", text!("head-theme-light")),
        ("dark", text!("head-theme-dark")),
    ]
}

/// Sets the stored theme. The script is in the head, so that the page does not flash.
#[component]
pub fn ThemeScript() -> impl IntoView {
    let nonce = use_nonce();
    let script = format!(
        "try{{document.documentElement.style.colorScheme=localStorage.getItem('{THEME}')||''}}catch{{}}"
    );
    view! { <script nonce=nonce inner_html=script></script> }
}

/// The button with its menu.
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
                    <LanguageChoice/>
                    <a class="menu__item" href="/series">{text!("series-all")}</a>
                    <a class="menu__item" href="/shortcuts">{text!("head-shortcuts")}" "<kbd>"?"</kbd></a>
                </Theme>
            }
            .into_any()}
        </div>
        <div id=SHORTCUTS></div>
    }
}

/// The choice of languages, each by its own name. A form that works without script; the tab keeps
/// the page's contents over the reload.
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
