//! One input of a model: its label, its control, its help and its error.

use leptos::prelude::*;

use super::{files::Files, number::NumberBox, seed::Seed};
use crate::generation::{ChoiceOption, Field, FieldKind, InputValue, Role};

/// What every control needs.
#[derive(Clone, Debug)]
pub struct Control {
    /// The label belongs to it.
    pub id: String,
    pub error_id: String,
    /// What the person set, or else the default, as the control shows it.
    pub text: String,
}

/// A field with the control that suits its kind. `value` is what the person set.
#[component]
pub fn FieldControl(index: usize, field: Field, value: Option<InputValue>) -> impl IntoView {
    // By number: a name may hold spaces, which an id may not.
    let id = format!("input-{index}");
    let default = field.default.as_ref().map(text_of).unwrap_or_default();
    let text = value.as_ref().map_or_else(|| default.clone(), text_of);
    let control = Control { error_id: format!("{id}-error"), text, id: id.clone() };
    let error_id = control.error_id.clone();
    let is_switch = field.kind == FieldKind::Boolean;
    let role = field.role.and_then(role_word);
    let input = match &field.kind {
        FieldKind::Integer { max, .. } if field.role == Some(Role::Seed) => {
            view! { <Seed control max=*max is_locked=value.is_some()/> }.into_any()
        }
        kind @ (FieldKind::Integer { .. } | FieldKind::Number { .. }) => {
            view! { <NumberBox control kind=kind.clone()/> }.into_any()
        }
        FieldKind::Boolean => view! { <Switch control/> }.into_any(),
        FieldKind::Choice { options, custom: false } => {
            let has_blank = field.default.is_none();
            view! { <Choice control options=options.clone() has_blank/> }.into_any()
        }
        FieldKind::Choice { options, custom: true } => {
            view! { <OwnChoice control options=options.clone()/> }.into_any()
        }
        FieldKind::DateTime { time } => {
            let kind = if *time { "datetime-local" } else { "date" };
            view! { <Line control kind/> }.into_any()
        }
        // The browser's own picker cannot be left empty.
        FieldKind::Colour => view! { <Line control kind="text"/> }.into_any(),
        FieldKind::File { accept } | FieldKind::Files { accept, .. } => {
            let is_many = matches!(field.kind, FieldKind::Files { .. });
            let (name, accept) = (field.name.clone(), accept.clone());
            view! { <Files control name accept is_many value=value.clone()/> }.into_any()
        }
        FieldKind::List { .. } | FieldKind::Choices { .. } => {
            view! { <Lines control rows="3" placeholder="One on each line"/> }.into_any()
        }
        FieldKind::Json | FieldKind::Text { multiline: true, .. } => {
            view! { <Lines control rows="2"/> }.into_any()
        }
        FieldKind::Text { secret, .. } => {
            let kind = if *secret { "password" } else { "text" };
            view! { <Line control kind/> }.into_any()
        }
    };
    view! {
        <div
            class="field"
            class:field--switch=is_switch
            data-field=field.name
            data-kind=kind_word(&field.kind)
            data-role=role
            data-default=default
            data-set=value.is_some().then_some("")
        >
            <div class="field__head">
                <label class="field__label" for=id>{field.label}</label>
                // Shown once the field is set.
                <button
                    type="button"
                    class="field__reset"
                    aria-label="Reset to default"
                    title="Reset to default"
                    data-action="reset"
                >
                    "↺"
                </button>
            </div>
            {input}
            {field.help.map(|help| view! { <p class="field__help">{help}</p> })}
            <p class="field__error" id=error_id></p>
        </div>
    }
}

/// The value as its control shows it: a list with one item on each line.
fn text_of(value: &InputValue) -> String {
    match value {
        InputValue::List(items) => {
            items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        value => value.to_string(),
    }
}

/// How the page reads the control.
fn kind_word(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "text",
        FieldKind::Integer { .. } => "integer",
        FieldKind::Number { .. } => "number",
        FieldKind::Boolean => "boolean",
        FieldKind::Choice { custom: false, .. } => "choice",
        FieldKind::Choice { custom: true, .. } | FieldKind::DateTime { .. } | FieldKind::Colour => {
            "text"
        }
        FieldKind::File { .. } => "file",
        FieldKind::Files { .. } => "files",
        FieldKind::List { numbers: false } | FieldKind::Choices { .. } => "list",
        FieldKind::List { numbers: true } => "numbers",
        FieldKind::Json => "json",
    }
}

/// The roles that the page knows what to do with.
fn role_word(role: Role) -> Option<&'static str> {
    match role {
        Role::Width => Some("width"),
        Role::Height => Some("height"),
        Role::Seed => Some("seed"),
        _ => None,
    }
}

/// On or off.
#[component]
fn Switch(control: Control) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            role="switch"
            id=control.id
            class="switch"
            aria-describedby=control.error_id
            data-control=""
            checked=control.text == "true"
        />
    }
}

/// One of several values; the options show their label and carry the raw value.
#[component]
fn Choice(control: Control, options: Vec<ChoiceOption>, has_blank: bool) -> impl IntoView {
    let options = options.into_iter().map(|ChoiceOption { label, value }| {
        let kind = match &value {
            InputValue::Integer(_) => "integer",
            InputValue::Number(_) => "number",
            InputValue::Boolean(_) => "boolean",
            InputValue::Json(_) => "json",
            _ => "text",
        };
        let value = value.to_string();
        let is_chosen = control.text == value;
        view! { <option value=value data-kind=kind selected=is_chosen>{label}</option> }
    });
    let options = options.collect_view();
    view! {
        <select
            id=control.id
            class="field__control"
            aria-describedby=control.error_id
            data-control=""
        >
            {has_blank.then(|| view! { <option value="">"—"</option> })}
            {options}
        </select>
    }
}

/// Any text, with the options as suggestions.
#[component]
fn OwnChoice(control: Control, options: Vec<ChoiceOption>) -> impl IntoView {
    let list = format!("{}-options", control.id);
    let options = options.into_iter().map(|ChoiceOption { label, value }| {
        view! { <option value=value.to_string()>{label}</option> }
    });
    view! {
        <input
            type="text"
            id=control.id
            class="field__control"
            list=list.clone()
            autocomplete="off"
            aria-describedby=control.error_id
            data-control=""
            value=control.text
        />
        <datalist id=list>{options.collect_view()}</datalist>
    }
}

/// A line of text, or what else `kind` of an `<input>` is typed into.
#[component]
fn Line(control: Control, kind: &'static str) -> impl IntoView {
    view! {
        <input
            type=kind
            id=control.id
            class="field__control"
            autocomplete=if kind == "password" { "new-password" } else { "off" }
            aria-describedby=control.error_id
            data-control=""
            value=control.text
        />
    }
}

#[component]
fn Lines(
    control: Control,
    rows: &'static str,
    #[prop(default = "")] placeholder: &'static str,
) -> impl IntoView {
    // HTML drops a line break right after the tag: it must not be the text's own. And Leptos
    // escapes everything but what stands in a textarea.
    let text = format!("\n{}", html_escape::encode_text(&control.text));
    view! {
        <textarea
            id=control.id
            class="field__control"
            rows=rows
            placeholder=placeholder
            aria-describedby=control.error_id
            data-control=""
        >
            {text}
        </textarea>
    }
}
