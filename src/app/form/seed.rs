//! The seed: empty is a new one each time.

use leptos::prelude::*;

use super::field::Control;

#[component]
pub fn Seed(control: Control) -> impl IntoView {
    view! {
        <input
            type="number"
            id=control.id
            class="field__control"
            step="1"
            placeholder="New each time"
            name=control.name
            form="request"
            aria-describedby=control.error_id
            aria-invalid=control.is_invalid.then_some("true")
            value=control.text
        />
    }
}
