//! What moves on the page: one island around what the server draws. The signals stand in
//! [`heart`]; the other modules listen, ask, and write into the document what the signals say.
//!
//! The views themselves are drawn on the server, in `app`, because every element that the browser
//! can draw by itself weighs on the first visit: the whole page as browser components was three
//! times as large.

mod browser;
mod connections;
mod events;
mod finder;
mod form;
mod gallery;
mod heart;
mod listener;
mod page;
mod result;
mod space_copy;
mod status;

use leptos::prelude::*;

use self::{
    form::Form,
    heart::{Heart, Signals},
};
use crate::generation::retry::MAX_RETRIES;

/// The studio around its form.
#[island]
pub fn Studio(children: Children) -> impl IntoView {
    let input = RwSignal::new(String::new());
    let img = RwSignal::new(Vec::new());
    let retry = RwSignal::new(None);
    let retry_count = RwSignal::new(MAX_RETRIES);
    let is_generating = RwSignal::new(false);
    // Only in the browser: effects do not run on the server.
    Effect::new(move |_| {
        let heart = Heart::wake(Signals { input, img, retry, retry_count, is_generating });
        let form = Form::new(heart);
        status::tell(heart, form);
        result::show(heart, form);
        result::show_outputs(heart);
        listener::listen(heart, form);
    });
    view! { <main class="studio">{children()}</main> }
}

/// Runs `react` in the browser, and again whenever a signal that it read has changed. One kind of
/// effect serves all, because each kind of its own weighs a kilobyte on the first visit.
fn follow(react: impl Fn() + 'static) {
    fn boxed(react: Box<dyn Fn()>) {
        Effect::new(move |_| react());
    }
    boxed(Box::new(react));
}
