//! Which generation was made with a picture of which other one.

use super::{
    Records, SessionId, StoreError,
    record::{COLUMNS, NOT_HIDDEN},
    sql::Sql,
};
use crate::generation::{GalleryItem, GenerationId};

/// How many generations back are followed.
const GENERATIONS: usize = 5;

/// How many descendants are listed.
const MAX_DESCENDANTS: i64 = 12;

/// The ancestors and descendants of a generation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lineage {
    /// Oldest ancestor first. Where a generation was made with several pictures, the line follows
    /// the oldest.
    pub from: Vec<GalleryItem>,
    /// Oldest first.
    pub into: Vec<GalleryItem>,
}

impl Records {
    /// The ancestors and descendants of `id` of `session`, as far as they are in the gallery.
    pub async fn lineage(
        &self,
        session: &SessionId,
        id: &GenerationId,
    ) -> Result<Lineage, StoreError> {
        let mut from: Vec<GalleryItem> = Vec::new();
        let mut now = id.clone();
        for _ in 0..GENERATIONS {
            let sources = "SELECT images.generation FROM inputs JOIN images \
                           ON images.digest = inputs.digest WHERE inputs.generation = $1";
            let before = self.relatives(session, &now, sources, 1).await?;
            // A picture that was made twice may seem to be its own ancestor.
            let Some(before) = before.into_iter().next() else { break };
            if before.id == *id || from.iter().any(|known| known.id == before.id) {
                break;
            }
            now = before.id.clone();
            from.insert(0, before);
        }
        let results = "SELECT inputs.generation FROM images JOIN inputs \
                       ON inputs.digest = images.digest WHERE images.generation = $1";
        let into = self.relatives(session, id, results, MAX_DESCENDANTS).await?;
        Ok(Lineage { from, into })
    }

    /// The generations in the gallery that `related` finds, oldest first.
    async fn relatives(
        &self,
        session: &SessionId,
        id: &GenerationId,
        related: &'static str,
        most: i64,
    ) -> Result<Vec<GalleryItem>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM generations WHERE id IN (");
        let sql = sql.push(related).push(") AND id <> $1 AND session = $2 AND deleted_ms IS NULL");
        let sql = sql.push(NOT_HIDDEN).push(" ORDER BY created_ms, id LIMIT $3");
        let query = sqlx::query(sql).bind(id.as_str()).bind(session.as_str()).bind(most);
        let rows = self.rows(query).await?.rows;
        let mut records = self.records_in(&rows);
        self.add_images(&mut records).await?;
        Ok(records.into_iter().map(|record| record.item).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        generation::{
            FileReference, ImageType, InputValue, Inputs, ModelReference, Request, StoredImage,
        },
        server::store::End,
    };

    fn id(number: u8) -> GenerationId {
        GenerationId::from_parts(u64::from(number), [number; 10])
    }

    /// Adds a generation that made the picture `made` from the picture `source`.
    async fn made(
        records: &Records,
        session: &SessionId,
        number: u8,
        source: Option<&str>,
        made: &str,
    ) {
        let file = |digest: &str| InputValue::File(FileReference::Stored(digest.to_owned()));
        let inputs: Inputs =
            source.map(|source| ("image".to_owned(), file(source))).into_iter().collect();
        let request = Request { model: ModelReference::demo(), prompt: "a fox".to_owned(), inputs };
        let now_ms = i64::from(number);
        records.claim_new(&id(number), session, &request, None, "me", now_ms).await.unwrap();
        let image = StoredImage {
            position: 0,
            digest: made.to_owned(),
            content_type: ImageType::Png,
            width: 1,
            height: 1,
            bytes: 1,
        };
        let end = End::Done {
            images: vec![image],
            files: Vec::new(),
            outputs: Vec::new(),
            facts: Vec::new(),
        };
        records.finish(&id(number), &end, now_ms).await.unwrap();
    }

    #[tokio::test]
    async fn what_came_from_what_is_told_to_its_owner_alone() {
        let records = Records::in_memory().await.unwrap();
        let (me, you) = (SessionId::new("me"), SessionId::new("you"));
        for (number, source, picture) in
            [(1, None, "a"), (2, Some("a"), "b"), (3, Some("b"), "c"), (4, Some("b"), "d")]
        {
            made(&records, &me, number, source, picture).await;
        }
        made(&records, &you, 5, Some("b"), "e").await;
        let ids =
            |items: Vec<GalleryItem>| items.into_iter().map(|item| item.id).collect::<Vec<_>>();
        let Lineage { from, into } = records.lineage(&me, &id(2)).await.unwrap();
        assert_eq!((ids(from), ids(into)), (vec![id(1)], vec![id(3), id(4)]));
        let Lineage { from, into } = records.lineage(&me, &id(4)).await.unwrap();
        assert_eq!((ids(from), ids(into)), (vec![id(1), id(2)], vec![]));
        let Lineage { from, into } = records.lineage(&you, &id(5)).await.unwrap();
        assert_eq!((ids(from), ids(into)), (vec![], vec![]));
    }

    #[tokio::test]
    async fn a_picture_that_came_of_itself_has_an_end() {
        let records = Records::in_memory().await.unwrap();
        let me = SessionId::new("me");
        made(&records, &me, 1, Some("b"), "a").await;
        made(&records, &me, 2, Some("a"), "b").await;
        let Lineage { from, into } = records.lineage(&me, &id(1)).await.unwrap();
        assert_eq!((from.len(), into.len()), (1, 1));
    }
}
