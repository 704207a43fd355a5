//! The prompt box and the buttons that start and stop the work.

use leptos::{html::Textarea, prelude::*};

use super::{form::Form, heart::Heart};
use crate::generation::{MAX_PROMPT_CHARS, PromptUse};

const EXAMPLES: [&str; 4] = [
    "a lighthouse in the fog at dawn",
    "mountains of paper under a violet sky",
    "a garden after the rain, gold and green",
    "the harbour at night, seen from the hill",
];

/// Enter generates, Shift+Enter breaks the line; the box grows with its text.
#[component]
pub fn Prompt(heart: Heart, form: Form, on_generate: Callback<()>) -> impl IntoView {
    let box_ref = NodeRef::<Textarea>::new();
    let is_ready = RwSignal::new(false);
    // What was typed before the page came to life is kept; later the signal leads.
    Effect::new(move |_| {
        let Some(element) = box_ref.get() else { return };
        let typed = element.value();
        let input = heart.input.get();
        if !is_ready.get_untracked() && input.is_empty() && !typed.is_empty() {
            heart.input.set(typed);
        } else if typed != input {
            element.set_value(&input);
        }
        is_ready.set(true);
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        // While an input method composes, Enter belongs to it; Safari says so only by the code.
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            on_generate.run(());
        }
    };
    let example = StoredValue::new(0);
    let use_example = move |_| {
        heart.input.set(EXAMPLES[example.get_value() % EXAMPLES.len()].to_owned());
        form.forget_error("prompt");
        example.update_value(|example| *example += 1);
        if let Some(element) = box_ref.get_untracked() {
            let _ = element.focus();
        }
    };
    let error = move || form.error_of("prompt");
    let placeholder = move || match form.model.read().prompt {
        PromptUse::None => "This model takes no prompt. Write a caption, if you like.",
        _ => "What should the picture show?",
    };

    view! {
        <div class="prompt">
            <label class="field__label" for="prompt">"Prompt"</label>
            <div class="prompt__grow" data-text=move || format!("{} ", heart.input.get())>
                <textarea
                    id="prompt"
                    class="prompt__box"
                    node_ref=box_ref
                    rows="3"
                    maxlength=MAX_PROMPT_CHARS.to_string()
                    placeholder=placeholder
                    enterkeyhint="go"
                    aria-invalid=move || error().is_some().then_some("true")
                    aria-describedby="prompt-error"
                    on:input:target=move |event| {
                        heart.input.set(event.target().value());
                        form.forget_error("prompt");
                    }
                    on:keydown=on_key
                ></textarea>
            </div>
            <p class="field__error" id="prompt-error">{error}</p>
            <div class="prompt__actions">
                <button
                    type="submit"
                    class="button button--main"
                    disabled=move || !is_ready.get()
                    aria-disabled=move || heart.is_generating.get().then_some("true")
                >
                    <span class="loader" aria-hidden="true" hidden=move || !heart.is_generating.get()></span>
                    "Generate"
                </button>
                <Show when=move || heart.is_generating.get()>
                    <button type="button" class="button" on:click=move |_| heart.cancel()>
                        "Cancel"
                    </button>
                </Show>
                <Show when=move || heart.input.read().trim().is_empty()>
                    <button type="button" class="button button--quiet" on:click=use_example>
                        "Try an example"
                    </button>
                </Show>
            </div>
        </div>
    }
}
