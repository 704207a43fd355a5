//! Requests parts of the page from the server.

use leptos::task::spawn_local;

use crate::{
    api,
    generation::{
        Refusal,
        contract::{Drawn, Part},
    },
};

type Then = Box<dyn FnOnce(Result<Drawn, Refusal>)>;

/// Requests `part` and calls `then` with the response.
pub fn ask(part: Part, then: impl FnOnce(Result<Drawn, Refusal>) + 'static) {
    // Boxed, so that only one kind of future is compiled into the page.
    fn boxed(part: Part, then: Then) {
        spawn_local(async move { then(api::draw(part).await) });
    }
    boxed(part, Box::new(then));
}
