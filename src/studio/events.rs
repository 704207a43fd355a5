//! Server-sent events: the progress of running generations, and the ids of all that changed. A page
//! opens one stream for everything, because browsers limit the connections to one server.
//! `EventSource` reconnects by itself.

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{Studio, generator::Generator};
use crate::{
    browser,
    generation::{GenerationId, StatusUpdate, retry::Msg},
};

/// Marks a message as a packed event of a generation; other messages are the id of a changed
/// generation.
pub const PACKED: char = '~';

/// Stands for an id when changes may have been missed, so that anything may be different.
pub const ANYTHING: &str = "*";

/// The stream, and its listeners.
#[derive(Clone, Copy)]
pub struct Events {
    listeners: StoredValue<Listeners>,
}

#[derive(Default)]
struct Listeners {
    all: Vec<Generator>,
    /// A new stream for them is about to be opened.
    are_waiting: bool,
}

/// The current stream, and the one before until the current one is connected: otherwise changes
/// between the two would be lost.
#[derive(Default)]
struct Sources {
    before: Option<Source>,
    now: Option<Source>,
    /// How many streams were opened.
    count: u32,
}

thread_local! {
    // A connection belongs to its thread, and a page has only one thread. The server, which draws
    // many pages on many threads, opens no stream.
    static SOURCES: RefCell<Sources> = RefCell::default();
}

impl Sources {
    fn replace(&mut self, source: Option<Source>) {
        let left = std::mem::replace(&mut self.now, source);
        // A stream that was replaced before it connected is dropped.
        self.before = self.before.take().or(left);
    }

    /// Closes the previous stream, if the stream with this number is the latest one.
    fn is_there(&mut self, number: u32) {
        if number == self.count {
            self.before = None;
        }
    }
}

/// The browser calls these closures until the source is closed.
struct Source {
    source: EventSource,
    // The browser calls them until the source is closed.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_open: Closure<dyn FnMut()>,
}

impl Events {
    pub fn new() -> Self {
        Self { listeners: StoredValue::new(Listeners::default()) }
    }

    /// Subscribes `generator` to the events of its generation.
    pub fn follow(&self, studio: Studio, generator: Generator) {
        self.listeners.update_value(|listeners| listeners.all.push(generator));
        self.open(studio);
    }

    /// The generator that runs the generation `id` on this page.
    pub fn runner(&self, id: &GenerationId) -> Option<Generator> {
        self.listeners.with_value(|listeners| {
            let mut running = listeners.all.iter().filter(|listener| listener.is_listening());
            running.find(|listener| listener.id().as_ref() == Some(id)).copied()
        })
    }

    /// Reopens the stream for the current listeners. Several calls in one turn open it once.
    pub fn open(self, studio: Studio) {
        let mut was_waiting = false;
        self.listeners.update_value(|listeners| {
            was_waiting = std::mem::replace(&mut listeners.are_waiting, true);
        });
        if was_waiting {
            return;
        }
        spawn_local(async move {
            sleep(Duration::ZERO).await;
            let mut watched = String::new();
            self.listeners.update_value(|listeners| {
                listeners.are_waiting = false;
                listeners.all.retain(Generator::is_listening);
                for heard in listeners.all.iter().filter_map(Generator::heard_so_far) {
                    watched.push_str(&heard);
                    watched.push(',');
                }
            });
            let mut address = "/api/events?watch=".to_owned() + &watched;
            if document().hidden() {
                // Who does not see the page is told otherwise.
                address.push_str("&away");
            }
            let number = SOURCES.with_borrow_mut(|sources| {
                sources.count += 1;
                sources.count
            });
            let is_there = move || {
                SOURCES.with_borrow_mut(|sources| sources.is_there(number));
                self.wake(true);
            };
            let source =
                Source::open(&address, move |message| self.hear(studio, &message), is_there);
            SOURCES.with_borrow_mut(|sources| sources.replace(source));
        });
    }

    /// Called when the connection is back: lost generations continue immediately.
    pub fn online(self, studio: Studio) {
        self.wake(false);
        self.open(studio);
    }

    /// Has lost generations continue; `is_reached` when the server has just answered.
    fn wake(self, is_reached: bool) {
        for listener in self.listeners.with_value(|listeners| listeners.all.clone()) {
            if is_reached {
                listener.dispatch(Msg::Reached);
            }
            listener.dispatch(Msg::Online);
        }
    }

    /// Called when the page is hidden: closes the stream of one with nothing running, which must
    /// not use up the browser's connections; otherwise tells the server.
    pub fn hide(self, studio: Studio) {
        let is_idle = self
            .listeners
            .with_value(|listeners| !listeners.all.iter().any(Generator::is_listening));
        if is_idle {
            SOURCES.take();
        } else {
            self.open(studio);
        }
    }

    fn hear(self, studio: Studio, message: &MessageEvent) {
        let Some(data) = message.data().as_string() else { return };
        let Some(packed) = data.strip_prefix(PACKED) else {
            studio.change.set(data);
            return;
        };
        let Some((id, told)) = unpacked(packed) else { return };
        let listener = self.listeners.with_value(|listeners| {
            listeners.all.iter().find(|listener| listener.id().as_ref() == Some(&id)).copied()
        });
        if let Some(listener) = listener {
            listener.hear(told);
        }
    }
}

impl Source {
    fn open(
        address: &str,
        on_message: impl FnMut(MessageEvent) + 'static,
        on_open: impl FnMut() + 'static,
    ) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let (on_message, on_open) = (Closure::new(on_message), Closure::new(on_open));
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message, _on_open: on_open })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Decodes postcard in base64; the page has both decoders anyway.
fn unpacked(packed: &str) -> Option<(GenerationId, StatusUpdate)> {
    postcard::from_bytes(&browser::from_base64(packed)?).ok()
}
