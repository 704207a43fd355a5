//! The generations of a session as API clients list them: all, or those in one state or of one
//! model.

use super::{
    Record, Records, SessionId, StoreError,
    gallery::position,
    record::{COLUMNS, state_text},
    records::Rows,
    sql::Sql,
};
use crate::generation::{GalleryCursor, GalleryItem, ModelReference, RecordState};

/// The filter of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// `None` means any.
    pub state: Option<RecordState>,
    pub model: Option<ModelReference>,
}

impl Records {
    /// A page of the generations that match `wanted`, newest first, after `cursor`, and the cursor
    /// of the next page. Rows that cannot be read are skipped.
    pub async fn listed(
        &self,
        session: &SessionId,
        wanted: &Listing,
        cursor: Option<&GalleryCursor>,
        limit: usize,
    ) -> Result<(Vec<GalleryItem>, Option<GalleryCursor>), StoreError> {
        let mut sql = Sql::new("SELECT ")
            .push(COLUMNS)
            .push(" FROM generations WHERE session = $1 AND deleted_ms IS NULL");
        let mut last = 2;
        let mut place = || {
            last += 1;
            last
        };
        if wanted.state.is_some() {
            sql = sql.push(" AND state = ").place(place());
        }
        if wanted.model.is_some() {
            // The JSON of a request begins with its model.
            sql = sql.push(" AND provider = ").place(place());
            sql = sql.push(" AND substr(request, 1, CAST(").place(place()).push(" AS INTEGER)) = ");
            sql = sql.place(place());
        }
        if cursor.is_some() {
            sql = sql.push(" AND (created_ms, id) < (").place(place()).push(", ");
            sql = sql.place(place()).push(")");
        }
        let sql = sql.push(" ORDER BY created_ms DESC, id DESC LIMIT $2");
        let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut query = sqlx::query(sql).bind(session.as_str()).bind(more);
        if let Some(state) = wanted.state {
            query = query.bind(state_text(state));
        }
        let beginning = match &wanted.model {
            Some(model) => format!("{{\"model\":{},", serde_json::to_string(model)?),
            None => String::new(),
        };
        if let Some(model) = &wanted.model {
            let letters = i64::try_from(beginning.chars().count()).unwrap_or(i64::MAX);
            query = query.bind(model.provider().prefix()).bind(letters).bind(beginning.as_str());
        }
        if let Some(cursor) = cursor {
            query = query.bind(cursor.created_ms).bind(cursor.id.as_str());
        }
        let Rows { mut rows, passed_over } = self.rows(query).await?;
        let is_more = rows.len() + passed_over > limit;
        rows.truncate(limit);
        let next = rows.iter().rev().find_map(position).filter(|_| is_more);
        let next = next
            .and_then(|(created_ms, id)| Some(GalleryCursor { created_ms, id: id.parse().ok()? }));
        let mut records: Vec<Record> = self.records_in(&rows);
        self.add_images(&mut records).await?;
        Ok((records.into_iter().map(|record| record.item).collect(), next))
    }
}
