//! One input of a model: its label, its control, its help and its error.

mod choice;
mod files;
mod list;
mod number;
mod switch;
mod text;

use leptos::prelude::*;

use self::{
    choice::Choice, files::Files, list::List, number::NumberBox, switch::Switch, text::Text,
};
use super::{form::Form, seed::Seed};
use crate::generation::{Field, FieldKind, Role};

/// The control that suits the kind of the field.
#[component]
pub fn FieldControl(form: Form, field: Field) -> impl IntoView {
    let control = FieldHandle { form, field: StoredValue::new(field.clone()) };
    let is_switch = field.kind == FieldKind::Boolean;
    let help = field.help.clone().map(|help| view! { <p class="field__help">{help}</p> });
    let input = match &field.kind {
        _ if field.role == Some(Role::Seed) => view! { <Seed control/> }.into_any(),
        FieldKind::Integer { .. } | FieldKind::Number { .. } => {
            view! { <NumberBox control/> }.into_any()
        }
        FieldKind::Boolean => view! { <Switch control/> }.into_any(),
        FieldKind::Choice { .. } => view! { <Choice control/> }.into_any(),
        FieldKind::File { .. } | FieldKind::Files { .. } => view! { <Files control/> }.into_any(),
        FieldKind::List { .. } => view! { <List control/> }.into_any(),
        _ => view! { <Text control/> }.into_any(),
    };
    view! {
        <div class="field" class:field--switch=is_switch>
            <div class="field__head">
                <label class="field__label" for=control.id()>{field.label}</label>
                <Show when=move || control.is_set()>
                    <button
                        type="button"
                        class="field__reset"
                        aria-label="Reset to default"
                        title="Reset to default"
                        on:click=move |_| control.set(None)
                    >
                        "↺"
                    </button>
                </Show>
            </div>
            {input}
            {help}
            <p class="field__error" id=control.error_id()>{move || control.error()}</p>
        </div>
    }
}

/// A field of the form, as its control sees it.
#[derive(Clone, Copy)]
pub struct FieldHandle {
    pub form: Form,
    pub field: StoredValue<Field>,
}

impl FieldHandle {
    /// The id of the control that the label belongs to.
    pub fn id(self) -> String {
        self.field.with_value(|field| format!("input-{}", field.name))
    }

    /// The person set it.
    pub fn is_set(self) -> bool {
        self.field.with_value(|field| self.form.values.read().contains_key(&field.name))
    }

    pub fn error_id(self) -> String {
        self.id() + "-error"
    }

    pub fn error(self) -> Option<String> {
        self.field.with_value(|field| self.form.error_of(&field.name))
    }

    /// For `aria-invalid`.
    pub fn invalid(self) -> Option<&'static str> {
        self.error().map(|_| "true")
    }

    /// What the person set, or else the default, as the control shows it.
    pub fn text(self) -> String {
        let shown = self.field.with_value(|field| self.form.shown(field));
        shown.map(|value| value.to_string()).unwrap_or_default()
    }

    pub fn set(self, value: Option<crate::generation::InputValue>) {
        self.field.with_value(|field| self.form.set(&field.name, value));
    }
}
