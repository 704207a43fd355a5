//! The inputs of the chosen model, drawn by the server in a sheet beside the pictures.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{Studio, batch, drawn::DrawnPart, fresh::live, icon::Icon, uploads, use_studio};
use crate::{
    browser,
    generation::contract::{FieldAct, Fill, INPUT},
};

/// The sheet; `children` are the fields of the first model.
#[island]
pub fn Settings(children: Children) -> impl IntoView {
    let studio = use_studio();
    view! {
        <aside class="settings sheet" id="settings" popover="manual" role="region" aria-label="Settings">
            <div class="sheet__head">
                <h2>{live(move || studio.form.with(|form| form.title.clone()))}</h2>
                <button
                    type="button"
                    class="chip chip--icon"
                    popovertarget="settings"
                    popovertargetaction="hide"
                    aria-label="Close settings"
                >
                    <Icon name="close"/>
                </button>
            </div>
            <button
                type="button"
                class="chip chip--quiet"
                hidden=live(move || changed(studio) == 0)
                on:click=move |_| studio.fill(Fill::Reset)
            >
                "Reset all"
            </button>
            <div
                on:input=move |event| changed_by_hand(studio, &event)
                on:change=move |event| files_chosen(studio, &event)
                on:click=move |event| pressed(studio, &event)
            >
                <DrawnPart
                    html=studio.fields
                    on_change=move |_| untrack(|| studio.fields_are_there())
                >
                    {children()}
                </DrawnPart>
            </div>
        </aside>
    }
}

/// Somebody moved a control.
fn changed_by_hand(studio: Studio, event: &ev::Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    else {
        studio.touched.update(|times| *times += 1);
        return;
    };
    // A slider and its number move together: the slider is called by the id of its number.
    let id = input.id();
    let partner = match id.strip_suffix(SLIDER) {
        Some(number) => number.to_owned(),
        None => format!("{id}{SLIDER}"),
    };
    if let Some(partner) = input_by_id(&partner) {
        partner.set_value(&input.value());
    }
    studio.touched.update(|times| *times += 1);
}

/// Somebody chose files for an input.
fn files_chosen(studio: Studio, event: &ev::Event) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some((input, files)) = input.and_then(|input| Some((input.clone(), input.files()?))) else {
        return;
    };
    let Some(name) = input.name().strip_prefix(INPUT).map(str::to_owned) else { return };
    for index in 0..files.length() {
        if let Some(file) = files.get(index) {
            uploads::upload_for(studio, name.clone(), file, input.multiple());
        }
    }
    // The same file may be chosen again after it was removed.
    input.set_value("");
}

/// Somebody pressed a button among the fields.
fn pressed(studio: Studio, event: &ev::MouseEvent) {
    let act = browser::button_of(event).and_then(|button| FieldAct::of_value(&button.value()));
    if let Some(act) = act {
        studio.change_fields(act);
    }
}

/// Opens the sheet.
pub fn open() {
    let sheet = document().get_element_by_id("settings");
    if let Some(sheet) = sheet.and_then(|sheet| sheet.dyn_into::<HtmlElement>().ok()) {
        // It fails where the sheet is open already.
        let _ = sheet.show_popover();
    }
}

/// What the id of a slider adds to the id of its number.
pub const SLIDER: &str = "-slider";

fn input_by_id(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// How many inputs differ from their defaults.
pub fn changed(studio: Studio) -> usize {
    studio.touched.track();
    let draft = studio.draft();
    studio.form.with(|form| {
        let is_changed = |(name, value): &&(String, String)| {
            form.defaults.iter().any(|(input, default)| input == name && default != value)
        };
        draft.inputs.iter().filter(is_changed).count()
    })
}

/// The size of the picture to come, for its chip.
pub fn shape(studio: Studio) -> String {
    studio.touched.track();
    let draft = studio.draft();
    let (width, height) = studio.form.with(|form| batch::size_of(&draft, form));
    format!("{width} × {height}")
}
