//! What people store besides pictures, in a backup: comparisons and grids, styles and prompts, and
//! standing inputs for models.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sqlx::{Row, any::AnyRow};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::{Share, writing::write_line};
use crate::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, Habit, ModelReference, RecordState, Words, WordsKind,
        series::{MAX_CELLS, Member, Plan, Series, SeriesId},
    },
    server::store::{Records, SessionId, StoreError, record::unknown, series::SeriesAsker},
};

pub(super) const KEPT_FILE: &str = "kept.jsonl";

/// The longest session id of a gallery, in bytes.
const MAX_SESSION: usize = 400;

/// One such entry.
#[derive(Serialize, Deserialize)]
pub(in crate::server::store) struct PersonalEntry {
    session: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Words {
        kind: String,
        name: String,
        prefix: String,
        suffix: String,
        negative: String,
        created_ms: i64,
    },
    Habit {
        model: ModelReference,
        habit: Habit,
        kept_ms: i64,
    },
    Series(Box<KeptSeries>),
}

#[derive(Serialize, Deserialize)]
struct KeptSeries {
    id: SeriesId,
    plan: Plan,
    prompt: String,
    created_ms: i64,
    is_blind: bool,
    is_revealed: bool,
    winner: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<Share>,
    members: Vec<KeptMember>,
}

#[derive(Serialize, Deserialize)]
struct KeptMember {
    generation: GenerationId,
    draft: Draft,
    title: String,
    ended: Option<RecordState>,
    error: Option<GenerateError>,
}

/// Writes all entries into `folder`, if there are any.
pub(super) async fn write(records: &Records, folder: &Path) -> Result<(), StoreError> {
    let (part, whole) = (folder.join("kept.part"), folder.join(KEPT_FILE));
    let kept = records.kept().await?;
    if kept.is_empty() {
        return match tokio::fs::remove_file(whole).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        };
    }
    let mut out = BufWriter::new(tokio::fs::File::create(&part).await?);
    for one in kept {
        write_line(&mut out, &one).await?;
    }
    out.flush().await?;
    Ok(tokio::fs::rename(part, whole).await?)
}

impl Records {
    /// What cannot be read is left out, as rows of generations are.
    pub(in crate::server::store) async fn kept(&self) -> Result<Vec<PersonalEntry>, StoreError> {
        let noted = |error: &StoreError| self.bad.note(format_args!("something kept"), error);
        let words = sqlx::query("SELECT * FROM words ORDER BY created_ms, session, kind, name");
        let words = self.rows(words).await?.rows;
        let words = words.iter().map(|row| words_of(row).inspect_err(noted));
        let habits = sqlx::query("SELECT * FROM habits ORDER BY kept_ms, session, model");
        let habits = self.rows(habits).await?.rows;
        let habits = habits.iter().map(|row| habit_of(row).inspect_err(noted));
        let mut kept: Vec<PersonalEntry> = words.chain(habits).filter_map(Result::ok).collect();
        let series = sqlx::query("SELECT * FROM series ORDER BY created_ms, id");
        for row in &self.rows(series).await?.rows {
            if let Ok(series) = self.kept_series(row).await.inspect_err(noted) {
                kept.push(series);
            }
        }
        Ok(kept)
    }

    async fn kept_series(&self, row: &AnyRow) -> Result<PersonalEntry, StoreError> {
        let token: Option<String> = row.try_get("share_token")?;
        let with_inputs = row.try_get::<i64, _>("share_inputs")? != 0;
        let series = self.series_in(row).await?;
        let member = |Member { generation, draft, title, ended, error, .. }| KeptMember {
            generation,
            draft,
            title,
            ended,
            error,
        };
        let kept = KeptSeries {
            id: series.id,
            plan: series.plan,
            prompt: series.prompt,
            created_ms: series.created_ms,
            is_blind: series.is_blind,
            is_revealed: series.is_revealed,
            winner: series.winner,
            share: token.map(|token| Share { token, with_inputs }),
            members: series.members.into_iter().map(member).collect(),
        };
        Ok(PersonalEntry { session: row.try_get("session")?, what: What::Series(Box::new(kept)) })
    }

