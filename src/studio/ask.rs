//! Asks the server for a part of the page, for all who go on with what it drew.

use leptos::task::spawn_local;

use crate::{
    api,
    generation::{
        Refusal,
        contract::{Drawn, Part},
    },
};

type Then = Box<dyn FnOnce(Result<Drawn, Refusal>)>;

/// Has `part` drawn, and hands the answer to `then`.
pub fn ask(part: Part, then: impl FnOnce(Result<Drawn, Refusal>) + 'static) {
    // One kind of future for all.
    fn boxed(part: Part, then: Then) {
        spawn_local(async move { then(api::draw(part).await) });
    }
    boxed(part, Box::new(then));
}
