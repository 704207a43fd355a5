//! Serves files: in pieces, as byte ranges, and as 304 when the client has the file already.

use std::{convert::Infallible, fs::File, io, ops::Range, time::Duration};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use http_range_header::parse_range_header;
use percent_encoding::NON_ALPHANUMERIC;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::aside;
use crate::server::{
    client_address::ClientAddress,
    provider::plain_name,
    state::AppState,
    store::{OpenFile, StoreError},
};

/// Files of a session are private, so no shared cache may store them.
pub const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// No cache may store it.
pub const NEVER: &str = "no-store";

/// How long a download of a large file holds its turn; a healthy client has most of it by then.
const MAX_TURN: Duration = Duration::from_secs(3);

/// Files up to this size are served immediately and need no turn.
const SMALL_BYTES: u64 = 512 * 1024;

const PIECE: usize = 64 * 1024;

/// The request for a file.
pub struct FileRequest {
    is_head: bool,
    headers: HeaderMap,
    pub address: ClientAddress,
}

/// The source of a file's bytes.
pub enum Source {
    Kept(OpenFile),
    /// A temporary file, and its length.
    Aside(File, u64),
    Small(Bytes),
}

/// The headers of a file.
pub struct FileHeaders {
    pub content_type: String,
    pub cache: &'static str,
    /// The name under which the browser saves it; `None` where it is shown.
    pub saved_as: Option<String>,
    /// The entity tag of exactly these bytes, in quotes; `None` when they may differ the next time.
    pub tag: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for FileRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            is_head: parts.method == Method::HEAD,
            headers: parts.headers.clone(),
            address: ClientAddress::of(&parts.extensions),
        })
    }
}

impl Source {
    /// Bytes that were made for this response alone.
    pub async fn of_bytes(state: &AppState, bytes: Bytes) -> io::Result<Self> {
        let length = bytes.len() as u64;
        if length <= SMALL_BYTES {
            return Ok(Self::Small(bytes));
        }
        Ok(Self::Aside(aside::put(&state.config.data_dir, bytes).await?, length))
    }

    fn length(&self) -> u64 {
        match self {
            Self::Kept(file) => file.length,
            Self::Aside(_, length) => *length,
            Self::Small(bytes) => bytes.len() as u64,
        }
    }

    async fn read(
        self,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, io::Result<Bytes>>, StoreError> {
        Ok(match self {
            Self::Kept(file) => file.read(range).await?,
            Self::Aside(file, _) => {
                let mut file = tokio::fs::File::from_std(file);
                file.seek(io::SeekFrom::Start(range.start)).await?;
                let part = file.take(range.end - range.start);
                ReaderStream::with_capacity(part, PIECE).boxed()
            }
            Self::Small(bytes) => {
                // Both ends lie within the bytes in memory.
                let part = bytes.slice(range.start as usize..range.end as usize);
                futures::stream::once(async move { Ok(part) }).boxed()
            }
        })
    }
}

impl FileRequest {
    /// A 304 response for a client that has the file already, without reading it.
    pub fn unchanged(&self, told: &FileHeaders) -> Option<Response> {
        let tag = told.tag.as_deref()?;
        let known = self.text(header::IF_NONE_MATCH)?;
        let is_known = |known: &str| known == "*" || known.trim_start_matches("W/") == tag;
        known
            .split(',')
            .map(str::trim)
            .any(is_known)
            .then(|| (StatusCode::NOT_MODIFIED, told.headers()).into_response())
    }

    /// Serves `source`, or the requested range of it.
    pub async fn hand_out(
        &self,
        state: &AppState,
        source: Source,
        told: FileHeaders,
    ) -> Result<Response, StoreError> {
        let length = source.length();
        let mut headers = told.headers();
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let range = match self.range(length, told.tag.as_deref()) {
            Ok(range) => range,
            Err(Unsatisfiable) => {
                insert(&mut headers, header::CONTENT_RANGE, &format!("bytes */{length}"));
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
            }
        };
        let (status, range) = match range {
            Some(range) => {
                let told = format!("bytes {}-{}/{length}", range.start, range.end - 1);
                insert(&mut headers, header::CONTENT_RANGE, &told);
                (StatusCode::PARTIAL_CONTENT, range)
            }
            None => (StatusCode::OK, 0..length),
        };
        let bytes = range.end - range.start;
        headers.insert(header::CONTENT_LENGTH, bytes.into());
        if self.is_head {
            return Ok((status, headers, Body::empty()).into_response());
        }
        let turn = if bytes > SMALL_BYTES {
            let Some(turn) = state.downloads.turn(self.address).await else {
                let words = "too many files are being fetched at once; try again in a minute";
                return Ok((StatusCode::SERVICE_UNAVAILABLE, words).into_response());
            };
            Some(turn.for_at_most(MAX_TURN))
        } else {
            None
        };
        let pieces = source.read(range).await?;
        // The turn ends with the body, if not before.
        let pieces = pieces.inspect(move |_| {
            let _ = &turn;
        });
        Ok((status, headers, Body::from_stream(pieces)).into_response())
    }

    /// The one requested range. Several ranges and invalid ones get the whole file.
    fn range(&self, length: u64, tag: Option<&str>) -> Result<Option<Range<u64>>, Unsatisfiable> {
        let Some(asked) = self.text(header::RANGE) else { return Ok(None) };
        let is_of_these = self.text(header::IF_RANGE).is_none_or(|known| Some(known) == tag);
        let Ok(asked) = parse_range_header(asked) else { return Ok(None) };
        if !is_of_these || asked.ranges.len() != 1 {
            return Ok(None);
        }
        let ranges = asked.validate(length).map_err(|_| Unsatisfiable)?;
        let range = ranges.first().ok_or(Unsatisfiable)?;
        Ok(Some(*range.start()..*range.end() + 1))
    }

    fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The requested range lies outside the file.
struct Unsatisfiable;

impl FileHeaders {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        insert(&mut headers, header::CONTENT_TYPE, &self.content_type);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if let Some(name) = &self.saved_as {
            let plain = plain_name(name);
            let mut saved = format!("attachment; filename=\"{plain}\"");
            if plain != *name {
                let encoded = percent_encoding::utf8_percent_encode(name, NON_ALPHANUMERIC);
                saved.push_str(&format!("; filename*=UTF-8''{encoded}"));
            }
            insert(&mut headers, header::CONTENT_DISPOSITION, &saved);
        }
        if let Some(tag) = &self.tag {
            insert(&mut headers, header::ETAG, tag);
        }
        headers
    }
}

/// Leaves out values that no header can hold.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// The entity tag of a file that is named by its digest.
pub fn tag_of(digest: &str) -> Option<String> {
    Some(format!("\"{digest}\""))
}
