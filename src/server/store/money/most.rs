//! Limits how many generations one payer may begin, counted in the transaction that begins the next
//! one.

use sqlx::{AnyConnection, Row};

use super::{ReachedLimit, Records, StoreError};
use crate::generation::Limit;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// The `Retry-After`, in seconds, when the number of running generations is the limit.
const RETRY_AFTER_SECONDS: u32 = 10;

/// The limits of one payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Generations that run at the same time.
    pub at_once: u32,
    /// Generations that begin within an hour.
    pub an_hour: u32,
}

impl Records {
    /// The limit of an hour, where it leaves no room for one more of `payer`.
    pub async fn hour_is_full(
        &self,
        most: Most,
        payer: &str,
        now_ms: i64,
    ) -> Result<Option<ReachedLimit>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        most.reached_in_an_hour(&mut connection, payer, now_ms).await
    }
}

impl Most {
    /// The limit that leaves no room for one more of `payer`.
    pub(super) async fn reached(
        self,
        connection: &mut AnyConnection,
        payer: &str,
        now_ms: i64,
    ) -> Result<Option<ReachedLimit>, StoreError> {
        let at_once = self.at_once;
        // One whose model loads runs nowhere.
        let under_way: i64 = sqlx::query(
            "SELECT COUNT(*) AS under_way FROM charges \
             JOIN generations ON generations.id = charges.generation \
             WHERE payer = $1 AND settled_ms IS NULL AND state = 'running'",
        )
        .bind(payer)
        .fetch_one(&mut *connection)
        .await?
        .try_get("under_way")?;
        if under_way >= i64::from(at_once) {
            let (limit, allowed) = (Limit::AtOnce, at_once);
            return Ok(Some(ReachedLimit {
                limit,
                allowed,
                retry_after_seconds: RETRY_AFTER_SECONDS,
            }));
        }
        self.reached_in_an_hour(connection, payer, now_ms).await
    }

    async fn reached_in_an_hour(
        self,
        connection: &mut AnyConnection,
        payer: &str,
        now_ms: i64,
    ) -> Result<Option<ReachedLimit>, StoreError> {
        let an_hour = self.an_hour;
        let refused = |retry_after_ms: i64| {
            let seconds = u32::try_from(retry_after_ms / 1000 + 1).unwrap_or(u32::MAX);
            let (limit, allowed) = (Limit::AnHour, an_hour);
            Some(ReachedLimit { limit, allowed, retry_after_seconds: seconds })
        };
        let Some(before_the_last) = an_hour.checked_sub(1) else { return Ok(refused(HOUR_MS)) };
        // There is room again when this generation is an hour old.
        let oldest = sqlx::query(
            "SELECT created_ms FROM charges WHERE payer = $1 AND created_ms > $2 \
             ORDER BY created_ms DESC LIMIT 1 OFFSET $3",
        )
        .bind(payer)
        .bind(now_ms - HOUR_MS)
        .bind(i64::from(before_the_last))
        .fetch_optional(connection)
        .await?;
        let Some(oldest) = oldest else { return Ok(None) };
        let created_ms: i64 = oldest.try_get("created_ms")?;
        Ok(refused((created_ms + HOUR_MS - now_ms).max(0)))
    }
}
