//! One input of a model: its label, its control, its help and its error.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{
    controls::{Choice, Choices, Line, Lines, OwnChoice, SECRET, Switch},
    files::{Files, PaintMask},
    number::NumberBox,
    seed::Seed,
    values::{self, Values},
};
use crate::{
    app::names,
    generation::{
        Field, FieldError, FieldKind, Role,
        contract::{FieldAct, INPUT},
    },
    language::text,
    studio::{RESET, error_id, label_id},
};

/// A field with what stands in it.
#[derive(Clone, Debug)]
pub struct Filled {
    pub field: Field,
    pub id: String,
    /// What the person set; empty where it is the default.
    pub set: Vec<String>,
    pub error: Option<String>,
    /// What the person calls each file that is set, where it has a name.
    pub file_names: Vec<Option<String>>,
    /// It is a mask, and there is something to paint it on.
    pub can_paint: bool,
}

impl Filled {
    /// The field at `index` of a schema, with those of `values` that it takes.
    pub fn of(index: usize, field: &Field, values: &Values, errors: &[FieldError]) -> Self {
        let error = errors.iter().find(|error| error.field == field.name);
        Self {
            id: id_of(index),
            set: values::of_field(values, field),
            file_names: Vec::new(),
            error: error.map(|error| error.message.clone()),
            can_paint: field.mask.as_ref().is_some_and(|mask| {
                let over = mask.over.as_ref();
                let is_given =
                    |(name, text): &(String, String)| Some(name) == over && !text.trim().is_empty();
                mask.canvas.is_some() || values.iter().any(is_given)
            }),
            field: field.clone(),
        }
    }

    /// Takes the names of its files out of `names`, which are by digest.
    pub fn with_file_names(mut self, names: &BTreeMap<String, String>) -> Self {
        let name = |text: &String| names.get(values::digest_of(text)?).cloned();
        self.file_names = self.set.iter().map(name).collect();
        self
    }

    /// What its control shows.
    pub fn text(&self) -> String {
        match self.set.as_slice() {
            [] => values::default_text(&self.field),
            texts => texts.join("\n"),
        }
    }

    pub fn control(&self) -> Control {
        let is_needed = self.field.required && self.field.default.is_none();
        Control {
            name: format!("{INPUT}{}", self.field.name),
            is_invalid: self.error.is_some(),
            is_required: is_needed && self.field.kind != FieldKind::Boolean,
            error_id: error_id(&self.id),
            text: self.text(),
            id: self.id.clone(),
        }
    }
}

/// What every control needs.
#[derive(Clone, Debug)]
pub struct Control {
    /// As the form sends it.
    pub name: String,
    /// The label belongs to it.
    pub id: String,
    pub is_invalid: bool,
    /// It is empty, and must not stay so.
    pub is_required: bool,
    pub error_id: String,
    /// What the person set, or else the default, as the control shows it.
    pub text: String,
}

/// The id of the control of the field at `index`: by number, because a name may hold spaces.
pub fn id_of(index: usize) -> String {
    format!("input-{index}")
}

/// A field with the control that suits its kind.
#[component]
pub fn FieldControl(filled: Filled) -> impl IntoView {
    let control = filled.control();
    let (id, error_id) = (control.id.clone(), control.error_id.clone());
    let is_required = control.is_required;
    let Filled { field, set, error, can_paint, file_names, .. } = filled;
    let default = values::default_text(&field);
    let label = names::field(&field);
    let is_seed = field.role == Some(Role::Seed);
    // A number box stands beside the label, with its slider below.
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
            let options = values::options_of(kind);
            let is_many = matches!(kind, FieldKind::Choices { .. });
            view! { <OwnChoice control options is_many/> }.into_any()
        }
        kind @ FieldKind::Choices { .. } => {
            let options = values::options_of(kind);
            let chosen = if set.is_empty() { values::defaults(&field) } else { set.clone() };
            view! { <Choices control options chosen/> }.into_any()
        }
        FieldKind::DateTime { time } => {
            let kind = if *time { "datetime-local" } else { "date" };
            view! { <Line control kind/> }.into_any()
        }
        // The browser's own picker cannot be left empty.
        FieldKind::Colour => view! { <Line control kind="text"/> }.into_any(),
        kind @ FieldKind::Choice { .. } => {
            let options = values::options_of(kind);
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
    // A switch and a file are as quickly changed back; a seed has a button of its own.
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
                {words}
            </button>
        }
    });
    view! {
        <div class="field" class:field--switch=is_switch class:field--number=is_number>
            <div class="field__head">
                <label class="field__label" for=id.clone() id=label_id(&id)>{label}</label>
                {is_required.then(|| view! {
                    <span class="field__required" aria-hidden="true">{text!("settings-required")}</span>
                })}
                {reset}
            </div>
            {input}
            {field.help.map(|help| view! { <p class="field__help">{help}</p> })}
            <p class="field__error" id=error_id>{error}</p>
        </div>
    }
}
