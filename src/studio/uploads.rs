//! Files on their way to the server: chosen, dropped, pasted.

use js_sys::{JSON, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, RequestInit, Response};

use super::Studio;
use crate::generation::contract::FieldAct;

/// Uploads `file` and gives it to an input, beside the others if that takes several.
pub fn upload_for(studio: Studio, input: String, file: File, is_one_of_many: bool) {
    spawn_local(async move {
        match upload(&file).await {
            Ok(digest) => {
                let value = format!("stored:{digest}");
                if is_one_of_many {
                    let mut inputs: Vec<_> = studio.draft().inputs;
                    inputs.retain(|(name, _)| *name == input);
                    inputs.push((input, value));
                    studio.change_fields(FieldAct::Set(inputs));
                } else {
                    studio.change_fields(FieldAct::Set(vec![(input, value)]));
                }
            }
            Err(words) => studio.say(words),
        }
    });
}

/// Sends `file` to the server, which keeps it; answers its digest.
///
/// # Errors
///
/// Why it was not taken, in a sentence.
pub async fn upload(file: &File) -> Result<String, String> {
    let failed = |_| "Easel cannot be reached. Try again when the connection is back.".to_owned();
    let form = FormData::new().map_err(failed)?;
    form.append_with_blob_and_filename("file", file, &file.name()).map_err(failed)?;
    let with = RequestInit::new();
    with.set_method("POST");
    with.set_body(&form);
    let answer = window().fetch_with_str_and_init("/api/uploads", &with);
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
