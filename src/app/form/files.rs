//! File inputs: files are chosen, dropped, pasted, given by URL, or taken from an earlier result.

use leptos::prelude::*;

use super::{control::Control, values};
use crate::{
    generation::{Mask, contract::FieldAct},
    language::text,
    studio::{PAINT, label_id},
};

/// A drop zone to choose, drop and paste files, with the current files.
#[component]
pub fn Files(
    control: Control,
    name: String,
    label: String,
    accept: String,
    is_many: bool,
    /// The value and the original name of each current file.
    given: Vec<(String, Option<String>)>,
) -> impl IntoView {
    let is_given = !given.is_empty();
    let takes_pictures = accept.split(',').all(|part| part.trim().starts_with("image/"));
    let kind = if takes_pictures { "picture" } else { "file" };
    let verb = match (is_given, is_many) {
        (true, true) => text!("settings-file-add", kind = kind),
        (true, false) => text!("settings-file-replace", kind = kind),
        (false, _) => text!("settings-file-choose", kind = kind),
    };
    let field = control.name.clone();
    let chosen = given.into_iter().map(|(value, file_name)| {
        view! { <ChosenFile value file_name input=name.clone() field=field.clone() takes_pictures/> }
    });
    let chosen = chosen.collect_view();
    let address_id = format!("{}-address", control.id);
    view! {
        <div class="files">
            <link rel="stylesheet" href="/files.css"/>
            <label class="files__zone">
                <svg class="icon" aria-hidden="true"><use href="/icons.svg#add"></use></svg>
                <span>{verb}</span>
                // Not part of the form: the page uploads its files first.
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
            // Last in the form, because a single-file input takes the last value, and the empty URL
            // box is a value too.
            {is_given.then(|| view! { <ul class="files__chosen">{chosen}</ul> })}
        </div>
    }
}

/// A current file, with a button that removes it.
#[component]
fn ChosenFile(
    value: String,
    file_name: Option<String>,
    input: String,
    field: String,
    takes_pictures: bool,
) -> impl IntoView {
    let shown = match values::digest_of(&value) {
        Some(digest) if takes_pictures => {
            let address = format!("/api/images/{digest}");
            view! { <img class="files__picture" src=address alt="" loading="lazy"/> }.into_any()
        }
        Some(_) => {
            let name = file_name.unwrap_or_else(|| text!("settings-file-given"));
            view! { <span class="files__address">{name}</span> }.into_any()
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

/// The button that opens the mask painter, and the rules for a mask from a file.
#[component]
pub fn PaintMask(
    /// The name of the input.
    name: String,
    /// The id of its control.
    id: String,
    mask: Mask,
    can_paint: bool,
    has_mask: bool,
) -> impl IntoView {
    let help = match mask.is_inverted {
        true => text!("painter-file-black"),
        false => text!("painter-file-white"),
    };
    let paint = can_paint.then(|| {
        let act = FieldAct::Paint(name).to_value();
        let words = if has_mask { text!("painter-again") } else { text!("painter-open") };
        view! {
            <button type="button" class="chip" id=id + PAINT value=act>{words}</button>
        }
    });
    view! {
        {paint}
        {(!can_paint).then(|| view! { <p class="field__help">{text!("painter-picture-first")}</p> })}
        <p class="field__help">{help}</p>
    }
}
