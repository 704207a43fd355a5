//! What the head of the page says of the work that goes on.

use leptos::prelude::*;

use super::{
    fresh::{follow, fresh, live},
    use_studio,
};

/// How many generations run; a click brings the person to them.
#[island]
pub fn Running() -> impl IntoView {
    let studio = use_studio();
    follow(move || {
        let running = studio.running.get();
        let count =
            if running == 0 { String::new() } else { ["(", &running.to_string(), ") "].concat() };
        document().set_title(&(count + "Easel"));
    });
    fresh(view! {
        <a
            class="chip chip--quiet header__running"
            href="#results"
            hidden=live(move || studio.running.get() == 0)
        >
            {live(move || studio.running.get().to_string())}
            <span class="header__word">" running"</span>
        </a>
    })
}
