//! The viewer's picture, or the reason why there is none.

use leptos::prelude::*;

use super::ViewerProps;
use crate::{
    app::{failure, names, wall::state_words},
    generation::{
        GenerationId,
        contract::{PictureAddress, ViewerAct},
    },
    language::text,
    studio::icon::Icon,
};

#[component]
pub fn Stage(seen: ViewerProps) -> impl IntoView {
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
    let end = |id: Option<GenerationId>, place| {
        let address = id.map(|id| PictureAddress { id, position: 0 }.path());
        address.map(|address| view! { <a id=place href=address hidden></a> })
    };
    // Targets for the keys Home and End.
    let newest = end(seen.newest.clone(), "viewer-newest");
    let oldest = end(seen.oldest.clone(), "viewer-oldest");
    let newer = step(seen.newer_picture(), "viewer-newer", text!("viewer-newer"), "left");
    let older = step(seen.older_picture(), "viewer-older", text!("viewer-older"), "right");
    view! {
        <Content seen/>
        {newer}
        {older}
        {newest}
        {oldest}
    }
}

#[component]
fn Content(seen: ViewerProps) -> impl IntoView {
    let item = &seen.item;
    let name = names::picture(&item.request);
    if let Some(image) = seen.image() {
        let name = names::one_of(name, seen.position as usize, item.images.len());
        return view! {
            <button
                type="button"
                class="viewer__zoom"
                id="viewer-zoom"
                name=ViewerAct::Zoom.word()
                title=text!("viewer-zoom")
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
        None if !item.state.is_ended() => view! {
            <Working words=state_words(item) may_make=seen.may_make/>
        }
        .into_any(),
        None => view! {
            <div class="viewer__state">
                <p>{state_words(item)}</p>
                <p>{name}</p>
            </div>
        }
        .into_any(),
    }
}

/// A running generation, which the viewer's island updates from its events.
#[component]
fn Working(words: String, may_make: bool) -> impl IntoView {
    let cancel = may_make.then(|| {
        view! {
            <button
                type="button"
                class="chip"
                id="viewer-cancel"
                name=ViewerAct::Cancel.word()
            >
                <Icon name="close"/>
                {text!("card-cancel")}
            </button>
        }
    });
    view! {
        <div class="working" aria-busy="true">
            <img class="working__preview" id="viewer-preview" alt="" hidden/>
            <div class="plate">
                <p class="plate__line" id="viewer-words">{words}</p>
                <progress
                    class="plate__bar"
                    id="viewer-progress"
                    max="1000"
                    aria-label=text!("card-progress")
                ></progress>
                {cancel}
            </div>
        </div>
    }
}
