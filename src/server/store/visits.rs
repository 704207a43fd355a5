//! How many generations visitors have started today.

use super::{Records, StoreError};

/// Counts everybody together.
const ALL: &str = "";

/// Whether one more may be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    Counted,
    /// This visitor has reached the limit.
    VisitorIsFull,
    /// All visitors together have reached the limit.
    DayIsFull,
}

impl Records {
    /// Counts one more generation of `visitor` on `day`, unless that would exceed `each` for this
    /// visitor or `all` for everybody.
    pub async fn count_visit(
        &self,
        day: i64,
        visitor: &str,
        each: u32,
        all: u32,
    ) -> Result<Visit, StoreError> {
        let mut transaction = self.writer.begin().await?;
        // Earlier days are not needed any more.
        sqlx::query("DELETE FROM visits WHERE day < $1")
            .bind(day)
            .execute(&mut *transaction)
            .await?;
        for (visitor, limit, full) in
            [(visitor, each, Visit::VisitorIsFull), (ALL, all, Visit::DayIsFull)]
        {
            let counted = sqlx::query(
                "INSERT INTO visits (day, visitor, started) VALUES ($1, $2, 1) \
                 ON CONFLICT (day, visitor) DO UPDATE SET started = visits.started + 1 \
                 WHERE visits.started < $3",
            )
            .bind(day)
            .bind(visitor)
            .bind(i64::from(limit))
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if counted == 0 || limit == 0 {
                transaction.rollback().await?;
                return Ok(full);
            }
        }
        transaction.commit().await?;
        Ok(Visit::Counted)
    }

    /// Counts one more of `name` in `minute` and returns how many that makes. `None`, and it is not
    /// counted, where that would be more than `most`.
    pub async fn count_in_minute(
        &self,
        minute: i64,
        name: &str,
        most: u32,
    ) -> Result<Option<u32>, StoreError> {
        sqlx::query("DELETE FROM minutes WHERE minute < $1")
            .bind(minute)
            .execute(&self.writer)
            .await?;
        if most == 0 {
            return Ok(None);
        }
        let counted = sqlx::query_scalar(
            "INSERT INTO minutes (minute, name, asked) VALUES ($1, $2, 1) \
             ON CONFLICT (minute, name) DO UPDATE SET asked = minutes.asked + 1 \
             WHERE minutes.asked < $3 RETURNING asked",
        )
        .bind(minute)
        .bind(name)
        .bind(i64::from(most))
        .fetch_optional(&self.writer)
        .await?;
        Ok(counted.map(|asked: i64| u32::try_from(asked).unwrap_or(most)))
    }

    /// Takes back what was counted for something that did not start after all.
    pub async fn uncount_visit(&self, day: i64, visitor: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE visits SET started = started - 1 \
             WHERE day = $1 AND visitor IN ($2, '') AND started > 0",
        )
        .bind(day)
        .bind(visitor)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn visitors_have_a_share_of_the_day_and_the_day_has_an_end() {
        let records = Records::in_memory().await.unwrap();
        let visit = async |day, visitor| records.count_visit(day, visitor, 2, 3).await.unwrap();
        assert_eq!(visit(1, "a").await, Visit::Counted);
        assert_eq!(visit(1, "a").await, Visit::Counted);
        assert_eq!(visit(1, "a").await, Visit::VisitorIsFull);
        assert_eq!(visit(1, "b").await, Visit::Counted);
        assert_eq!(visit(1, "b").await, Visit::DayIsFull);
        records.uncount_visit(1, "a").await.unwrap();
        assert_eq!(visit(1, "b").await, Visit::Counted, "what was refused was not counted");
        assert_eq!(visit(2, "a").await, Visit::Counted);
        assert_eq!(records.count_visit(2, "a", 0, 3).await.unwrap(), Visit::VisitorIsFull);
    }

    #[tokio::test]
    async fn a_minute_has_an_end_and_the_next_one_begins_anew() {
        let records = Records::in_memory().await.unwrap();
        let ask = async |minute, name| records.count_in_minute(minute, name, 2).await.unwrap();
        assert_eq!(ask(1, "a").await, Some(1));
        assert_eq!(ask(1, "a").await, Some(2));
        assert_eq!(ask(1, "a").await, None);
        assert_eq!(ask(1, "b").await, Some(1));
        assert_eq!(ask(2, "a").await, Some(1));
        assert_eq!(records.count_in_minute(2, "b", 0).await.unwrap(), None);
    }
}
