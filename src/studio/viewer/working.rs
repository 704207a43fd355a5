//! A generation that runs, in the viewer: what its card shows, large.

use leptos::prelude::*;

use crate::{
    generation::retry::Msg,
    studio::{generator::Generator, icon::Icon, status},
};

#[component]
pub fn Working(runner: Generator) -> impl IntoView {
    let current = runner.current;
    let id = runner.id();
    // Its card may go away before.
    let sentence = move || {
        let words = current.try_with(|current| {
            status::sentence(&current.machine, &current.progress, current.error.as_ref())
        });
        words.unwrap_or_default()
    };
    let preview = move || {
        let number = current.try_with(|current| current.progress.preview)??;
        Some(format!("/api/generations/{}/previews/{number}", id.clone()?))
    };
    let has_preview =
        move || current.try_with(|current| current.progress.preview.is_some()).unwrap_or(false);
    let fraction = move || {
        let fraction = current.try_with(|current| current.progress.fraction())?;
        fraction.map(|fraction| ((fraction * 1000.0) as u32).to_string())
    };
    view! {
        <div class="working" aria-busy="true">
            <img class="working__preview" alt="" hidden=move || !has_preview() src=preview/>
            <div class="plate">
                <p class="plate__line">{sentence}</p>
                <progress class="plate__bar" max="1000" aria-label="Progress" value=fraction></progress>
                <button
                    type="button"
                    class="chip"
                    id="viewer-cancel"
                    on:click=move |_| runner.dispatch(Msg::CancelPressed)
                >
                    <Icon name="close"/>
                    "Cancel"
                </button>
            </div>
        </div>
    }
}
