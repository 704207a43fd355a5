//! Short words at the foot of the page, sometimes with a button that takes something back.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};

use super::{
    Studio,
    drawn::DrawnPart,
    fresh::{follow, fresh_when, on},
    use_studio,
};
use crate::{
    api, browser,
    generation::{
        GenerationId, Refusal,
        contract::{GalleryAct, Html},
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
    /// It took the focus once; where it is shown again it does not.
    had_focus: bool,
}

/// Shows `words` for a while; `undo` are generations that were deleted.
pub fn show(studio: Studio, words: String, undo: Option<Vec<GenerationId>>) {
    show_toast(studio, Toast { words, undo, ..Toast::default() });
}

/// Shows what went wrong.
pub fn show_refusal(studio: Studio, refusal: Refusal) {
    let is_ours = refusal.html.0.is_empty();
    let words = if is_ours { refusal.kind.words().to_owned() } else { String::new() };
    let html = (!is_ours).then_some(refusal.html);
    show_toast(studio, Toast { words, html, ..Toast::default() });
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
    view! { <ToastList studio is_in_viewer=false/> }
}

/// The words, where they can be read: nothing outside of an open viewer can.
#[component]
pub fn ToastList(studio: Studio, is_in_viewer: bool) -> impl IntoView {
    let toast = move || {
        let is_here = studio.viewed.with(Option::is_some) == is_in_viewer;
        let toast = studio.toast.get().filter(|_| is_here)?;
        Some(view! { <OneToast studio toast/> })
    };
    view! { <div class="toasts">{fresh_when(toast)}</div> }
}

#[component]
fn OneToast(studio: Studio, toast: Toast) -> impl IntoView {
    let Toast { number, words, html, undo, had_focus } = toast;
    let button = NodeRef::<leptos::html::Button>::new();
    // What had the focus was deleted.
    follow(move || {
        let Some(button) = button.get().filter(|_| !had_focus) else { return };
        browser::focus(&button);
        studio.toast.update_untracked(|toast| {
            if let Some(toast) = toast.as_mut().filter(|toast| toast.number == number) {
                toast.had_focus = true;
            }
        });
    });
    let undo = undo.map(|ids| {
        let take_back = on(move |_| take_back(studio, number, ids.clone()));
        view! {
            <button type="button" class="toast__undo" node_ref=button on:click=take_back>
                "Undo"
            </button>
        }
    });
    let html = RwSignal::new(html);
    view! {
        <div class="toast">
            <p>{words}</p>
            <DrawnPart html on_change=move |place| studio.announce_text(&place)>""</DrawnPart>
            {undo}
        </div>
    }
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
            Err(error) => studio.report(error),
        }
    });
}
