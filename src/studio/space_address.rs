//! Takes the pasted name or address of a Gradio app and makes it the model.

use leptos::prelude::*;

use super::form::Form;

/// Folded away under the model picker.
#[component]
pub fn SpaceAddress(form: Form) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let take = move || {
        let text = text.get_untracked();
        let pasted = text.trim().trim_start_matches("space:");
        if !pasted.is_empty() {
            form.choose(&format!("space:{pasted}"));
        }
    };
    // Enter would send the request that the form is about.
    let on_enter = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            take();
        }
    };
    view! {
        <details class="space-address">
            <summary>"Use a Gradio app"</summary>
            <div class="field">
                <label class="field__label" for="space-address">"Space or address"</label>
                <div class="field__row">
                    <input
                        id="space-address"
                        class="field__control"
                        type="text"
                        inputmode="url"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="owner/name or https://…"
                        prop:value=text
                        on:input:target=move |event| text.set(event.target().value())
                        on:keydown=on_enter
                    />
                    <button type="button" class="button" on:click=move |_| take()>
                        "Use as Gradio Space"
                    </button>
                </div>
            </div>
        </details>
    }
}
