//! Uploaded input files, written to the store as they arrive.

pub(in crate::server) mod photos;
mod refusal;

use axum::{
    Extension, Json,
    extract::{
        Multipart, Query, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

pub use self::refusal::UploadRefusal;
use crate::{
    error::GenerateError,
    generation::{ImageType, ReachedLimit},
    server::{
        access::Caller,
        allowance::Today,
        client_address::ClientAddress,
        clock::now_ms,
        files::StoredUpload,
        picture,
        provider::safe_name,
        state::AppState,
        store::{Incoming, SessionId, StoreError},
    },
};

/// The largest file that can be uploaded, and the overhead of a form.
pub const MAX_UPLOAD_BYTES: usize = 33 * 1024 * 1024;

/// How many bytes of a file may precede its size in pixels. A camera writes a lot there.
const MAX_HEAD_BYTES: usize = 4 * 1024 * 1024;

/// How many bytes are needed to detect the type of a file, and for the first search for its size.
const FIRST_BYTES: usize = 64;
const FIRST_LOOK_BYTES: usize = 64 * 1024;

/// The response to an upload.
#[derive(Serialize)]
pub struct Uploaded {
    pub digest: String,
    /// The file's name from now on; only for files that are not pictures.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// For a picture, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

/// The file types that the field accepts.
#[derive(Deserialize)]
pub struct UploadQuery {
    /// In HTML's `accept` syntax; where it names image types alone, anything else is refused
    /// immediately.
    accept: Option<String>,
}

impl UploadQuery {
    fn is_picture(&self) -> bool {
        let accept = self.accept.as_deref().unwrap_or_default();
        !accept.is_empty() && accept.split(',').all(|kind| kind.trim().starts_with("image/"))
    }
}

/// Why a file is not stored.
pub enum UploadError {
    Refused(UploadRefusal),
    EnoughToday(ReachedLimit),
    Form(MultipartError),
    Store(StoreError),
}

impl From<UploadRefusal> for UploadError {
    fn from(refusal: UploadRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<MultipartError> for UploadError {
    fn from(error: MultipartError) -> Self {
        Self::Form(error)
    }
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for UploadError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::EnoughToday(reached) => GenerateError::LimitReached { reached }.into_response(),
            Self::Form(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                UploadRefusal::TooLarge.into_response()
            }
            Self::Form(_) => UploadRefusal::NoFile.into_response(),
            Self::Store(error) => error.into_response(),
        }
    }
}

/// The reason why the rest of a file did not arrive.
fn cut(error: MultipartError) -> UploadError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => UploadError::Form(error),
        _ => UploadRefusal::Cut.into(),
    }
}

/// `POST /api/uploads`: one file, as the first part of a form; its bytes determine its type.
/// `?accept=image/*` refuses anything but pictures.
pub async fn upload(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    Query(wanted): Query<UploadQuery>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    let uploaded = async {
        if state.signer.session(&headers).is_none() {
            return Err(UploadRefusal::NoCookie.into());
        }
        let field = form.next_field().await?.ok_or(UploadRefusal::NoFile)?;
        take_given(&state, &session, address, field, wanted.is_picture()).await
    };
    match uploaded.await {
        Ok(uploaded) => Json(uploaded).into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// Stores an uploaded file.
///
/// # Errors
///
/// Why it is refused.
pub async fn take_given(
    state: &AppState,
    session: &SessionId,
    address: ClientAddress,
    field: Field<'_>,
    must_be_picture: bool,
) -> Result<Uploaded, UploadError> {
    let Some(_turn) = state.uploads.turn(address).await else {
        return Err(UploadRefusal::ManyUploads.into());
    };
    state.files.check_room().await.map_err(UploadRefusal::NoRoom)?;
    let today = state.allowance.today(session, address, now_ms()).await?;
    let given = FileHead::of(&field, must_be_picture);
    let incoming = state.files.incoming();
    let (incoming, seen) = take_in(incoming, field, given.is_picture, &today).await?;
    if incoming.length == 0 {
        return Err(UploadRefusal::Empty.into());
    }

    let mut arrived = incoming.complete().await?;
    let (mut size, mut recipe) = (None, None);
    if let Some((content_type, size_of)) = seen {
        let files = &state.files;
        let photo = photos::ready(files, arrived, content_type, size_of).await?;
        (arrived, size, recipe) = (photo.file, Some(photo.size), photo.recipe);
    }
    let bytes = arrived.length;
    if !today.count(bytes).await? {
        return Err(UploadError::EnoughToday(today.reached));
    }
    let digest = arrived.keep().await?;
    let content_type = seen.map_or(given.content_type.as_str(), |(kind, _)| kind.mime());
    let name = seen.is_none().then_some(given.name);
    let (name_of, recipe) = (name.as_deref(), recipe.as_deref());
    let file = StoredUpload { digest: &digest, content_type, name: name_of, bytes, recipe };
    state.files.add_upload(session, file).await?;
    let (width, height) = size.unzip();
    Ok(Uploaded { digest, name, width, height })
}

/// What is known about a file before its bytes arrive.
struct FileHead {
    /// The browser's content type, where it is valid.
    content_type: String,
    name: String,
    is_picture: bool,
}

impl FileHead {
    fn of(field: &Field<'_>, is_picture: bool) -> Self {
        let kind = field.content_type().unwrap_or_default().to_ascii_lowercase();
        let is_plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+._".contains(&byte))
        };
        let is_type = kind.len() <= 100
            && kind.split_once('/').is_some_and(|(kind, sub)| is_plain(kind) && is_plain(sub));
        // Only its bytes can identify a picture.
        let is_type = is_type && ImageType::of_mime(&kind).is_none();
        let content_type = if is_type { kind } else { "application/octet-stream".to_owned() };
        let name = safe_name(field.file_name().unwrap_or_default());
        Self { content_type, name, is_picture }
    }
}

/// The type of an image, and its width and height.
type ImageInfo = (ImageType, (u32, u32));

async fn take_in(
    mut incoming: Incoming,
    mut field: Field<'_>,
    must_be_picture: bool,
    today: &Today,
) -> Result<(Incoming, Option<ImageInfo>), UploadError> {
    let no_image =
        |head: &[u8]| UploadError::from(UploadRefusal::NotAccepted(picture::not_accepted(head)));
    // Buffered until the head has revealed the type and the size.
    let (mut head, mut next_look) = (Vec::new(), FIRST_LOOK_BYTES);
    let mut size = None;
    while let Some(piece) = field.chunk().await.map_err(cut)? {
        if size.is_none() {
            let missing = MAX_HEAD_BYTES - head.len();
            head.extend(&piece[..piece.len().min(missing)]);
            if must_be_picture
                && head.len() >= FIRST_BYTES
                && picture::content_type(&head).is_none()
            {
                return Err(no_image(&head));
            }
            if head.len() >= next_look {
                next_look *= 4;
                size = picture::size(&head);
            }
        }
        incoming.write(piece).await?;
        if incoming.length > today.room {
            return Err(UploadError::EnoughToday(today.reached));
        }
    }
    let size = size.or_else(|| picture::size(&head));
    let (Some(content_type), Some(size)) = (picture::content_type(&head), size) else {
        return if must_be_picture { Err(no_image(&head)) } else { Ok((incoming, None)) };
    };
    Ok((incoming, Some((content_type, size))))
}
