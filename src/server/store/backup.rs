//! A folder that holds everything and needs no Easel to be read: pictures as files, rows as JSON
//! Lines.
//!
//! ```text
//! generations.jsonl    one generation a line, oldest first
//! uploads.jsonl        files that were given as inputs, and whose they are
//! files/DIGEST.png     every picture and every other file, once
//! ```

use std::{path::Path, pin::pin};

use bytes::Bytes;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};

use super::{
    Images, Record, Records, ResultFile, SessionId, StoreError, StoredImage,
    images::is_digest,
    lifecycle::{insert_input, search_text},
    parts::{insert_file, insert_image},
    record::{files, image_type, state_text},
};
use crate::{
    error::GenerateError,
    generation::{Fact, GenerationId, RecordState, Request},
};

/// How many rows are written at once.
const BATCH: usize = 500;
const GENERATIONS: &str = "generations.jsonl";
const UPLOADS: &str = "uploads.jsonl";
const FILES: &str = "files";

/// How much was written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    pub generations: u64,
    pub files: u64,
    /// Of an import: what was there already.
    pub known: u64,
    /// Files that a row names and that are not there, or are damaged; `check` says which.
    pub missing: u64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    id: GenerationId,
    session: String,
    request: Request,
    state: RecordState,
    attempts: u32,
    created_ms: i64,
    #[serde(default)]
    started_ms: Option<i64>,
    #[serde(default)]
    ended_ms: Option<i64>,
    #[serde(default)]
    facts: Vec<Fact>,
    #[serde(default)]
    images: Vec<StoredImage>,
    #[serde(default)]
    files: Vec<ResultFile>,
    #[serde(default)]
    error: Option<GenerateError>,
    #[serde(default)]
    starred: bool,
}

#[derive(Serialize, Deserialize)]
struct Upload {
    session: String,
    digest: String,
    content_type: String,
    bytes: u64,
    created_ms: i64,
}

/// Writes everything into `folder`, which may hold an earlier export: files that are there stay.
/// What is in the bin is left out. Share links are too: a copy of Easel has another address.
pub async fn export(
    records: &Records,
    images: &Images,
    folder: &Path,
) -> Result<Moved, StoreError> {
    tokio::fs::create_dir_all(folder.join(FILES)).await?;
    let mut moved = Moved::default();

    // Earlier lists stay until the new ones are whole.
    let (uploads, generations) = (folder.join("uploads.part"), folder.join("generations.part"));
    let mut out = BufWriter::new(tokio::fs::File::create(&uploads).await?);
    for upload in records.uploads().await? {
        write_line(&mut out, &upload).await?;
        let name = file_name(&upload.digest, &upload.content_type);
        copy_out(images, folder, &upload.digest, &name, &mut moved).await?;
    }
    out.flush().await?;

    let mut out = BufWriter::new(tokio::fs::File::create(&generations).await?);
    let mut rows = pin!(records.all());
    while let Some(record) = rows.try_next().await? {
        for image in &record.item.images {
            let name = file_name(&image.digest, image.content_type.mime());
            copy_out(images, folder, &image.digest, &name, &mut moved).await?;
        }
        for file in &record.files {
            let name = named_as(file);
            copy_out(images, folder, &file.digest, &name, &mut moved).await?;
        }
        write_line(&mut out, &Line::from(record)).await?;
        moved.generations += 1;
    }
    out.flush().await?;
    tokio::fs::rename(uploads, folder.join(UPLOADS)).await?;
    tokio::fs::rename(generations, folder.join(GENERATIONS)).await?;
    Ok(moved)
}

/// Reads what [`export`] wrote. A generation whose id is known stays as it is; one that ran when
/// it was exported is interrupted.
pub async fn import(
    records: &Records,
    images: &Images,
    folder: &Path,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::default();

    let mut entries = tokio::fs::read_dir(folder.join(FILES)).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let digest = name.split('.').next().unwrap_or_default();
        if !is_digest(digest) {
            continue;
        }
        let bytes = Bytes::from(tokio::fs::read(entry.path()).await?);
        if crate::server::picture::digest(&bytes) == digest {
            images.put(bytes).await?;
            moved.files += 1;
        } else {
            moved.missing += 1;
        }
    }

    let mut lines = read_lines(&folder.join(UPLOADS)).await?;
    while let Some(line) = lines.next_line().await? {
        let upload: Upload = serde_json::from_str(&line)?;
        let session = SessionId::new(upload.session);
        let Upload { digest, content_type, bytes, created_ms, .. } = upload;
        records.add_upload(&session, &digest, &content_type, bytes, created_ms).await?;
    }
    let mut lines = read_lines(&folder.join(GENERATIONS)).await?;
    loop {
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(line) = lines.next_line().await?
        {
            let line: Line = serde_json::from_str(&line)?;
            let images_of = line.images.iter().map(|image| &image.digest);
            for digest in images_of.chain(line.files.iter().map(|file| &file.digest)) {
                if images.written_ms(digest).await?.is_none() {
                    moved.missing += 1;
                }
            }
            batch.push(line);
        }
        if batch.is_empty() {
            return Ok(moved);
        }
        let count = batch.len() as u64;
        let inserted = records.insert_lines(batch).await?;
        moved.generations += inserted;
        moved.known += count - inserted;
    }
}

