//! The viewer's dialog before hydration, with containers for its contents.

use leptos::prelude::*;

use crate::{
    generation::contract::Html,
    language::text,
    studio::{Toasts, VIEWER},
};

/// The viewer's contents in a document whose URL names a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenedViewer {
    pub stage: Html,
    pub side: Html,
}

/// The dialog of [`Viewer`](crate::studio::Viewer). Without script, it shows what the URL names and
/// nothing else.
#[component]
pub fn ViewerDialog(opened: Option<OpenedViewer>) -> impl IntoView {
    let is_open = opened.is_some();
    let OpenedViewer { stage: Html(stage), side: Html(side) } = opened.unwrap_or_default();
    view! {
        <dialog class="viewer" id=VIEWER aria-label=text!("viewer-picture") open=is_open>
            <div class="viewer__stage" id="viewer-stage" inner_html=stage></div>
            <div class="viewer__side" id="viewer-side" inner_html=side></div>
            {view! { <Toasts/> }.into_any()}
        </dialog>
    }
}
