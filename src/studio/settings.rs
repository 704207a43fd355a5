//! The inputs of the chosen model, drawn by the server in a sheet beside the pictures.

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

/// What the id of a slider adds to the id of its number.
pub const SLIDER: &str = "-slider";

/// What the id of a button adds that leaves an input to the provider again.
pub const RESET: &str = "-reset";

/// What the id of a box for the address of a file adds to that of its input.
const ADDRESS: &str = "-address";

/// The id of the choice among what an app can be asked to do.
pub const ENDPOINT: &str = "endpoint";

/// The id of what is said of a wrong value.
pub fn error_id(id: &str) -> String {
    id.to_owned() + "-error"
}

/// The id of the label of a control.
pub fn label_id(id: &str) -> String {
    id.to_owned() + "-label"
}

/// Where the browser keeps whether the sheet is open.
const OPEN: &str = "easel.settings";

/// From this width on the page makes room for the sheet, in CSS pixels.
const WIDE: f64 = 1280.0;

/// The id of the button that leaves all inputs to the provider again.
pub const RESET_ALL: &str = "reset-all";

/// The id of the sheet.
pub const SHEET: &str = "settings";

/// The id of the place in it that holds the head and the fields.
pub const FIELDS: &str = "fields";

/// The sheet, which `children` are, with the fields of the first model.
#[island]
pub fn Settings(children: Children) -> impl IntoView {
    alive(children, come_to_life)
}

fn come_to_life(around: Element, studio: Studio) {
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
        // Text that comes with a picture of itself is text.
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

/// Shows the fields of another model. What was open stays so.
pub fn show_fields(fields: &Html) {
    typed::keep_open(|| drawn::show(FIELDS, fields));
}

/// Somebody moved a control: what depends on it follows.
fn changed_by_hand(studio: Studio, event: &Event) {
    let Some(control) = browser::control_of(event) else { return };
    // A slider and its number move together: the slider is called by the id of its number.
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

/// Says what is wrong with a control; nothing where it is empty.
pub fn complain(control: &HtmlInputElement, words: &str) {
    let is_invalid = if words.is_empty() { "false" } else { "true" };
    let _ = control.set_attribute("aria-invalid", is_invalid);
    if let Some(error) = browser::by_id::<Element>(&error_id(&control.id())) {
        error.set_text_content(Some(words));
    }
}

/// Somebody is done with a control.
fn settled(studio: Studio, event: &Event) {
    let Some(control) = browser::control_of(event) else { return };
    let id = control.id();
    if id == ENDPOINT {
        studio.choose(control.value());
    } else if control.type_() == "file" {
        given::upload_for(studio, control.clone(), control.files());
        // The same file may be chosen again after it was removed.
        control.set_value("");
    } else if let Some(input) =
        id.strip_suffix(ADDRESS).and_then(browser::by_id::<HtmlInputElement>)
    {
        give_address(studio, &input, control.value().trim());
    } else if is_redrawing(studio, &control.name()) {
        // Drawn again: another shape may be chosen now, or it costs more.
        studio.fill(Fill::Keep);
    }
}

/// Gives an address to an input: beside the others if that takes several files.
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

/// Somebody pressed a button among the fields.
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

/// Files were dropped or pasted onto the place of an input. Elsewhere the page asks what they are
/// for.
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
        // It fails where the sheet is open already.
        let _ = sheet.show_popover();
    }
}

fn is_wide() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width >= WIDE)
}

/// How many inputs differ from their defaults.
pub fn changed(studio: Studio) -> usize {
    studio.touched.track();
    let draft = studio.draft();
    studio.form.with(|form| typed::changed(&draft, form).count())
}

/// The inputs that the person set.
pub fn set_by_person(draft: &Draft, form: &FormState) -> Vec<(String, String)> {
    let files = |name: &String| form.pictures.contains(name);
    let mut set: Vec<_> = typed::changed(draft, form).cloned().collect();
    let several = draft.inputs.iter().filter(|(name, _)| files(name));
    set.retain(|(name, _)| !files(name));
    set.extend(several.cloned());
    set
}

/// The size of the picture to come, for its chip.
pub fn shape(studio: Studio) -> String {
    studio.touched.track();
    let draft = studio.draft();
    studio.form.with(|form| size_words(&draft, form))
}

/// The size of the picture that `draft` comes to, in pixels.
pub fn size_words(draft: &Draft, form: &FormState) -> String {
    let (width, height) = batch::size_of(draft, form);
    [&width.to_string(), " × ", &height.to_string()].concat()
}
