//! `POST /v1/generations`: starts generations, and completes them even if the client disconnects.

use std::time::Duration;

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::future::join_all;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::shapes::{Generation, GenerationList};
use crate::{
    generation::{GalleryItem, GenerationId},
    server::{
        client_address::ClientAddress,
        completing::Unfinished,
        doors::{
            address,
            answer::Form,
            api_error::ApiError,
            asking::Asking,
            body::Incoming,
            pictures::Taking,
            promises,
            schemas::{Failure, NewGeneration},
            who::{self, Holder},
            work::{Door, Work, stopping},
        },
        state::AppState,
        store::SessionId,
    },
};

/// How long a client may wait for the end, in seconds.
const MAX_WAIT_SECONDS: u64 = 60;

/// A row exists only a moment after the work has begun.
const ROW_POLL_INTERVAL: Duration = Duration::from_millis(20);
const MAX_ROW_POLLS: u32 = 500;

/// Start making pictures from a prompt. Answers immediately with a generation to look at later, or
/// with the finished one when the header `Prefer: wait=60` is sent and it is ready in time.
#[utoipa::path(
    post, path = "/v1/generations", operation_id = "createGeneration", tag = "generations",
    request_body = NewGeneration,
    params(
        ("Prefer" = Option<String>, Header, description = "wait=N waits up to N seconds, at most 60"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again means the same generation"),
    ),
    responses(
        (status = 200, description = "It has ended", body = Generation),
        (status = 202, description = "It has started", body = Generation),
        (status = "4XX", description = "It is refused, or has failed", body = Failure),
        (status = "5XX", description = "Nothing was started; it may be tried again", body = Failure),
    )
)]
pub async fn create(
    State(state): State<AppState>,
    Extension(caller): Holder,
    address: ClientAddress,
    request: Request,
) -> Result<Response, ApiError> {
    let told = who::may_start(&state, &caller).await?;
    let headers = request.headers().clone();
    let mut read = Incoming { state: &state, address }.json(request).await?;
    let taking = Taking { state: &state, caller: &caller, address };
    let given = taking.take_from(&mut read.fields).await?;
    let mut fields = std::mem::take(&mut read.fields);
    let hook = promises::named(&state.config, &mut fields)?;
    drop(read);
    let (base, wait) = (address::base(&state, &headers), wait(&headers));
    let holder = caller.clone();
    let asking =
        Asking { state: state.clone(), caller, address, door: Door::Rest, fields, given, headers };
    let (work, ticket) = asking.work(Form::Base64).await?;
    let ids = work.ids.clone();
    if hook.is_some() {
        promises::promise(&state, &holder, &ids, &base, hook.as_ref()).await?;
    }
    // In a task of its own: the work is completed even if the client disconnects.
    let mut working = tokio::spawn(see_through(work));
    let mut ends = tokio::time::timeout(wait, &mut working).await.ok();
    let ended = ends.is_some();
    let mut items = Vec::with_capacity(ids.len());
    for id in &ids {
        items.extend(arrived(&state, &holder.session, id, &working).await?);
    }
    if items.is_empty() {
        if ends.is_none() && working.is_finished() {
            ends = Some(working.await);
        }
        return Err(refused(ends.and_then(Result::ok)));
    }
    let mut made = Vec::with_capacity(items.len());
    for item in &items {
        made.push(Generation::live(&state, &holder.session, item, &base).await?);
    }
    ticket.deliver();
    let location = HeaderValue::try_from(made[0].links.own.as_str());
    let status = if ended { StatusCode::OK } else { StatusCode::ACCEPTED };
    let body = match <[Generation; 1]>::try_from(made) {
        Ok([one]) => serde_json::to_value(one),
        Err(data) => serde_json::to_value(GenerationList {
            object: "list",
            data,
            has_more: false,
            next: None,
        }),
    };
    let mut response = (status, told, Json(body.unwrap_or(Value::Null))).into_response();
    response.headers_mut().extend(location.ok().map(|location| (header::LOCATION, location)));
    Ok(response)
}

/// Runs all its generations to their ends.
async fn see_through(work: Work) -> Vec<Result<(), ApiError>> {
    let one = |at: usize| {
        let work = &work;
        async move {
            let ended = work.one(at).await;
            ended.map(drop).map_err(|ended| match ended {
                Unfinished::Failed(error) => ApiError::from(error).of(&work.ids[at]),
                Unfinished::Stopping => stopping(&work.ids[at]),
            })
        }
    };
    join_all((0..work.ids.len()).map(one)).await
}

/// The generation, once its row exists; `None` if it was refused before.
async fn arrived(
    state: &AppState,
    session: &SessionId,
    id: &GenerationId,
    working: &JoinHandle<Vec<Result<(), ApiError>>>,
) -> Result<Option<GalleryItem>, ApiError> {
    for _ in 0..MAX_ROW_POLLS {
        // The last row may have been written just before the work ended.
        let is_finished = working.is_finished();
        if let Some(record) = state.gallery.find_record(session, id).await? {
            return Ok(Some(record.item));
        }
        if is_finished {
            break;
        }
        tokio::time::sleep(ROW_POLL_INTERVAL).await;
    }
    Ok(None)
}

/// Why none of its generations was started.
fn refused(ends: Option<Vec<Result<(), ApiError>>>) -> ApiError {
    let why = ends.into_iter().flatten().find_map(Result::err);
    // It names a generation, which there is not.
    let why = why.map(|error| ApiError { generation: None, ..error });
    why.unwrap_or_else(|| {
        let message = "Nothing was started: this server is too busy. Try again.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        ApiError::new(status, "server_error", "not_started", message)
    })
}

/// Parses `Prefer: wait=N`.
fn wait(headers: &HeaderMap) -> Duration {
    let preferred = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut parts = preferred.flat_map(|value| value.split([',', ';'])).map(str::trim);
    let seconds = parts.find_map(|part| part.strip_prefix("wait=")?.trim().parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(MAX_WAIT_SECONDS))
}
