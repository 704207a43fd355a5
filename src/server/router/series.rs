//! Series: begun by the page's form, shown on pages of their own.

use std::collections::HashMap;

use axum::{
    Extension, Form, Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use futures::{StreamExt, stream};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    handing::{FOR_EVER, FileHeaders, FileRequest, NEVER, Source, tag_of},
    message, status_of,
    status_updates::{ask, status_updates},
};
use crate::{
    app::{
        self, RefusedPage,
        form::FilledForm,
        series::{
            ListPage, NoSeriesPage, Planned, SeriesPage, SeriesParts, SeriesView, Viewer,
            input_options, plan_words, planned,
        },
    },
    error::GenerateError,
    generation::{
        Draft, GalleryItem, GenerationId, ModelReference, StoredImage,
        contract::Fill,
        series::{Plan, PlanError, Series, SeriesId},
    },
    language::{Language, text},
    server::{
        access::Caller,
        client_address::ClientAddress,
        state::AppState,
        store::{CleanCopy, Deed as Written, SessionId, SharedSeries, StoreError},
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
            Planned::Refused(error) => error,
        },
    };
    let status = status_of(&error);
    document(status, app::html(|| view! { <RefusedPage error style_sheet/> }))
}

/// The preview of a series before it begins.
#[derive(Serialize)]
pub struct Planning {
    /// How many pictures there will be; 0 where it cannot begin.
    pictures: usize,
    /// One picture is no series.
    is_single: bool,
    words: String,
    /// The inputs of the chosen model, as HTML options.
    inputs: String,
}

/// `POST /series/plan`: how many pictures the form would make; nothing begins.
pub async fn plan(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let asker = Asker { session, caller, address, is_new: false, key: None };
    let fields = typed(fields);
    let plan = Plan::of_fields(&fields);
    let draft = Draft::of_fields(fields);
    let (pictures, words) = match &plan {
        Ok(plan) => {
            let words = text!("series-count", count = plan.cells());
            let cost = cost_of_plan(&state, &asker, plan, &draft).await;
            (plan.cells(), cost.map_or(words.clone(), |cost| format!("{words} {cost}")))
        }
        Err(error) => (0, plan_words(error)),
    };
    let draft = Draft { prompt: String::new(), ..draft };
    let form = FilledForm::of_draft(&state, &asker, draft, Fill::Keep).await;
    let inputs = match &form.model {
        Some(Ok(model)) => input_options(&model.schema),
        _ => input_options(&Default::default()),
    };
    let is_single = plan == Err(PlanError::Single);
    let told = Planning { pictures, is_single, words, inputs };
    ([(header::CACHE_CONTROL, NEVER)], Json(told)).into_response()
}

/// A sentence about the cost of all pictures of a plan.
async fn cost_of_plan(
    state: &AppState,
    asker: &Asker,
    plan: &Plan,
    draft: &Draft,
) -> Option<String> {
    if !asker.caller.may_make() {
        return None;
    }
    let mut models: Vec<(ModelReference, u64)> = Vec::new();
    for position in 0..plan.cells() {
        let Ok(model) = plan.draft(draft, position, None).reference() else { continue };
        match models.iter_mut().find(|(known, _)| *known == model) {
            Some((_, times)) => *times += 1,
            None => models.push((model, 1)),
        }
    }
    app::money::estimate_of_all(state, asker, &models).await
}

/// `GET /series`: all series of a person, and how often models won.
pub async fn list(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
) -> Result<Response, StoreError> {
    let (series, wins) = state.service.all_series(&session).await?;
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
    let series = state.service.series(session, &id).await?;
    let share = state.service.share_of_series(session, &id).await?;
    let share = share.map(|(token, with_inputs)| (format!("/s/{token}"), with_inputs));
    let wins = match series.winner {
        Some(_) => state.service.wins(session).await?,
        None => Vec::new(),
    };
    let items = state.service.items_of_series(&id).await?;
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
        let usual = state.service.usual(&item.request.model).await;
        let events = stream::iter(state.service.events_of(&item.id).await?);
        let all: Vec<_> =
            status_updates(events, usual, ask(&state.service), Language::current()).collect().await;
        if let Some(last) = all.into_iter().last() {
            told.insert(item.id.clone(), last.words);
        }
    }
    Ok(told)
}

/// The action of a button, by its value.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesAct {
    /// This picture is the best.
    Best,
    /// Reveals the names without a winner.
    Reveal,
    Cancel,
    CancelOne,
    Share,
    ShareInputs,
    Unshare,
    Delete,
}

