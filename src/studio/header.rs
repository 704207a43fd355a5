//! What the head of the page says of the work that goes on.

use leptos::prelude::*;

use super::{
    fresh::{follow, live},
    use_studio,
};

/// How many generations run; a click brings the person to them.
#[island]
pub fn Running() -> impl IntoView {
    let studio = use_studio();
    follow(move || {
        let running = studio.running.get();
        let title = match running {
            0 => "Easel".to_owned(),
            _ => format!("({running}) Easel"),
        };
        document().set_title(&title);
    });
    view! {
        <a class="chip chip--quiet" href="#results" hidden=move || studio.running.get() == 0>
            <span class="ring" aria-hidden="true"></span>
            <span>{live(move || studio.running.get().to_string())}</span>
            <span class="header__word">" running"</span>
        </a>
    }
}
