//! The gallery as the page asks for it: parts of its HTML, and what its owner does to a row.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

use super::fragment;
use crate::{
    app::{
        self, Part,
        gallery::List,
        outputs::Outputs,
        viewer::{Seen, Viewer},
    },
    error::GenerateError,
    generation::{GalleryItem, GenerationId, Role},
    server::{
        access::Caller,
        state::AppState,
        store::{CleanCopy, SessionId},
    },
};

/// How long the viewer waits for the description of a model. It only tells of the seed.
const LOOK: Duration = Duration::from_millis(300);

/// `GET /gallery`: a page of tiles.
pub async fn list(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Query(part): Query<Part>,
) -> Result<Response, GenerateError> {
    let page = state.service.gallery(&session, &part.filter, part.before.as_ref()).await?;
    Ok(fragment(app::html(|| view! { <List part page/> })))
}

/// `GET /gallery/{id}/{position}`: what the viewer shows of it.
pub async fn viewer(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Path((id, position)): Path<(GenerationId, usize)>,
) -> Result<Response, GenerateError> {
    let item = state.service.gallery_item(&session, &id).await?;
    let share = state.service.share_of(&session, &id).await?;
    let takes_seed = takes_seed(&state, caller, &item).await;
    let seen = Seen { item, position, takes_seed, share };
    Ok(fragment(app::html(|| view! { <Viewer seen/> })))
}

/// `GET /gallery/{id}/outputs`: what it has made so far beside pictures.
pub async fn outputs(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(id): Path<GenerationId>,
) -> Result<Response, GenerateError> {
    let outputs = state.service.outputs(&session, &id).await?;
    Ok(fragment(app::html(|| view! { <Outputs outputs id/> })))
}

async fn takes_seed(state: &AppState, caller: Caller, item: &GalleryItem) -> bool {
    if state.visitors.check(caller, &item.request.model).is_err() {
        return false;
    }
    let described = state.service.describe(&item.request.model);
    let model = tokio::time::timeout(LOOK, described).await;
    model.is_ok_and(|model| model.is_ok_and(|model| model.schema.with_role(Role::Seed).is_some()))
}

/// `POST /gallery/{id}/{action}`: answers what the page should say about it, as HTML.
pub async fn act(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, action)): Path<(GenerationId, String)>,
) -> Result<Response, GenerateError> {
    let service = &state.service;
    match action.as_str() {
        "star" => service.star(&session, &id, true).await?,
        "unstar" => service.star(&session, &id, false).await?,
        "delete" => {
            service.delete(&session, &id).await?;
            return Ok(fragment(app::html(|| undo(&id))));
        }
        "restore" => service.restore(&session, &id).await?,
        "share" => {
            let item = service.gallery_item(&session, &id).await?;
            if !can_be_cleaned(&state, &item).await? {
                let words = "It can only be shared with its inputs: the picture's file may tell \
                    them, and Easel cannot take that out.";
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, words).into_response());
            }
            drop(service.share(&session, &id, false).await?);
        }
        "share-inputs" => drop(service.share(&session, &id, true).await?),
        "unshare" => service.unshare(&session, &id).await?,
        _ => return Ok(StatusCode::NOT_FOUND.into_response()),
    }
    Ok(fragment(String::new()))
}

/// Whether its pictures can be shown without words about their making.
async fn can_be_cleaned(state: &AppState, item: &GalleryItem) -> Result<bool, GenerateError> {
    for image in &item.images {
        let copy = state.service.images().clean_copy(&image.digest, image.content_type).await?;
        if matches!(copy, CleanCopy::Impossible) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn undo(id: &GenerationId) -> impl IntoView {
    let to = format!("/gallery/{id}/restore");
    view! {
        <p role="status">
            "Deleted. "
            <button
                type="button"
                class="button button--chip"
                data-action="post"
                data-to=to
                data-id=id.to_string()
            >
                "Undo"
            </button>
        </p>
    }
}
