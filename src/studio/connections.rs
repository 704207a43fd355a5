//! The Connections sheet: the state of every provider, drawn by the server.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, ToggleEvent};

use super::{
    Studio,
    alive::alive,
    ask::ask,
    drawn,
    words::{Text, text},
};
use crate::{
    browser,
    generation::contract::{Part, State},
};

/// The id of the sheet.
pub const CONNECTIONS: &str = "connections";

/// The id of the dot that shows the worst state among the providers with a key.
pub const DOT: &str = "connections-dot";

/// The id of the container for the list of providers.
pub const CONNECTION_LIST: &str = "connections-ways";

/// The sheet, which is filled when it opens; `children` is the sheet with its heading.
#[island]
pub fn Connections(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(around: Element, studio: Studio) {
    let Some(sheet) = browser::by_id::<Element>(CONNECTIONS) else { return };
    browser::listen(&sheet, "toggle", move |event| {
        if event.unchecked_ref::<ToggleEvent>().new_state() == "open" {
            draw(studio, String::new());
        }
    });
    browser::listen(&around, "click", move |event| pressed(studio, &event));
}

fn pressed(studio: Studio, event: &Event) {
    let Some(button) = browser::button_of(event) else { return };
    let asked = button.value();
    if !asked.is_empty() {
        button.set_text_content(Some(text(Text::Checking)));
        draw(studio, asked);
    }
}

/// Fills the sheet, after checking the key of the provider with the prefix `check`.
fn draw(studio: Studio, check: String) {
    ask(Part::Connections { check }, move |answer| match answer {
        Ok(drawn) => {
            if let State::Connections(overall) = drawn.state
                && let Some(dot) = browser::by_id::<Element>(DOT)
            {
                dot.set_class_name(&("dot ".to_owned() + overall.dot()));
            }
            drawn::show(CONNECTION_LIST, &drawn.html);
        }
        Err(error) => studio.report(error),
    });
}
