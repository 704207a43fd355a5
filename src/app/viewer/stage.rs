//! The picture of the viewer, or why there is none.

use leptos::prelude::*;

use super::Seen;
use crate::{
    app::{failure, wall::state_words},
    generation::contract::{PictureAddress, ViewerAct},
    studio::icon::Icon,
};

#[component]
pub fn Stage(seen: Seen) -> impl IntoView {
    let step = |picture: Option<PictureAddress>, id, words, icon| {
        let address = picture.map(|picture| picture.path());
        address.map(|address| {
            view! {
                <a class="viewer__step" id=id href=address aria-label=words>
                    <Icon name=icon/>
                </a>
            }
        })
    };
    let newer = step(seen.newer_picture(), "viewer-newer", "Previous", "left");
    let older = step(seen.older_picture(), "viewer-older", "Next", "right");
    view! {
        <Content seen/>
        {newer}
        {older}
    }
}

#[component]
fn Content(seen: Seen) -> impl IntoView {
    let item = &seen.item;
    let name = item.request.picture_name();
    if let Some(image) = seen.image() {
        let name = match item.images.len() {
            1 => name,
            count => format!("{name} ({} of {count})", seen.position + 1),
        };
        return view! {
            <button
                type="button"
                class="viewer__zoom"
                id="viewer-zoom"
                name=ViewerAct::Zoom.word()
                title="Zoom"
            >
                <img
                    class="viewer__image"
                    src=format!("/api/images/{}", image.digest)
                    alt=name
                    width=image.width
                    height=image.height
                    draggable="false"
                />
            </button>
        }
        .into_any();
    }
    match &item.error {
        Some(error) => {
            view! { <div class="viewer__state">{failure::words(error)}</div> }.into_any()
        }
        None => view! {
            <div class="viewer__state">
                <p>{state_words(item)}</p>
                <p>{name}</p>
            </div>
        }
        .into_any(),
    }
}
