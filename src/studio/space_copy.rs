//! Makes a copy of a Space for one's own use, and says what it costs before it does.

use leptos::{html, prelude::*, task::spawn_local};

use super::form::Form;
use crate::{
    api,
    error::GenerateError,
    generation::{CopyOptions, Copying, FREE_HARDWARE},
};

/// Names that the Hub knows today; any other can be typed.
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

/// How far the copy is.
#[derive(Clone, PartialEq)]
enum Stage {
    Asking,
    Working(String),
    Done { existed: bool },
    Failed(GenerateError),
}

/// The button and its dialog; nothing where the model is no Space.
#[component]
pub fn SpaceCopy(form: Form, #[prop(into)] space: Signal<Option<String>>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let hardware = RwSignal::new(String::new());
    let sleep_minutes = RwSignal::new(5_u32);
    let stage = RwSignal::new(Stage::Asking);
    let is_working = move || matches!(*stage.read(), Stage::Working(_));
    let options = move || CopyOptions {
        hardware: Some(hardware.get().trim().to_owned()).filter(|name| !name.is_empty()),
        sleep_after_seconds: sleep_minutes.get() * 60,
        private: true,
    };

    let open = move |_| {
        if !is_working() {
            stage.set(Stage::Asking);
        }
        if let Some(dialog) = dialog.get_untracked() {
            // It fails only where it is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let copy = move |_| {
        let (reference, options) = (form.reference.get_untracked(), options());
        stage.set(Stage::Working("starting".to_owned()));
        spawn_local(async move {
            let mut seen = None;
            loop {
                match api::duplicate_space(reference.clone(), options.clone(), seen).await {
                    Ok(Copying::Working { stage: word }) => {
                        seen = Some(word.clone());
                        stage.set(Stage::Working(word));
                    }
                    Ok(Copying::Done { reference, existed }) => {
                        stage.set(Stage::Done { existed });
                        return form.choose(reference.as_str());
                    }
                    Err(error) => return stage.set(Stage::Failed(error)),
                }
            }
        });
    };

    let hardware_names = HARDWARE.map(|name| view! { <option value=name></option> }).collect_view();
    let title = move || format!("Duplicate {}", space.get().unwrap_or_default());
    view! {
        <Show when=move || space.read().is_some()>
            <button type="button" class="button" on:click=open>"Duplicate this Space"</button>
        </Show>
        <dialog node_ref=dialog class="space-copy" aria-labelledby="space-copy-title">
            <h2 id="space-copy-title">{title}</h2>
            <p class="field__help">
                "A private copy in your Hugging Face account, for you alone. One that you made before is used again. Secrets of the original are not copied."
            </p>
            <div class="field">
                <label class="field__label" for="space-copy-hardware">"Hardware"</label>
                <input
                    id="space-copy-hardware"
                    class="field__control"
                    list="space-copy-hardware-names"
                    placeholder="as the original"
                    prop:value=hardware
                    on:input:target=move |event| hardware.set(event.target().value())
                />
                <datalist id="space-copy-hardware-names">{hardware_names}</datalist>
            </div>
            <div class="field">
                <label class="field__label" for="space-copy-sleep">"Sleep after, in minutes"</label>
                <input
                    id="space-copy-sleep"
                    class="field__control field__control--number"
                    type="number"
                    min="5"
                    max="10080"
                    prop:value=move || sleep_minutes.get().to_string()
                    on:input:target=move |event| {
                        if let Ok(minutes) = event.target().value().parse::<u32>() {
                            sleep_minutes.set(minutes.clamp(5, 10_080));
                        }
                    }
                />
            </div>
            <p class="space-copy__cost">
                {move || options().cost()} " "
                <a href="https://huggingface.co/pricing" target="_blank" rel="noreferrer">"Prices"</a>
            </p>
            <p role="status">{move || sentence(&stage.read())}</p>
            <div class="space-copy__buttons">
                <button type="button" class="button" on:click=close>"Close"</button>
                <button type="button" class="button" disabled=is_working on:click=copy>"Duplicate"</button>
            </div>
        </dialog>
    }
}

fn sentence(stage: &Stage) -> String {
    match stage {
        Stage::Asking => String::new(),
        Stage::Working(word) => format!("Making the copy · {word}"),
        Stage::Done { existed: true } => "Your earlier copy is chosen now.".to_owned(),
        Stage::Done { existed: false } => "The copy runs and is chosen now.".to_owned(),
        Stage::Failed(error) => {
            let detail = error.detail().map(|words| format!(" “{words}”")).unwrap_or_default();
            format!("It did not work: {error}.{detail} {}", error.next_step())
        }
    }
}
