//! The Settings sheet with the chosen model's inputs, drawn by the server.

mod given;
mod typed;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Element, Event, HtmlElement, HtmlInputElement,
    HtmlLabelElement, KeyboardEvent, ToggleEvent,
};

pub use self::typed::{put_back, typed_since};
use super::{Studio, alive::alive, batch, drawn, fresh::follow, painter};
use crate::{
    browser,
    generation::{
        Draft,
        contract::{FieldAct, Fill, FormState, Html, INPUT},
    },
};

/// A slider has the id of its number box plus this suffix.
pub const SLIDER: &str = "-slider";

/// A button that resets an input has the input's id plus this suffix.
pub const RESET: &str = "-reset";

/// A box for a file's URL has the input's id plus this suffix.
const ADDRESS: &str = "-address";

/// The id of the select for the app's endpoint.
pub const ENDPOINT: &str = "endpoint";

/// The id of the error message of the control `id`.
pub fn error_id(id: &str) -> String {
    id.to_owned() + "-error"
}

/// The id of the label of the control `id`.
pub fn label_id(id: &str) -> String {
    id.to_owned() + "-label"
}

/// The storage key for whether the sheet is open.
const OPEN: &str = "easel.settings";

/// From this width on, the page makes room for the sheet, in CSS pixels.
const WIDE: f64 = 1280.0;

/// The id of the button that resets all inputs.
pub const RESET_ALL: &str = "reset-all";

/// The id of the sheet.
pub const SHEET: &str = "settings";

/// The id of the sheet's container for heading and fields.
pub const FIELDS: &str = "fields";

/// The sheet, in `children`, with the fields of the first model.
#[island]
pub fn Settings(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(around: Element, studio: Studio) {
    let Some(sheet) = browser::by_id::<HtmlElement>(SHEET) else { return };
    if is_wide() && browser::kept(OPEN).as_deref() == Some("open") {
        open();
    }
    browser::listen(&sheet, "toggle", |event| {
        if is_wide() {
            browser::keep(OPEN, &event.unchecked_ref::<ToggleEvent>().new_state());
        }
    });
    browser::listen(&around, "keydown", move |event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" && !event.default_prevented() {
            let _ = sheet.hide_popover();
        }
    });
    browser::listen(&around, "input", move |event| changed_by_hand(studio, &event));
    browser::listen(&around, "change", move |event| settled(studio, &event));
    browser::listen(&around, "click", move |event| pressed(studio, &event));
    browser::listen(&around, "drop", move |event| {
        let data = event.unchecked_ref::<DragEvent>().data_transfer();
        given(studio, &event, data);
    });
    browser::listen(&around, "paste", move |event| {
        let data = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
        // A paste of text may include a picture of it; treat that as text.
        let is_text =
            |data: &DataTransfer| data.get_data("text/plain").is_ok_and(|text| !text.is_empty());
        given(studio, &event, data.filter(|data| !is_text(data)));
    });
    follow(move || {
        let is_plain = changed(studio) == 0;
        if let Some(reset) = browser::by_id::<HtmlElement>(RESET_ALL) {
            reset.set_hidden(is_plain);
        }
    });
}

/// Shows another model's fields; opened sections stay open.
pub fn show_fields(fields: &Html) {
    typed::keep_open(|| drawn::show(FIELDS, fields));
}

/// Updates everything that depends on a control while the person moves it.
fn changed_by_hand(studio: Studio, event: &Event) {
    let Some(control) = browser::control_of(event) else { return };
    // A slider and its number box move together; both lead to the number's id.
    let id = control.id();
    let id = id.strip_suffix(SLIDER).unwrap_or(&id);
    let of_it = |suffix: &str| browser::by_id::<HtmlInputElement>(&(id.to_owned() + suffix));
    let value = control.value();
    if let Some(slider) = of_it(SLIDER) {
        slider.set_value(&value);
        let (min, max) = (js_sys::parse_float(&slider.min()), js_sys::parse_float(&slider.max()));
        let share = (slider.value_as_number() - min) / (max - min) * 100.0;
        let _ =
            HtmlElement::style(&slider).set_property("--at", &((share as u32).to_string() + "%"));
    }
    if let Some(number) = of_it("") {
        if number.value() != value {
            number.set_value(&value);
        }
        complain(&number, "");
        let name = number.name();
        let name = name.strip_prefix(INPUT).unwrap_or_default();
        let (is_default, is_seed) = studio.form.with_untracked(|form| {
            let mut defaults = form.defaults.iter();
            let is_default =
                defaults.any(|(input, default)| input == name && *default == number.value());
            (is_default, form.seed.as_deref() == Some(name))
        });
        if let Some(reset) = of_it(RESET) {
            reset.set_hidden(is_default);
        }
        if is_seed {
            for (suffix, is_on) in [("-new", value.is_empty()), ("-keep", !value.is_empty())] {
                if let Some(button) = of_it(suffix) {
                    let pressed = if is_on { "true" } else { "false" };
                    let _ = button.set_attribute("aria-pressed", pressed);
                }
            }
        }
    }
    studio.touched.update(|times| *times += 1);
}

