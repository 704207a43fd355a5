//! Files for a model: chosen, dropped, pasted, by their address, or from an earlier result.

use leptos::prelude::*;

use super::field::Control;
use crate::generation::{FileReference, InputValue, contract::FieldAct};

#[component]
pub fn Files(
    control: Control,
    name: String,
    accept: String,
    is_many: bool,
    value: Option<InputValue>,
) -> impl IntoView {
    let chosen = match value {
        Some(InputValue::List(items)) => items,
        Some(value) => vec![value],
        None => Vec::new(),
    };
    let field = control.name.clone();
    let chosen = chosen.into_iter().filter_map(|item| match item {
        InputValue::File(file) => {
            Some(view! { <ChosenFile file input=name.clone() field=field.clone()/> })
        }
        _ => None,
    });
    let chosen = chosen.collect_view();
    view! {
        <div class="files">
            <ul class="files__chosen">{chosen}</ul>
            <input
                type="file"
                id=control.id
                class="files__input"
                name=control.name
                form="request"
                accept=accept
                multiple=is_many
                aria-describedby=control.error_id
                aria-invalid=control.is_invalid.then_some("true")
            />
        </div>
    }
}

/// A file that the model will get, with a button to take it back.
#[component]
fn ChosenFile(file: FileReference, input: String, field: String) -> impl IntoView {
    let (value, shown) = match file {
        FileReference::Stored(digest) => {
            let address = format!("/api/images/{digest}");
            let picture = view! { <img class="files__picture" src=address alt=""/> };
            (format!("stored:{digest}"), picture.into_any())
        }
        FileReference::Url(url) => {
            (url.clone(), view! { <span class="files__url">{url}</span> }.into_any())
        }
    };
    let act = FieldAct::Remove(input, value.clone()).to_value();
    view! {
        <li class="files__item">
            <input type="hidden" name=field form="request" value=value/>
            {shown}
            <button type="button" class="chip" value=act>"Remove"</button>
        </li>
    }
}
