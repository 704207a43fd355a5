//! Short words at the foot of the page, sometimes with a button that takes something back.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{Studio, use_studio};
use crate::{
    api, browser,
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
    /// It took the focus once; where it is shown again it does not.
    had_focus: bool,
}

/// Shows `words` for a while; `undo` are generations that were deleted.
pub fn show(studio: Studio, words: String, undo: Option<Vec<GenerationId>>) {
    let number = studio
        .toasts
        .with_untracked(|toasts| toasts.iter().map(|toast| toast.number).max().unwrap_or(0) + 1);
    studio.toasts.update(|toasts| {
        toasts.push(Toast { number, words, undo, had_focus: false });
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
    view! { <ToastList studio is_in_viewer=false/> }
}

/// The words, where they can be read: nothing outside of an open viewer can.
#[component]
pub fn ToastList(studio: Studio, is_in_viewer: bool) -> impl IntoView {
    let toasts = move || match studio.viewed.with(Option::is_some) == is_in_viewer {
        true => studio.toasts.get(),
        false => Vec::new(),
    };
    view! {
        <div class="toasts" role="status">
            <For each=toasts key=|toast| toast.number let:toast>
                <OneToast studio toast/>
            </For>
        </div>
    }
}

#[component]
fn OneToast(studio: Studio, toast: Toast) -> impl IntoView {
    let Toast { number, words, undo, had_focus } = toast;
    let button = NodeRef::<leptos::html::Button>::new();
    // What had the focus was deleted.
    Effect::new(move |_| {
        let Some(button) = button.get().filter(|_| !had_focus) else { return };
        browser::focus(&button);
        studio.toasts.update_untracked(|toasts| {
            for toast in toasts.iter_mut().filter(|toast| toast.number == number) {
                toast.had_focus = true;
            }
        });
    });
    let undo = undo.map(|ids| {
        let take_back = move |_| take_back(studio, number, ids.clone());
        view! {
            <button type="button" class="toast__undo" node_ref=button on:click=take_back>
                "Undo"
            </button>
        }
    });
    view! { <p class="toast">{words}{undo}</p> }
}

fn take_back(studio: Studio, number: u32, ids: Vec<GenerationId>) {
    remove(studio, number);
    spawn_local(async move {
        match api::act(ids.clone(), GalleryAct::Restore).await {
            Ok(_) => {
                let first = ids.first().cloned();
                studio.returned.set(first.clone());
                // Of several, anything may be different.
                let id = first.filter(|_| ids.len() == 1);
                studio.change.update(|change| *change = change.next(id));
            }
            Err(error) => studio.report(&error),
        }
    });
}
