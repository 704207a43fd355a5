//! The panel of saved texts: styles, saved prompts and earlier prompts. `public/words.js` puts them
//! into the prompt.

mod styles;

use leptos::prelude::*;

use self::styles::styles;
use super::html;
use crate::{
    error::GenerateError,
    generation::{
        MAX_STYLE_CHARS, MAX_WORDS_NAME, Words, WordsKind,
        contract::{Drawn, State},
    },
    language::text,
    server::{state::AppState, store::SessionId},
    studio::icon::Icon,
};

const SCRIPT: &str = "/words.js";

/// Draws the panel below the prompt.
///
/// # Errors
///
/// When the store fails.
pub async fn draw(state: &AppState, session: &SessionId) -> Result<Drawn, GenerateError> {
    let lists = lists(state, session, "").await?;
    let html = html(|| {
        view! {
            <link rel="stylesheet" href="/words.css"/>
            <word-panel class="words">
                <label class="words__find">
                    <Icon name="search"/>
                    <input
                        type="search"
                        dir="auto"
                        class="field__control"
                        id="words-search"
                        aria-label=text!("words-search")
                        placeholder=text!("words-search")
                        maxlength="200"
                        autocomplete="off"
                    />
                </label>
                <div id="words-lists" inner_html=lists></div>
                <p class="words__told" role="status" id="words-told" data-no-negative=text!("words-no-negative")></p>
                <p class="words__wrong" role="alert" id="words-wrong" data-words=text!("words-unreachable")></p>
            </word-panel>
        }
    });
    Ok(Drawn { html: html.into(), state: State::Script(SCRIPT.to_owned()) })
}

/// Draws the lists, with the earlier prompts that `search` finds.
///
/// # Errors
///
/// When the store fails.
pub async fn lists(
    state: &AppState,
    session: &SessionId,
    search: &str,
) -> Result<String, GenerateError> {
    let own = state.saved_words.of(session).await?;
    let earlier = state.gallery.earlier_prompts(session, search).await?;
    let (prompts, kept): (Vec<_>, Vec<_>) =
        own.into_iter().partition(|words| words.kind == WordsKind::Prompt);
    let given = styles();
    Ok(html(|| {
        view! {
            <Prompts prompts/>
            <Earlier earlier/>
            <Styles kept given/>
        }
    }))
}

/// The saved prompts, and the form to save the current one.
#[component]
fn Prompts(prompts: Vec<Words>) -> impl IntoView {
    let lines = prompts.into_iter().map(|words| {
        let (name, prompt) = (words.name.clone(), words.prefix.clone());
        view! {
            <li class="words__one">
                <button type="button" class="chip" dir="auto" name="use" value=prompt.clone() title=prompt>{name}</button>
                <Forget words/>
            </li>
        }
    });
    view! {
        <section aria-label=text!("words-prompts")>
            <h3>{text!("words-prompts")}</h3>
            <ul class="words__list">{lines.collect_view()}</ul>
            <div class="words__keep">
                <input
                    type="text"
                    dir="auto"
                    class="field__control"
                    id="words-prompt-name"
                    aria-label=text!("words-prompt-name")
                    placeholder=text!("words-prompt-name")
                    maxlength=MAX_WORDS_NAME
                    autocomplete="off"
                />
                <button type="button" class="chip" name="keep" value="prompt">{text!("words-keep-prompt")}</button>
            </div>
        </section>
    }
}

/// Earlier prompts, newest first.
#[component]
fn Earlier(earlier: Vec<String>) -> impl IntoView {
    let is_empty = earlier.is_empty();
    let lines = earlier.into_iter().map(|prompt| {
        view! {
            <li><button type="button" class="words__prompt" dir="auto" name="use" value=prompt.clone()>{prompt.clone()}</button></li>
        }
    });
    view! {
        <section aria-label=text!("words-earlier")>
            <h3>{text!("words-earlier")}</h3>
            {is_empty.then(|| view! { <p>{text!("words-none")}</p> })}
            <ul class="words__earlier">{lines.collect_view()}</ul>
        </section>
    }
}

/// The styles, with the person's own first.
#[component]
fn Styles(kept: Vec<Words>, given: Vec<Words>) -> impl IntoView {
    let own = kept.into_iter().map(|words| {
        view! { <li class="words__one"><Style words=words.clone()/><Forget words/></li> }
    });
    let own = own.collect_view();
    let given = given.into_iter().map(|words| view! { <li><Style words/></li> });
    let parts = [
        ("name", text!("words-name"), MAX_WORDS_NAME),
        ("prefix", text!("words-prefix"), MAX_STYLE_CHARS),
        ("suffix", text!("words-suffix"), MAX_STYLE_CHARS),
        ("negative", text!("words-negative"), MAX_STYLE_CHARS),
    ];
    let parts = parts.map(|(part, label, most)| {
        view! {
            <label>
                <span>{label}</span>
                <input type="text" dir="auto" class="field__control" id=format!("words-style-{part}") maxlength=most autocomplete="off"/>
            </label>
        }
    });
    view! {
        <section aria-label=text!("words-styles")>
            <h3>{text!("words-styles")}</h3>
            <ul class="words__list">{own}{given.collect_view()}</ul>
            <details id="words-own">
                <summary>{text!("words-own")}</summary>
                <div class="words__parts">
                    {parts.into_iter().collect_view()}
                    <button type="button" class="chip" name="keep" value="style">{text!("words-keep-style")}</button>
                </div>
            </details>
        </section>
    }
}

/// A style; its button is pressed while the style is applied to the prompt.
#[component]
fn Style(words: Words) -> impl IntoView {
    let Words { name, prefix, suffix, negative, .. } = words;
    let title = format!("{prefix}…{suffix}");
    view! {
        <button
            type="button"
            class="chip"
            dir="auto"
            name="style"
            aria-pressed="false"
            data-prefix=prefix
            data-suffix=suffix
            data-negative=negative
            title=title
        >
            {name}
        </button>
    }
}

#[component]
fn Forget(words: Words) -> impl IntoView {
    let label = text!("words-forget", name = words.name.clone());
    view! {
        <button type="button" class="words__forget" name="forget" value=words.kind.word() data-name=words.name aria-label=label>
            <Icon name="close"/>
        </button>
    }
}
