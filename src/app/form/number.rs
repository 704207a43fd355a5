//! A number box, which has the label, and a slider where both ends are known.

use leptos::prelude::*;

use super::field::Control;
use crate::{generation::FieldKind, studio::SLIDER};

#[component]
pub fn NumberBox(control: Control, kind: FieldKind) -> impl IntoView {
    let [min, max, step] = bounds(&kind);
    let slider = (min.is_some() && max.is_some()).then(|| {
        view! {
            <input
                id=format!("{}{SLIDER}", control.id)
                type="range"
                class="field__slider"
                aria-hidden="true"
                tabindex="-1"
                min=min.clone()
                max=max.clone()
                step=step.clone()
                value=control.text.clone()
            />
        }
    });
    view! {
        <div class="field__row">
            {slider}
            <input
                type="number"
                id=control.id
                class="field__control field__control--number"
                min=min
                max=max
                step=step
                aria-describedby=control.error_id
                name=control.name
                form="request"
                aria-invalid=control.is_invalid.then_some("true")
                value=control.text
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
