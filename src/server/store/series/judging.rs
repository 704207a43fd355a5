//! The best picture of a comparison, and how often each model won.

use sqlx::{Row, any::AnyRow};

use crate::{
    generation::series::{SeriesId, Wins},
    server::store::{Records, SessionId, StoreError, record::number},
};

/// How many models are listed with their wins.
const MAX_WINS: i64 = 100;

impl Records {
    /// How often the pictures of each model won, most wins first.
    pub async fn wins(&self, session: &SessionId) -> Result<Vec<Wins>, StoreError> {
        let rows = sqlx::query(
            "SELECT model, MAX(title) AS title, COUNT(*) AS compared, \
             COUNT(CASE WHEN winner = position THEN 1 END) AS won, \
             COUNT(CASE WHEN winner = position AND is_blind = 1 THEN 1 END) AS won_blind \
             FROM series JOIN series_members ON series_members.series = series.id \
             WHERE session = $1 AND winner IS NOT NULL AND series_members.ended = 'done' \
             GROUP BY model ORDER BY won DESC, compared, model LIMIT $2",
        )
        .bind(session.as_str())
        .bind(MAX_WINS);
        let wins = |row: &AnyRow| {
            Ok(Wins {
                model: row.try_get("model")?,
                title: row.try_get("title")?,
                won: number(row, "won")?,
                compared: number(row, "compared")?,
                won_blind: number(row, "won_blind")?,
            })
        };
        self.readable(("the wins of the model", "model"), rows, wins).await
    }

    /// Records the best picture, once it can be seen, and reveals the models' names; with `None` it
    /// only reveals them. False when `session` has no such comparison or part of it has not ended.
    pub async fn judge_series(
        &self,
        session: &SessionId,
        id: &SeriesId,
        winner: Option<u32>,
    ) -> Result<bool, StoreError> {
        let judged = sqlx::query(
            "UPDATE series SET is_revealed = 1, winner = COALESCE(CAST($3 AS BIGINT), winner) \
             WHERE id = $1 AND session = $2 AND is_comparison = 1 AND NOT EXISTS \
             (SELECT 1 FROM series_members WHERE series = series.id AND ended IS NULL) \
             AND ($3 IS NULL OR EXISTS (SELECT 1 FROM series_members \
             WHERE series = series.id AND position = $3 AND ended = 'done'))",
        )
        .bind(id.as_str())
        .bind(session.as_str())
        .bind(winner.map(i64::from))
        .execute(&self.writer)
        .await?;
        Ok(judged.rows_affected() == 1)
    }
}
