//! Pictures for a model: uploads, addresses and earlier results, kept as items of a list.

use js_sys::{JSON, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use web_sys::{Element, FileList, FormData};

use super::field;
use crate::{
    generation::{FileReference, InputValue},
    studio::page::{ask, encoded, get, within},
};

/// The files of a field.
pub fn of(field: &Element) -> Vec<InputValue> {
    let mut files = Vec::new();
    let mut item = within(field, ".files__item");
    while let Some(file) = item {
        let stored = file.get_attribute("data-stored").map(FileReference::Stored);
        let file_reference =
            stored.or_else(|| file.get_attribute("data-url").map(FileReference::Url));
        files.extend(file_reference.map(InputValue::File));
        item = file.next_element_sibling();
    }
    files
}

/// Uploads what was chosen, dropped or pasted, and adds it.
pub fn take(place: &Element, files: &FileList) {
    for file in (0..files.length()).filter_map(|index| files.get(index)) {
        let place = place.clone();
        spawn_local(async move {
            say(&place, "Uploading");
            let uploaded = async {
                let form = FormData::new().map_err(|_| String::new())?;
                let _ = form.append_with_blob_and_filename("file", &file, &file.name());
                let accept = within(&place, "[type=file]")
                    .and_then(|input| input.get_attribute("accept"))
                    .unwrap_or_default();
                let address = format!("/api/uploads?accept={}", encoded(&accept));
                let answer = ask("POST", &address, &form).await?;
                let answer = JSON::parse(&answer).unwrap_or_default();
                let digest = Reflect::get(&answer, &JsValue::from("digest")).unwrap_or_default();
                digest.as_string().ok_or_else(|| "The upload failed.".to_owned())
            };
            match uploaded.await {
                Ok(digest) => add(place.clone(), format!("stored={digest}")).await,
                Err(words) => complain(&place, &words),
            }
            say(&place, "");
        });
    }
}

pub fn take_address(place: Element, address: &str) {
    let address = address.trim();
    if !address.is_empty() {
        spawn_local(add(place, format!("url={}", encoded(address))));
    }
}

/// Adds a file: beside the others if the field takes several, else in place of the one.
pub async fn add(place: Element, file: String) {
    let (Some(field), Some(chosen)) = (field::around(&place), within(&place, ".files__chosen"))
    else {
        return;
    };
    match get(&format!("/form/file?{file}")).await {
        Ok(html) => {
            if field.get_attribute("data-kind").as_deref() == Some("file") {
                chosen.set_inner_html("");
            }
            let _ = chosen.insert_adjacent_html("beforeend", &html);
            field::set_or_not(&field, true);
        }
        Err(words) => complain(&place, &words),
    }
}

pub fn remove(button: &Element) -> Option<()> {
    let field = field::around(button)?;
    button.closest(".files__item").ok()??.remove();
    field::set_or_not(&field, within(&field, ".files__item").is_some())
}

fn complain(place: &Element, words: &str) {
    let name = field::around(place).and_then(|field| field.get_attribute("data-field"));
    field::complain(&name.unwrap_or_default(), words);
}

fn say(place: &Element, words: &str) {
    if let Some(state) = within(place, ".files__state") {
        state.set_text_content(Some(words));
    }
}