impl Records {
    async fn uploads(&self) -> Result<Vec<Upload>, StoreError> {
        let rows = sqlx::query(
            "SELECT session, digest, content_type, bytes, created_ms FROM uploads \
             ORDER BY created_ms, digest",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Upload {
                    session: row.try_get("session")?,
                    digest: row.try_get("digest")?,
                    content_type: row.try_get("content_type")?,
                    bytes: row.try_get::<i64, _>("bytes")?.unsigned_abs(),
                    created_ms: row.try_get("created_ms")?,
                })
            })
            .collect()
    }

    /// How many of them are new.
    async fn insert_lines(&self, lines: Vec<Line>) -> Result<u64, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let mut inserted = 0;
        for line in lines {
            inserted += u64::from(insert_line(&mut transaction, line).await?);
        }
        transaction.commit().await?;
        Ok(inserted)
    }
}

/// False when the id is known.
async fn insert_line(connection: &mut AnyConnection, line: Line) -> Result<bool, StoreError> {
    let (state, error) = if line.state.is_ended() {
        (line.state, line.error)
    } else {
        let may_be_billed = line.state == RecordState::Running;
        (RecordState::Failed, Some(GenerateError::Interrupted { may_be_billed }))
    };
    let inserted = sqlx::query(
        "INSERT INTO generations (id, session, provider, request, search_text, state, \
         attempts, created_ms, started_ms, ended_ms, facts, error, starred) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(line.id.as_str())
    .bind(line.session)
    .bind(line.request.model.provider().prefix())
    .bind(serde_json::to_string(&line.request)?)
    .bind(search_text(&line.request.prompt, &line.request.model))
    .bind(state_text(state))
    .bind(i64::from(line.attempts))
    // Within what the index of the search counts in.
    .bind(line.created_ms.clamp(0, 1 << 42))
    .bind(line.started_ms)
    .bind(line.ended_ms.or(line.started_ms).or(Some(line.created_ms)))
    .bind(serde_json::to_string(&line.facts)?)
    .bind(error.map(|error| serde_json::to_string(&error)).transpose()?)
    .bind(i64::from(line.starred))
    .execute(&mut *connection)
    .await?
    .rows_affected()
        == 1;
    if inserted {
        for image in &line.images {
            insert_image(connection, &line.id, image).await?;
        }
        for file in &line.files {
            insert_file(connection, &line.id, file).await?;
        }
        for digest in files(&line.request) {
            insert_input(connection, &line.id, &digest).await?;
        }
    }
    Ok(inserted)
}

impl From<Record> for Line {
    fn from(record: Record) -> Self {
        let Record { item, session, files, .. } = record;
        Self {
            id: item.id,
            session: session.as_str().to_owned(),
            request: item.request,
            state: item.state,
            attempts: item.attempts,
            created_ms: item.created_ms,
            started_ms: item.started_ms,
            ended_ms: item.ended_ms,
            facts: item.facts,
            images: item.images,
            files,
            error: item.error,
            starred: item.starred,
        }
    }
}

fn file_name(digest: &str, mime: &str) -> String {
    match image_type(mime) {
        Some(kind) => format!("{digest}.{}", kind.extension()),
        None => digest.to_owned(),
    }
}

/// With the ending that says what it is, where it has one.
fn named_as(file: &ResultFile) -> String {
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending);
    let is_plain = |ending: &&str| ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match ending.filter(is_plain).filter(|ending| !ending.is_empty() && *ending != "part") {
        Some(ending) => format!("{}.{ending}", file.digest),
        None => file.digest.clone(),
    }
}

async fn copy_out(
    images: &Images,
    folder: &Path,
    digest: &str,
    name: &str,
    moved: &mut Moved,
) -> Result<(), StoreError> {
    let path = folder.join(FILES).join(name);
    if tokio::fs::try_exists(&path).await? {
        return Ok(());
    }
    match images.get(digest).await {
        Ok(Some(bytes)) => {
            // Whole or not at all, so that the next export can trust it.
            let half = path.with_extension("part");
            tokio::fs::write(&half, &bytes).await?;
            tokio::fs::rename(&half, &path).await?;
            moved.files += 1;
        }
        Ok(None) | Err(StoreError::Damaged { .. }) => moved.missing += 1,
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn write_line(
    out: &mut BufWriter<tokio::fs::File>,
    line: &impl Serialize,
) -> Result<(), StoreError> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    out.write_all(&line).await?;
    Ok(())
}

async fn read_lines(
    path: &Path,
) -> Result<tokio::io::Lines<BufReader<tokio::fs::File>>, StoreError> {
    Ok(BufReader::new(tokio::fs::File::open(path).await?).lines())
}
