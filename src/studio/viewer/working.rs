//! A generation that runs, in the viewer: what its card shows, large.

use leptos::prelude::*;

use crate::{
    generation::retry::Msg,
    studio::{card::Plate, generator::Generator},
};

#[component]
pub fn Working(runner: Generator) -> impl IntoView {
    view! {
        <div class="working" aria-busy="true">
            <Plate generator=runner/>
            <button
                type="button"
                class="chip"
                id="viewer-cancel"
                on:click=move |_| runner.dispatch(Msg::CancelPressed)
            >
                "Cancel"
            </button>
        </div>
    }
}
