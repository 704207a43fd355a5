//! The dialog that makes a copy of a Space, whose fields the server draws.

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    Studio,
    drawn::DrawnPart,
    fresh::{follow, live},
    use_studio,
};
use crate::{
    api, browser,
    generation::contract::{CopyDraft, CopyState, Html, Part, State},
};

/// Opens for the Space that `space` names; closed, it is empty.
#[component]
pub fn SpaceCopy(space: RwSignal<String>) -> impl IntoView {
    let studio = use_studio();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let form = NodeRef::<leptos::html::Form>::new();
    let html: RwSignal<Option<Html>> = RwSignal::new(None);
    let words: RwSignal<Option<Html>> = RwSignal::new(None);
    let is_busy = RwSignal::new(false);
    let draw = move |copy: CopyDraft| {
        spawn_local(async move {
            match api::draw(Part::SpaceCopy(copy)).await {
                Ok(drawn) => html.set(Some(drawn.html)),
                Err(error) => {
                    space.set(String::new());
                    studio.report(error);
                }
            }
        });
    };
    follow(move || {
        let space = space.get();
        let Some(dialog) = dialog.get() else { return };
        if space.is_empty() {
            dialog.close();
            return;
        }
        // One where a copy is being made stays as it is.
        if !is_busy.get_untracked() {
            words.set(None);
            let model = studio.form.with_untracked(|form| form.model.clone());
            draw(CopyDraft { model, space, ..CopyDraft::default() });
        }
        // It fails only where it is open already.
        let _ = dialog.show_modal();
    });
    let filled = move || form.get_untracked().map(|form| copy_of(&form)).unwrap_or_default();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !is_busy.get_untracked() {
            is_busy.set(true);
            spawn_local(async move {
                make(studio, filled(), words).await;
                is_busy.set(false);
            });
        }
    };
    view! {
        <dialog
            class="dialog space-copy"
            aria-labelledby="space-copy-title"
            node_ref=dialog
            on:close=move |_| space.set(String::new())
        >
            <form
                class="space-copy__form"
                autocomplete="off"
                node_ref=form
                on:submit=submit
                // The cost depends on what stands there.
                on:change=move |_| draw(filled())
            >
                <DrawnPart html>""</DrawnPart>
                <div role="status"><DrawnPart html=words>""</DrawnPart></div>
                <div class="dialog__buttons">
                    <button type="button" class="button" on:click=move |_| space.set(String::new())>
                        "Close"
                    </button>
                    <button
                        type="submit"
                        class="button button--main"
                        disabled=live(move || is_busy.get())
                    >
                        "Duplicate"
                    </button>
                </div>
            </form>
        </dialog>
    }
}

fn copy_of(form: &web_sys::HtmlFormElement) -> CopyDraft {
    let mut copy = CopyDraft::default();
    for (name, value) in browser::entries(form) {
        match name.as_str() {
            "model" => copy.model = value,
            "space" => copy.space = value,
            "hardware" => copy.hardware = value,
            "minutes" => copy.minutes = value,
            "most" => copy.most = value,
            _ => {}
        }
    }
    copy
}

/// Makes the copy, says how far it is, and chooses it when it runs.
async fn make(studio: Studio, copy: CopyDraft, words: RwSignal<Option<Html>>) {
    let mut seen = None;
    loop {
        let part = Part::SpaceCopyMade { copy: copy.clone(), seen };
        let drawn = match api::draw(part).await {
            Ok(drawn) => drawn,
            Err(error) => return studio.report(error),
        };
        words.set(Some(drawn.html));
        match drawn.state {
            State::Copy(CopyState::Working { stage }) => seen = Some(stage),
            State::Copy(CopyState::Done { model }) => return studio.choose(model),
            _ => return,
        }
    }
}
