//! The region with the cards of this page view, newest first.

use leptos::prelude::*;

use super::{
    announcer::LiveStatus,
    card::Card,
    fresh::{fresh, list},
    use_studio,
    words::{Text, text},
};

/// A list of cards. Without script, the server draws the running generations elsewhere.
#[island]
pub fn Results() -> impl IntoView {
    let studio = use_studio();
    let cards = list(move || {
        let batches = studio.batches.get().into_iter();
        batches
            .map(|batch| (batch.key().as_str().to_owned(), fresh(move || view! { <Card batch/> })))
            .collect()
    });
    fresh(move || {
        view! {
        <section class="now" aria-label=text(Text::Results)>
            {cards}
        </section>
        <LiveStatus announcer=studio.announcer/>
        }
    })
}
