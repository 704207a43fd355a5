//! Parts of the page that load on first use: the server draws them, and their own scripts drive
//! them.

use leptos::prelude::*;
use web_sys::Element;

use super::{
    Studio, ask, drawn,
    words::{Text, text},
};
use crate::{
    browser,
    generation::contract::{Part, State},
};

/// Shows `part` in the container with the id `place`, and runs its script.
pub fn load(studio: Studio, part: Part, place: &str) {
    let place = place.to_owned();
    ask(part, move |answer| match answer {
        Ok(drawn) => {
            drawn::show(&place, &drawn.html);
            if let State::Script(script) = drawn.state {
                run(studio, &place, &script);
            }
        }
        Err(error) => studio.report(error),
    });
}

/// Loads the part of the container with the id `place`, unless it is loaded; `key` is the pressed
/// key, or empty.
pub fn load_once(studio: Studio, place: &str, key: &str) {
    let is_new =
        browser::by_id::<Element>(place).is_some_and(|place| place.child_element_count() == 0);
    if is_new {
        load(studio, Part::Loaded(place.to_owned(), key.to_owned()), place);
    }
}

/// Runs the module at this URL. A browser runs a module once, however often it is inserted.
fn run(studio: Studio, place: &str, address: &str) {
    let (Some(place), Ok(script)) =
        (browser::by_id::<Element>(place), document().create_element("script"))
    else {
        return;
    };
    // Cannot fail on a new element.
    let _ = script.set_attribute("type", "module");
    let _ = script.set_attribute("src", address);
    browser::listen(&script, "error", move |_| studio.say(text(Text::Unreachable).to_owned()));
    let _ = place.append_child(&script);
}
