//! Reads back what an export wrote.

use std::path::Path;

use bytes::Bytes;
use sqlx::AnyConnection;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{FILES, GENERATIONS, Line, Moved, UPLOADS, Upload};
use crate::{
    error::GenerateError,
    generation::RecordState,
    server::{
        picture,
        store::{
            Images, Records, SessionId, StoreError,
            images::is_digest,
            lifecycle::{insert_input, search_text},
            parts::{insert_file, insert_image},
            record::{files, state_text},
        },
    },
};

/// How many rows are written at once.
const BATCH: usize = 500;

/// Reads what [`export`](super::export) wrote. A generation whose id is known stays as it is; one that ran when
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
        if picture::digest(&bytes) == digest {
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

async fn read_lines(
    path: &Path,
) -> Result<tokio::io::Lines<BufReader<tokio::fs::File>>, StoreError> {
    Ok(BufReader::new(tokio::fs::File::open(path).await?).lines())
}
