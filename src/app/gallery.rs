//! The gallery: rendered on the server, also where the page asks for a part of it later, so that
//! none of it weighs on the browser's side.

use leptos::prelude::*;

use super::Part;
use crate::generation::{GalleryItem, GalleryPage, ProviderKind, RecordState, StoredImage};

/// The region with its filters and its first part, and the viewer, which is empty at first.
#[component]
pub fn Gallery(part: Part, page: GalleryPage) -> impl IntoView {
    let filter = part.filter.clone();
    let providers = ProviderKind::all().into_iter().map(|provider| {
        let is_chosen = filter.provider == Some(provider);
        view! { <option value=provider.prefix() selected=is_chosen>{provider.title()}</option> }
    });
    view! {
        <section class="gallery" aria-label="Gallery">
            <div class="gallery__head">
                <h2 class="gallery__title">"Gallery"</h2>
                <form
                    class="gallery__filters"
                    id="gallery-filters"
                    role="search"
                    action="/"
                    autocomplete="off"
                >
                    <input
                        type="search"
                        name="search"
                        class="field__control gallery__search"
                        aria-label="Search"
                        placeholder="Search prompts and models"
                        value=filter.search
                    />
                    <select name="provider" class="field__control" aria-label="Provider">
                        <option value="">"Every provider"</option>
                        {providers.collect_view()}
                    </select>
                    <label class="check">
                        <input type="checkbox" name="failed" checked=filter.failed/>
                        "Failed"
                    </label>
                    <label class="check">
                        <input type="checkbox" name="starred" checked=filter.starred/>
                        "Starred"
                    </label>
                    <noscript>
                        <button class="button">"Search"</button>
                    </noscript>
                </form>
                <label class="button button--quiet gallery__read">
                    "Read a picture’s inputs"
                    <input type="file" id="gallery-read" class="visually-hidden" accept="image/*"/>
                </label>
            </div>
            <div id="gallery-list">
                <List part page/>
            </div>
            <div class="gallery__words" id="gallery-words" aria-live="polite"></div>
        </section>
        <dialog class="viewer" id="viewer" aria-label="Picture"></dialog>
    }
}

/// One page of tiles, and the button for the next.
#[component]
pub fn List(part: Part, page: GalleryPage) -> impl IntoView {
    let is_filtered = part.is_filtered();
    let here = part.address();
    let next = page.next.map(|next| {
        let next = Part { before: Some(next), ..part.clone() }.address();
        view! {
            <p class="gallery__more">
                <a class="button" href=next.clone() data-action="more" data-from=next>"Show more"</a>
            </p>
        }
    });
    let nothing = (page.items.is_empty() && part.before.is_none()).then(|| {
        let words = if is_filtered { "Nothing matches." } else { "What you make is kept here." };
        view! { <p class="gallery__empty">{words}</p> }
    });
    let tiles = page.items.into_iter().map(|item| view! { <Tile item/> }).collect_view();
    view! {
        <ul class="gallery__page" data-from=here>
            {tiles}
        </ul>
        {nothing}
        {next}
    }
}

/// One generation.
#[component]
fn Tile(item: GalleryItem) -> impl IntoView {
    let id = item.id.to_string();
    let name = item.request.picture_name();
    let count = item.images.len();
    let star = item.starred.then(|| view! { <span class="tile__star" title="Starred">"★"</span> });
    let count =
        (count > 1).then(|| view! { <span class="tile__count" title="Pictures">{count}</span> });
    let label = name.clone();
    let content = match item.images.first() {
        Some(StoredImage { digest, width, height, .. }) => view! {
            <a
                class="tile__open"
                href=format!("/api/images/{digest}")
                data-action="open"
                data-id=id.clone()
            >
                <img
                    class="tile__image"
                    src=format!("/api/thumbnails/{digest}")
                    alt=name
                    width=*width
                    height=*height
                    loading="lazy"
                    decoding="async"
                />
            </a>
        }
        .into_any(),
        None => view! {
            <button
                type="button"
                class="tile__open tile__open--words"
                data-action="open"
                data-id=id.clone()
                // Named like a picture, by its prompt: its state is no word to press.
                aria-label=label
                aria-description=state_words(&item)
                aria-busy=(!item.state.is_ended()).then_some("true")
            >
                <span class="tile__state">{state_words(&item)}</span>
                <span class="tile__prompt">{name}</span>
            </button>
        }
        .into_any(),
    };
    view! {
        <li class="tile" id=format!("g-{id}") data-id=id.clone()>
            {content}
            {star}
            {count}
        </li>
    }
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
