//! One input of a model: its label, its control, its help and its error.

use leptos::prelude::*;

use super::{files::Files, number::NumberBox, seed::Seed};
use crate::generation::{
    ChoiceOption, Field, FieldKind, InputValue, Role,
    contract::{FieldAct, INPUT},
};

/// What every control needs.
#[derive(Clone, Debug)]
pub struct Control {
    /// As the form sends it.
    pub name: String,
    /// The label belongs to it.
    pub id: String,
    pub is_invalid: bool,
    pub error_id: String,
    /// What the person set, or else the default, as the control shows it.
    pub text: String,
}

/// The id of the control of the field at `index`: by number, because a name may hold spaces.
pub fn id_of(index: usize) -> String {
    format!("input-{index}")
}

/// A field with the control that suits its kind. `value` is what the person set.
#[component]
pub fn FieldControl(
    index: usize,
    field: Field,
    value: Option<InputValue>,
    error: Option<String>,
) -> impl IntoView {
    let id = id_of(index);
    let default = field.default.as_ref().map(text_of).unwrap_or_default();
    let text = value.as_ref().map_or_else(|| default.clone(), text_of);
    let control = Control {
        name: format!("{INPUT}{}", field.name),
        is_invalid: error.is_some(),
        error_id: format!("{id}-error"),
        text,
        id: id.clone(),
    };
    let error_id = control.error_id.clone();
    let is_switch = field.kind == FieldKind::Boolean;
    let input = match &field.kind {
        FieldKind::Integer { .. } if field.role == Some(Role::Seed) => {
            view! { <Seed control/> }.into_any()
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
    let reset = value.is_some().then(|| {
        let act = FieldAct::Reset(field.name.clone()).to_value();
        let words = match default.as_str() {
            "" => "reset".to_owned(),
            default if default.chars().count() <= 12 => format!("reset to {default}"),
            _ => "reset".to_owned(),
        };
        view! { <button type="button" class="field__reset" value=act>{words}</button> }
    });
    view! {
        <div class="field" class:field--switch=is_switch>
            <div class="field__head">
                <label class="field__label" for=id>{field.label}</label>
                {reset}
            </div>
            {input}
            {field.help.map(|help| view! { <p class="field__help">{help}</p> })}
            <p class="field__error" id=error_id>{error}</p>
        </div>
    }
}

/// The value as its control shows it: a list with one item on each line.
pub fn text_of(value: &InputValue) -> String {
    match value {
        InputValue::List(items) => {
            items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        value => value.to_string(),
    }
}

/// On or off.
#[component]
fn Switch(control: Control) -> impl IntoView {
    view! {
        <input type="hidden" name=control.name.clone() form="request" value="false"/>
        <input
            type="checkbox"
            role="switch"
            value="true"
            id=control.id
            class="switch"
            aria-describedby=control.error_id
            name=control.name
            form="request"
            aria-invalid=control.is_invalid.then_some("true")
            checked=control.text == "true"
        />
    }
}

/// One of several values; the options show their label and carry the raw value.
#[component]
fn Choice(control: Control, options: Vec<ChoiceOption>, has_blank: bool) -> impl IntoView {
    let options = options.into_iter().map(|ChoiceOption { label, value }| {
        let value = value.to_string();
        let is_chosen = control.text == value;
        view! { <option value=value selected=is_chosen>{label}</option> }
    });
    let options = options.collect_view();
    view! {
        <select
            id=control.id
            class="field__control"
            aria-describedby=control.error_id
            name=control.name
            form="request"
            aria-invalid=control.is_invalid.then_some("true")
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
            name=control.name
            form="request"
            aria-invalid=control.is_invalid.then_some("true")
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
            name=control.name
            form="request"
            aria-invalid=control.is_invalid.then_some("true")
        >
            {text}
        </textarea>
    }
}
