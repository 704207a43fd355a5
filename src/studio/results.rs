//! The region with the cards of this sitting, newest first.

use leptos::prelude::*;

use super::{announcer::LiveStatus, batch::Batch, card::Card, fresh::fresh, use_studio};

/// Cards come and go here; without script the server draws what runs.
#[island]
pub fn Results(children: Children) -> impl IntoView {
    let studio = use_studio();
    view! {
        <section
            class="now"
            aria-label="Results"
            class:now--one=move || studio.batches.with(|batches| batches.len() == 1)
        >
            {fresh(view! {
                <For
                    each=move || studio.batches.get()
                    key=Batch::key
                    children=|batch| fresh(view! { <Card batch/> })
                />
            })}
            {children()}
        </section>
        <LiveStatus announcer=studio.announcer/>
    }
}
