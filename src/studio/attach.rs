//! Pictures that come from outside: attached, dropped anywhere, pasted. The person says what each is
//! for.

use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::{DataTransfer, File};

use super::{
    Studio,
    fresh::{follow, live},
    uploads, use_studio,
};
use crate::generation::contract::{FieldAct, Part};

/// What a picture is used for.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Input,
    Settings,
    Both,
}

/// The question what a picture is for.
#[island]
pub fn Attach() -> impl IntoView {
    let studio = use_studio();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    follow(move || listen(studio));
    follow(move || {
        let Some(dialog) = dialog.get() else { return };
        if studio.attached.with(Option::is_some) {
            // It fails only where it is open already.
            let _ = dialog.show_modal();
        } else {
            dialog.close();
        }
    });
    let choose = move |purpose: Use| {
        move |_| {
            if let Some(file) = studio.attached.get_untracked() {
                take(studio, file, purpose);
            }
            studio.attached.set(None);
        }
    };
    let takes_no_picture = move || studio.form.with(|form| form.pictures.is_empty());
    view! {
        <dialog
            class="attach"
            aria-labelledby="attach-title"
            node_ref=dialog
            on:close=move |_| studio.attached.set(None)
        >
            <h2 id="attach-title">"What is this picture for?"</h2>
            <p class="attach__note" hidden=move || !takes_no_picture()>
                {live(move || studio.form.with(|form| form.title.clone()))}
                " does not start from a picture. Choose a model that does to use it as input."
            </p>
            <div class="attach__choices">
                <button type="button" class="chip" disabled=takes_no_picture on:click=choose(Use::Input)>
                    "Use as input"
                </button>
                <button type="button" class="chip" on:click=choose(Use::Settings)>
                    "Use its settings"
                </button>
                <button type="button" class="chip" disabled=takes_no_picture on:click=choose(Use::Both)>
                    "Both"
                </button>
                <button type="button" class="chip chip--quiet" on:click=move |_| studio.attached.set(None)>
                    "Cancel"
                </button>
            </div>
        </dialog>
    }
}

/// Uploads the picture and does with it what was chosen.
fn take(studio: Studio, file: File, purpose: Use) {
    spawn_local(async move {
        let digest = match uploads::upload(&file, "image/*").await {
            Ok(digest) => digest,
            Err(words) => return studio.say(words),
        };
        let mut draft = studio.drawn_draft();
        if purpose != Use::Settings
            && let Some(input) = studio.form.with_untracked(|form| form.pictures.first().cloned())
        {
            FieldAct::Set(vec![(input, format!("stored:{digest}"))]).apply(&mut draft);
        }
        let part = match purpose {
            Use::Input => Part::Form { draft, fill: crate::generation::contract::Fill::Keep },
            Use::Settings | Use::Both => Part::FormOfPicture { draft, digest },
        };
        studio.draw_form(part);
    });
}

/// Takes what is dropped or pasted anywhere, for as long as the page lives.
fn listen(studio: Studio) {
    let dragged = |event: &ev::DragEvent| {
        let data = event.data_transfer()?;
        data.types().includes(&"Files".into(), 0).then_some(data)
    };
    window_event_listener(ev::dragover, move |event| {
        if dragged(&event).is_some() {
            event.prevent_default();
        }
    });
    window_event_listener(ev::drop, move |event| {
        // The place of an input took it.
        if event.default_prevented() {
            return;
        }
        if let Some(data) = dragged(&event) {
            event.prevent_default();
            offer(studio, &data);
        }
    });
    window_event_listener(ev::paste, move |event| {
        // Text that comes with a picture of itself, as from a word processor, is text.
        if !event.default_prevented()
            && let Some(data) = event.clipboard_data()
            && data.get_data("text/plain").is_ok_and(|text| text.is_empty())
        {
            offer(studio, &data);
        }
    });
}

fn offer(studio: Studio, data: &DataTransfer) {
    if let Some(file) = data.files().and_then(|files| files.get(0)) {
        studio.attached.set(Some(file));
    }
}
