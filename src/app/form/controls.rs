//! The plain controls: switches, choices, lines of text.

use leptos::prelude::*;

use super::control::Control;
use crate::language::text;

/// An on-off switch.
#[component]
pub fn Switch(control: Control) -> impl IntoView {
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

/// A choice of one value: the options show labels and submit values.
#[component]
pub fn Choice(control: Control, options: Vec<(String, String)>, has_blank: bool) -> impl IntoView {
    let options = options.into_iter().map(|(label, value)| {
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
            required=control.is_required
            aria-invalid=control.is_invalid.then_some("true")
        >
            {has_blank.then(|| view! { <option value="">"—"</option> })}
            {options}
        </select>
    }
}

/// A choice of several values.
#[component]
pub fn Choices(
    control: Control,
    options: Vec<(String, String)>,
    chosen: Vec<String>,
) -> impl IntoView {
    let options = options.into_iter().map(|(label, value)| {
        let is_chosen = chosen.contains(&value);
        view! { <option value=value selected=is_chosen>{label}</option> }
    });
    let options = options.collect_view();
    // Without it, nothing would tell the server that the last choice was taken away.
    view! {
        <input type="hidden" name=control.name.clone() value="" form="request"/>
        <select
            id=control.id
            class="field__control"
            multiple
            aria-describedby=control.error_id
            name=control.name
            form="request"
            aria-invalid=control.is_invalid.then_some("true")
        >
            {options}
        </select>
    }
}

/// A free text with the options as suggestions; several values are one per line.
#[component]
pub fn OwnChoice(control: Control, options: Vec<(String, String)>, is_many: bool) -> impl IntoView {
    if is_many {
        return view! { <Lines control rows="3" placeholder=text!("settings-lines")/> }.into_any();
    }
    let list = format!("{}-options", control.id);
    let options = options.into_iter().map(|(label, value)| {
        view! { <option value=value>{label}</option> }
    });
    let options = options.collect_view();
    view! {
        <input
            type="text"
            dir="auto"
            id=control.id
            class="field__control"
            list=list.clone()
            autocomplete="off"
            aria-describedby=control.error_id
            name=control.name
            form="request"
            required=control.is_required
            aria-invalid=control.is_invalid.then_some("true")
            value=control.text
        />
        <datalist id=list>{options}</datalist>
    }
    .into_any()
}

/// The `type` of an `<input>` whose text is never drawn.
pub const SECRET: &str = "password";

/// An `<input>` of the type `kind`. The text of a secret is never drawn.
#[component]
pub fn Line(control: Control, kind: &'static str) -> impl IntoView {
    let is_secret = kind == SECRET;
    view! {
        <input
            type=kind
            dir="auto"
            id=control.id
            class="field__control"
            autocomplete=if is_secret { "new-password" } else { "off" }
            aria-describedby=control.error_id
            name=control.name
            form="request"
            required=control.is_required
            aria-invalid=control.is_invalid.then_some("true")
            value=if is_secret { String::new() } else { control.text }
        />
    }
}

#[component]
pub fn Lines(
    control: Control,
    rows: &'static str,
    #[prop(default = String::new())] placeholder: String,
) -> impl IntoView {
    // HTML drops a line break right after the tag, so add one to protect the text's own. Leptos
    // does not escape the contents of a textarea, so escape them here.
    let text = format!("\n{}", html_escape::encode_text(&control.text));
    view! {
        <textarea
            dir="auto"
            id=control.id
            class="field__control"
            rows=rows
            placeholder=placeholder
            aria-describedby=control.error_id
            name=control.name
            form="request"
            required=control.is_required
            aria-invalid=control.is_invalid.then_some("true")
        >
            {text}
        </textarea>
    }
}