#[derive(Deserialize)]
pub struct Deed {
    act: SeriesAct,
    /// The picture that the action concerns.
    position: Option<u32>,
}

/// `POST /c/{id}`: carries out a button's action, and redirects back.
pub async fn act(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    Path(id): Path<String>,
    Form(Deed { act, position }): Form<Deed>,
) -> Response {
    match done(&state, caller, &session, &id, act, position).await {
        Ok(()) if matches!(act, SeriesAct::Delete) => Redirect::to("/series").into_response(),
        Ok(()) => Redirect::to(&format!("/c/{id}")).into_response(),
        Err(error) => message::answer(&state, &error),
    }
}

async fn done(
    state: &AppState,
    caller: Caller,
    session: &SessionId,
    id: &str,
    act: SeriesAct,
    position: Option<u32>,
) -> Result<(), GenerateError> {
    caller.must_make()?;
    let id: SeriesId = id.parse().map_err(|_| GenerateError::NotFound)?;
    let service = &state.service;
    let one = || position.ok_or(GenerateError::NotFound);
    let written = match act {
        SeriesAct::Share | SeriesAct::ShareInputs => Some(Written::Shared),
        SeriesAct::Unshare => Some(Written::Unshared),
        SeriesAct::Delete => Some(Written::Deleted),
        SeriesAct::Best | SeriesAct::Reveal | SeriesAct::Cancel | SeriesAct::CancelOne => None,
    };
    match act {
        SeriesAct::Best => service.judge_series(session, &id, Some(one()?)).await,
        SeriesAct::Reveal => service.judge_series(session, &id, None).await,
        SeriesAct::Cancel => service.cancel_series(session, &id).await,
        SeriesAct::CancelOne => service.cancel_member(session, &id, one()?).await,
        SeriesAct::Share => service.share_series(session, &id, false).await,
        SeriesAct::ShareInputs => service.share_series(session, &id, true).await,
        SeriesAct::Unshare => service.unshare_series(session, &id).await,
        SeriesAct::Delete => service.delete_series(session, &id).await,
    }?;
    if let Some(deed) = written {
        state.happened.by(session, deed, format!("/c/{id}")).await;
    }
    Ok(())
}

/// `GET /c/{id}/picture/{position}`: a picture of a blind comparison, once all are finished.
/// Neither its URL nor its bytes reveal its model.
pub async fn picture(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position)): Path<(String, u32)>,
    asked: FileRequest,
) -> Result<Response, StoreError> {
    let Ok(id) = id.parse::<SeriesId>() else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    match state.service.series(&session, &id).await {
        Ok(series) => hand_out(&state, &series, position, false, &asked).await,
        Err(_) => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}

/// A picture of a series; not the original where the names are hidden or a guest may not see how it
/// was made.
pub(super) async fn hand_out(
    state: &AppState,
    series: &Series,
    position: u32,
    must_be_clean: bool,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let is_hidden = series.is_hidden();
    let member = series.members.get(position as usize).filter(|_| !is_hidden || series.is_over());
    let items = state.service.items_of_series(&series.id).await?;
    let item = member.and_then(|member| items.iter().find(|item| item.id == member.generation));
    let Some(image) = item.and_then(|item| item.images.first()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match is_hidden || must_be_clean {
        true => clean(state, image, asked).await,
        false => whole(state, image, asked).await,
    }
}

async fn whole(
    state: &AppState,
    image: &StoredImage,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let Some(file) = state.service.images().open_file(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = image.content_type.mime().to_owned();
    let tag = tag_of(&image.digest);
    let told = FileHeaders { content_type, cache: FOR_EVER, saved_as: None, tag };
    asked.hand_out(state, Source::Kept(file), told).await
}

/// A copy without metadata: many models write their names into their files.
async fn clean(
    state: &AppState,
    image: &StoredImage,
    asked: &FileRequest,
) -> Result<Response, StoreError> {
    let copy = state.service.images().clean_copy(&image.digest, image.content_type).await?;
    let CleanCopy::Made(file) = copy else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = image.content_type.mime().to_owned();
    // The URL is the same for another model's picture in another comparison, so no cache may store
    // it.
    let told = FileHeaders { content_type, cache: NEVER, saved_as: None, tag: None };
    asked.hand_out(state, Source::Kept(file), told).await
}

/// The page behind a guest's link.
pub(super) async fn shared(
    state: &AppState,
    shared: SharedSeries,
    token: String,
) -> Result<Response, StoreError> {
    let SharedSeries { series, with_inputs, .. } = shared;
    let items = state.service.items_of_series(&series.id).await?;
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
