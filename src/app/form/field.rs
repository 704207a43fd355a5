//! One input of a model, drawn with its label, control, help and error.

use leptos::prelude::*;

use super::{
    control::FilledField,
    controls::{Choice, Choices, Line, Lines, OwnChoice, SECRET, Switch},
    files::{Files, PaintMask},
    number::NumberBox,
    seed::Seed,
    values,
};
use crate::{
    app::names,
    generation::{FieldKind, Role, contract::FieldAct},
    language::text,
    studio::{RESET, label_id},
};

/// A field with the control for its kind.
#[component]
pub fn FieldControl(filled: FilledField) -> impl IntoView {
    let control = filled.control();
    let (id, error_id) = (control.id.clone(), control.error_id.clone());
    let is_required = control.is_required;
    let FilledField { field, set, error, can_paint, file_names, .. } = filled;
    let default = values::default_text(&field);
    let (label, help) = (names::field(&field), names::help(&field));
    let is_seed = field.role == Some(Role::Seed);
    // A number box is beside the label, with its slider below.
    let is_number =
        !is_seed && matches!(field.kind, FieldKind::Integer { .. } | FieldKind::Number { .. });
    let is_switch = field.kind == FieldKind::Boolean;
    let is_file = matches!(field.kind, FieldKind::File { .. } | FieldKind::Files { .. });
    let input = match &field.kind {
        FieldKind::Integer { .. } | FieldKind::Number { .. } if is_seed => {
            view! { <Seed control/> }.into_any()
        }
        kind @ (FieldKind::Integer { .. } | FieldKind::Number { .. }) => {
            view! { <NumberBox control kind=kind.clone()/> }.into_any()
        }
        FieldKind::Boolean => view! { <Switch control/> }.into_any(),
        kind @ (FieldKind::Choice { custom: true, .. }
        | FieldKind::Choices { custom: true, .. }) => {
            let options = values::options_of(&field);
            let is_many = matches!(kind, FieldKind::Choices { .. });
            view! { <OwnChoice control options is_many/> }.into_any()
        }
        FieldKind::Choices { .. } => {
            let options = values::options_of(&field);
            let chosen = if set.is_empty() { values::defaults(&field) } else { set.clone() };
            view! { <Choices control options chosen/> }.into_any()
        }
        FieldKind::DateTime { time } => {
            let kind = if *time { "datetime-local" } else { "date" };
            view! { <Line control kind/> }.into_any()
        }
        // The browser's own colour picker cannot be empty.
        FieldKind::Colour => view! { <Line control kind="text"/> }.into_any(),
        FieldKind::Choice { .. } => {
            let options = values::options_of(&field);
            let has_blank = field.default.is_none();
            view! { <Choice control options has_blank/> }.into_any()
        }
        FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
            let is_many = matches!(field.kind, FieldKind::Files { .. });
            let (name, label, accept) = (field.name.clone(), label.clone(), accept.clone());
            let given = set.iter().cloned().zip(file_names).collect();
            let paint = field.mask.clone().map(|mask| {
                let name = field.name.clone();
                view! { <PaintMask name id=id.clone() mask can_paint has_mask=!set.is_empty()/> }
            });
            view! {
                <Files control name label accept is_many given/>
                {paint}
            }
            .into_any()
        }
        FieldKind::List { .. } => {
            view! { <Lines control rows="3" placeholder=text!("settings-lines")/> }.into_any()
        }
        FieldKind::Json | FieldKind::Text { multiline: true, .. } => {
            view! { <Lines control rows="2"/> }.into_any()
        }
        FieldKind::Text { .. } if field.role == Some(Role::NegativePrompt) => {
            view! { <Lines control rows="2"/> }.into_any()
        }
        FieldKind::Text { secret, .. } => {
            let kind = if *secret { SECRET } else { "text" };
            view! { <Line control kind/> }.into_any()
        }
    };
    // A switch and a file are as easily changed back, and a seed has its own button.
    let can_reset = !is_switch && !is_file && !is_seed;
    let reset = can_reset.then(|| {
        let act = FieldAct::Reset(field.name.clone()).to_value();
        let words = match default.as_str() {
            "" => text!("settings-clear"),
            default if default.chars().count() <= 12 => {
                text!("settings-reset-to", default = default)
            }
            _ => text!("settings-reset"),
        };
        let name = text!("settings-reset-name", label = label.as_str(), reset = words.as_str());
        view! {
            <button
                type="button"
                class="field__reset"
                id=format!("{id}{RESET}")
                value=act
                aria-label=name
                hidden=set.is_empty()
            >
                <span class="field__changed">{text!("settings-changed")}" · "</span>
                {words}
            </button>
        }
    });
    view! {
        <div class="field" class:field--switch=is_switch class:field--number=is_number>
            <div class="field__head">
                <label class="field__label" for=id.clone() id=label_id(&id) dir="auto">{label}</label>
                {is_required.then(|| view! {
                    <span class="field__required" aria-hidden="true">{text!("settings-required")}</span>
                })}
                {reset}
            </div>
            {input}
            {help.map(|help| view! { <p class="field__help" dir="auto">{help}</p> })}
            <p class="field__error" id=error_id dir="auto">{error}</p>
        </div>
    }
}
