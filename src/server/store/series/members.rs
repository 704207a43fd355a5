//! The rows of a series' generations.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, RecordState,
        series::{MAX_CELLS, Member, Series, SeriesId, Varied},
    },
    server::store::{
        Records, StoreError,
        record::{number, parse_state, state_text, unknown},
        sql::Sql,
        storable,
    },
};

impl Records {
    /// The series of a row. A generation of it whose own row cannot be read counts as failed, so
    /// that the others can be seen in their places.
    pub(in crate::server::store) async fn series_in(
        &self,
        row: &AnyRow,
    ) -> Result<Series, StoreError> {
        let id: String = row.try_get("id")?;
        let rows = sqlx::query("SELECT * FROM series_members WHERE series = $1 ORDER BY position");
        let members =
            self.readable(("a generation of the series", "series"), rows.bind(&id), member_of);
        let winner: Option<i64> = row.try_get("winner")?;
        let flag = |name: &'static str| Ok::<_, StoreError>(row.try_get::<i64, _>(name)? != 0);
        let mut series = Series {
            id: id.parse().map_err(|_| unknown("id"))?,
            plan: serde_json::from_str(row.try_get("plan")?)?,
            prompt: row.try_get("prompt")?,
            created_ms: row.try_get("created_ms")?,
            is_blind: flag("is_blind")?,
            is_revealed: flag("is_revealed")?,
            winner: winner.and_then(|winner| winner.try_into().ok()),
            is_cancelled: flag("is_cancelled")?,
            members: members.await?,
        };
        fill_gaps(&mut series);
        Ok(series)
    }

    /// Ends the generations that have ended in `series` and not in the database: those whose rows
    /// cannot be read, without which the series would never end.
    pub(super) async fn end_unreadable_members(&self, series: &Series) -> Result<(), StoreError> {
        let open = series.members.iter().filter(|member| member.ended.is_none());
        let open: Vec<_> = open.map(|member| i64::from(member.position)).collect();
        // PostgreSQL accepts no empty list; no row has this position.
        let sql = Sql::new(
            "UPDATE series_members SET ended = $2, refused = $3 \
             WHERE series = $1 AND ended IS NULL AND position NOT IN (-1",
        );
        let sql = (4..4 + open.len()).fold(sql, |sql, number| sql.push(", ").place(number));
        let mut query = sqlx::query(sql.push(")"))
            .bind(series.id.as_str())
            .bind(state_text(RecordState::Failed))
            .bind(storable::json(&GenerateError::Internal)?);
        for position in open {
            query = query.bind(position);
        }
        query.execute(&self.writer).await?;
        Ok(())
    }
}

/// Puts a failed generation in each place of the plan that has none.
fn fill_gaps(series: &mut Series) {
    let cells = series.plan.cells().min(MAX_CELLS);
    if series.members.len() >= cells {
        return;
    }
    let known = series.members.first();
    let base = known.map_or_else(Draft::default, |member| member.draft.clone());
    let base = Draft { prompt: series.prompt.clone(), ..base };
    let known = known.map_or_else(String::new, |member| member.title.clone());
    let missing = (0..).take(cells).map(|position: u32| {
        let place = position as usize;
        let model = series.plan.varied(place).into_iter().find_map(|varied| match varied {
            Varied::Model(model) => Some(model.title.clone()),
            _ => None,
        });
        let member = Member {
            position,
            // No generation has this id.
            generation: GenerationId::from_parts(0, [0; 10]),
            draft: series.plan.draft(&base, place, None),
            title: model.unwrap_or_else(|| known.clone()),
            ended: Some(RecordState::Failed),
            error: Some(GenerateError::Internal),
        };
        (position, member)
    });
    let mut members: BTreeMap<_, _> = missing.collect();
    members.extend(series.members.drain(..).map(|member| (member.position, member)));
    series.members = members.into_values().collect();
}

pub(super) async fn add_member(
    connection: &mut AnyConnection,
    series: &SeriesId,
    member: &Member,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO series_members (series, position, generation, model, title, draft, ended, \
         refused) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(series.as_str())
    .bind(i64::from(member.position))
    .bind(member.generation.as_str())
    .bind(&member.draft.model)
    .bind(&member.title)
    .bind(storable::json(&member.draft)?)
    .bind(member.ended.map(state_text))
    .bind(member.error.as_ref().map(storable::json).transpose()?)
    .execute(connection)
    .await?;
    Ok(())
}

fn member_of(row: &AnyRow) -> Result<Member, StoreError> {
    let generation: String = row.try_get("generation")?;
    let ended: Option<String> = row.try_get("ended")?;
    let refused: Option<String> = row.try_get("refused")?;
    Ok(Member {
        position: number(row, "position")?,
        generation: generation.parse().map_err(|_| unknown("generation"))?,
        draft: serde_json::from_str(row.try_get("draft")?)?,
        title: row.try_get("title")?,
        ended: ended.as_deref().map(parse_state).transpose()?,
        error: refused.map(|error| serde_json::from_str(&error)).transpose()?,
    })
}
