//! The region with the cards of this sitting, newest first.

use leptos::prelude::*;

use super::{
    announcer::LiveStatus,
    card::Card,
    fresh::{fresh, list, live},
    use_studio,
};

/// Cards come and go here; without script the server draws what runs.
#[island]
pub fn Results(children: Children) -> impl IntoView {
    let studio = use_studio();
    view! {
        <section
            class="now"
            aria-label="Results"
            class:now--one=live(move || studio.batches.with(|batches| batches.len() == 1))
        >
            {list(move || {
                let batches = studio.batches.get().into_iter();
                batches.map(|batch| (batch.key().to_string(), fresh(view! { <Card batch/> }))).collect()
            })}
            {children()}
        </section>
        <LiveStatus announcer=studio.announcer/>
    }
}
