//! The combobox Model: choosing and finding in one.

use leptos::prelude::*;

use super::{fresh::live, use_studio};

/// Shows the chosen model; typing searches.
#[component]
pub fn ModelPicker() -> impl IntoView {
    let studio = use_studio();
    view! {
        <input type="hidden" name="model" value=move || studio.form.with(|form| form.model.clone())/>
        <span class="chip">{live(move || studio.form.with(|form| form.title.clone()))}</span>
    }
}
