//! A number box, which has the label, and a slider where both ends are known.

use leptos::prelude::*;

use super::FieldHandle;
use crate::generation::{FieldKind, InputValue};

#[component]
pub fn NumberBox(control: FieldHandle) -> impl IntoView {
    let [min, max, step] = control.field.with_value(|field| bounds(&field.kind));
    let has_slider = min.is_some() && max.is_some();
    let set = move |text: String| {
        let value = control.field.with_value(|field| parse(&field.kind, text));
        control.set(value);
    };
    let slider = has_slider.then(|| {
        view! {
            <input
                type="range"
                class="field__slider"
                aria-hidden="true"
                tabindex="-1"
                min=min.clone()
                max=max.clone()
                step=step.clone()
                prop:value=move || control.text()
                on:input:target=move |event| set(event.target().value())
            />
        }
    });
    view! {
        <div class="field__row">
            {slider}
            <input
                type="number"
                id=control.id()
                class="field__control field__control--number"
                min=min
                max=max
                step=step
                aria-invalid=move || control.invalid()
                aria-describedby=control.error_id()
                prop:value=move || control.text()
                on:input:target=move |event| set(event.target().value())
            />
        </div>
    }
}

/// Minimum, maximum and step as HTML wants them.
fn bounds(kind: &FieldKind) -> [Option<String>; 3] {
    match kind {
        FieldKind::Integer { min, max, step } => {
            [min.map(|n| n.to_string()), max.map(|n| n.to_string()), step.map(|n| n.to_string())]
        }
        FieldKind::Number { min, max, step } => [
            min.map(|n| n.to_string()),
            max.map(|n| n.to_string()),
            Some(step.map_or_else(|| "any".to_owned(), |n| n.to_string())),
        ],
        _ => [None, None, None],
    }
}

/// Nothing typed is nothing sent. A text that is no number is kept, so that the check can say so.
pub fn parse(kind: &FieldKind, text: String) -> Option<InputValue> {
    if text.is_empty() {
        return None;
    }
    let number = match kind {
        FieldKind::Integer { .. } => text.parse().map(InputValue::Integer).ok(),
        _ => text.parse().map(InputValue::Number).ok(),
    };
    Some(number.unwrap_or(InputValue::Text(text)))
}
