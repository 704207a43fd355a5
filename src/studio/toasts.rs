//! Short words at the foot of the page, sometimes with a button that takes something back.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{Studio, use_studio};
use crate::{
    api,
    generation::{GenerationId, contract::GalleryAct},
};

/// How long words stay.
const READING: Duration = Duration::from_secs(10);

/// The most that are on show at once.
const MAX_SHOWN: usize = 2;

/// Words, and what can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    number: u32,
    words: String,
    undo: Option<Vec<GenerationId>>,
}

/// Shows `words` for a while; `undo` are generations that were deleted.
pub fn show(studio: Studio, words: String, undo: Option<Vec<GenerationId>>) {
    let number = studio
        .toasts
        .with_untracked(|toasts| toasts.iter().map(|toast| toast.number).max().unwrap_or(0) + 1);
    studio.toasts.update(|toasts| {
        toasts.push(Toast { number, words, undo });
        if toasts.len() > MAX_SHOWN {
            toasts.remove(0);
        }
    });
    spawn_local(async move {
        sleep(READING).await;
        remove(studio, number);
    });
}

fn remove(studio: Studio, number: u32) {
    studio.toasts.update(|toasts| toasts.retain(|toast| toast.number != number));
}

/// The words that are on show.
#[island]
pub fn Toasts() -> impl IntoView {
    let studio = use_studio();
    let toast = move |toast: Toast| {
        let Toast { number, words, undo } = toast;
        let undo = undo.map(|ids| {
            let take_back = move |_| {
                let ids = ids.clone();
                remove(studio, number);
                spawn_local(async move {
                    if let Err(error) = api::act(ids, GalleryAct::Restore).await {
                        studio.report(&error);
                    }
                });
            };
            view! { <button type="button" class="toast__undo" on:click=take_back>"Undo"</button> }
        });
        view! { <p class="toast">{words}{undo}</p> }
    };
    view! {
        <div class="toasts" role="status">
            <For each=move || studio.toasts.get() key=|toast| toast.number children=toast/>
        </div>
    }
}
