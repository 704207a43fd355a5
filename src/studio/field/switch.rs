//! On or off.

use leptos::prelude::*;

use super::FieldHandle;
use crate::generation::InputValue;

#[component]
pub fn Switch(control: FieldHandle) -> impl IntoView {
    let is_on = move || control.text() == "true";
    view! {
        <input
            type="checkbox"
            role="switch"
            id=control.id()
            class="switch"
            aria-describedby=control.error_id()
            prop:checked=is_on
            on:change:target=move |event| {
                control.set(Some(InputValue::Boolean(event.target().checked())));
            }
        />
    }
}
