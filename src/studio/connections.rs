//! The sheet Connections: the state of every provider.

use leptos::prelude::*;

/// The sheet, which is filled when it is opened.
#[island]
pub fn Connections() -> impl IntoView {
    view! { <aside class="sheet" id="connections" popover="auto" role="region" aria-label="Connections"></aside> }
}
