//! The inputs of the chosen model: a form built from its input schema.

use leptos::prelude::*;

use super::{field::FieldControl, form::Form, heart::Heart, size::Size};

/// All inputs, the rarely used ones folded away.
#[component]
pub fn Parameters(heart: Heart, form: Form) -> impl IntoView {
    let controls = move |advanced: bool| {
        let fields = form.model.read().schema.fields.clone();
        let fields = fields.into_iter().filter(|field| field.advanced == advanced);
        fields.map(|field| view! { <FieldControl form field/> }).collect_view()
    };
    let has_advanced = move || form.model.read().schema.fields.iter().any(|field| field.advanced);
    let has_example = move || form.model.read().example.is_some();
    let use_example = move |_| {
        let Some(example) = form.model.get_untracked().example else { return };
        form.reset();
        form.values.set(example.inputs);
        if let Some(prompt) = example.prompt {
            heart.input.set(prompt);
        }
    };
    view! {
        <fieldset class="parameters">
            <legend class="visually-hidden">"Inputs"</legend>
            <div class="parameters__actions">
                <Show when=has_example>
                    <button type="button" class="button button--chip" on:click=use_example>
                        "Use the example"
                    </button>
                </Show>
                <Show when=move || !form.values.read().is_empty()>
                    <button type="button" class="button button--chip" on:click=move |_| form.reset()>
                        "Reset all"
                    </button>
                </Show>
            </div>
            <Size form/>
            {move || controls(false)}
            <Show when=has_advanced>
                <details class="parameters__more">
                    <summary>"Advanced"</summary>
                    {move || controls(true)}
                </details>
            </Show>
        </fieldset>
    }
}
