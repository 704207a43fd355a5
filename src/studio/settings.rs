//! The inputs of the chosen model, drawn by the server in a sheet beside the pictures.

mod typed;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, FileList, HtmlElement, HtmlInputElement, HtmlLabelElement, ToggleEvent};

pub use self::typed::{Typed, opened, put_back, typed_since};
use super::{
    Studio, batch,
    drawn::DrawnPart,
    fresh::{follow, live},
    icon::Icon,
    space_copy::SpaceCopy,
    uploads, use_studio,
};
use crate::{
    browser,
    generation::{
        Draft,
        contract::{FieldAct, Fill, FormState, INPUT},
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
    format!("{id}-error")
}

/// The id of the label of a control.
pub fn label_id(id: &str) -> String {
    format!("{id}-label")
}

/// Where the browser keeps whether the sheet is open.
const OPEN: &str = "easel.settings";

/// From this width on the page makes room for the sheet, in CSS pixels.
const WIDE: f64 = 1280.0;

/// The sheet; `children` are the fields of the first model.
#[island]
pub fn Settings(children: Children) -> impl IntoView {
    let studio = use_studio();
    let copied = RwSignal::new(String::new());
    follow(move || {
        if is_wide() && browser::kept(OPEN).as_deref() == Some("open") {
            untrack(open);
        }
    });
    let toggled = move |event: ev::Event| {
        let is_open = event.unchecked_ref::<ToggleEvent>().new_state() == "open";
        if is_wide() {
            browser::keep(OPEN, if is_open { "open" } else { "closed" });
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            close();
        }
    };
    view! {
        <aside
            class="settings sheet"
            id="settings"
            popover="manual"
            role="region"
            aria-label="Settings"
            on:toggle=toggled
            on:keydown=key
        >
            <div class="sheet__head">
                <h2 class="sheet__title">
                    {live(move || studio.form.with(|form| form.title.clone()))}
                </h2>
                <button
                    type="button"
                    class="chip chip--quiet"
                    hidden=live(move || changed(studio) == 0)
                    on:click=move |_| studio.fill(Fill::Reset)
                >
                    "Reset all"
                </button>
                <button
                    type="button"
                    class="chip chip--quiet chip--icon"
                    popovertarget="settings"
                    popovertargetaction="hide"
                    aria-label="Close settings"
                >
                    <Icon name="close"/>
                </button>
            </div>
            <div
                class="settings__body"
                on:input=move |event| changed_by_hand(studio, &event)
                on:change=move |event| settled(studio, &event)
                on:click=move |event| pressed(studio, copied, &event)
                on:drop=move |event| {
                    let files = event.data_transfer().and_then(|data| data.files());
                    given(studio, &event, files);
                }
                on:paste=move |event| {
                    let files = event.clipboard_data().and_then(|data| data.files());
                    given(studio, &event, files);
                }
            >
                <DrawnPart
                    html=studio.fields
                    on_change=move |_| untrack(|| studio.fields_are_there())
                >
                    {children()}
                </DrawnPart>
            </div>
            <SpaceCopy space=copied/>
        </aside>
    }
}

/// Somebody moved a control: what depends on it follows.
fn changed_by_hand(studio: Studio, event: &ev::Event) {
    // What is asked of it every control has, a choice and a text area too.
    let Some(control) = event.target().map(JsCast::unchecked_into::<HtmlInputElement>) else {
        return;
    };
    // A slider and its number move together: the slider is called by the id of its number.
    let id = control.id();
    let number = id.strip_suffix(SLIDER).unwrap_or(&id);
    let slider = input_by_id(&format!("{number}{SLIDER}"));
    if number != id
        && let Some(number) = input_by_id(number)
    {
        number.set_value(&control.value());
    }
    if let Some(slider) = slider {
        slider.set_value(&control.value());
        let (min, max) = (js_sys::parse_float(&slider.min()), js_sys::parse_float(&slider.max()));
        let share = (slider.value_as_number() - min) / (max - min) * 100.0;
        let style = HtmlElement::style(&slider);
        let _ = style.set_property("--at", &format!("{}%", share as u32));
    }
    if let Some(number) = element(number) {
        let control: &HtmlInputElement = number.unchecked_ref();
        forget_error(control);
        let name = control.name();
        let name = name.strip_prefix(INPUT).unwrap_or_default();
        let value = control.value();
        let is_default = studio.form.with_untracked(|form| {
            form.defaults.iter().any(|(input, default)| input == name && *default == value)
        });
        if let Some(reset) = element(&format!("{}{RESET}", number.id())) {
            reset.unchecked_ref::<HtmlElement>().set_hidden(is_default);
        }
        if studio.form.with_untracked(|form| form.seed.as_deref() == Some(name)) {
            for (suffix, is_on) in [("-new", value.is_empty()), ("-keep", !value.is_empty())] {
                if let Some(button) = element(&format!("{}{suffix}", number.id())) {
                    let _ =
                        button.set_attribute("aria-pressed", if is_on { "true" } else { "false" });
                }
            }
        }
    }
    studio.touched.update(|times| *times += 1);
}

/// What was wrong with a control is being mended.
fn forget_error(control: &HtmlInputElement) {
    let _ = control.remove_attribute("aria-invalid");
    if let Some(error) = element(&error_id(&control.id())) {
        error.set_text_content(None);
    }
}

/// Says what is wrong with a control.
pub fn complain(control: &HtmlInputElement, words: &str) {
    let _ = control.set_attribute("aria-invalid", "true");
    if let Some(error) = element(&error_id(&control.id())) {
        error.set_text_content(Some(words));
    }
}

/// Somebody is done with a control.
fn settled(studio: Studio, event: &ev::Event) {
    let Some(control) = event.target().map(JsCast::unchecked_into::<HtmlInputElement>) else {
        return;
    };
    let id = control.id();
    if id == ENDPOINT {
        studio.choose(control.value());
    } else if control.type_() == "file" {
        uploads::upload_for(studio, &control, control.files());
        // The same file may be chosen again after it was removed.
        control.set_value("");
    } else if let Some(input) = id.strip_suffix(ADDRESS).and_then(input_by_id) {
        give_address(studio, &input, control.value().trim());
    } else if is_side(studio, &control.name()) {
        // Drawn again: another shape may be chosen now.
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

fn is_side(studio: Studio, name: &str) -> bool {
    let name = name.strip_prefix(INPUT).unwrap_or_default();
    studio.form.with_untracked(|form| {
        form.size.as_ref().is_some_and(|size| size.width == name || size.height == name)
    })
}

/// Somebody pressed a button among the fields.
fn pressed(studio: Studio, copied: RwSignal<String>, event: &ev::MouseEvent) {
    match browser::button_of(event).and_then(|button| FieldAct::of_value(&button.value())) {
        Some(FieldAct::Duplicate(space)) => copied.set(space),
        Some(act) => studio.change_fields(act),
        None => {}
    }
}

/// Files were dropped or pasted onto the place of an input. Elsewhere the page asks what they are
/// for.
fn given(studio: Studio, event: &ev::Event, files: Option<FileList>) {
    let label = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest("label").ok().flatten())
        .and_then(|label| label.dyn_into::<HtmlLabelElement>().ok());
    let input = label
        .and_then(|label| label.control())
        .and_then(|control| control.dyn_into::<HtmlInputElement>().ok())
        .filter(|control| control.type_() == "file");
    if let Some(input) = input
        && files.as_ref().is_some_and(|files| files.length() > 0)
    {
        event.prevent_default();
        uploads::upload_for(studio, &input, files);
    }
}

/// Opens the sheet.
pub fn open() {
    if let Some(sheet) = element("settings") {
        // It fails where the sheet is open already.
        let _ = sheet.unchecked_ref::<HtmlElement>().show_popover();
    }
}

fn close() {
    if let Some(sheet) = element("settings") {
        let _ = sheet.unchecked_ref::<HtmlElement>().hide_popover();
    }
}

fn is_wide() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width >= WIDE)
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn input_by_id(id: &str) -> Option<HtmlInputElement> {
    element(id)?.dyn_into().ok()
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
    let (width, height) = studio.form.with(|form| batch::size_of(&draft, form));
    format!("{width} × {height}")
}
