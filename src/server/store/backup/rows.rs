//! Writes rows of an export into the database, one by one: an error in one row affects only that
//! row.

use std::collections::HashSet;

use sqlx::{AnyConnection, Connection, error::ErrorKind};

use super::{Line, Upload};
use crate::{
    error::GenerateError,
    generation::{Collection, MAX_OUTPUTS_BYTES, RecordState, bound_outputs},
    server::store::{
        Records, SessionId, StoreError,
        fold::FOLDING,
        images::is_digest,
        lifecycle::insert_input,
        parts::{insert_file, insert_image},
        record::{files, state_text},
        searchable::{outputs_text, search_text},
    },
};

/// The result of writing a row.
pub(super) enum InsertResult {
    New,
    /// It is new, but its link belongs to another row here.
    WithoutLink,
    Known,
    /// Why it was left out.
    Refused(String),
}

impl Records {
    /// Writes `lines` in one transaction.
    pub(super) async fn insert_lines(
        &self,
        lines: &[Line],
    ) -> Result<Vec<InsertResult>, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let mut written = Vec::with_capacity(lines.len());
        for line in lines {
            let mut savepoint = transaction.begin().await?;
            match insert_line(&mut savepoint, line).await {
                Ok(done) => {
                    savepoint.commit().await?;
                    written.push(done);
                }
                Err(error) => {
                    savepoint.rollback().await?;
                    written.push(InsertResult::Refused(why_refused(error)?));
                }
            }
        }
        transaction.commit().await?;
        Ok(written)
    }

    /// Adds an upload. Returns why it was left out, if it was.
    pub(super) async fn insert_upload(
        &self,
        upload: &Upload,
    ) -> Result<Option<String>, StoreError> {
        let Upload { session, digest, content_type, bytes, created_ms, name } = upload;
        if !is_digest(digest) {
            return Ok(Some(format!("{digest:?} is not a digest")));
        }
        let session = SessionId::new(session);
        let added = self.add_upload(&session, digest, content_type, *bytes, *created_ms).await;
        let added = match (added, name) {
            (Ok(()), Some(name)) => self.name_upload(&session, digest, name).await,
            (added, _) => added,
        };
        added.err().map(why_refused).transpose()
    }
}

/// The reason as text, where the row itself is to blame; other errors are returned.
fn why_refused(error: StoreError) -> Result<String, StoreError> {
    match &error {
        StoreError::Row(why) => Ok(why.to_string()),
        StoreError::Database(sqlx::Error::Database(why))
            if !matches!(why.kind(), ErrorKind::Other)
                // PostgreSQL's class 22, values that it cannot store, such as a NUL in a text.
                || why.code().is_some_and(|code| code.len() == 5 && code.starts_with("22")) =>
        {
            Ok(why.message().to_owned())
        }
        _ => Err(error),
    }
}

async fn insert_line(
    connection: &mut AnyConnection,
    line: &Line,
) -> Result<InsertResult, StoreError> {
    if let Some(problem) = problem(line) {
        return Ok(InsertResult::Refused(problem));
    }
    let (state, error) = if line.state.is_ended() {
        (line.state, line.error.clone())
    } else {
        let may_be_billed = line.state == RecordState::Running;
        (RecordState::Failed, Some(GenerateError::Interrupted { may_be_billed }))
    };
    let mut outputs = line.outputs.clone();
    bound_outputs(&mut outputs, MAX_OUTPUTS_BYTES);
    let words = search_text(&line.request);
    let words = format!("{words} {}", outputs_text(&outputs));
    let inserted = sqlx::query(
        "INSERT INTO generations (id, session, provider, request, search_text, folding, state, \
         attempts, created_ms, started_ms, ended_ms, facts, outputs, error, starred, deleted_ms, \
         collection) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(line.id.as_str())
    .bind(&line.session)
    .bind(line.request.model.provider().prefix())
    .bind(serde_json::to_string(&line.request)?)
    .bind(words)
    .bind(FOLDING)
    .bind(state_text(state))
    .bind(i64::from(line.attempts))
    // Within the range that the search index can represent.
    .bind(line.created_ms.clamp(0, 1 << 42))
    .bind(line.started_ms)
    .bind(line.ended_ms.or(line.started_ms).or(Some(line.created_ms)))
    .bind(serde_json::to_string(&line.facts)?)
    .bind(serde_json::to_string(&outputs)?)
    .bind(error.map(|error| serde_json::to_string(&error)).transpose()?)
    .bind(i64::from(line.starred))
    .bind(line.deleted_ms)
    .bind(line.collection.as_ref().map(Collection::as_str))
    .execute(&mut *connection)
    .await?
    .rows_affected()
        == 1;
    if !inserted {
        return Ok(InsertResult::Known);
    }
    for image in &line.images {
        insert_image(connection, &line.id, image).await?;
    }
    for file in &line.files {
        insert_file(connection, &line.id, file).await?;
    }
    for digest in files(&line.request) {
        insert_input(connection, &line.id, &digest).await?;
    }
    // A deleted row gets no link: nobody would expect it to work again.
    let Some(share) = line.share.as_ref().filter(|_| line.deleted_ms.is_none()) else {
        return Ok(InsertResult::New);
    };
    let shared = sqlx::query(
        "UPDATE generations SET share_token = $1, share_inputs = $2 WHERE id = $3 \
         AND NOT EXISTS (SELECT 1 FROM generations WHERE share_token = $1)",
    )
    .bind(&share.token)
    .bind(i64::from(share.with_inputs))
    .bind(line.id.as_str())
    .execute(connection)
    .await?;
    Ok(if shared.rows_affected() == 1 { InsertResult::New } else { InsertResult::WithoutLink })
}

/// Why no database of Easel could hold this row.
fn problem(line: &Line) -> Option<String> {
    let mut positions = HashSet::new();
    if let Some(image) = line.images.iter().find(|image| !positions.insert(image.position)) {
        return Some(format!("two of its pictures are in position {}", image.position));
    }
    let mut positions = HashSet::new();
    if let Some(file) = line.files.iter().find(|file| !positions.insert(file.position)) {
        return Some(format!("two of its files are in position {}", file.position));
    }
    let digests = line.images.iter().map(|image| &image.digest);
    let mut digests = digests.chain(line.files.iter().map(|file| &file.digest));
    if let Some(digest) = digests.find(|digest| !is_digest(digest)) {
        return Some(format!("{digest:?} is not a digest"));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if let Some(file) = line.files.iter().find(|file| !file.name.bytes().all(is_plain)) {
        return Some(format!("{:?} is not a file name", file.name));
    }
    let of_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let token = line.share.as_ref().map(|share| &share.token);
    token
        .filter(|token| !(32..=128).contains(&token.len()) || !token.bytes().all(of_token))
        .map(|_| "its link is not one that Easel makes".to_owned())
}
