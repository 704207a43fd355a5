//! Saved prompts and styles of people.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError, record::unknown};
use crate::generation::{Words, WordsKind};

/// How many of each kind a person may keep.
const MAX_WORDS: i64 = 200;

impl Records {
    /// Saves `words`, replacing the entry with the same name. False when the person has the maximum
    /// already.
    pub async fn keep_words(
        &self,
        session: &SessionId,
        words: &Words,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO words (session, kind, name, prefix, suffix, negative, created_ms) \
             SELECT $1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT) WHERE \
             (SELECT COUNT(*) FROM words WHERE session = $1 AND kind = $2 AND name <> $3) < $8 \
             ON CONFLICT (session, kind, name) DO UPDATE SET prefix = excluded.prefix, \
             suffix = excluded.suffix, negative = excluded.negative",
        )
        .bind(session.as_str())
        .bind(words.kind.word())
        .bind(&words.name)
        .bind(&words.prefix)
        .bind(&words.suffix)
        .bind(&words.negative)
        .bind(now_ms)
        .bind(MAX_WORDS)
        .execute(&self.writer)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// The saved entries of a session, newest first.
    pub async fn words_of(&self, session: &SessionId) -> Result<Vec<Words>, StoreError> {
        let rows = sqlx::query(
            "SELECT kind, name, prefix, suffix, negative FROM words WHERE session = $1 \
             ORDER BY created_ms DESC, name",
        )
        .bind(session.as_str());
        let words = |row: &AnyRow| {
            let kind: String = row.try_get("kind")?;
            Ok(Words {
                kind: WordsKind::of_word(&kind).ok_or_else(|| unknown("kind"))?,
                name: row.try_get("name")?,
                prefix: row.try_get("prefix")?,
                suffix: row.try_get("suffix")?,
                negative: row.try_get("negative")?,
            })
        };
        self.readable(("the words", "name"), rows, words).await
    }

    /// Deletes the entry of this name. False when there is none.
    pub async fn forget_words(
        &self,
        session: &SessionId,
        kind: WordsKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        let forgotten =
            sqlx::query("DELETE FROM words WHERE session = $1 AND kind = $2 AND name = $3")
                .bind(session.as_str())
                .bind(kind.word())
                .bind(name)
                .execute(&self.writer)
                .await?;
        Ok(forgotten.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(name: &str, prefix: &str) -> Words {
        let (name, prefix) = (name.to_owned(), prefix.to_owned());
        let (suffix, negative) = (", on paper".to_owned(), "photo".to_owned());
        Words { kind: WordsKind::Style, name, prefix, suffix, negative }
    }

    #[tokio::test]
    async fn words_are_kept_by_their_names_for_whoever_keeps_them() {
        let records = Records::in_memory().await.unwrap();
        let (me, you) = (SessionId::new("me"), SessionId::new("you"));
        let prompt = Words { kind: WordsKind::Prompt, ..style("ink", "a fox") };
        for (now_ms, words) in
            [(1, &style("ink", "ink, ")), (2, &prompt), (3, &style("oil", "oil"))]
        {
            assert!(records.keep_words(&me, words, now_ms).await.unwrap());
        }
        assert!(records.keep_words(&me, &style("ink", "red ink, "), 4).await.unwrap());
        let kept = [style("oil", "oil"), prompt, style("ink", "red ink, ")];
        assert_eq!(records.words_of(&me).await.unwrap(), kept);
        assert_eq!(records.words_of(&you).await.unwrap(), []);
        assert!(!records.forget_words(&you, WordsKind::Style, "ink").await.unwrap());
        assert!(records.forget_words(&me, WordsKind::Style, "ink").await.unwrap());
        assert_eq!(records.words_of(&me).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn nobody_keeps_words_without_end() {
        let records = Records::in_memory().await.unwrap();
        let me = SessionId::new("me");
        for number in 0..MAX_WORDS {
            let words = style(&number.to_string(), "x");
            assert!(records.keep_words(&me, &words, number).await.unwrap());
        }
        assert!(!records.keep_words(&me, &style("one more", "x"), MAX_WORDS).await.unwrap());
        assert!(records.keep_words(&me, &style("7", "y"), MAX_WORDS).await.unwrap(), "it is there");
    }
}
