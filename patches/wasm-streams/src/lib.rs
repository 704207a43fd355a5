//! Streams of the browser as streams of Rust, as far as Leptos' server functions call them, with
//! the names of the crate `wasm-streams`, in whose place this one is built.
//!
//! That crate hands classes of its own to JavaScript. They are in the bundle whether anything
//! streams or not, and weighed 6 kB on the first visit. Here a stream that nobody uses is not
//! there.

use std::{cell::RefCell, rc::Rc};

use futures_util::stream::{self, Stream, StreamExt};
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{ReadableStreamDefaultController, ReadableStreamDefaultReader, UnderlyingSource};

/// A `ReadableStream` of the browser.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// A stream of the browser that asks `stream` for one item after the other.
    ///
    /// # Panics
    ///
    /// Where the browser has no such streams.
    pub fn from_stream(stream: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        let stream = Rc::new(RefCell::new(stream.boxed_local()));
        let pull = move |controller: ReadableStreamDefaultController| -> Promise {
            let stream = Rc::clone(&stream);
            future_to_promise(async move {
                // The browser pulls again only when this promise is kept.
                let next = std::future::poll_fn(|context| {
                    stream.borrow_mut().poll_next_unpin(context)
                });
                match next.await {
                    Some(item) => controller.enqueue_with_chunk(&item?)?,
                    None => controller.close()?,
                }
                Ok(JsValue::UNDEFINED)
            })
        };
        let pull = Closure::<dyn Fn(ReadableStreamDefaultController) -> Promise>::new(pull);
        let source = UnderlyingSource::new();
        source.set_pull(pull.into_js_value().unchecked_ref());
        let raw = web_sys::ReadableStream::new_with_underlying_source(source.unchecked_ref());
        Self(raw.expect("this browser has no ReadableStream"))
    }

    /// The items of the stream, up to the first error.
    ///
    /// # Panics
    ///
    /// When the stream is being read already.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        let reader = self.0.get_reader().unchecked_into::<ReadableStreamDefaultReader>();
        stream::unfold(Some(reader), |reader| async move {
            let reader = reader?;
            let item = async {
                let result = JsFuture::from(reader.read()).await?;
                let is_done = Reflect::get(&result, &"done".into())?.is_truthy();
                let value = Reflect::get(&result, &"value".into())?;
                Ok::<_, JsValue>((!is_done).then_some(value))
            };
            match item.await.transpose()? {
                Ok(value) => Some((Ok(value), Some(reader))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }
}
