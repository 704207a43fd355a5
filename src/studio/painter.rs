//! Opens the painter of masks. What it is made of comes with the first one that is opened: its
//! dialog is drawn by the server, and a script of its own (`public/painter.js`) brings that to life.
//! What was painted is a file that the script gives to the input, as if a person had chosen it.

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

/// The id of the place for the painter.
pub const PAINTER: &str = "painter";

/// What the id of a button adds to the id of the input whose mask it lets one paint.
pub const PAINT: &str = "-paint";

/// Opens the painter for the mask that `input` is.
pub fn open(studio: Studio, input: String) {
    ask(Part::Painter { draft: studio.drawn_draft(), input }, move |answer| match answer {
        Ok(drawn) => {
            drawn::show(PAINTER, &drawn.html);
            if let State::Painter(script) = drawn.state {
                run(studio, &script);
            }
        }
        Err(error) => studio.report(error),
    });
}

/// Runs the script at this address. A browser runs a module once, however often it is asked for.
fn run(studio: Studio, address: &str) {
    let (Some(place), Ok(script)) =
        (browser::by_id::<Element>(PAINTER), document().create_element("script"))
    else {
        return;
    };
    // They fail for no element that was just made.
    let _ = script.set_attribute("type", "module");
    let _ = script.set_attribute("src", address);
    browser::listen(&script, "error", move |_| studio.say(text(Text::Unreachable).to_owned()));
    let _ = place.append_child(&script);
}
