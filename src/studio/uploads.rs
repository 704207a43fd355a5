//! Files on their way to the server: chosen, dropped, pasted.

use js_sys::{JSON, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, FormData, HtmlInputElement, RequestInit, Response};

use super::{Studio, settings};
use crate::generation::contract::{FieldAct, INPUT};

/// The most files that are taken in at once.
const MAX_FILES: u32 = 20;

/// Uploads `files` and gives them to the input of `control`: beside the others if that takes
/// several, else the first in place of the one that is there.
pub fn upload_for(studio: Studio, control: &HtmlInputElement, files: Option<FileList>) {
    let Some(input) = control.name().strip_prefix(INPUT).map(str::to_owned) else { return };
    let Some(files) = files else { return };
    let is_many = control.multiple();
    let count = files.length().min(if is_many { MAX_FILES } else { 1 });
    let files: Vec<File> = (0..count).filter_map(|index| files.get(index)).collect();
    let control = control.clone();
    let accept = control.accept();
    spawn_local(async move {
        studio.announcer.announce("uploading", "Uploading");
        let mut given = Vec::new();
        for file in &files {
            match upload(file, &accept).await {
                Ok(digest) => given.push((input.clone(), format!("stored:{digest}"))),
                Err(words) => settings::complain(&control, &words),
            }
        }
        if given.is_empty() {
            return;
        }
        if is_many {
            let before = studio.draft().inputs.into_iter();
            given.splice(0..0, before.filter(|(name, value)| *name == input && !value.is_empty()));
        }
        studio.change_fields(FieldAct::Set(given));
    });
}

/// Sends `file` to the server, which keeps it when it is what `accept` names, as in HTML; answers
/// its digest.
///
/// # Errors
///
/// Why it was not taken, in a sentence.
pub async fn upload(file: &File, accept: &str) -> Result<String, String> {
    let failed = |_| "Easel cannot be reached. Try again when the connection is back.".to_owned();
    let form = FormData::new().map_err(failed)?;
    form.append_with_blob_and_filename("file", file, &file.name()).map_err(failed)?;
    let with = RequestInit::new();
    with.set_method("POST");
    with.set_body(&form);
    let address = format!("/api/uploads?accept={}", js_sys::encode_uri_component(accept));
    let answer = window().fetch_with_str_and_init(&address, &with);
    let answer: Response = JsFuture::from(answer).await.map_err(failed)?.unchecked_into();
    let text = JsFuture::from(answer.text().map_err(failed)?).await.map_err(failed)?;
    let text = text.as_string().unwrap_or_default();
    if !answer.ok() {
        // A proxy in between answers with a page of its own.
        let is_ours = !text.is_empty() && text.len() < 400 && !text.trim_start().starts_with('<');
        return Err(match (is_ours, answer.status()) {
            (true, _) => text,
            (false, 413) => "This file is larger than the server takes.".to_owned(),
            (false, status) => format!("The upload failed (HTTP {status})."),
        });
    }
    let answer = JSON::parse(&text).unwrap_or_default();
    let digest = Reflect::get(&answer, &JsValue::from("digest")).unwrap_or_default();
    digest.as_string().ok_or_else(|| "The upload failed.".to_owned())
}
