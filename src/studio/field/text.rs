//! Text, and everything that is typed as text.

use leptos::prelude::*;

use super::FieldHandle;
use crate::generation::{FieldKind, InputValue};

#[component]
pub fn Text(control: FieldHandle) -> impl IntoView {
    let kind = control.field.with_value(|field| field.kind.clone());
    let is_long = matches!(kind, FieldKind::Text { multiline: true, .. } | FieldKind::Json);
    let is_secret = matches!(kind, FieldKind::Text { secret: true, .. });
    let set = move |text: String| control.set(parse(&kind, text));
    if is_long {
        view! {
            <textarea
                id=control.id()
                class="field__control"
                rows="2"
                aria-invalid=move || control.invalid()
                aria-describedby=control.error_id()
                prop:value=move || control.text()
                on:input:target=move |event| set(event.target().value())
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                type=if is_secret { "password" } else { "text" }
                id=control.id()
                class="field__control"
                autocomplete=if is_secret { "new-password" } else { "off" }
                aria-invalid=move || control.invalid()
                aria-describedby=control.error_id()
                prop:value=move || control.text()
                on:input:target=move |event| set(event.target().value())
            />
        }
        .into_any()
    }
}

/// What the typed text means; nothing typed is nothing sent.
fn parse(kind: &FieldKind, text: String) -> Option<InputValue> {
    if text.is_empty() {
        return None;
    }
    Some(match kind {
        FieldKind::Json => InputValue::Json(text),
        _ => InputValue::Text(text),
    })
}
