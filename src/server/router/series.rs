//! Series: begun by the page's form, shown on pages of their own.

mod acts;
mod pictures;
mod planning;

use std::collections::HashMap;

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use futures::{StreamExt, stream};
use leptos::prelude::*;
use serde::Deserialize;

pub(super) use self::pictures::{Audience, hand_out};
pub use self::{acts::act, pictures::picture, planning::plan};
use super::{
    handing::NEVER,
    message, status_of,
    status_updates::{ask, status_updates},
};
use crate::{
    app::{
        self, RefusedPage,
        series::{
            ListPage, NoSeriesPage, Planned, SeriesPage, SeriesParts, SeriesView, Viewer,
            plan_words, planned,
        },
    },
    error::GenerateError,
    generation::{GalleryItem, GenerationId, series::SeriesId},
    language::Language,
    server::{
        access::Caller,
        client_address::ClientAddress,
        state::AppState,
        store::{SessionId, SharedSeries, StoreError},
        visitors::Asker,
    },
};

/// This server's own script, which contacts no other host.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     style-src-attr 'unsafe-inline'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The fields of a form, without the CRs that nobody typed.
fn typed(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    fields.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect()
}

/// `POST /series`: begins the series of the form, and redirects to its page.
pub async fn begin(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let style_sheet = state.assets.style_sheet();
    let error = match caller.must_make() {
        Err(error) => error,
        Ok(()) => match planned(&state, &asker, typed(fields)).await {
            Planned::Series(series) => {
                let path = series.id.path();
                match state.begin_series(asker, series).await {
                    Ok(()) => return Redirect::to(&path).into_response(),
                    Err(error) => error,
                }
            }
            Planned::NoPlan(error) => {
                let words = plan_words(&error);
                let html = app::html(|| view! { <NoSeriesPage words style_sheet/> });
                return document(StatusCode::BAD_REQUEST, html);
            }
            Planned::Wrong(words) => {
                let html = app::html(|| view! { <NoSeriesPage words style_sheet/> });
                return document(StatusCode::UNPROCESSABLE_ENTITY, html);
            }
            Planned::Refused(error) => error,
        },
    };
    let status = status_of(&error);
    document(status, app::html(|| view! { <RefusedPage error style_sheet/> }))
}

/// `GET /series`: all series of a person, and how often models won.
pub async fn list(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
) -> Result<Response, StoreError> {
    let (series, wins) = state.series.listed(&session).await?;
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <ListPage series wins style_sheet/> });
    Ok(document(StatusCode::OK, html))
}

#[derive(Deserialize)]
pub struct Part {
    /// Requests only the parts that change while something runs.
    now: Option<String>,
    /// The page is hidden.
    away: Option<String>,
}

/// `GET /c/{id}`: the page of a series.
pub async fn page(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Response {
    match seen(&state, &session, &id).await {
        Ok(seen) if part.now.is_some() => {
            if part.away.is_none() {
                state.push.page_asks(&session);
            }
            let html = app::html(|| view! { <SeriesParts seen=seen.clone()/> });
            let mut response = document(StatusCode::OK, html);
            // There is nothing to poll for any more.
            if seen.is_over {
                response.headers_mut().insert("easel-over", HeaderValue::from_static("1"));
            }
            response
        }
        Ok(seen) => {
            let style_sheet = state.assets.style_sheet();
            document(StatusCode::OK, app::html(|| view! { <SeriesPage seen style_sheet/> }))
        }
        Err(error) => message::answer(&state, &error),
    }
}

async fn seen(
    state: &AppState,
    session: &SessionId,
    id: &str,
) -> Result<SeriesView, GenerateError> {
    let id: SeriesId = id.parse().map_err(|_| GenerateError::NotFound)?;
    let series = state.series.get(session, &id).await?;
    let share = state.series.share_of(session, &id).await?;
    let share = share.map(|(token, with_inputs)| (format!("/s/{token}"), with_inputs));
    let wins = match series.winner {
        Some(_) => state.series.wins(session).await?,
        None => Vec::new(),
    };
    let items = state.series.items(&id).await?;
    let told = told(state, &items).await?;
    Ok(SeriesView::of(series, items, &told, Viewer::Owner { share, wins }))
}

/// The progress of running generations, with their usual time.
async fn told(
    state: &AppState,
    items: &[GalleryItem],
) -> Result<HashMap<GenerationId, String>, GenerateError> {
    let mut told = HashMap::new();
    for item in items.iter().filter(|item| !item.state.is_ended()) {
        let usual = state.generations.usual(&item.request.model).await;
        let events = stream::iter(state.generations.events_of(&item.id).await?);
        let all: Vec<_> =
            status_updates(events, usual, ask(&state.generations), Language::current())
                .collect()
                .await;
        if let Some(last) = all.into_iter().last() {
            told.insert(item.id.clone(), last.words);
        }
    }
    Ok(told)
}

/// The page behind a guest's link.
pub(super) async fn shared(
    state: &AppState,
    shared: SharedSeries,
    token: String,
) -> Result<Response, StoreError> {
    let SharedSeries { series, with_inputs, .. } = shared;
    let items = state.series.items(&series.id).await?;
    let seen = SeriesView::of(series, items, &HashMap::new(), Viewer::Guest { token, with_inputs });
    let style_sheet = state.assets.style_sheet();
    Ok(document(StatusCode::OK, app::html(|| view! { <SeriesPage seen style_sheet/> })))
}

fn document(status: StatusCode, html: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(NEVER));
    (status, headers, Html(html)).into_response()
}
