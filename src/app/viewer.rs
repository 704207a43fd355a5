//! One generation, large, with all that is known of it and all that can be done with it. Rendered
//! on the server; the buttons say in their attributes what they do.

use leptos::prelude::*;

use super::{facts::Facts, html, outputs::Outputs, wall::state_words};
use crate::{
    error::GenerateError,
    generation::{
        GalleryItem, GenerationId, RecordState, StoredImage,
        contract::{Drawn, State, ViewerState},
    },
    server::{state::AppState, visitors::Asker},
};

/// One picture of a generation, with all that is known of it.
pub async fn draw(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    position: u32,
) -> Result<Drawn, GenerateError> {
    let item = state.service.gallery_item(&asker.session, id).await?;
    let share = state.service.share_of(&asker.session, id).await?;
    let image = item.images.get(position as usize).cloned();
    let viewer = ViewerState {
        id: id.clone(),
        position,
        count: item.images.len() as u32,
        newer: None,
        older: None,
        prompt: item.request.prompt.clone(),
        link: share.map(|(token, _)| format!("/s/{token}")),
        digest: image.as_ref().map(|image| image.digest.clone()),
        is_running: !item.state.is_ended(),
    };
    let html = html(|| view! { <Viewer item image position=position as usize/> });
    Ok(Drawn { html: html.into(), state: State::Viewer(viewer) })
}

#[component]
fn Viewer(item: GalleryItem, image: Option<StoredImage>, position: usize) -> impl IntoView {
    view! {
        <div class="viewer__stage">
            <Stage item=item.clone() image=image.clone() position/>
        </div>
        <div class="viewer__side">
            <p class="viewer__prompt">{item.request.prompt.clone()}</p>
            <Outputs outputs=item.outputs.clone() id=item.id.clone()/>
            <Facts item image/>
        </div>
    }
}

#[component]
fn Stage(item: GalleryItem, image: Option<StoredImage>, position: usize) -> impl IntoView {
    let name = item.request.picture_name();
    match image {
        Some(image) => {
            let name = match item.images.len() {
                1 => name,
                count => format!("{name} ({} of {count})", position + 1),
            };
            view! {
                <img
                    class="viewer__image"
                    src=format!("/api/images/{}", image.digest)
                    alt=name
                    width=image.width
                    height=image.height
                    draggable="false"
                />
            }
            .into_any()
        }
        None if item.state == RecordState::Done && !item.outputs.is_empty() => ().into_any(),
        None => {
            let next_step = item.error.as_ref().map(|error| error.next_step());
            let detail = item.error.as_ref().and_then(|error| error.detail()).map(str::to_owned);
            view! {
                <div class="viewer__state">
                    <p>{state_words(&item)}</p>
                    {detail.map(|detail| view! { <q class="alert__detail">{detail}</q> })}
                    <p>{next_step}</p>
                </div>
            }
            .into_any()
        }
    }
}
