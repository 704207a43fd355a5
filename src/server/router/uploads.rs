//! Files given as inputs: written to the store as they come.

use axum::{
    Extension, Json,
    extract::{
        Multipart, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::photos::{self, Kept};
use crate::{
    generation::ImageType,
    server::{
        client_address::ClientAddress,
        picture,
        service::now_ms,
        state::AppState,
        store::{Incoming, SessionId, StoreError},
    },
};

/// The largest file that can be given as an input, and what a form adds to it.
pub const MAX_UPLOAD_BYTES: usize = 33 * 1024 * 1024;

/// How much of a file may stand before its size in pixels. A camera writes a lot there.
const MAX_HEAD_BYTES: usize = 4 * 1024 * 1024;

/// The first look at the type of a file, and at its size.
const FIRST_BYTES: usize = 64;
const FIRST_LOOK_BYTES: usize = 64 * 1024;

/// What the page learns of an upload.
#[derive(Serialize)]
struct Uploaded {
    digest: String,
    width: u32,
    height: u32,
}

/// Why a file is not taken, with words for the person.
enum Refused {
    Said(StatusCode, String),
    Form(MultipartError),
    Store(StoreError),
}

impl From<MultipartError> for Refused {
    fn from(error: MultipartError) -> Self {
        Self::Form(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Said(status, words) => (status, words).into_response(),
            Self::Form(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let words = "this file is larger than the 32 MiB that Easel takes";
                (StatusCode::PAYLOAD_TOO_LARGE, words).into_response()
            }
            Self::Form(_) => {
                (StatusCode::BAD_REQUEST, "send one file, of at most 32 MiB").into_response()
            }
            Self::Store(error) => error.into_response(),
        }
    }
}

fn said(status: StatusCode, words: impl Into<String>) -> Refused {
    Refused::Said(status, words.into())
}

/// `POST /api/uploads`: one image, as the first part of a form.
pub async fn upload(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    address: ClientAddress,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    let uploaded = async {
        // A file of a session that nobody comes back with would be nobody's.
        if state.signer.session(&headers).is_none() {
            let words = "your browser sent no cookie of Easel: allow it, and load the page again";
            return Err(said(StatusCode::FORBIDDEN, words));
        }
        let Some(_turn) = state.uploads.turn(address).await else {
            let words = "too many files are uploaded at once; try again in a minute";
            return Err(said(StatusCode::SERVICE_UNAVAILABLE, words));
        };
        let full = state.service.images().free_space.check().await;
        full.map_err(|full| said(StatusCode::INSUFFICIENT_STORAGE, full.to_string()))?;
        let room = state.allowance.room(&session, address, now_ms());
        let field = form.next_field().await?;
        let field = field
            .ok_or_else(|| said(StatusCode::BAD_REQUEST, "send one file, of at most 32 MiB"))?;
        let (incoming, seen) = take_in(state.service.images().incoming(), field, room).await?;

        let (bytes, now_ms, (content_type, size)) = (incoming.length, now_ms(), seen);
        let kept = Kept { digest: incoming.keep().await?, bytes, size };
        let kept = photos::ready(state.service.images(), kept, content_type).await?;
        let cut = "this file was cut off on its way: its end is missing; add it again";
        let kept = kept.ok_or_else(|| said(StatusCode::UNPROCESSABLE_ENTITY, cut))?;
        let Kept { digest, bytes, size: (width, height) } = kept;
        let records = state.service.records();
        records.add_upload(&session, &digest, content_type.mime(), bytes, now_ms).await?;
        state.allowance.count(&session, address, bytes, now_ms);
        Ok(Json(Uploaded { digest, width, height }).into_response())
    };
    uploaded.await.unwrap_or_else(Refused::into_response)
}

/// What an image is, and its width and height.
type Seen = (ImageType, (u32, u32));

async fn take_in(
    mut incoming: Incoming,
    mut field: Field<'_>,
    room: u64,
) -> Result<(Incoming, Seen), Refused> {
    let no_image = |head: &[u8]| {
        let words = match picture::is_heic(head) {
            true => picture::HEIC_WORDS,
            false => "this is no PNG, JPEG, WebP, GIF or AVIF image",
        };
        said(StatusCode::UNSUPPORTED_MEDIA_TYPE, words)
    };
    // Kept until it has told what the file is.
    let (mut head, mut next_look) = (Vec::new(), FIRST_LOOK_BYTES);
    let mut size = None;
    while let Some(piece) = field.chunk().await? {
        if size.is_none() {
            let missing = MAX_HEAD_BYTES - head.len();
            head.extend(&piece[..piece.len().min(missing)]);
            if head.len() >= FIRST_BYTES && picture::content_type(&head).is_none() {
                return Err(no_image(&head));
            }
            if head.len() >= next_look {
                next_look *= 4;
                size = picture::size(&head);
            }
        }
        incoming.write(piece).await?;
        if incoming.length > room {
            let words = "enough was uploaded from here for today; try again tomorrow";
            return Err(said(StatusCode::TOO_MANY_REQUESTS, words));
        }
    }
    let size = size.or_else(|| picture::size(&head)).ok_or_else(|| no_image(&head))?;
    let content_type = picture::content_type(&head).ok_or_else(|| no_image(&head))?;
    Ok((incoming, (content_type, size)))
}
