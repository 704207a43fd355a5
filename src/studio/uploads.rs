//! Files on their way to the server.

use js_sys::{JSON, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, RequestInit, Response};

use super::words::{Text, text, text_with};
use crate::generation::STORED_PREFIX;

/// Sends `files` to the server, one after the other. It keeps what is of a kind that `accept`
/// names, as in HTML. `then` gets the values that stand for those that it took, and why it did not
/// take the last that it refused, in a sentence.
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

/// What proxies take that nobody told to take more.
const OFTEN_TOO_LARGE_BYTES: f64 = 1_000_000.0;

/// The digest of `file`, which the server has now.
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
        // Some servers in between hang up on what is too large for them.
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
    // A proxy in between answers with a page of its own.
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
