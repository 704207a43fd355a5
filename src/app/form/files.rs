//! Files for a model: chosen, dropped, pasted, by their address, or from an earlier result.

use leptos::prelude::*;

use super::{control::Control, values};
use crate::{generation::contract::FieldAct, language::text, studio::label_id};

/// One place to choose, drop and paste at, above what was given already.
#[component]
pub fn Files(
    control: Control,
    name: String,
    label: String,
    accept: String,
    is_many: bool,
    set: Vec<String>,
) -> impl IntoView {
    let is_given = !set.is_empty();
    let takes_pictures = accept.split(',').all(|part| part.trim().starts_with("image/"));
    let kind = if takes_pictures { "picture" } else { "file" };
    let verb = match (is_given, is_many) {
        (true, true) => text!("settings-file-add", kind = kind),
        (true, false) => text!("settings-file-replace", kind = kind),
        (false, _) => text!("settings-file-choose", kind = kind),
    };
    let field = control.name.clone();
    let chosen = set.into_iter().map(|value| {
        view! { <ChosenFile value input=name.clone() field=field.clone() takes_pictures/> }
    });
    let chosen = chosen.collect_view();
    let address_id = format!("{}-address", control.id);
    view! {
        <div class="files">
            <label class="files__zone">
                <svg class="icon" aria-hidden="true"><use href="/icons.svg#add"></use></svg>
                <span>{verb}</span>
                // Not of the form: what it holds is uploaded first.
                <input
                    type="file"
                    id=control.id.clone()
                    class="visually-hidden"
                    name=control.name.clone()
                    accept=accept
                    multiple=is_many
                    aria-labelledby=label_id(&control.id)
                    aria-describedby=control.error_id
                    aria-required=control.is_required.then_some("true")
                    aria-invalid=control.is_invalid.then_some("true")
                />
            </label>
            <input
                type="text"
                inputmode="url"
                id=address_id
                class="field__control"
                aria-label=text!("settings-file-address", label = label)
                placeholder=text!("settings-file-or-address")
                name=control.name
                form="request"
                autocomplete="off"
            />
            // Last, for of one file the last value counts, and an empty address is one.
            {is_given.then(|| view! { <ul class="files__chosen">{chosen}</ul> })}
        </div>
    }
}

/// A file that the model will get, with a button to take it back.
#[component]
fn ChosenFile(value: String, input: String, field: String, takes_pictures: bool) -> impl IntoView {
    let shown = match values::digest_of(&value) {
        Some(digest) if takes_pictures => {
            let address = format!("/api/images/{digest}");
            view! { <img class="files__picture" src=address alt="" loading="lazy"/> }.into_any()
        }
        Some(_) => {
            view! { <span class="files__address">{text!("settings-file-given")}</span> }.into_any()
        }
        None => view! { <span class="files__address">{value.clone()}</span> }.into_any(),
    };
    let act = FieldAct::Remove(input, value.clone()).to_value();
    view! {
        <li class="files__item">
            <input type="hidden" name=field form="request" value=value/>
            {shown}
            <button type="button" class="chip chip--quiet" value=act>{text!("settings-file-remove")}</button>
        </li>
    }
}
