//! One of several values; the options show and carry the raw value.

use leptos::prelude::*;

use super::FieldHandle;
use crate::generation::FieldKind;

#[component]
pub fn Choice(control: FieldHandle) -> impl IntoView {
    let (options, has_default) = control.field.with_value(|field| match &field.kind {
        FieldKind::Choice { options } => (options.clone(), field.default.is_some()),
        _ => (Vec::new(), false),
    });
    let blank = (!has_default).then(|| view! { <option value="">"—"</option> });
    let items = options
        .iter()
        .map(|option| {
            let value = option.to_string();
            let words = value.clone();
            let is_chosen = {
                let value = value.clone();
                move || control.text() == value
            };
            view! { <option value=value prop:selected=is_chosen>{words}</option> }
        })
        .collect_view();
    let set = move |chosen: String| {
        control.set(options.iter().find(|option| option.to_string() == chosen).cloned());
    };
    view! {
        <select
            id=control.id()
            class="field__control"
            aria-invalid=move || control.invalid()
            aria-describedby=control.error_id()
            on:change:target=move |event| set(event.target().value())
        >
            {blank}
            {items}
        </select>
    }
}
