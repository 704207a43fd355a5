//! What the head of the page says of the work that goes on.

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::{Studio, alive::alive, fresh::follow};
use crate::browser;

/// The id of the link to what runs.
pub const RUNNING: &str = "running";

/// The id of the number in it.
pub const RUNNING_COUNT: &str = "running-count";

/// How many generations run: in the link that `children` are, and in the title of the page.
#[island]
pub fn Running(children: Children) -> impl IntoView {
    alive(children, come_to_life)
}

fn come_to_life(_: Element, studio: Studio) {
    follow(move || {
        let running = studio.running.get();
        let count = running.to_string();
        if let Some(link) = browser::by_id::<HtmlElement>(RUNNING) {
            link.set_hidden(running == 0);
        }
        if let Some(place) = browser::by_id::<Element>(RUNNING_COUNT) {
            place.set_text_content(Some(&count));
        }
        let title = if running == 0 { String::new() } else { "(".to_owned() + &count + ") " };
        document().set_title(&(title + "Easel"));
    });
}
