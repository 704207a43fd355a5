//! Server-only views: the document, and the parts that the server draws for a hydrated page.

mod attach;
mod composer;
pub mod connections;
mod document;
mod facts;
mod failure;
mod first_paint;
pub mod form;
pub mod habits;
pub mod happened;
pub mod keys;
mod late;
pub mod limits;
mod menu;
pub mod models;
pub mod money;
mod names;
mod notifier;
pub mod offline;
mod outputs;
mod painter;
pub mod people;
mod plain;
pub mod provider_keys;
mod query;
mod readiness;
mod refused;
pub mod series;
pub mod session;
pub mod shared;
pub mod shortcuts;
pub mod space_copy;
mod status;
pub mod takers;
pub mod viewer;
pub mod wall;
pub mod words;

use leptos::prelude::*;

pub use self::{
    document::Document,
    failure::{headline, link, next_step, plain, refusal, sentences},
    query::{Brought, GalleryQuery, PageQuery},
    refused::{PlainRefusal, RefusedPage},
    status::{sentence, with_usual},
};
use self::{late::LateOptions, outputs::Outputs};
use crate::{
    error::GenerateError,
    generation::contract::{Drawn, Part},
    server::{state::AppState, visitors::Asker},
    studio::{NOTIFIER, PANEL, SHORTCUTS, VARY},
};

/// Draws `part` for `asker`.
///
/// # Errors
///
/// Why the part cannot be drawn. A provider's failure is part of the drawn HTML instead.
pub async fn draw(state: &AppState, asker: &Asker, part: Part) -> Result<Drawn, GenerateError> {
    match part {
        Part::Start { draft, shown } => form::start(state, asker, draft, shown).await,
        Part::Form { draft, fill } => form::of_draft(state, asker, draft, fill).await,
        Part::FormOf { generation, seed } => {
            form::of_generation(state, asker, &generation, seed).await
        }
        Part::FormOfPicture { draft, digest } => {
            form::of_picture(state, asker, draft, &digest).await
        }
        Part::DraftOf { generation, seed } => form::draft_of(state, asker, &generation, seed).await,
        Part::Models(query) => models::page(state, asker, query).await,
        Part::Tiles { query, offset_minutes } => {
            let query = GalleryQuery { offset_minutes, ..GalleryQuery::of(&query) };
            wall::tiles(state, asker, query).await
        }
        Part::Tile(id) => wall::tile(state, asker, &id).await,
        Part::Viewer { id, position, offset_minutes } => {
            viewer::draw(state, asker, &id, position, offset_minutes).await
        }
        Part::Outputs(id) => {
            let outputs = state.generations.outputs(&asker.session, &id).await?;
            let late = match asker.caller.may_make() {
                true => late::of(state, asker, &id).await?,
                false => None,
            };
            Ok(Drawn::plain(html(|| {
                view! {
                    {late.map(|late| view! { <LateOptions late/> })}
                    <Outputs outputs id/>
                }
            })))
        }
        Part::Connections { check } => connections::draw(state, asker, &check).await,
        Part::SpaceCopy(fields) => space_copy::dialog(asker, fields),
        Part::Painter { draft, input } => painter::draw(state, asker, draft, &input).await,
        Part::Loaded(place, key) => match place.as_str() {
            NOTIFIER => Ok(notifier::draw(state, asker)),
            VARY => Ok(series::vary_bar()),
            PANEL => words::draw(state, &asker.session).await,
            SHORTCUTS => Ok(shortcuts::draw(&key)),
            _ => Err(GenerateError::NotFound),
        },
        Part::SpaceCopyMade { fields, seen } => space_copy::make(state, asker, fields, seen).await,
    }
}

/// The HTML of a part of the page, with all text escaped.
pub fn html<V: IntoView>(part: impl FnOnce() -> V) -> String {
    Owner::new().with(|| part().into_view().to_html())
}
