//! What the gallery does in the browser. Its HTML comes from the server, with attributes that say
//! what a button does; here are only the listeners, because all that the browser renders itself
//! would weigh on the first visit.

mod tiles;
mod viewer;

use std::{
    cell::{Cell, OnceCell, RefCell},
    time::Duration,
};

use gloo_timers::future::sleep;
use js_sys::Function;
use leptos::{prelude::GetUntracked, task::spawn_local};
use wasm_bindgen::{
    JsCast, JsValue,
    closure::{Closure, WasmClosure},
};
use web_sys::{
    Element, EventSource, File, FormData, IntersectionObserver, IntersectionObserverInit,
    MessageEvent, MouseEvent, UrlSearchParams,
};

use super::{
    browser,
    form::Form,
    heart::Heart,
    page::{as_input, ask, document, encoded, find, focus, get, say},
};

/// How long a search waits for the next letter.
const TYPING: Duration = Duration::from_millis(200);

/// How long words stay, an Undo with them.
const READING: Duration = Duration::from_secs(10);

/// Beyond this distance from the window a page of tiles is emptied, so that a long gallery takes
/// no more memory than a short one.
const NEAR: &str = "3000px 0px";

/// How far a finger goes for the next picture.
const SWIPE_PX: i32 = 50;

/// It lives as long as the page.
pub struct Gallery {
    heart: &'static Heart,
    form: &'static Form,
    source: RefCell<Option<EventSource>>,
    observer: OnceCell<IntersectionObserver>,
    on_change: OnceCell<Function>,
    /// Counts searches and words, so that an old one gives way to a new one.
    count: Cell<u32>,
    swipe_from: Cell<i32>,
}

impl Gallery {
    /// Follows what happens for as long as the page lives.
    pub fn new(heart: &'static Heart, form: &'static Form) -> &'static Self {
        let gallery: &Self = Box::leak(Box::new(Self {
            heart,
            form,
            source: RefCell::default(),
            observer: OnceCell::new(),
            on_change: OnceCell::new(),
            count: Cell::new(0),
            swipe_from: Cell::new(0),
        }));
        let on_scroll = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            for entry in entries {
                gallery.come_and_go(&entry.unchecked_into());
            }
        });
        let near = IntersectionObserverInit::new();
        near.set_root_margin(NEAR);
        let observer = IntersectionObserver::new_with_options(&lasting(on_scroll), &near);
        if let Ok(observer) = observer {
            gallery.observer.get_or_init(|| observer);
        }

        let on_change = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            gallery.look_again(message.data().as_string().unwrap_or_default());
        });
        gallery.on_change.get_or_init(|| lasting(on_change));
        gallery.observe();
        gallery.listen_to_server();
        gallery
    }

    /// Browsers open few connections to one server: hidden tabs must not use them up.
    pub fn seen_or_hidden(&'static self) {
        if document().hidden() {
            self.hang_up();
        } else {
            self.listen_to_server();
            self.look_again("*".to_owned());
        }
    }

    /// A finger on the picture goes to the next one or the one before.
    pub fn swiped(&'static self, event: &MouseEvent, target: &Element) -> Option<()> {
        if event.type_() == "pointerdown" {
            self.swipe_from.set(event.client_x());
            return None;
        }
        target.closest(".viewer__image").ok()??;
        let way = event.client_x() - self.swipe_from.get();
        if way.abs() > SWIPE_PX { self.step(way < 0) } else { None }
    }

    /// Does what a button of the gallery says.
    pub fn act(&'static self, action: &str, button: Element) -> Option<()> {
        let value = |name: &str| button.get_attribute(name);
        match action {
            "open" => self.show(value("data-id")?, 0),
            "next" => self.step(true)?,
            "previous" => self.step(false)?,
            "more" => self.show_more(),
            "reuse" => self.fill(value("data-form")?, false),
            "again" => self.fill(value("data-form")?, true),
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
    fn post(&'static self, to: String, id: String, closes: bool) {
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
    async fn say_html(&'static self, words: &str) {
        let Some(place) = find("#gallery-words") else { return };
        place.set_inner_html(words);
        let count = self.next_count();
        sleep(READING).await;
        if self.count.get() == count {
            place.set_inner_html("");
        }
    }

    fn next_count(&'static self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// Fills the form with an earlier request, and runs it again if that is wanted.
    fn fill(&'static self, address: String, runs: bool) {
        self.close();
        spawn_local(async move {
            if self.form.show("GET", &address, &JsValue::UNDEFINED).await.is_err() {
                return;
            }
            if !runs {
                show_form();
            } else if self.heart.signals.is_generating.get_untracked() {
                say("Filled in. Press Generate when the running one has ended.");
            } else {
                self.form.generate();
                if let Some(status) = find(".status") {
                    status.scroll_into_view();
                }
            }
        });
    }

    pub fn read_chosen(&'static self, target: &Element) -> Option<()> {
        let input = as_input(target);
        self.read(input.files()?.get(0)?);
        input.set_value("");
        None
    }

    /// Fills the form with what the picture in `file` tells.
    pub fn read(&'static self, file: File) {
        spawn_local(async move {
            let model = find("#model").map(|model| as_input(&model).value()).unwrap_or_default();
            let address = format!("/form/picture?model={}", encoded(&model));
            if self.form.show("POST", &address, &file).await.is_ok() {
                show_form();
            }
        });
    }

    pub fn search(&'static self, form: Element) -> Option<()> {
        let fields = FormData::new_with_form(form.unchecked_ref()).ok()?;
        let query = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        let address = format!("/gallery?{}", String::from(query.to_string()));
        let count = self.next_count();
        spawn_local(async move {
            sleep(TYPING).await;
            if self.count.get() != count {
                return;
            }
            let answer = get(&address).await;
            if self.count.get() == count {
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

    fn hang_up(&self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    /// A tab that was opened in the background listens already when it is first seen.
    fn listen_to_server(&self) {
        self.hang_up();
        let source = EventSource::new("/api/gallery/events").ok();
        if let Some(source) = &source {
            source.set_onmessage(self.on_change.get());
        }
        self.source.replace(source);
    }

    /// Something happened to the generation `id`, or, if that is `*`, to any.
    fn look_again(&'static self, id: String) {
        spawn_local(async move { self.refresh(&id).await });
    }
}

/// Brings the person to the form.
fn show_form() {
    if let Some(prompt) = find("#prompt") {
        focus(&prompt);
    }
}

/// The page calls it as long as it lives.
fn lasting<F: WasmClosure + ?Sized>(closure: Closure<F>) -> Function {
    closure.into_js_value().unchecked_into()
}
