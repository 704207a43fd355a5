//! A person's standing inputs for each model.

use sqlx::Row;

use super::{Records, SessionId, StoreError, storable};
use crate::generation::{Habit, ModelReference};

/// For how many models a person may store inputs.
const MAX_HABITS: i64 = 200;

impl Records {
    /// Stores the standing inputs of `session` for `model`, or deletes them where they are empty.
    /// False when the session has the maximum already.
    pub async fn keep_habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
        habit: &Habit,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        if habit.is_empty() {
            sqlx::query("DELETE FROM habits WHERE session = $1 AND model = $2")
                .bind(session.as_str())
                .bind(model.as_str())
                .execute(&self.writer)
                .await?;
            return Ok(true);
        }
        let kept = sqlx::query(
            "INSERT INTO habits (session, model, habit, kept_ms) \
             SELECT $1, $2, $3, CAST($4 AS BIGINT) WHERE \
             (SELECT COUNT(*) FROM habits WHERE session = $1 AND model <> $2) < $5 \
             ON CONFLICT (session, model) DO UPDATE SET habit = excluded.habit, kept_ms = excluded.kept_ms",
        )
        .bind(session.as_str())
        .bind(model.as_str())
        .bind(storable::json(habit)?)
        .bind(now_ms)
        .bind(MAX_HABITS)
        .execute(&self.writer)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// The standing inputs of `session` for `model`; empty where none were stored.
    pub async fn habit(
        &self,
        session: &SessionId,
        model: &ModelReference,
    ) -> Result<Habit, StoreError> {
        let row = sqlx::query("SELECT habit FROM habits WHERE session = $1 AND model = $2")
            .bind(session.as_str())
            .bind(model.as_str())
            .fetch_optional(&self.reader)
            .await?;
        match row {
            Some(row) => Ok(serde_json::from_str(row.try_get("habit")?)?),
            None => Ok(Habit::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::SpareWish;

    fn habit(steps: &str) -> Habit {
        let model = "hf:a/b".to_owned();
        let spare = SpareWish { model, after_seconds: Some(30), even_if_billed: true };
        Habit { inputs: vec![("steps".to_owned(), steps.to_owned())], spare: Some(spare) }
    }

    #[tokio::test]
    async fn each_person_keeps_their_own_of_each_model() {
        let records = Records::in_memory().await.unwrap();
        let (me, you, demo) = (SessionId::new("me"), SessionId::new("you"), ModelReference::demo());
        assert_eq!(records.habit(&me, &demo).await.unwrap(), Habit::default());
        for steps in ["4", "8"] {
            assert!(records.keep_habit(&me, &demo, &habit(steps), 1).await.unwrap());
        }
        assert_eq!(records.habit(&me, &demo).await.unwrap(), habit("8"));
        assert_eq!(records.habit(&you, &demo).await.unwrap(), Habit::default());
        assert!(records.keep_habit(&me, &demo, &Habit::default(), 2).await.unwrap());
        assert_eq!(records.habit(&me, &demo).await.unwrap(), Habit::default());
    }

    #[tokio::test]
    async fn nobody_keeps_them_without_end() {
        let records = Records::in_memory().await.unwrap();
        let me = SessionId::new("me");
        for number in 0..MAX_HABITS {
            let model = format!("hf:a/{number}").parse().unwrap();
            assert!(records.keep_habit(&me, &model, &habit("4"), number).await.unwrap());
        }
        let (more, known) = ("hf:a/more".parse().unwrap(), "hf:a/7".parse().unwrap());
        assert!(!records.keep_habit(&me, &more, &habit("4"), MAX_HABITS).await.unwrap());
        assert!(
            records.keep_habit(&me, &known, &habit("5"), MAX_HABITS).await.unwrap(),
            "it is there"
        );
    }
}
