//! What stands in the viewer before it comes to life, and the places for what it shows then.

use leptos::prelude::*;

use crate::{generation::contract::Html, studio::OpenedViewer};

/// All that stands in [`Viewer`](crate::studio::Viewer). Without script, what the address asks for
/// is all there is.
#[component]
pub fn ViewerParts(opened: Option<OpenedViewer>) -> impl IntoView {
    let OpenedViewer { stage: Html(stage), side: Html(side) } = opened.unwrap_or_default();
    view! {
        <div class="viewer__stage" id="viewer-stage" inner_html=stage></div>
        <div class="viewer__side" id="viewer-side" inner_html=side></div>
    }
}
