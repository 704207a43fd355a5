//! The gallery's bytes: thumbnails, downloads that tell how they were made, pictures behind a
//! share link; and word of what changed, for every open tab.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use axum::{
    Extension,
    extract::{Multipart, Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures::stream;
use tokio::sync::broadcast::{self, error::RecvError};

use super::pictures::CACHE;
use crate::{
    generation::{GenerationId, StoredImage},
    server::{
        metadata, picture,
        state::AppState,
        store::{Record, Records, SessionId, Signal, StoreError},
    },
};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Whose a generation is, remembered for this many.
const KNOWN: usize = 4_096;

/// `GET /api/thumbnails/{digest}`: a small version of a picture of this session.
pub async fn thumbnail(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path(digest): Path<String>,
) -> Result<Response, StoreError> {
    if state.service.records().file_of(&session, &digest).await?.is_none() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    small(&state, &digest).await
}

/// `GET /api/generations/{id}/download/{position}`: the original, with prompt and parameters in
/// it unless the operator turned that off, under a name that says what it is.
pub async fn download(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Path((id, position)): Path<(GenerationId, u32)>,
) -> Result<Response, StoreError> {
    let Some(record) = state.service.records().get_of(&session, &id).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    original(&state, &record, position, Purpose::Download).await
}

/// `POST /api/recipes`: how the picture in the first part of the form was made, as postcard; 204
/// when its file does not say.
pub async fn recipe(mut form: Multipart) -> Response {
    let Ok(Some(field)) = form.next_field().await else {
        return (StatusCode::BAD_REQUEST, "send one file, of at most 32 MiB").into_response();
    };
    let Ok(bytes) = field.bytes().await else {
        return (StatusCode::BAD_REQUEST, "send one file, of at most 32 MiB").into_response();
    };
    let recipe = tokio::task::spawn_blocking(move || metadata::extract(&bytes)).await;
    match recipe.ok().flatten().map(|recipe| postcard::to_allocvec(&recipe)) {
        Some(Ok(recipe)) => {
            ([(header::CONTENT_TYPE, "application/octet-stream")], recipe).into_response()
        }
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

/// `GET /api/shared/{token}/images/{position}`: a picture behind a share link, for anyone.
pub async fn shared_image(
    State(state): State<AppState>,
    Path((token, position)): Path<(String, u32)>,
) -> Result<Response, StoreError> {
    let Some(shared) = state.service.records().by_share_token(&token).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    original(&state, &shared.record, position, Purpose::Show).await
}

/// `GET /api/shared/{token}/thumbnails/{position}`: the same, small.
pub async fn shared_thumbnail(
    State(state): State<AppState>,
    Path((token, position)): Path<(String, u32)>,
) -> Result<Response, StoreError> {
    let shared = state.service.records().by_share_token(&token).await?;
    let image = shared.as_ref().and_then(|shared| image_at(&shared.record, position));
    let Some(image) = image else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let mut response = small(&state, &image.digest).await?;
    // A link can be taken back, so nothing keeps what it led to.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `GET /api/gallery/events`: the id of every generation of this session that begins, moves,
/// ends, or is changed in another tab; `*` when some were missed and all may have changed.
pub async fn changes(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
) -> Response {
    let records = state.service.records().clone();
    let changes = Changes { signals: records.signals(), records, session, known: HashMap::new() };
    let events = stream::unfold(changes, |mut changes| async move {
        let id = changes.next().await?;
        Some((Ok::<_, Infallible>(sse::Event::default().data(id)), changes))
    });
    let stopping = state.service.stopping();
    let events = futures::StreamExt::take_until(events, async move { stopping.cancelled().await });
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    ([unbuffered], answer).into_response()
}

struct Changes {
    records: Records,
    signals: broadcast::Receiver<Signal>,
    session: SessionId,
    /// Whether a generation is of this session.
    known: HashMap<GenerationId, bool>,
}

impl Changes {
    async fn next(&mut self) -> Option<String> {
        loop {
            match self.signals.recv().await {
                Ok(Signal::Events(id)) => {
                    if self.is_ours(&id).await {
                        return Some(id.to_string());
                    }
                }
                Ok(Signal::Cancel(_)) => {}
                Ok(Signal::Gap) | Err(RecvError::Lagged(_)) => return Some("*".to_owned()),
                Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn is_ours(&mut self, id: &GenerationId) -> bool {
        if let Some(ours) = self.known.get(id) {
            return *ours;
        }
        // A database that is away now has nothing to tell either.
        let Ok(Some(record)) = self.records.get(id).await else { return false };
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        let ours = record.session == self.session;
        self.known.insert(id.clone(), ours);
        ours
    }
}

enum Purpose {
    Download,
    Show,
}

fn image_at(record: &Record, position: u32) -> Option<&StoredImage> {
    record.images.iter().find(|image| image.position == position)
}

async fn original(
    state: &AppState,
    record: &Record,
    position: u32,
    purpose: Purpose,
) -> Result<Response, StoreError> {
    let Some(image) = image_at(record, position) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Some(bytes) = state.service.images().get(&image.digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type = (header::CONTENT_TYPE, image.content_type.mime());
    let no_store = (header::CACHE_CONTROL, "no-store");
    match purpose {
        Purpose::Show => Ok(([content_type, no_store], bytes).into_response()),
        Purpose::Download => {
            let bytes =
                if state.config.metadata { metadata::embed(bytes, record, image) } else { bytes };
            let name = format!("attachment; filename=\"{}\"", file_name(record, image));
            Ok(([content_type, no_store], [(header::CONTENT_DISPOSITION, name)], bytes)
                .into_response())
        }
    }
}

async fn small(state: &AppState, digest: &str) -> Result<Response, StoreError> {
    let Some(bytes) = state.service.images().thumbnail(digest).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let content_type =
        picture::content_type(&bytes).map_or("application/octet-stream", |kind| kind.mime());
    Ok(([(header::CONTENT_TYPE, content_type), CACHE], bytes).into_response())
}

/// The first words of the prompt, in ASCII, and enough of the id to be unique.
fn file_name(record: &Record, image: &StoredImage) -> String {
    let words: Vec<_> = record
        .request
        .prompt
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(6)
        .collect();
    let words: String = words.join("-").to_ascii_lowercase().chars().take(60).collect();
    let words = if words.is_empty() { "easel".to_owned() } else { words };
    let unique: String = record.id.as_str().chars().filter(|c| *c != '-').skip(24).collect();
    let number =
        if record.images.len() > 1 { format!("-{}", image.position + 1) } else { String::new() };
    format!("{words}-{unique}{number}.{}", image.content_type.extension())
}
