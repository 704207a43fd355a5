//! The pictures and the other files of a generation, which have tables of their own.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    FileRow, Record, Records, StoreError, StoredImage,
    record::{number, unknown},
    sql::Sql,
};
use crate::generation::{GenerationId, ImageType};

impl Records {
    /// Reads the images of all `records` in one query. One that cannot be read is left out.
    pub(super) async fn add_images(&self, records: &mut [Record]) -> Result<(), StoreError> {
        let what = "digest, content_type, width, height, bytes FROM images";
        for (owner, row) in self.parts(what, records).await? {
            match image_from_row(&row) {
                Ok(image) => records[owner].item.images.push(image),
                Err(error) => self.bad.note(part_name("picture", &row), &error),
            }
        }
        Ok(())
    }

    /// The same for the other files.
    pub(super) async fn add_files(&self, records: &mut [Record]) -> Result<(), StoreError> {
        for (owner, row) in self.parts("name, digest, bytes FROM files", records).await? {
            match file_from_row(&row) {
                Ok(file) => records[owner].files.push(file),
                Err(error) => self.bad.note(part_name("file", &row), &error),
            }
        }
        Ok(())
    }

    /// The rows for all `records`, in their order, each with the index of its record.
    async fn parts(
        &self,
        columns_and_table: &'static str,
        records: &[Record],
    ) -> Result<Vec<(usize, AnyRow)>, StoreError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let sql = Sql::new("SELECT generation, position, ")
            .push(columns_and_table)
            .push(" WHERE generation IN (")
            .places(1..=records.len())
            .push(") ORDER BY generation, position");
        let mut query = sqlx::query(sql);
        for record in records {
            query = query.bind(record.item.id.as_str());
        }
        let mut parts = Vec::new();
        for row in self.rows(query).await?.rows {
            let generation: Option<&str> = row.try_get("generation").ok();
            let owner =
                records.iter().position(|record| Some(record.item.id.as_str()) == generation);
            parts.extend(owner.map(|owner| (owner, row)));
        }
        Ok(parts)
    }
}

pub(super) async fn insert_image(
    connection: &mut AnyConnection,
    id: &GenerationId,
    image: &StoredImage,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO images (generation, position, digest, content_type, width, height, bytes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_str())
    .bind(i64::from(image.position))
    .bind(&image.digest)
    .bind(image.content_type.mime())
    .bind(i64::from(image.width))
    .bind(i64::from(image.height))
    .bind(i64::try_from(image.bytes).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_file(
    connection: &mut AnyConnection,
    id: &GenerationId,
    file: &FileRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO files (generation, position, name, digest, bytes) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.as_str())
    .bind(i64::from(file.position))
    .bind(&file.name)
    .bind(&file.digest)
    .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// A name for the row of a part, whatever it holds.
fn part_name(kind: &str, row: &AnyRow) -> String {
    let generation: &str = row.try_get("generation").unwrap_or("a row without generation");
    match row.try_get::<i64, _>("position") {
        Ok(position) => format!("{kind} {position} of {generation}"),
        Err(_) => format!("a {kind} of {generation}"),
    }
}

fn image_from_row(row: &AnyRow) -> Result<StoredImage, StoreError> {
    let mime: String = row.try_get("content_type")?;
    Ok(StoredImage {
        position: number(row, "position")?,
        digest: row.try_get("digest")?,
        content_type: ImageType::of_mime(&mime).ok_or_else(|| unknown("content_type"))?,
        width: number(row, "width")?,
        height: number(row, "height")?,
        bytes: number(row, "bytes")?,
    })
}

fn file_from_row(row: &AnyRow) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        position: number(row, "position")?,
        name: row.try_get("name")?,
        digest: row.try_get("digest")?,
        bytes: number(row, "bytes")?,
    })
}
