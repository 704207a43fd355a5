//! The sheet Connections: the state of every provider, which the server draws.

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::ToggleEvent;

use super::{drawn::DrawnPart, icon::Icon, use_studio};
use crate::{
    api, browser,
    generation::{
        ProviderKind,
        contract::{Html, Part, State},
    },
};

/// The sheet, which is filled when it is opened.
#[island]
pub fn Connections() -> impl IntoView {
    let studio = use_studio();
    let html: RwSignal<Option<Html>> = RwSignal::new(None);
    let draw = move |check: Option<ProviderKind>| {
        spawn_local(async move {
            match api::draw(Part::Connections { check }).await {
                Ok(drawn) => {
                    if let State::Connections(overall) = drawn.state
                        && let Some(dot) = document().get_element_by_id("connections-dot")
                    {
                        dot.set_class_name(&format!("dot {}", overall.dot()));
                    }
                    html.set(Some(drawn.html));
                }
                Err(error) => studio.report(error),
            }
        });
    };
    let toggled = move |event: ev::Event| {
        if event.unchecked_ref::<ToggleEvent>().new_state() == "open" {
            draw(None);
        }
    };
    let pressed = move |event: ev::MouseEvent| {
        let Some(button) = browser::button_of(&event) else { return };
        let kind = ProviderKind::ALL.into_iter().find(|kind| kind.prefix() == button.value());
        if kind.is_some() {
            button.set_text_content(Some("Checking"));
            draw(kind);
        }
    };
    view! {
        <aside
            class="sheet connections"
            id="connections"
            popover="auto"
            role="region"
            aria-label="Connections"
            on:toggle=toggled
        >
            <div class="sheet__head">
                <h2 class="sheet__title">"Connections"</h2>
                <button
                    type="button"
                    class="chip chip--quiet chip--icon"
                    popovertarget="connections"
                    popovertargetaction="hide"
                    aria-label="Close connections"
                >
                    <Icon name="close"/>
                </button>
            </div>
            <div aria-live="polite" on:click=pressed>
                <DrawnPart html>""</DrawnPart>
            </div>
        </aside>
    }
}
