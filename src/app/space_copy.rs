//! Makes a copy of a Space for one's own use, and says what it costs before it does.

use leptos::prelude::*;

use crate::{
    error::GenerateError,
    generation::{CopyOptions, Copying, FREE_HARDWARE, ModelReference},
};

/// Names that the Hub knows today. What it lists and what it costs is asked when a copy is made.
const HARDWARE: [&str; 8] = [
    FREE_HARDWARE,
    "t4-small",
    "t4-medium",
    "l4x1",
    "l40sx1",
    "a10g-small",
    "a10g-large",
    "a100-large",
];

/// The content of the dialog for the Space `model`, whose name is `space`.
#[component]
pub fn SpaceCopy(model: ModelReference, space: String, options: CopyOptions) -> impl IntoView {
    let hardware = HARDWARE.map(|name| view! { <option value=name></option> }).collect_view();
    view! {
        <form id="space-copy-form" class="space-copy__form" autocomplete="off">
            <h2 id="space-copy-title">{format!("Duplicate {space}")}</h2>
            <p class="field__help">
                "A private copy in your Hugging Face account, for you alone. One that you made before is used again. Secrets of the original are not copied."
            </p>
            <input type="hidden" name="model" value=model.to_string()/>
            <div class="field">
                <label class="field__label" for="space-copy-hardware">"Hardware"</label>
                <input
                    id="space-copy-hardware"
                    class="field__control"
                    name="hardware"
                    list="space-copy-hardware-names"
                    placeholder="as the original"
                />
                <datalist id="space-copy-hardware-names">{hardware}</datalist>
            </div>
            <div class="field">
                <label class="field__label" for="space-copy-sleep">"Sleep after, in minutes"</label>
                <input
                    id="space-copy-sleep"
                    class="field__control field__control--number"
                    name="minutes"
                    type="number"
                    min="5"
                    max="10080"
                    value=(options.sleep_after_seconds / 60).to_string()
                />
            </div>
            <div class="field">
                <label class="field__label" for="space-copy-most">
                    "What an hour may cost, in US dollars"
                </label>
                <input
                    id="space-copy-most"
                    class="field__control field__control--number"
                    name="most"
                    type="number"
                    min="0"
                    max="1000"
                    step="0.01"
                    placeholder="0"
                />
            </div>
            <p class="space-copy__cost">
                <span id="space-copy-cost">{options.cost()}</span>
                " "
                <a href="https://huggingface.co/pricing" target="_blank" rel="noreferrer">"Prices"</a>
            </p>
            <p role="status" id="space-copy-state"></p>
            <div class="space-copy__buttons">
                <button type="button" class="button" data-action="close-copy">"Close"</button>
                <button type="submit" class="button" id="space-copy-start">"Duplicate"</button>
            </div>
        </form>
    }
}

/// How far the copy is. The page asks again while there is a `data-seen`, and chooses the model
/// of a `data-model`.
#[component]
pub fn CopyState(copying: Copying) -> impl IntoView {
    let (seen, model, words) = match copying {
        Copying::Working { stage } => {
            let words = format!("Making the copy · {stage}");
            (Some(stage), None, words)
        }
        Copying::Done { reference, existed: true } => {
            (None, Some(reference), "Your earlier copy is chosen now.".to_owned())
        }
        Copying::Done { reference, existed: false } => {
            (None, Some(reference), "The copy runs and is chosen now.".to_owned())
        }
    };
    let model = model.map(|model| model.to_string());
    view! { <span data-seen=seen data-model=model>{words}</span> }
}

/// Why there is no copy, in a sentence.
pub fn complaint(error: &GenerateError) -> String {
    let detail = error.detail().map(|words| format!(" “{words}”")).unwrap_or_default();
    format!("It did not work: {error}.{detail} {}", error.next_step())
}
