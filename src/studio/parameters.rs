//! The inputs of the chosen model: a form built from its input schema.

use leptos::prelude::*;

use super::{field::FieldControl, form::Form, size::Size};

/// All inputs, the rarely used ones folded away.
#[component]
pub fn Parameters(form: Form) -> impl IntoView {
    let controls = move |advanced: bool| {
        let fields = form.model.read().schema.fields.clone();
        let fields = fields.into_iter().filter(|field| field.advanced == advanced);
        fields.map(|field| view! { <FieldControl form field/> }).collect_view()
    };
    let has_advanced = move || form.model.read().schema.fields.iter().any(|field| field.advanced);
    view! {
        <fieldset class="parameters">
            <legend class="visually-hidden">"Inputs"</legend>
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
