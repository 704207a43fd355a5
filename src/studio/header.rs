//! The page header's summary of running generations.

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::{Studio, alive::alive, fresh::follow};
use crate::browser;

/// The id of the link to the running generations.
pub const RUNNING: &str = "running";

/// The id of the number in it.
pub const RUNNING_COUNT: &str = "running-count";

/// The id of the tab's icon.
pub const ICON: &str = "icon";

/// Shows how many generations run: in the link, which `children` contains, and in the title and
/// icon of the tab, which may be in the background.
#[island]
pub fn Running(children: Children) -> impl IntoView {
    alive(children, hydrate)
}

fn hydrate(_: Element, studio: Studio) {
    follow(move || {
        let (running, percent) = (studio.running.get(), studio.percent.get());
        let count = running.to_string();
        if let Some(link) = browser::by_id::<HtmlElement>(RUNNING) {
            link.set_hidden(running == 0);
        }
        if let Some(place) = browser::by_id::<Element>(RUNNING_COUNT) {
            place.set_text_content(Some(&count));
        }
        let percent = percent.to_string();
        let title = match (running, percent.as_str()) {
            (0, _) => String::new(),
            (1, "0") | (2.., _) => ["(", &count, ") "].concat(),
            (1, percent) => [percent, " % · "].concat(),
        };
        document().set_title(&(title + "Easel"));
        if let Some(icon) = browser::by_id::<Element>(ICON) {
            let address = match running {
                0 => "/favicon.svg".to_owned(),
                _ => "/progress/".to_owned() + &percent,
            };
            let _ = icon.set_attribute("href", &address);
        }
    });
}
