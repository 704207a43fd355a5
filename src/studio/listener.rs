//! The page's ears: one listener on the document hears everything. What the server draws says in
//! `data-action` what a button does.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    ClipboardEvent, DragEvent, Element, Event, FocusEvent, KeyboardEvent, MouseEvent, Node,
};

use super::{
    connections,
    finder::Finder,
    form::{Form, field, files},
    gallery::Gallery,
    heart::Heart,
    page::{as_input, document, find, say},
    space_copy,
};

const EVENTS: [&str; 14] = [
    "click",
    "input",
    "change",
    "submit",
    "keydown",
    "focusin",
    "focusout",
    "mousedown",
    "pointerdown",
    "pointerup",
    "dragover",
    "drop",
    "paste",
    "visibilitychange",
];

struct Listener {
    heart: &'static Heart,
    form: &'static Form,
    finder: &'static Finder,
    gallery: &'static Gallery,
}

/// Listens for as long as the page lives.
pub fn listen(heart: &'static Heart, form: &'static Form) {
    let gallery = Gallery::new(heart, form);
    let listener = Listener { heart, form, finder: Finder::new(form), gallery };
    let hear = Closure::<dyn Fn(Event)>::new(move |event| {
        listener.hear(&event);
    });
    let hear = hear.into_js_value().unchecked_into();
    for name in EVENTS {
        let _ = document().add_event_listener_with_callback(name, &hear);
    }
}

impl Listener {
    /// `None` when there was nothing to do.
    fn hear(&self, event: &Event) -> Option<()> {
        let kind = event.type_();
        if kind == "visibilitychange" {
            self.gallery.seen_or_hidden();
            return None;
        }
        let target: Element = event.target()?.dyn_into().ok()?;
        let is_in = |selector: &str| target.closest(selector).ok().flatten();
        match kind.as_str() {
            "click" => self.clicked(event, &target)?,
            "submit" => {
                match target.id().as_str() {
                    "request" => self.form.generate(),
                    "space-copy-form" => {
                        space_copy::make(self.form);
                    }
                    "gallery-filters" => {
                        self.gallery.search(target);
                    }
                    // The browser's own, such as the one that closes a dialog.
                    _ => return None,
                }
                event.prevent_default();
            }
            "input" => match target.id().as_str() {
                "prompt" => {
                    self.heart.signals.input.set(as_input(&target).value());
                    field::forget_error("prompt");
                }
                "finder" => self.finder.typed(),
                "gallery-read" => self.gallery.read_chosen(&target)?,
                _ if is_in(".files").is_some() => {}
                _ => {
                    if let Some(field) = field::around(&target) {
                        field::touched(&field, &target)?;
                    } else if is_in("#space-copy-form").is_some() {
                        space_copy::tell_cost();
                    } else {
                        self.gallery.search(is_in("#gallery-filters")?)?;
                    }
                }
            },
            "change" => {
                let control = as_input(&target);
                if ["model", "endpoint"].contains(&target.id().as_str()) {
                    self.form.choose(&control.value());
                } else if let Some(place) = is_in(".files") {
                    match control.files() {
                        Some(chosen) => files::take(&place, &chosen),
                        None => files::take_address(place, &control.value()),
                    }
                    // The same file may be chosen again after it was removed.
                    control.set_value("");
                }
            }
            "keydown" => self.pressed(event.unchecked_ref(), &target)?,
            "focusin" if target.id() == "finder" => self.finder.open(),
            "focusout" => {
                // Closed once the focus has left box, list and button.
                let to = event.unchecked_ref::<FocusEvent>().related_target();
                let to: Option<Node> = to.and_then(|to| to.dyn_into().ok());
                if !is_in(".finder")?.contains(to.as_ref()) {
                    self.finder.close();
                }
            }
            // The focus stays in the box.
            "mousedown" if is_in("#found").is_some() => event.prevent_default(),
            "pointerdown" | "pointerup" => self.gallery.swiped(event.unchecked_ref(), &target)?,
            "dragover" | "drop" => {
                let dragged = event.unchecked_ref::<DragEvent>().data_transfer()?;
                if !dragged.types().includes(&"Files".into(), 0) {
                    return None;
                }
                event.prevent_default();
                match is_in(".files") {
                    _ if kind == "dragover" => {}
                    Some(place) => files::take(&place, &dragged.files()?),
                    None => self.gallery.read(dragged.files()?.get(0)?),
                }
            }
            "paste" => {
                let pasted = event.unchecked_ref::<ClipboardEvent>().clipboard_data()?;
                files::take(&is_in(".files")?, &pasted.files()?);
            }
            _ => {}
        }
        None
    }

    fn clicked(&self, event: &Event, target: &Element) -> Option<()> {
        if target.id() == "viewer" {
            // Beside the picture, that is, and its buttons.
            self.gallery.close();
        }
        let option = target.closest("#found > li").ok()?;
        if let Some(option) = option {
            return self.finder.choose(&option);
        }
        let button = target.closest("[data-action]").ok()??;
        let click: &MouseEvent = event.unchecked_ref();
        if click.ctrl_key() || click.meta_key() || click.shift_key() {
            return None;
        }
        event.prevent_default();
        match button.get_attribute("data-action")?.as_str() {
            "cancel" => self.heart.cancel(),
            "try-example" => self.form.try_example(&button)?,
            "use-example" => self.form.use_example(),
            "reset-all" => self.form.reset(),
            "reset" => field::reset(&field::around(&button)?)?,
            "throw-seed" => field::throw_seed(&button)?,
            "lock-seed" => field::lock_seed(&button)?,
            "size" => field::set_size(&button)?,
            "swap-sides" => field::swap_sides()?,
            "remove-file" => files::remove(&button)?,
            "use-picture" => match self.form.use_picture(&button.get_attribute("data-digest")?) {
                Some(()) => self.gallery.close(),
                None => say("The chosen model takes no picture. Choose one that does."),
            },
            "more-models" => self.finder.more(&button)?,
            "connections" => connections::toggle(button),
            "check" => connections::check(&button)?,
            "open-copy" => space_copy::open(&button)?,
            "close-copy" => space_copy::close(),
            action => self.gallery.act(action, button)?,
        }
        None
    }

    fn pressed(&self, event: &KeyboardEvent, target: &Element) -> Option<()> {
        // While an input method composes, keys belong to it; Safari says so only by the code.
        if event.is_composing() || event.key_code() == 229 {
            return None;
        }
        let key = event.key();
        match target.id().as_str() {
            "prompt" if key == "Enter" && !event.shift_key() => {
                event.prevent_default();
                self.form.generate();
            }
            "prompt" => {}
            "finder" => self.finder.pressed(event),
            _ => {
                find("#viewer[open]")?;
                match key.as_str() {
                    "ArrowRight" => self.gallery.step(true)?,
                    "ArrowLeft" => self.gallery.step(false)?,
                    _ => {}
                }
            }
        }
        None
    }
}
