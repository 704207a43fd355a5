//! Unguessable names under which API clients fetch pictures.

use sqlx::Row;

use super::{Records, StoreError, record::unknown};
use crate::generation::ImageType;

/// A picture that can be fetched by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiFile {
    pub digest: String,
    pub content_type: ImageType,
    /// The format it is converted to when it is served.
    pub handed_out_as: ImageType,
}

impl Records {
    /// Creates a name for a picture, and deletes names older than `before_ms`.
    pub async fn name_api_file(
        &self,
        file: &ApiFile,
        now_ms: i64,
        before_ms: i64,
    ) -> Result<String, StoreError> {
        let name = format!("{:032x}", rand::random::<u128>());
        sqlx::query("DELETE FROM api_files WHERE created_ms < $1")
            .bind(before_ms)
            .execute(&self.writer)
            .await?;
        self.keep_api_file(&name, file, now_ms).await?;
        Ok(name)
    }

    /// Names a picture `name`, as of `now_ms`.
    pub async fn keep_api_file(
        &self,
        name: &str,
        file: &ApiFile,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO api_files (name, digest, content_type, handed_out_as, created_ms) \
             VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (name) DO UPDATE SET created_ms = excluded.created_ms",
        )
        .bind(name)
        .bind(&file.digest)
        .bind(file.content_type.mime())
        .bind(file.handed_out_as.mime())
        .bind(now_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The picture with this name, if it was named since `since_ms`.
    pub async fn api_file(&self, name: &str, since_ms: i64) -> Result<Option<ApiFile>, StoreError> {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if name.len() != 32 || !name.bytes().all(is_hex) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT digest, content_type, handed_out_as FROM api_files \
             WHERE name = $1 AND created_ms >= $2",
        )
        .bind(name)
        .bind(since_ms)
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let kind = |column: &'static str| {
            let mime: String = row.try_get(column)?;
            ImageType::of_mime(&mime).ok_or_else(|| unknown(column))
        };
        let (content_type, handed_out_as) = (kind("content_type")?, kind("handed_out_as")?);
        Ok(Some(ApiFile { digest: row.try_get("digest")?, content_type, handed_out_as }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_picture_has_a_name_for_a_while() {
        let records = Records::in_memory().await.unwrap();
        let (content_type, handed_out_as) = (ImageType::Png, ImageType::Jpeg);
        let file = ApiFile { digest: "d".to_owned(), content_type, handed_out_as };
        let name = records.name_api_file(&file, 10, 0).await.unwrap();
        assert_eq!(records.api_file(&name, 10).await.unwrap(), Some(file.clone()));
        assert_eq!(records.api_file(&name, 11).await.unwrap(), None);
        assert_ne!(records.name_api_file(&file, 20, 15).await.unwrap(), name);
        assert_eq!(records.api_file(&name, 0).await.unwrap(), None);
        for wrong in ["", "x", "'--"] {
            assert_eq!(records.api_file(wrong, 0).await.unwrap(), None);
        }
    }
}
