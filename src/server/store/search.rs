//! Full-text search over prompt, model and outputs, by each database's own index.
//!
//! Words are cut here, the same way for both, because the databases have ideas of their own.

use sqlx::{AnyPool, Executor};

use super::{StoreError, records::DatabaseKind};
use crate::generation::{GalleryFilter, ProviderKind};

/// SQLite: an index without contents, whose row numbers grow with the time of creation, so that
/// the newest matches are read first. Numbers are kept in a table of their own, because those of
/// `generations` are not stable. What the gallery filters by is in the index too, because a filter
/// that leaves few of many matches would have to read them all.
const SQLITE: &str = r#"
CREATE TABLE IF NOT EXISTS generation_numbers (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE IF NOT EXISTS generation_words USING fts5 (
    session, flags, words, content = '', contentless_delete = 1, detail = full,
    prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);
CREATE TRIGGER IF NOT EXISTS generations_numbered AFTER INSERT ON generations BEGIN
    INSERT INTO generation_numbers (number, id)
        SELECT COALESCE(MAX(number) + 1, new.created_ms << 20), new.id FROM generation_numbers
        WHERE number >= new.created_ms << 20 AND number < (new.created_ms + 1) << 20;
    INSERT INTO generation_words (rowid, session, flags, words)
        SELECT number, new.session, new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''), new.search_text
        FROM generation_numbers WHERE id = new.id;
END;
CREATE TRIGGER IF NOT EXISTS generations_flagged AFTER UPDATE OF starred, state ON generations
WHEN old.starred <> new.starred OR (old.state = 'failed') <> (new.state = 'failed') BEGIN
    UPDATE generation_words SET session = new.session,
        flags = new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''),
        words = new.search_text
    WHERE rowid = (SELECT number FROM generation_numbers WHERE id = new.id);
END;
CREATE TRIGGER IF NOT EXISTS generations_reworded AFTER UPDATE OF search_text ON generations
WHEN old.search_text <> new.search_text BEGIN
    UPDATE generation_words SET session = new.session,
        flags = new.provider || iif(new.starred, ' starred', '')
            || iif(new.state = 'failed', ' failed', ''),
        words = new.search_text
    WHERE rowid = (SELECT number FROM generation_numbers WHERE id = new.id);
END;
CREATE TRIGGER IF NOT EXISTS generations_forgotten AFTER DELETE ON generations BEGIN
    DELETE FROM generation_words
        WHERE rowid = (SELECT number FROM generation_numbers WHERE id = old.id);
    DELETE FROM generation_numbers WHERE id = old.id;
END;
"#;

/// PostgreSQL: a column that follows `search_text` by itself. The lock keeps processes that start
/// together apart.
const POSTGRES: &str = r"
DO $$ BEGIN
    PERFORM pg_advisory_xact_lock(3275325);
    IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = current_schema()
                   AND table_name = 'generations' AND column_name = 'words') THEN
        ALTER TABLE generations ADD COLUMN words tsvector
            GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED;
        CREATE INDEX generations_words ON generations USING gin (words);
    END IF;
END $$;
";

/// Makes the index where it is missing.
pub(super) async fn set_up(kind: DatabaseKind, pool: &AnyPool) -> Result<(), StoreError> {
    pool.execute(match kind {
        DatabaseKind::Sqlite => SQLITE,
        DatabaseKind::Postgres => POSTGRES,
    })
    .await?;
    Ok(())
}

/// What a person typed, as phrases of words: what stands together is looked for together.
pub(super) struct Search(Vec<Vec<String>>);

impl Search {
    /// `None` when `text` holds no word.
    pub(super) fn new(text: &str) -> Option<Self> {
        let phrases: Vec<Vec<String>> = text
            .split_whitespace()
            .map(|chunk| words(chunk).split(' ').map(str::to_owned).collect::<Vec<_>>())
            .filter(|phrase| phrase.iter().any(|word| !word.is_empty()))
            .collect();
        (!phrases.is_empty()).then_some(Self(phrases))
    }

    /// For `MATCH`: only rows of `session` that pass `filter`, so that others are never walked.
    pub(super) fn sqlite(&self, session: &str, filter: &GalleryFilter) -> String {
        let mut query = format!("session : \"{}\"", session.replace('"', "\"\""));
        let provider = filter.provider.map(ProviderKind::prefix);
        let failed = filter.failed.then_some("failed");
        let starred = filter.starred.then_some("starred");
        for flag in [provider, failed, starred].into_iter().flatten() {
            query += &format!(" AND flags : \"{flag}\"");
        }
        for (i, phrase) in self.0.iter().enumerate() {
            let prefix = if i + 1 == self.0.len() { " *" } else { "" };
            query += &format!(" AND words : \"{}\"{prefix}", phrase.join(" "));
        }
        query
    }

    /// For `to_tsquery`.
    pub(super) fn postgres(&self) -> String {
        let phrases: Vec<_> = self.0.iter().map(|phrase| phrase.join(" <-> ")).collect();
        format!("{}:*", phrases.join(" & "))
    }
}

/// The words of `text`, lower-case and parted by single spaces. Of the scripts that are written
/// without spaces every letter is a word, so that a part of a run is found too.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut parted = true;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let alone = is_written_without_spaces(letter);
        if alone || !letter.is_alphanumeric() {
            parted = true;
        }
        if letter.is_alphanumeric() {
            if parted && !words.is_empty() {
                words.push(' ');
            }
            words.push(letter);
            parted = alone;
        }
    }
    words
}

fn is_written_without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff // Thai, Lao
        | 0x3040..=0x30ff | 0x31f0..=0x31ff // Kana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff // Han
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_alike_everywhere() {
        for (text, cut) in [
            ("A red-haired Fox, 35mm!", "a red haired fox 35mm"),
            ("hf:black-forest-labs/FLUX.1-dev", "hf black forest labs flux 1 dev"),
            ("一只猫 in Paris", "一 只 猫 in paris"),
            ("praça", "praça"),
            (" ", ""),
        ] {
            assert_eq!(words(text), cut);
        }
    }

    #[test]
    fn what_is_typed_becomes_phrases_and_never_syntax() {
        let search = Search::new("FLUX.1-dev \"red* OR\tfo").unwrap();
        assert_eq!(
            search.sqlite("a\"b", &GalleryFilter { starred: true, ..Default::default() }),
            "session : \"a\"\"b\" AND flags : \"starred\" AND words : \"flux 1 dev\" AND words : \"red\" \
             AND words : \"or\" AND words : \"fo\" *"
        );
        assert_eq!(search.postgres(), "flux <-> 1 <-> dev & red & or & fo:*");
        assert!(Search::new(" \"* ").is_none());
    }
}
