//! The live status: the browser's own `EventSource`, which reconnects and resumes by itself.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::generation::{GenerationId, NumberedEvent};

/// A stream of events; dropping it closes the connection.
pub struct Events {
    source: EventSource,
    // The browser calls it until the source is closed.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Events {
    /// Calls `on_event` for every event of the generation, those before too.
    pub fn of(
        id: &GenerationId,
        mut on_event: impl FnMut(NumberedEvent) + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(&format!("/api/generations/{id}/events?packed=true")).ok()?;
        let on_message = Closure::new(move |message: MessageEvent| {
            if let Some(event) = unpacked(&message) {
                on_event(event);
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message })
    }
}

/// Postcard in base64, whose decoders the page has anyway.
fn unpacked(message: &MessageEvent) -> Option<NumberedEvent> {
    let bytes = web_sys::window()?.atob(&message.data().as_string()?).ok()?;
    let bytes: Vec<_> = bytes.chars().map(|byte| byte as u8).collect();
    postcard::from_bytes(&bytes).ok()
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.close();
    }
}
