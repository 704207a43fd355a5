//! Several pictures in one archive. It is written while it is read, one picture at a time, so that
//! a large archive takes no more memory than a small one.

use std::{collections::HashSet, time::Duration};

use async_zip::{Compression, ZipEntryBuilder, tokio::write::ZipFileWriter};
use axum::{
    Extension,
    body::Body,
    extract::{RawForm, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::io::DuplexStream;
use tokio_util::io::ReaderStream;

use super::downloads::{file_name, marked_within_budget};
use crate::{
    generation::GenerationId,
    server::{
        client_address::ClientAddress,
        state::AppState,
        store::{Record, SessionId, StoreError},
    },
};

/// How many generations one archive may hold.
const MAX_AT_ONCE: usize = 500;

/// The buffer between the writer and a slow client.
const PIECE: usize = 64 * 1024;

/// How long a client may stop reading before the archive breaks off.
const WRITE_TIMEOUT: Duration = Duration::from_secs(120);

/// `GET` or `POST /api/zip?ids=ID,ID…&ids=…`: the originals of these generations, as for single
/// downloads. Ids that are not in this session's gallery are skipped.
pub async fn zip(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    address: ClientAddress,
    RawForm(form): RawForm,
) -> Result<Response, StoreError> {
    let ids = match ids_in(&form) {
        Ok(ids) => ids,
        Err(words) => return Ok((StatusCode::BAD_REQUEST, words).into_response()),
    };
    let mut records = Vec::new();
    for id in &ids {
        if let Some(record) = state.gallery.find_record(&session, id).await?
            && !record.item.images.is_empty()
        {
            records.push(record);
        }
    }
    if records.is_empty() {
        return Ok((StatusCode::NOT_FOUND, "there are no such pictures").into_response());
    }
    let Some(turn) = state.downloads.turn(address).await else {
        let words = "too many files are being fetched at once; try again in a minute";
        return Ok((StatusCode::SERVICE_UNAVAILABLE, words).into_response());
    };
    let (writer, reader) = tokio::io::duplex(PIECE);
    tokio::spawn(async move {
        let _turn = turn;
        // A truncated archive is invalid, so the client notices.
        if let Err(error) = write(&state, records, writer).await {
            tracing::warn!(%error, "an archive of pictures broke off");
        }
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CACHE_CONTROL, HeaderValue::from_static(super::handing::NEVER)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"easel.zip\""),
        ),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(reader))).into_response())
}

/// Why an archive was not completed.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Zip(#[from] async_zip::error::ZipError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("nobody read it to the end")]
    Unread,
}

async fn write(state: &AppState, records: Vec<Record>, writer: DuplexStream) -> Result<(), Broken> {
    let mut archive = ZipFileWriter::with_tokio(writer);
    let mut names = Names::default();
    for record in &records {
        for image in &record.item.images {
            // A picture that was removed from the store meanwhile is skipped.
            let Some((bytes, share)) = marked_within_budget(state, record, image).await? else {
                continue;
            };
            let name = names.unique(file_name(record, image));
            written(&mut archive, name, &bytes).await?;
            drop(share);
        }
    }
    tokio::time::timeout(WRITE_TIMEOUT, archive.close()).await.map_err(|_| Broken::Unread)??;
    Ok(())
}

async fn written(
    archive: &mut ZipFileWriter<DuplexStream>,
    name: String,
    bytes: &Bytes,
) -> Result<(), Broken> {
    // Pictures are compressed already.
    let entry = ZipEntryBuilder::new(name.into(), Compression::Stored);
    let writing = archive.write_entry_whole(entry, bytes);
    tokio::time::timeout(WRITE_TIMEOUT, writing).await.map_err(|_| Broken::Unread)??;
    Ok(())
}

/// The ids in a form or query, without duplicates.
fn ids_in(form: &[u8]) -> Result<Vec<GenerationId>, String> {
    let mut ids = Vec::new();
    let mut seen = HashSet::new();
    let fields = url::form_urlencoded::parse(form).filter(|(name, _)| name == "ids");
    for (_, value) in fields {
        for id in value.split(',').filter(|id| !id.is_empty()) {
            let id: GenerationId = id.parse().map_err(|_| "expected ids=ID,ID,…".to_owned())?;
            if seen.insert(id.clone()) {
                ids.push(id);
            }
            if ids.len() > MAX_AT_ONCE {
                return Err(format!("one file holds {MAX_AT_ONCE} generations at most"));
            }
        }
    }
    Ok(ids)
}

/// The names in one archive.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// `name`, or, where it is taken, with a number before its extension.
    fn unique(&mut self, name: String) -> String {
        let mut candidate = name.clone();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let mut number = 2;
        while !self.0.insert(candidate.clone()) {
            candidate = format!("{stem}-{number}.{ending}");
            number += 1;
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_have_one_name() {
        let mut names = Names::default();
        let mut unique = |name: &str| names.unique(name.to_owned());
        assert_eq!(unique("a-fox-1.png"), "a-fox-1.png");
        assert_eq!(unique("a-fox-1.png"), "a-fox-1-2.png");
        assert_eq!(unique("a-fox-1.png"), "a-fox-1-3.png");
        assert_eq!(unique("a-fox-1.jpg"), "a-fox-1.jpg");
    }

    #[test]
    fn ids_come_in_one_field_or_in_several() {
        let id = |number| GenerationId::from_parts(number, [0; 10]);
        let form = format!("ids={},{}&other=1&ids={}&ids={}", id(1), id(2), id(3), id(1));
        assert_eq!(ids_in(form.as_bytes()), Ok(vec![id(1), id(2), id(3)]));
        assert!(ids_in(b"ids=fox").is_err());
        let many: Vec<String> = (0..501).map(|number| id(number).to_string()).collect();
        assert!(ids_in(format!("ids={}", many.join(",")).as_bytes()).is_err());
        assert!(ids_in(format!("ids={}", many[1..].join(",")).as_bytes()).is_ok());
    }
}
