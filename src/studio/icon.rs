//! Icons from the sprite `public/icons.svg`.

use leptos::prelude::*;

/// The icon `name`, sized like the text beside it. It is hidden from assistive technology, so the
/// text beside it has to name the action.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href="/icons.svg#".to_owned() + name></use>
        </svg>
    }
}
