//! What the gallery does in the browser. Its HTML comes from the server, with attributes that say
//! what a button does; here are only the listeners, because all that the browser renders itself
//! would weigh on the first visit.

mod page;
mod tiles;
mod viewer;

use std::time::Duration;

use gloo_timers::future::sleep;
use js_sys::Function;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{
    JsCast, JsValue,
    closure::{Closure, WasmClosure},
};
use web_sys::{
    DragEvent, Element, Event, EventSource, File, FormData, HtmlElement, HtmlFormElement,
    HtmlInputElement, IntersectionObserver, IntersectionObserverInit, KeyboardEvent, MessageEvent,
    MouseEvent, UrlSearchParams,
};

use self::page::{ask, document, find, say};
use super::{Packed, browser, form::Form, heart::Heart};
use crate::generation::{FieldKind, FileReference, GenerationId, Request};

/// All that is listened to, on the document.
const EVENTS: [&str; 9] = [
    "click",
    "input",
    "submit",
    "keydown",
    "pointerdown",
    "pointerup",
    "dragover",
    "drop",
    "visibilitychange",
];

/// How long a search waits for the next letter.
const TYPING: Duration = Duration::from_millis(200);

/// How long words stay, an Undo with them.
const READING: Duration = Duration::from_secs(10);

/// Beyond this distance from the window a page of tiles is emptied, so that a long gallery takes
/// no more memory than a short one.
const NEAR: &str = "3000px 0px";

/// How far a finger goes for the next picture.
const SWIPE_PX: i32 = 50;

#[derive(Clone, Copy)]
struct Gallery {
    heart: Heart,
    form: Form,
    source: StoredValue<Option<EventSource>, LocalStorage>,
    observer: StoredValue<Option<IntersectionObserver>, LocalStorage>,
    on_change: StoredValue<Option<Function>, LocalStorage>,
    /// Counts searches and words, so that an old one gives way to a new one.
    count: StoredValue<u32>,
    swipe_from: StoredValue<i32>,
}

/// Listens for as long as the page lives.
pub fn bring_to_life(heart: Heart, form: Form) {
    let gallery = Gallery {
        heart,
        form,
        source: StoredValue::new_local(None),
        observer: StoredValue::new_local(None),
        on_change: StoredValue::new_local(None),
        count: StoredValue::new(0),
        swipe_from: StoredValue::new(0),
    };
    let on_event = Closure::<dyn Fn(Event)>::new(move |event| {
        gallery.hear(&event);
    });
    let on_event = lasting(on_event);
    for name in EVENTS {
        let _ = document().add_event_listener_with_callback(name, &on_event);
    }

    let on_scroll = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        for entry in entries {
            gallery.come_and_go(&entry.unchecked_into());
        }
    });
    let near = IntersectionObserverInit::new();
    near.set_root_margin(NEAR);
    let observer = IntersectionObserver::new_with_options(&lasting(on_scroll), &near);
    gallery.observer.set_value(observer.ok());

    let on_change = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        gallery.look_again(message.data().as_string().unwrap_or_default());
    });
    gallery.on_change.set_value(Some(lasting(on_change)));
    gallery.observe();
    gallery.listen_to_server();
}

/// The page calls it as long as it lives.
fn lasting<F: WasmClosure + ?Sized>(closure: Closure<F>) -> Function {
    closure.into_js_value().unchecked_into()
}

impl Gallery {
    /// `None` when there was nothing to do.
    fn hear(self, event: &Event) -> Option<()> {
        let kind = event.type_();
        if kind == "visibilitychange" {
            // Browsers open few connections to one server: hidden tabs must not use them up.
            if document().hidden() {
                self.hang_up();
            } else {
                self.listen_to_server();
                self.look_again("*".to_owned());
            }
            return None;
        }
        let target: Element = event.target()?.dyn_into().ok()?;
        match kind.as_str() {
            "click" => {
                if target.id() == "viewer" {
                    self.close();
                }
                let button = target.closest("[data-action]").ok()??;
                let click: &MouseEvent = event.unchecked_ref();
                if click.ctrl_key() || click.meta_key() || click.shift_key() {
                    return None;
                }
                event.prevent_default();
                self.act(button)
            }
            "input" if target.id() == "gallery-read" => {
                let input: HtmlInputElement = target.unchecked_into();
                self.read(input.files()?.get(0)?);
                input.set_value("");
                None
            }
            "input" | "submit" => {
                let form = target.closest("#gallery-filters").ok()??;
                event.prevent_default();
                self.search(form.unchecked_into())
            }
            "keydown" => {
                let event: &KeyboardEvent = event.unchecked_ref();
                find("#viewer[open]")?;
                match event.key().as_str() {
                    "ArrowRight" => self.step(true),
                    "ArrowLeft" => self.step(false),
                    _ => None,
                }
            }
            "pointerdown" => {
                self.swipe_from.set_value(event.unchecked_ref::<MouseEvent>().client_x());
                None
            }
            "pointerup" => {
                target.closest(".viewer__image").ok()??;
                let x = event.unchecked_ref::<MouseEvent>().client_x();
                let way = x - self.swipe_from.get_value();
                if way.abs() > SWIPE_PX { self.step(way < 0) } else { None }
            }
            // A control that takes files has said so already.
            _ if event.default_prevented() => None,
            _ => {
                let dragged = event.unchecked_ref::<DragEvent>().data_transfer()?;
                if dragged.types().includes(&"Files".into(), 0) {
                    event.prevent_default();
                    self.read(dragged.files()?.get(0)?);
                }
                None
            }
        }
    }

