//! The gallery: rendered on the server, also where the page asks for a part of it later, so that
//! none of it weighs on the browser's side.

use leptos::prelude::*;

use super::html;
use crate::{
    error::GenerateError,
    generation::{
        GalleryItem, GalleryPage, GenerationId, RecordState, StoredImage,
        contract::{Drawn, GalleryQuery, State},
    },
    server::{state::AppState, store::SessionId, visitors::Asker},
};

/// A page of the gallery.
pub async fn tiles(
    state: &AppState,
    asker: &Asker,
    query: GalleryQuery,
) -> Result<Drawn, GenerateError> {
    let page = page_of(state, &asker.session, &query).await?;
    let next = page.next.clone();
    let html = html(|| view! { <Tiles query page/> });
    Ok(Drawn { html: html.into(), state: State::Tiles(next) })
}

/// The page that a query asks for.
pub async fn page_of(
    state: &AppState,
    session: &SessionId,
    query: &GalleryQuery,
) -> Result<GalleryPage, GenerateError> {
    state.service.gallery(session, &query.filter(), query.before.as_ref()).await
}

/// The tile of one generation, or nothing.
pub async fn tile(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
) -> Result<Drawn, GenerateError> {
    match state.service.gallery_item(&asker.session, id).await {
        Ok(item) => Ok(Drawn::plain(html(|| view! { <Tile item/> }))),
        Err(GenerateError::NotFound) => Ok(Drawn::plain(String::new())),
        Err(error) => Err(error),
    }
}

/// The filters and the first page.
#[component]
pub fn Shelf(query: GalleryQuery, page: GalleryPage) -> impl IntoView {
    view! {
        <form class="wall__head" role="search" action="/">
            <h2>"Gallery"</h2>
            <input type="search" name="search" aria-label="Search" value=query.search.clone()/>
        </form>
        <Tiles query page/>
    }
}

/// One page of tiles, and the link to the next.
#[component]
fn Tiles(query: GalleryQuery, page: GalleryPage) -> impl IntoView {
    let next = page.next.map(|next| query.before(next).address());
    let next = next.map(|next| view! { <a class="chip" href=next>"Show more"</a> });
    let tiles = page.items.into_iter().map(|item| view! { <Tile item/> }).collect_view();
    view! {
        <ul class="wall__page">{tiles}</ul>
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
        <li class="tile" id=format!("g-{id}")>
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
