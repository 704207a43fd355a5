//! Short messages at the foot of the page, sometimes with an Undo button.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Studio,
    drawn::drawn,
    events::ANYTHING,
    fresh::{fresh, list, on},
    status, use_studio,
    words::{Text, text},
};
use crate::{
    api, browser,
    generation::{
        GenerationId, Refusal,
        contract::{GalleryAct, Html},
    },
};

/// How long a message stays.
const TOAST_DURATION: Duration = Duration::from_secs(10);

/// A message, and the generations that its Undo button restores.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toast {
    number: u32,
    words: String,
    /// Server-drawn HTML, shown instead of `words`.
    html: String,
    undo: Vec<GenerationId>,
}

/// The class of the Undo button.
const UNDO: &str = "toast__undo";

/// Shows `words` for ten seconds; `undo` are generations that were deleted.
pub fn show(studio: Studio, words: String, undo: Vec<GenerationId>) {
    show_toast(studio, Toast { words, undo, ..Toast::default() });
}

/// Shows an error.
pub fn show_refusal(studio: Studio, refusal: Refusal) {
    let Html(html) = refusal.html;
    let words = if html.is_empty() { status::refused(refusal.kind) } else { refusal.words };
    show_toast(studio, Toast { words, html, ..Toast::default() });
}

fn show_toast(studio: Studio, toast: Toast) {
    let last = studio.toast.with_untracked(|toast| toast.as_ref().map(|toast| toast.number));
    let number = last.unwrap_or(0) + 1;
    studio.announcer.announce(&number.to_string(), &toast.words);
    let can_undo = !toast.undo.is_empty();
    studio.toast.set(Some(Toast { number, ..toast }));
    spawn_local(async move {
        if can_undo {
            // The element with the focus was deleted.
            leptos::task::tick().await;
            focus_undo();
        }
        sleep(TOAST_DURATION).await;
        remove(studio, number);
    });
}

/// Focuses every Undo button; only the visible one accepts.
fn focus_undo() {
    let buttons = document().get_elements_by_class_name(UNDO);
    for button in (0..buttons.length()).filter_map(|index| buttons.item(index)) {
        browser::focus(&button);
    }
}

fn remove(studio: Studio, number: u32) {
    if studio.toast.with_untracked(|toast| toast.as_ref().is_some_and(|t| t.number == number)) {
        studio.toast.set(None);
    }
}

/// The current message. It is drawn in the page and in the viewer, because content outside an open
/// dialog is inert; the style sheet shows one of the two.
#[island]
pub fn Toasts() -> impl IntoView {
    let studio = use_studio();
    let toasts = list(move || {
        let toast = studio.toast.get().into_iter();
        toast
            .map(|toast| {
                (toast.number.to_string(), fresh(move || view! { <OneToast studio toast/> }))
            })
            .collect()
    });
    fresh(move || view! { <div class="toasts">{toasts}</div> })
}

#[component]
fn OneToast(studio: Studio, toast: Toast) -> impl IntoView {
    let Toast { number, words, html, undo } = toast;
    let words = if html.is_empty() { words } else { String::new() };
    let has_undo = !undo.is_empty();
    view! {
        <div class="toast">
            <p>{words}</p>
            {drawn(move || html.clone())}
            <button
                type="button"
                class=UNDO
                hidden=!has_undo
                on:click=on(move |_| take_back(studio, number, undo.clone()))
            >
                {text(Text::Undo)}
            </button>
        </div>
    }
}

fn take_back(studio: Studio, number: u32, ids: Vec<GenerationId>) {
    remove(studio, number);
    let Some(first) = ids.first().map(|id| id.as_str().to_owned()) else { return };
    // Of several, any may have changed.
    let change = if ids.len() == 1 { first.clone() } else { ANYTHING.to_owned() };
    spawn_local(async move {
        match api::act(ids, GalleryAct::Restore, String::new()).await {
            Ok(_) => {
                studio.pending.update_value(|pending| pending.returned = first);
                studio.change.set(change);
            }
            Err(refusal) => studio.report(refusal),
        }
    });
}