    fn act(self, button: Element) -> Option<()> {
        let value = |name: &str| button.get_attribute(name);
        match value("data-action")?.as_str() {
            "open" => self.show(value("data-id")?, 0),
            "next" => self.step(true)?,
            "previous" => self.step(false)?,
            "more" => self.show_more(),
            "reuse" => self.fill(&value("data-request")?),
            "again" => {
                let request = self.fill_with(&value("data-request")?)?;
                if self.heart.is_generating.get_untracked() {
                    say("Filled in. Press Generate when the running one has ended.");
                } else {
                    self.heart.generate(request);
                    find(".status")?.scroll_into_view();
                }
            }
            "input" => {
                let schema = self.form.model.get_untracked().schema;
                let takes_file = |kind: &FieldKind| {
                    matches!(kind, FieldKind::File { .. } | FieldKind::Files { .. })
                };
                match schema.fields.iter().find(|field| takes_file(&field.kind)) {
                    Some(field) => {
                        self.form.add_file(field, FileReference::Stored(value("data-digest")?));
                        self.close();
                    }
                    None => say("The chosen model takes no picture. Choose one that does."),
                }
            }
            "copy" => {
                let link = || Some(document().location()?.origin().ok()? + &value("data-link")?);
                let text = value("data-text").or_else(link)?;
                spawn_local(async move {
                    if browser::copy(&text).await {
                        button.set_text_content(Some("Copied"));
                    } else {
                        say("The browser does not let this page copy.");
                    }
                });
            }
            _ => {
                self.post(value("data-to")?, value("data-id")?, button.has_attribute("data-closes"))
            }
        }
        None
    }

    /// Has the server do something to a generation, then looks at it again.
    fn post(self, to: String, id: String, closes: bool) {
        spawn_local(async move {
            let answer = ask("POST", &to, &JsValue::UNDEFINED).await;
            if closes && answer.is_ok() {
                self.close();
            } else if find("#viewer[open]").is_some() {
                self.fetch_viewer(&id, None).await;
            }
            self.refresh(&id).await;
            match answer {
                Ok(words) => self.say_html(&words).await,
                Err(words) => say(&words),
            }
        });
    }

    /// Shows words with a button for a while.
    async fn say_html(self, words: &str) {
        let Some(place) = find("#gallery-words") else { return };
        place.set_inner_html(words);
        let count = self.next_count();
        sleep(READING).await;
        if self.count.get_value() == count {
            place.set_inner_html("");
        }
    }

    fn next_count(self) -> u32 {
        self.count.update_value(|count| *count += 1);
        self.count.get_value()
    }

    fn fill(self, packed: &str) {
        self.fill_with(packed);
        if let Some(prompt) = find("#prompt") {
            let _ = prompt.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn fill_with(self, packed: &str) -> Option<Request> {
        let Packed((_, request)) = Packed::<(GenerationId, Request)>::from_text(packed)?;
        self.heart.input.set(request.prompt.clone());
        self.form.fill(&request);
        self.close();
        Some(request)
    }

    /// Fills the form with what the picture in `file` tells.
    fn read(self, file: File) {
        spawn_local(async move {
            let model = self.form.reference.get_untracked();
            let model = js_sys::encode_uri_component(model.as_str());
            match ask("POST", &format!("/api/read-metadata?model={model}"), &file).await {
                Ok(packed) => self.fill(&packed),
                Err(words) => say(&words),
            }
        });
    }

    fn search(self, form: HtmlFormElement) -> Option<()> {
        let fields = FormData::new_with_form(&form).ok()?;
        let query = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        let address = format!("/gallery?{}", String::from(query.to_string()));
        let count = self.next_count();
        spawn_local(async move {
            sleep(TYPING).await;
            if self.count.get_value() != count {
                return;
            }
            let answer = ask("GET", &address, &JsValue::UNDEFINED).await;
            if self.count.get_value() == count {
                match (answer, find("#gallery-list")) {
                    (Ok(html), Some(list)) => list.set_inner_html(&html),
                    (Err(words), _) => say(&words),
                    _ => {}
                }
                self.observe();
            }
        });
        None
    }

    fn hang_up(self) {
        self.source.update_value(|source| {
            if let Some(source) = source.take() {
                source.close();
            }
        });
    }

    fn listen_to_server(self) {
        let source = EventSource::new("/api/gallery/events").ok();
        self.on_change.with_value(|on_change| {
            if let (Some(source), Some(on_change)) = (&source, on_change) {
                source.set_onmessage(Some(on_change));
            }
        });
        self.source.set_value(source);
    }

    /// Something happened to the generation `id`, or, if that is `*`, to any.
    fn look_again(self, id: String) {
        spawn_local(async move { self.refresh(&id).await });
    }
}
