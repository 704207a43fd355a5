//! Short words at the foot of the page, sometimes with a button that takes something back.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{Studio, drawn::DrawnPart, fresh::fresh_when, use_studio};
use crate::{
    api,
    error::GenerateError,
    generation::{
        GenerationId,
        contract::{GalleryAct, Html, Part},
    },
};

/// How long words stay.
const READING: Duration = Duration::from_secs(10);

/// Words, and what can be taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toast {
    number: u32,
    words: String,
    /// The same, where the server drew it.
    html: Option<Html>,
    undo: Option<Vec<GenerationId>>,
}

/// Shows `words` for a while; `undo` are generations that were deleted.
pub fn show(studio: Studio, words: String, undo: Option<Vec<GenerationId>>) {
    show_toast(studio, Toast { words, undo, ..Toast::default() });
}

/// Shows what went wrong, in the server's words.
pub fn show_error(studio: Studio, error: GenerateError) {
    spawn_local(async move {
        let drawn = api::draw(Part::Failure { error, generation: None }).await;
        let html = drawn.ok().map(|drawn| drawn.html);
        let words = match html {
            Some(_) => String::new(),
            None => "Easel cannot be reached. Check that it runs.".to_owned(),
        };
        show_toast(studio, Toast { words, html, ..Toast::default() });
    });
}

fn show_toast(studio: Studio, toast: Toast) {
    let last = studio.toast.with_untracked(|toast| toast.as_ref().map(|toast| toast.number));
    let number = last.unwrap_or(0) + 1;
    studio.announcer.announce(&format!("toast {number}"), &toast.words);
    studio.toast.set(Some(Toast { number, ..toast }));
    spawn_local(async move {
        sleep(READING).await;
        remove(studio, number);
    });
}

fn remove(studio: Studio, number: u32) {
    if studio.toast.with_untracked(|toast| toast.as_ref().is_some_and(|t| t.number == number)) {
        studio.toast.set(None);
    }
}

/// The words that are on show.
#[island]
pub fn Toasts() -> impl IntoView {
    let studio = use_studio();
    let toast = move |toast: Toast| {
        let Toast { number, words, html, undo } = toast;
        let take_back = undo.is_some();
        let take_back = take_back.then(|| {
            let undo = move |_| {
                let ids = undo.clone().unwrap_or_default();
                remove(studio, number);
                spawn_local(async move {
                    if let Err(error) = api::act(ids, GalleryAct::Restore).await {
                        studio.report(error);
                    }
                });
            };
            view! {
                <button type="button" class="toast__undo" id="undo" on:click=undo>"Undo"</button>
            }
        });
        let html = RwSignal::new(html);
        view! {
            <div class="toast">
                <p>{words}</p>
                <DrawnPart html on_change=move |place| studio.announce_text(&place)>""</DrawnPart>
                {take_back}
            </div>
        }
    };
    view! {
        <div class="toasts">
            {fresh_when(move || studio.toast.get().map(toast))}
        </div>
    }
}
