//! The bar with the actions for the ticked tiles.

use leptos::prelude::*;

use super::narrowed::COLLECTIONS;
use crate::{
    generation::{MAX_COLLECTION_CHARS, contract::GalleryAct},
    language::text,
    studio::{COLLECTION, icon::Icon},
};

/// The form that owns the tiles' boxes, so that it contains the ticked ones.
#[component]
pub fn SelectionBar(
    /// Whether the person may change what is ticked, and not only download it.
    may_make: bool,
) -> impl IntoView {
    let star = may_make.then(|| {
        view! {
            <button type="button" class="chip" name=GalleryAct::Star.word()>
                <Icon name="star"/>
                <span class="word">{text!("wall-star")}</span>
            </button>
        }
    });
    view! {
        <form class="selection" id="selection" method="post" action="/api/zip" aria-label=text!("wall-selection")>
            <p class="selection__count" id="selection-count" role="status"></p>
            <fieldset class="selection__acts" id="selection-acts">
                {star}
                <button class="chip">
                    <Icon name="download"/>
                    <span class="word">{text!("wall-download-zip")}</span>
                </button>
                {may_make.then(|| view! { <Changes/> })}
            </fieldset>
            <button
                type="button"
                class="chip chip--quiet"
                name="select"
                aria-label=text!("wall-end-selection")
            >
                <Icon name="close"/>
            </button>
        </form>
    }
}

/// What changes the ticked tiles: away, or into a collection.
#[component]
fn Changes() -> impl IntoView {
    view! {
        <button type="button" class="chip" name=GalleryAct::Delete.word()>
            <Icon name="delete"/>
            <span class="word">{text!("wall-delete")}</span>
        </button>
        <input
            class="chip selection__collection"
            dir="auto"
            id=COLLECTION
            list=COLLECTIONS
            // Enter must not submit the form.
            form="none"
            aria-label=text!("wall-collection")
            placeholder=text!("wall-collection")
            title=text!("wall-collection-title")
            maxlength=MAX_COLLECTION_CHARS.to_string()
        />
        <button type="button" class="chip" name=GalleryAct::Collect.word()>
            {text!("wall-collect")}
        </button>
    }
}
