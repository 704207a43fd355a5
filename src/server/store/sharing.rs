//! Share links to one generation, which its owner can create and revoke.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;
use sqlx::Row;

use super::{Record, Records, SessionId, StoreError, records::id_of};
use crate::generation::{GenerationId, Inputs};

/// A generation that a guest may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    pub record: Record,
    /// Whether the guest may see the inputs; if not, prompt, inputs, facts, outputs and files are
    /// left out.
    pub with_inputs: bool,
}

impl Records {
    /// The token of the generation's share link, created at the first call; the last call decides
    /// whether it shows the inputs. `None` when `session` has no such row.
    pub async fn share(
        &self,
        session: &SessionId,
        id: &GenerationId,
        with_inputs: bool,
    ) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "UPDATE generations SET share_token = COALESCE(share_token, $1), share_inputs = $2 \
             WHERE id = $3 AND session = $4 AND deleted_ms IS NULL RETURNING share_token",
        )
        .bind(new_token())
        .bind(i64::from(with_inputs))
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&self.writer)
        .await?;
        Ok(row.map(|row| row.try_get("share_token")).transpose()?)
    }

    /// Revokes the link. False when `session` has no such row.
    pub async fn unshare(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE generations SET share_token = NULL WHERE id = $1 AND session = $2";
        self.change_own(sql, session, id, None).await
    }

    /// The token of the current share link, for its owner, and whether it shows the inputs.
    pub async fn share_of(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Option<(String, bool)>, StoreError> {
        let row = sqlx::query(
            "SELECT share_token, share_inputs FROM generations WHERE id = $1 AND session = $2 \
             AND deleted_ms IS NULL AND share_token IS NOT NULL",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? != 0))).transpose()
    }

    /// What the share link with `token` shows to anyone.
    pub async fn by_share_token(&self, token: &str) -> Result<Option<Shared>, StoreError> {
        // PostgreSQL refuses some texts that are no tokens, such as NUL.
        if !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT id, share_inputs FROM generations \
             WHERE share_token = $1 AND deleted_ms IS NULL",
        )
        .bind(token)
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let with_inputs = row.try_get::<i64, _>("share_inputs")? != 0;
        let Some(mut record) = self.get(&id_of(&row)?).await? else { return Ok(None) };
        if !with_inputs {
            record.item.request.prompt = String::new();
            record.item.request.inputs = Inputs::new();
            record.item.facts = Vec::new();
            record.item.outputs = Vec::new();
            record.item.error = None;
            record.files = Vec::new();
        }
        record.handle = None;
        Ok(Some(Shared { record, with_inputs }))
    }
}

/// 192 random bits.
pub(super) fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 24]>())
}
