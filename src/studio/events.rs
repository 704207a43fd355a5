//! Server-sent events: what happens to the generations that run, and which of all changed. A page
//! has one stream for everything, because browsers open few connections to one server. Their
//! `EventSource` reconnects by itself.

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{Studio, generator::Generator};
use crate::{
    browser,
    generation::{GenerationId, Told, retry::Msg},
};

/// Before an event of a generation, packed; what comes without it is the id of one that changed.
pub const PACKED: char = '~';

/// In place of an id: some changes were missed, and everything may be different.
pub const ANYTHING: &str = "*";

/// The stream, and who listens.
#[derive(Clone, Copy)]
pub struct Events {
    listeners: StoredValue<Listeners>,
}

#[derive(Default)]
struct Listeners {
    all: Vec<Generator>,
    /// A new stream is about to be opened for them.
    are_waiting: bool,
}

/// The stream that was opened last, and until it is there the one before: what changes between the
/// two would be heard by neither.
#[derive(Default)]
struct Sources {
    before: Option<Source>,
    now: Option<Source>,
    /// How many were opened.
    count: u32,
}

thread_local! {
    // A connection belongs to its thread, and a page has but one. The server, which draws many pages
    // on many threads, opens none.
    static SOURCES: RefCell<Sources> = RefCell::default();
}

impl Sources {
    fn replace(&mut self, source: Option<Source>) {
        let left = std::mem::replace(&mut self.now, source);
        // One that nobody waited for was never there.
        self.before = self.before.take().or(left);
    }

    /// The stream with this number is there, and the one before has done its duty; a stream that is
    /// late itself takes the place of none.
    fn is_there(&mut self, number: u32) {
        if number == self.count {
            self.before = None;
        }
    }
}

/// An open connection; dropping it closes it.
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

    /// Lets `generator` hear of its generation.
    pub fn follow(&self, studio: Studio, generator: Generator) {
        self.listeners.update_value(|listeners| listeners.all.push(generator));
        self.open(studio);
    }

    /// What runs the generation `id` on this page.
    pub fn runner(&self, id: &GenerationId) -> Option<Generator> {
        self.listeners.with_value(|listeners| {
            let mut running = listeners.all.iter().filter(|listener| listener.is_listening());
            running.find(|listener| listener.id().as_ref() == Some(id)).copied()
        })
    }

    /// Opens the stream again, for those who listen now: once, however many ask at a time.
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
            let address = "/api/events?watch=".to_owned() + &watched;
            let number = SOURCES.with_borrow_mut(|sources| {
                sources.count += 1;
                sources.count
            });
            let is_there = move || SOURCES.with_borrow_mut(|sources| sources.is_there(number));
            let source =
                Source::open(&address, move |message| self.hear(studio, &message), is_there);
            SOURCES.with_borrow_mut(|sources| sources.replace(source));
        });
    }

    /// The connection is back: nobody waits any longer.
    pub fn online(self, studio: Studio) {
        for listener in self.listeners.with_value(|listeners| listeners.all.clone()) {
            listener.dispatch(Msg::Online);
        }
        self.open(studio);
    }

    /// Hidden pages where nothing runs must not use up the connections of the browser.
    pub fn close_when_idle(self) {
        let is_idle = self
            .listeners
            .with_value(|listeners| !listeners.all.iter().any(Generator::is_listening));
        if is_idle {
            SOURCES.take();
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

/// Postcard in base64, whose decoders the page has anyway.
fn unpacked(packed: &str) -> Option<(GenerationId, Told)> {
    postcard::from_bytes(&browser::from_base64(packed)?).ok()
}