/// Shows the error of a control; empty `words` clear it.
pub fn complain(control: &HtmlInputElement, words: &str) {
    let is_invalid = if words.is_empty() { "false" } else { "true" };
    let _ = control.set_attribute("aria-invalid", is_invalid);
    if let Some(error) = browser::by_id::<Element>(&error_id(&control.id())) {
        error.set_text_content(Some(words));
    }
}

/// Handles a control's final value.
fn settled(studio: Studio, event: &Event) {
    let Some(control) = browser::control_of(event) else { return };
    let id = control.id();
    if id == ENDPOINT {
        studio.choose(control.value());
    } else if control.type_() == "file" {
        given::upload_for(studio, control.clone(), control.files());
        // Allow the same file to be chosen again after its removal.
        control.set_value("");
    } else if let Some(input) =
        id.strip_suffix(ADDRESS).and_then(browser::by_id::<HtmlInputElement>)
    {
        give_address(studio, &input, control.value().trim());
    } else if is_redrawing(studio, &control.name()) {
        // Redraw the form: this value may change the aspect choices or the cost.
        studio.fill(Fill::Keep);
    }
}

/// Adds a URL to an input for several files, or sets it as the value of a single one.
fn give_address(studio: Studio, input: &HtmlInputElement, address: &str) {
    let Some(name) = input.name().strip_prefix(INPUT).map(str::to_owned) else { return };
    if address.is_empty() {
        return;
    }
    let mut given = studio.draft().inputs;
    given.retain(|(other, value)| {
        input.multiple() && *other == name && !value.is_empty() && value != address
    });
    given.push((name, address.to_owned()));
    studio.change_fields(FieldAct::Set(given));
}

fn is_redrawing(studio: Studio, name: &str) -> bool {
    let name = name.strip_prefix(INPUT).unwrap_or_default();
    studio.form.with_untracked(|form| form.redrawing.iter().any(|input| input == name))
}

/// Handles a press of a button among the fields.
fn pressed(studio: Studio, event: &Event) {
    let Some(button) = browser::button_of(event) else { return };
    if button.id() == RESET_ALL {
        return studio.fill(Fill::Reset);
    }
    match FieldAct::of_value(&button.value()) {
        Some(FieldAct::Duplicate(space)) => studio.copied.set(space),
        Some(FieldAct::Paint(input)) => painter::open(studio, input),
        Some(act) => studio.change_fields(act),
        None => {}
    }
}

/// Handles files that were dropped or pasted on an input's drop zone. Elsewhere the page asks what
/// they are for.
fn given(studio: Studio, event: &Event, data: Option<DataTransfer>) {
    let files = data.and_then(|data| data.files()).filter(|files| files.length() > 0);
    let label = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("label").ok().flatten());
    let control = label.and_then(|label| label.unchecked_into::<HtmlLabelElement>().control());
    let input = control.map(JsCast::unchecked_into::<HtmlInputElement>);
    if let Some(input) = input.filter(|input| input.type_() == "file")
        && files.is_some()
    {
        event.prevent_default();
        given::upload_for(studio, input, files);
    }
}

/// Opens the sheet.
pub fn open() {
    if let Some(sheet) = browser::by_id::<HtmlElement>(SHEET) {
        // Fails if the sheet is open already.
        let _ = sheet.show_popover();
    }
}

fn is_wide() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width >= WIDE)
}

/// The number of inputs with non-default values.
pub fn changed(studio: Studio) -> usize {
    studio.touched.track();
    let draft = studio.draft();
    studio.form.with(|form| typed::changed(&draft, form).count())
}

/// The inputs that the person set; all files of picture inputs count.
pub fn set_by_person(draft: &Draft, form: &FormState) -> Vec<(String, String)> {
    let files = |name: &String| form.pictures.contains(name);
    let mut set: Vec<_> = typed::changed(draft, form).cloned().collect();
    let several = draft.inputs.iter().filter(|(name, _)| files(name));
    set.retain(|(name, _)| !files(name));
    set.extend(several.cloned());
    set
}

/// The size of the future picture, for its chip; see [`size_words`].
pub fn shape(studio: Studio, between: &str) -> String {
    studio.touched.track();
    let draft = studio.draft();
    studio.form.with(|form| size_words(&draft, form, between))
}

/// Both sides of the picture that `draft` would make, in pixels, with a sign `between` them.
pub fn size_words(draft: &Draft, form: &FormState, between: &str) -> String {
    let (width, height) = batch::size_of(draft, form);
    [&width.to_string(), between, &height.to_string()].concat()
}
