//! What only a browser has: time, randomness, the clipboard, blobs, the tab's memory.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Url};

use crate::generation::{GenerationId, Image};

/// Unix time in milliseconds.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Fills `bytes` from the browser's secure source.
pub fn fill_random(bytes: &mut [u8]) {
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // Fails only for more than 64 KiB.
        let _ = crypto.get_random_values_with_u8_array(bytes);
    }
}

pub fn new_generation_id() -> GenerationId {
    let mut random = [0; 10];
    fill_random(&mut random);
    GenerationId::from_parts(now_ms() as u64, random)
}

/// An address for the bytes within this page; give it back with [`forget_blob`].
pub fn blob_address(image: &Image) -> Option<String> {
    let bytes = js_sys::Uint8Array::from(image.bytes.as_slice());
    let options = BlobPropertyBag::new();
    options.set_type(image.content_type.mime());
    let parts = js_sys::Array::of1(&JsValue::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

pub fn forget_blob(address: &str) {
    let _ = Url::revoke_object_url(address);
}

/// Copies `text`; false when the browser does not let us.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    // Outside https and localhost there is no clipboard.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// What this tab was told to remember under `key`.
pub fn remembered(key: &str) -> Option<String> {
    web_sys::window()?.session_storage().ok()??.get_item(key).ok()?
}

/// Remembers `text` for this tab, over reloads; `None` forgets it.
pub fn remember(key: &str, text: Option<&str>) {
    let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.session_storage()) else {
        return;
    };
    // A full or forbidden storage only costs the comfort of a reload.
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}
