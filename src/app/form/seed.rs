//! The seed control: a new seed each time, or a fixed one.

use leptos::prelude::*;

use super::control::Control;
use crate::{
    generation::contract::{FieldAct, INPUT},
    language::text,
};

/// A pair of buttons, New and Keep; the box holds the fixed seed, or is empty.
#[component]
pub fn Seed(control: Control) -> impl IntoView {
    let is_kept = !control.text.trim().is_empty();
    let name = control.name.trim_start_matches(INPUT).to_owned();
    let pressed = |is_on: bool| if is_on { "true" } else { "false" };
    view! {
        <div class="seed">
            <div class="segments" role="group" aria-label=text!("settings-seed-which")>
                <button
                    type="button"
                    class="segments__one"
                    id=format!("{}-new", control.id)
                    aria-pressed=pressed(!is_kept)
                    value=FieldAct::Reset(name).to_value()
                >
                    {text!("settings-seed-new")}
                </button>
                <button
                    type="button"
                    class="segments__one"
                    id=format!("{}-keep", control.id)
                    aria-pressed=pressed(is_kept)
                    value=FieldAct::LastSeed.to_value()
                    title=text!("settings-seed-keep-title")
                >
                    {text!("settings-seed-keep")}
                </button>
            </div>
            <input
                type="number"
                id=control.id
                class="field__control"
                step="1"
                placeholder=text!("settings-seed-own")
                name=control.name
                form="request"
                aria-describedby=control.error_id
                aria-invalid=control.is_invalid.then_some("true")
                value=control.text
            />
        </div>
    }
}