    /// Adds an entry of a backup, unless it exists here. The error says why it was left out.
    pub(super) async fn insert_kept(&self, kept: PersonalEntry) -> Result<(), String> {
        let PersonalEntry { session, what } = kept;
        let is_sound =
            (1..=MAX_SESSION).contains(&session.len()) && !session.contains(char::is_control);
        if !is_sound {
            return Err("it belongs to nobody".to_owned());
        }
        let session = SessionId::new(session);
        let kept = match what {
            What::Words { kind, name, prefix, suffix, negative, created_ms } => {
                let words = WordsKind::of_word(&kind)
                    .and_then(|kind| Words { kind, name, prefix, suffix, negative }.checked());
                let words = words.ok_or("it has no name, says nothing, or is too long")?;
                self.keep_words(&session, &words, created_ms).await
            }
            What::Habit { model, mut habit, kept_ms } => {
                let inputs = std::mem::take(&mut habit.inputs);
                if !habit.keep_inputs(inputs) {
                    return Err(format!("it wants too much of {model}"));
                }
                self.keep_habit(&session, &model, &habit, kept_ms).await
            }
            What::Series(series) => self.insert_series(&session, *series).await,
        };
        match kept {
            Ok(true) => Ok(()),
            Ok(false) => Err("there is no room for it".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Generations of it that had not ended count as over. True when the series exists already,
    /// too.
    async fn insert_series(
        &self,
        session: &SessionId,
        kept: KeptSeries,
    ) -> Result<bool, StoreError> {
        let KeptSeries { id, plan, prompt, created_ms, .. } = kept;
        if kept.members.len() > MAX_CELLS || plan.cells() != kept.members.len() {
            return Ok(false);
        }
        let known = sqlx::query("SELECT id FROM series WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.writer)
            .await?;
        if known.is_some() {
            return Ok(true);
        }
        let member = |(member, position): (KeptMember, u32)| Member {
            position,
            generation: member.generation,
            draft: member.draft,
            title: member.title,
            ended: member.ended.or(Some(RecordState::Cancelled)),
            error: member.error,
        };
        let series = Series {
            id,
            plan,
            prompt,
            created_ms: created_ms.clamp(0, 1 << 42),
            is_blind: kept.is_blind,
            is_revealed: kept.is_revealed,
            winner: None,
            is_cancelled: false,
            members: kept.members.into_iter().zip(0..).map(member).collect(),
        };
        let asker = SeriesAsker {
            session: session.clone(),
            caller: "nobody".to_owned(),
            address: String::new(),
            language: String::new(),
        };
        self.add_series(&series, &asker, "").await?;
        self.end_series(&series.id).await?;
        let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let share = kept.share.filter(|share| {
            (32..=128).contains(&share.token.len()) && share.token.bytes().all(is_of_token)
        });
        let (token, with_inputs) =
            share.map_or((None, false), |share| (Some(share.token), share.with_inputs));
        let winner = kept.winner.filter(|winner| (*winner as usize) < series.members.len());
        sqlx::query(
            "UPDATE series SET winner = $1, is_revealed = $2, share_inputs = $3, share_token = \
             CASE WHEN EXISTS (SELECT 1 FROM series WHERE share_token = $4) THEN NULL ELSE $4 END \
             WHERE id = $5",
        )
        .bind(winner.map(i64::from))
        .bind(i64::from(kept.is_revealed))
        .bind(i64::from(with_inputs))
        .bind(token)
        .bind(series.id.as_str())
        .execute(&self.writer)
        .await?;
        Ok(true)
    }
}

fn words_of(row: &AnyRow) -> Result<PersonalEntry, StoreError> {
    let kind: String = row.try_get("kind")?;
    WordsKind::of_word(&kind).ok_or_else(|| unknown("kind"))?;
    let what = What::Words {
        kind,
        name: row.try_get("name")?,
        prefix: row.try_get("prefix")?,
        suffix: row.try_get("suffix")?,
        negative: row.try_get("negative")?,
        created_ms: row.try_get("created_ms")?,
    };
    Ok(PersonalEntry { session: row.try_get("session")?, what })
}

fn habit_of(row: &AnyRow) -> Result<PersonalEntry, StoreError> {
    let model: String = row.try_get("model")?;
    let what = What::Habit {
        model: model.parse().map_err(|_| unknown("model"))?,
        habit: serde_json::from_str(row.try_get("habit")?)?,
        kept_ms: row.try_get("kept_ms")?,
    };
    Ok(PersonalEntry { session: row.try_get("session")?, what })
}
