//! Exports everything into a folder.

use std::{collections::HashMap, path::Path, pin::pin};

use futures::TryStreamExt;
use sqlx::{Row, any::AnyRow};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::{
    FILES, GENERATIONS, Line, Moved, Share, UPLOADS, Upload, kept, money, people,
    writing::write_line,
};
use crate::{
    generation::ImageType,
    server::store::{
        FileRow, Images, Record, Records, StoreError, location::StorageLocation, record::number,
    },
};

/// Writes everything into `folder`, which may hold an earlier export: files that exist there stay.
/// Rows that cannot be read are left out.
///
/// # Errors
///
/// When database, store or folder fail; for the folder, with its name and what to do.
pub async fn export(
    records: &Records,
    images: &Images,
    folder: &Path,
) -> Result<Moved, StoreError> {
    let written = write(records, images, folder).await;
    written.map_err(|error| match error {
        StoreError::Disk(_) => {
            error.at(StorageLocation::Disk(format!("the folder {}", folder.display())))
        }
        error => error,
    })
}

async fn write(records: &Records, images: &Images, folder: &Path) -> Result<Moved, StoreError> {
    tokio::fs::create_dir_all(folder.join(FILES)).await?;
    let records = &records.looking_anew();
    let mut moved = Moved::default();

    // Earlier lists stay until the new ones are complete.
    let (uploads, generations) = (folder.join("uploads.part"), folder.join("generations.part"));
    let mut out = BufWriter::new(tokio::fs::File::create(&uploads).await?);
    for upload in records.uploads().await? {
        write_line(&mut out, &upload).await?;
        let name = file_name(&upload.digest, &upload.content_type);
        copy_out(images, folder, &upload.digest, &name, &mut moved).await?;
    }
    out.flush().await?;

    let mut out = BufWriter::new(tokio::fs::File::create(&generations).await?);
    let mut marked = records.shared_or_deleted().await?;
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
        let (deleted_ms, share) = marked.remove(record.item.id.as_str()).unwrap_or_default();
        write_line(&mut out, &Line { deleted_ms, share, ..Line::from(record) }).await?;
        moved.generations += 1;
    }
    out.flush().await?;
    people::write(records, folder).await?;
    money::write(records, folder).await?;
    kept::write(records, folder).await?;
    tokio::fs::rename(uploads, folder.join(UPLOADS)).await?;
    tokio::fs::rename(generations, folder.join(GENERATIONS)).await?;
    moved.unreadable = records.bad.names().len() as u64;
    Ok(moved)
}

impl Records {
    async fn uploads(&self) -> Result<Vec<Upload>, StoreError> {
        let query = sqlx::query(
            "SELECT session, digest, content_type, bytes, created_ms, name FROM uploads \
             ORDER BY created_ms, digest, session",
        );
        let read = |row: &AnyRow| {
            Ok::<_, StoreError>(Upload {
                session: row.try_get("session")?,
                digest: row.try_get("digest")?,
                content_type: row.try_get("content_type")?,
                bytes: number(row, "bytes")?,
                created_ms: row.try_get("created_ms")?,
                name: row.try_get("name")?,
            })
        };
        let noted = |row: &AnyRow, error: &StoreError| {
            let digest: &str = row.try_get("digest").unwrap_or("whose digest is not text");
            self.bad.note(format_args!("the uploaded file {digest}"), error);
        };
        let rows = self.rows(query).await?.rows;
        let uploads = rows.iter().map(|row| read(row).inspect_err(|error| noted(row, error)));
        Ok(uploads.filter_map(Result::ok).collect())
    }
}

/// When a row was moved to the bin, and its link.
type Marks = (Option<i64>, Option<Share>);

impl Records {
    /// The marks of all rows that have any, by id.
    async fn shared_or_deleted(&self) -> Result<HashMap<String, Marks>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, deleted_ms, share_token, share_inputs FROM generations \
             WHERE deleted_ms IS NOT NULL OR share_token IS NOT NULL",
        );
        let mut marked = HashMap::new();
        for row in &self.rows(rows).await?.rows {
            let read = || {
                let with_inputs = row.try_get::<i64, _>("share_inputs")? != 0;
                let token: Option<String> = row.try_get("share_token")?;
                let share = token.map(|token| Share { token, with_inputs });
                Ok::<_, sqlx::Error>((row.try_get("id")?, (row.try_get("deleted_ms")?, share)))
            };
            // A row whose marks cannot be read is reported with its other columns.
            marked.extend(read());
        }
        Ok(marked)
    }
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
            outputs: item.outputs,
            images: item.images,
            files,
            error: item.error,
            starred: item.starred,
            collection: item.collection,
            deleted_ms: None,
            share: None,
        }
    }
}

fn file_name(digest: &str, mime: &str) -> String {
    match ImageType::of_mime(mime) {
        Some(kind) => format!("{digest}.{}", kind.extension()),
        None => digest.to_owned(),
    }
}

/// The file name in the export: the digest, with the original extension where there is one.
fn named_as(file: &FileRow) -> String {
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
            // Written completely or not at all, so that the next export can trust it.
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
