//! The prompt box and the buttons that start and stop the work.

use leptos::prelude::*;

use crate::generation::MAX_PROMPT_CHARS;

const EXAMPLES: [&str; 4] = [
    "a lighthouse in the fog at dawn",
    "mountains of paper under a violet sky",
    "a garden after the rain, gold and green",
    "the harbour at night, seen from the hill",
];

/// Generate is disabled until the page has come to life; Cancel is added while something runs.
#[component]
pub fn Prompt() -> impl IntoView {
    view! {
        <div class="prompt">
            <label class="field__label" for="prompt">"Prompt"</label>
            <div class="prompt__grow">
                <textarea
                    id="prompt"
                    class="prompt__box"
                    rows="3"
                    maxlength=MAX_PROMPT_CHARS.to_string()
                    placeholder="What should the picture show?"
                    enterkeyhint="go"
                    aria-describedby="prompt-error"
                ></textarea>
            </div>
            <p class="field__error" id="prompt-error"></p>
            <div class="prompt__actions">
                <button type="submit" id="generate" class="button button--main" disabled>
                    <span class="loader" aria-hidden="true" hidden></span>
                    "Generate"
                </button>
                <button
                    type="button"
                    id="example"
                    class="button button--quiet"
                    data-action="try-example"
                    data-examples=EXAMPLES.join("\n")
                >
                    "Try an example"
                </button>
            </div>
        </div>
    }
}
