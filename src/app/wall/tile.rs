//! What was made, each as one tile of the wall, or as one line where it came to nothing.

use leptos::prelude::*;

use crate::{
    generation::{
        GalleryItem, RecordState,
        contract::{GalleryAct, PictureAddress},
    },
    studio::icon::Icon,
};

/// The proportions that a tile can have; a banner would leave no room for its row.
const RATIOS: (f64, f64) = (0.4, 3.2);

/// One generation that came to something.
#[component]
pub fn Tile(item: GalleryItem) -> impl IntoView {
    let id = item.id.to_string();
    let name = item.request.picture_name();
    let count = item.images.len();
    let several = (count > 1).then(|| {
        let words = format!("{count} pictures");
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
            let words = view! { <span class="tile__words">{name.clone()}</span> };
            (1.0, words.into_any())
        }
    };
    let has_image = count > 0;
    // What a tile of words is called stands in it already.
    let caption = has_image.then(|| {
        view! { <span class="tile__caption" aria-hidden="true">{name.clone()}</span> }
    });
    let select = format!("Select {name}");
    view! {
        <li class="tile" id=format!("g-{id}") style=format!("--r:{ratio:.3}")>
            <a class="tile__open" id=format!("o-{id}") href=address(&item)>{content}</a>
            {caption}
            <Star id=id.clone() name is_starred=item.starred/>
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
            aria-label=format!("Star {name}")
            aria-pressed=is_starred.to_string()
        >
            <Icon name="star"/>
        </button>
    }
}

/// One generation that failed or was cancelled.
#[component]
pub fn Ended(item: GalleryItem) -> impl IntoView {
    let id = item.id.to_string();
    view! {
        <li class="ended" id=format!("g-{id}")>
            <a class="ended__open" id=format!("o-{id}") href=address(&item)>
                {item.request.picture_name()}
            </a>
            " "
            <small class="ended__state">{state_words(&item)}</small>
        </li>
    }
}

fn address(item: &GalleryItem) -> String {
    PictureAddress { id: item.id.clone(), position: 0 }.path()
}

/// Where the generation stands, in a few words.
pub fn state_words(item: &GalleryItem) -> String {
    match (item.state, &item.error) {
        (RecordState::Running, _) => "Running".to_owned(),
        (RecordState::Loading, _) => "The model is loading".to_owned(),
        (RecordState::Done, _) => "Done".to_owned(),
        (RecordState::Failed, Some(error)) => format!("Failed: {error}"),
        (RecordState::Failed, None) => "Failed".to_owned(),
        (RecordState::Cancelled, _) => "Cancelled".to_owned(),
    }
}
