//! A generation as a tile of the wall, or as a line if it has no result.

use leptos::prelude::*;

use crate::{
    app::{failure, names},
    generation::{
        GalleryItem, RecordState,
        contract::{GalleryAct, PictureAddress},
    },
    language::text,
    studio::icon::Icon,
};

/// The range of a tile's proportions; a banner would leave no room for its row.
const RATIOS: (f64, f64) = (0.4, 3.2);

/// A generation with a result.
#[component]
pub fn Tile(
    item: GalleryItem,
    /// Whether the person may change it.
    may_make: bool,
) -> impl IntoView {
    let id = item.id.to_string();
    let name = names::picture(&item.request);
    let count = item.images.len();
    let several = (count > 1).then(|| {
        let words = text!("wall-pictures", number = count);
        view! { <span class="tile__count" role="img" aria-label=words>{count}</span> }
    });
    let (ratio, content) = match item.images.first().cloned() {
        Some(image) => {
            let ratio = f64::from(image.width.max(1)) / f64::from(image.height.max(1));
            let content = view! {
                <img
                    class="tile__image"
                    src=format!("/api/thumbnails/{}", image.digest)
                    alt=name.clone()
                    width=image.width
                    height=image.height
                    loading="lazy"
                    decoding="async"
                />
            };
            (ratio.clamp(RATIOS.0, RATIOS.1), content.into_any())
        }
        None => {
            let words = view! { <span class="tile__words" dir="auto">{name.clone()}</span> };
            (1.0, words.into_any())
        }
    };
    let has_image = count > 0;
    // A tile of text contains its name already.
    let caption = has_image.then(|| {
        view! { <span class="tile__caption" dir="auto" aria-hidden="true">{name.clone()}</span> }
    });
    let star = may_make.then(|| {
        view! { <Star id=id.clone() name=name.clone() is_starred=item.starred/> }
    });
    let select = text!("wall-select-one", name = name.as_str());
    view! {
        <li class="tile" id=format!("g-{id}") style=format!("--r:{ratio:.3}")>
            <a class="tile__open" id=format!("o-{id}") href=address(&item)>{content}</a>
            {caption}
            {star}
            {several}
            <input
                class="tile__select"
                type="checkbox"
                name="ids"
                value=id.clone()
                id=format!("s-{id}")
                form="selection"
                aria-label=select
                autocomplete="off"
            />
        </li>
    }
}

#[component]
fn Star(id: String, name: String, is_starred: bool) -> impl IntoView {
    let act = if is_starred { GalleryAct::Unstar } else { GalleryAct::Star };
    view! {
        <button
            type="button"
            class="tile__star"
            id=format!("star-{id}")
            name=act.word()
            value=id
            aria-label=text!("wall-star-one", name = name)
            aria-pressed=is_starred.to_string()
        >
            <Icon name="star"/>
        </button>
    }
}

/// A generation that failed or was cancelled.
#[component]
pub fn Ended(item: GalleryItem) -> impl IntoView {
    let id = item.id.to_string();
    view! {
        <li class="ended" id=format!("g-{id}")>
            <a class="ended__open" dir="auto" id=format!("o-{id}") href=address(&item)>
                {names::picture(&item.request)}
            </a>
            " "
            <small class="ended__state">{state_words(&item)}</small>
        </li>
    }
}

fn address(item: &GalleryItem) -> String {
    PictureAddress { id: item.id.clone(), position: 0 }.path()
}

/// The state of the generation, in a few words.
pub fn state_words(item: &GalleryItem) -> String {
    match (item.state, &item.error) {
        (RecordState::Running, _) => text!("status-running"),
        (RecordState::Loading, _) => text!("status-loading"),
        (RecordState::Done, _) => text!("status-done"),
        (RecordState::Failed, Some(error)) => {
            text!("status-failed-because", what = failure::what(error))
        }
        (RecordState::Failed, None) => text!("status-failed"),
        (RecordState::Cancelled, _) => text!("status-cancelled"),
    }
}
