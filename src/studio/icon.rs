//! The icons, which one file holds: `public/icons.svg`.

use leptos::prelude::*;

/// The icon called `name`, as large as the text beside it. What it means is said in words beside.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href="/icons.svg#".to_owned() + name></use>
        </svg>
    }
}
