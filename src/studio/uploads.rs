//! Uploads files to the server.

use js_sys::{JSON, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, RequestInit, Response};

use super::words::{Text, text, text_with};
use crate::generation::STORED_PREFIX;

/// Uploads `files` one after the other. The server accepts the types in `accept`, in HTML's syntax.
/// Calls `then` with the input values of the accepted files, and with the last error as a sentence.
pub fn upload(
    files: Vec<File>,
    accept: String,
    then: impl FnOnce(Vec<String>, Option<String>) + 'static,
) {
    type Then = Box<dyn FnOnce(Vec<String>, Option<String>)>;
    fn boxed(files: Vec<File>, accept: String, then: Then) {
        spawn_local(async move {
            let (mut stored, mut complaint) = (Vec::new(), None);
            for file in &files {
                match send(file, &accept).await {
                    Ok(digest) => stored.push(STORED_PREFIX.to_owned() + &digest),
                    Err(words) => complaint = Some(words),
                }
            }
            then(stored, complaint);
        });
    }
    boxed(files, accept, Box::new(then));
}

/// The usual body limit of a proxy with default settings.
const OFTEN_TOO_LARGE_BYTES: f64 = 1_000_000.0;

/// Uploads `file` and returns its digest.
async fn send(file: &File, accept: &str) -> Result<String, String> {
    let answer = match post(file, accept) {
        Some(answer) => JsFuture::from(answer).await.ok(),
        None => None,
    };
    let answer: Option<Response> = answer.map(JsCast::unchecked_into);
    let words = match answer.as_ref().and_then(|answer| answer.text().ok()) {
        Some(text) => JsFuture::from(text).await.ok().and_then(|text| text.as_string()),
        None => None,
    };
    let Some((answer, words)) = answer.zip(words) else {
        // Some proxies close the connection on a body that is too large.
        let words = match file.size() > OFTEN_TOO_LARGE_BYTES {
            true => Text::UploadBroken,
            false => Text::UploadUnreachable,
        };
        return Err(text(words).to_owned());
    };
    if answer.ok() {
        let answer = JSON::parse(&words).unwrap_or_default();
        let digest = Reflect::get(&answer, &JsValue::from("digest")).unwrap_or_default();
        return digest.as_string().ok_or_else(|| text(Text::UploadFailed).to_owned());
    }
    // A proxy answers with an HTML page.
    let is_ours = !words.is_empty() && words.len() < 400 && !words.trim_start().starts_with('<');
    Err(match (is_ours, answer.status()) {
        (true, _) => words,
        (false, 413) => text(Text::UploadTooLarge).to_owned(),
        (false, status) => text_with(Text::UploadStatus, &[&status.to_string()]),
    })
}

fn post(file: &File, accept: &str) -> Option<js_sys::Promise> {
    let form = FormData::new().ok()?;
    form.append_with_blob_and_filename("file", file, &file.name()).ok()?;
    let with = RequestInit::new();
    with.set_method("POST");
    with.set_body(&form);
    let accept = String::from(js_sys::encode_uri_component(accept));
    Some(window().fetch_with_str_and_init(&("/api/uploads?accept=".to_owned() + &accept), &with))
}
