//! The prompt bar: what the picture should show, how many, by which model, and Generate. It is a
//! form that works without script too; inputs of the model belong to it from Settings.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlTextAreaElement};

use super::{
    batch::MAX_COUNT,
    fresh::{follow, live},
    history,
    icon::Icon,
    model_picker::ModelPicker,
    settings, use_studio,
};
use crate::{
    browser,
    generation::{Draft, MAX_PROMPT_CHARS, PROMPT_NEEDED},
};

/// The form and its buttons. `children` are what only a page without script needs.
#[island]
pub fn Composer(children: Children) -> impl IntoView {
    let studio = use_studio();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // An example is a button that brings its own prompt.
        let example = event.submitter().and_then(|by| by.dyn_into::<HtmlButtonElement>().ok());
        if let Some(example) = example.filter(|example| example.name() == "prompt") {
            studio.input.set(example.value());
            studio.run(Draft { prompt: example.value(), ..studio.draft() }, 1);
            return;
        }
        let is_missing = studio.form.with_untracked(|form| form.needs_prompt)
            && studio.input.with_untracked(|prompt| prompt.trim().is_empty());
        if is_missing {
            studio.form.update(|form| form.prompt_error = Some(PROMPT_NEEDED.to_owned()));
            browser::focus_id("prompt");
        } else {
            history::add(&studio.input.get_untracked());
            studio.generate();
        }
    };
    let form = studio.form;
    view! {
        <form
            class="composer"
            id="request"
            method="post"
            action="/generate"
            aria-label="Request"
            novalidate
            autocomplete="off"
            node_ref=studio.request
            on:submit=submit
        >
            <PromptBox/>
            <p class="field__error" id="prompt-error">
                {live(move || form.with(|form| form.prompt_error.clone().unwrap_or_default()))}
            </p>
            <div class="composer__bar">
                <label class="chip chip--icon" title="Add a picture">
                    <Icon name="add"/>
                    <input
                        type="file"
                        class="visually-hidden"
                        aria-label="Add a picture"
                        on:change=move |event| {
                            let input: web_sys::HtmlInputElement = event_target(&event);
                            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                                studio.attached.set(Some(file));
                            }
                            // The same file may be chosen again.
                            input.set_value("");
                        }
                    />
                </label>
                <ModelPicker/>
                <button
                    type="button"
                    class="chip composer__shape"
                    popovertarget="settings"
                    popovertargetaction="show"
                    hidden=live(move || form.with(|form| form.size.is_none()))
                >
                    <Icon name="shape"/>
                    {live(move || settings::shape(studio))}
                </button>
                <Count/>
                <button type="button" class="chip" popovertarget="settings">
                    <Icon name="settings"/>
                    <span class="composer__word">"Settings"</span>
                    <span class="badge" hidden=move || settings::changed(studio) == 0>
                        {live(move || settings::changed(studio).to_string())}
                    </span>
                </button>
                <span class="composer__space"></span>
                <button type="submit" class="button button--main">
                    <Icon name="up"/>
                    <span class="composer__word">"Generate"</span>
                </button>
            </div>
            {children()}
        </form>
    }
}

/// The prompt itself.
#[component]
fn PromptBox() -> impl IntoView {
    let studio = use_studio();
    let input = studio.input;
    let place = NodeRef::<leptos::html::Textarea>::new();
    let mut is_first = true;
    follow(move || {
        let prompt = input.get();
        let Some(textarea) = place.get() else { return };
        let textarea: &HtmlTextAreaElement = textarea.unchecked_ref();
        if std::mem::take(&mut is_first) && !textarea.value().is_empty() {
            // What was typed before the page came to life counts.
            input.set(textarea.value());
        } else if textarea.value() != prompt {
            textarea.set_value(&prompt);
        }
    });
    let walked = StoredValue::new(0_usize);
    let pressed = move |event: ev::KeyboardEvent| {
        // While an input method composes, keys belong to it; Safari says so only by the code.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        match event.key().as_str() {
            "Enter" if !event.shift_key() => {
                event.prevent_default();
                walked.set_value(0);
                if let Some(form) = studio.request.get_untracked() {
                    let _ = form.request_submit();
                }
            }
            // From an empty box, or from a prompt of the history, further back.
            "ArrowUp" if walked.get_value() > 0 || input.with_untracked(String::is_empty) => {
                if let Some(prompt) = history::back(walked.get_value()) {
                    event.prevent_default();
                    walked.update_value(|steps| *steps += 1);
                    input.set(prompt);
                }
            }
            "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" => {}
            _ => walked.set_value(0),
        }
    };
    view! {
        <textarea
            id="prompt"
            class="composer__prompt"
            name="prompt"
            aria-label="Prompt"
            rows="2"
            maxlength=MAX_PROMPT_CHARS.to_string()
            placeholder=move || studio.form.with(|form| form.placeholder.clone())
            enterkeyhint="go"
            aria-describedby="prompt-error"
            aria-invalid=move || {
                studio.form.with(|form| form.prompt_error.is_some()).then_some("true")
            }
            node_ref=place
            on:input=move |event| {
                input.set(event_target_value(&event));
                if studio.form.with_untracked(|form| form.prompt_error.is_some()) {
                    studio.form.update(|form| form.prompt_error = None);
                }
            }
            on:keydown=pressed
        ></textarea>
    }
}

/// How many pictures at once.
#[component]
fn Count() -> impl IntoView {
    let options = (1..=MAX_COUNT).map(|count| {
        view! { <option value=count.to_string()>{format!("×{count}")}</option> }
    });
    view! {
        <select name="count" class="chip composer__count" aria-label="Number of pictures">
            {options.collect_view()}
        </select>
    }
}
