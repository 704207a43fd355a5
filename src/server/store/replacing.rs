//! Replaces the model of a generation by another one.

use super::{
    Bill, End, Record, RecordState, Records, Spare, StoreError,
    fold::FOLDING,
    leases::LEASE_MS,
    money::{Reservation, reserve, settle},
    record::state_text,
    searchable::search_text,
    storable,
};
use crate::{
    error::GenerateError,
    generation::{GenerationId, ReachedLimit, Request, SpentBudget},
    server::money::Amount,
};

/// How often another model may take the place of the one before.
const MAX_REPLACEMENTS: i64 = 3;

/// A generation that goes on with another model.
#[derive(Clone, Copy, Debug)]
pub struct Replacing<'a> {
    pub id: &'a GenerationId,
    /// The attempt that has ended.
    pub attempt: u32,
    /// The request from now on.
    pub request: &'a Request,
    /// The error of the first model.
    pub error: &'a GenerateError,
    pub owner: &'a str,
    pub now_ms: i64,
}

/// The result of a replacement.
#[derive(Clone, Debug, PartialEq)]
pub enum Replaced {
    /// The caller runs the next attempt.
    Begun(Box<Record>),
    /// The generation has ended, or another call continues it.
    Over,
    /// This budget has no room for it.
    TooDear(SpentBudget),
    /// This limit has no room for it.
    TooMany(ReachedLimit),
}

impl Records {
    /// Stores the model to try instead in a generation that has not ended. False when it has.
    pub async fn set_spare(&self, id: &GenerationId, spare: &Spare) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "UPDATE generations SET spare = $1 WHERE id = $2 AND state IN ('running', 'loading') \
             AND replaced < $3",
        )
        .bind(spare.to_text()?)
        .bind(id.as_str())
        .bind(MAX_REPLACEMENTS)
        .execute(&self.writer)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// Begins the next attempt of a generation with another model, and updates the charges of both,
    /// in one transaction. Of several concurrent calls, one succeeds.
    pub async fn replace(
        &self,
        replacing: Replacing<'_>,
        bill: Option<(&Bill, Amount)>,
    ) -> Result<Replaced, StoreError> {
        let Replacing { id, attempt, request, error, owner, now_ms } = replacing;
        let mut transaction = self.writer.begin().await?;
        let written = sqlx::query(
            "UPDATE generations SET provider = $1, request = $2, search_text = $3, folding = $4, \
             state = $5, attempts = attempts + 1, replaced = replaced + 1, started_ms = $6, \
             handle = NULL, spare = NULL, owner = $7, lease_until_ms = $8 WHERE id = $9 AND attempts = $10 \
             AND deleted_ms IS NULL AND (state = 'loading' OR (state = 'running' AND owner = $7))",
        )
        .bind(request.model.provider().prefix())
        .bind(storable::request_json(request)?)
        .bind(search_text(request))
        .bind(FOLDING)
        .bind(state_text(RecordState::Running))
        .bind(now_ms)
        .bind(owner)
        .bind(now_ms + LEASE_MS)
        .bind(id.as_str())
        .bind(i64::from(attempt))
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if !written {
            transaction.rollback().await?;
            return Ok(Replaced::Over);
        }
        settle(&mut transaction, id, &End::Failed(error.clone()), now_ms).await?;
        // It stays beside what comes next, also where it cost nothing: it has begun, which limits count.
        sqlx::query("UPDATE charges SET generation = $1 WHERE generation = $2")
            .bind(format!("{id}#{attempt}"))
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await?;
        if let Some((bill, expected)) = bill {
            let what = (id, &request.model);
            let refused = match reserve(&mut transaction, what, bill, expected, now_ms).await? {
                Reservation::Done => None,
                Reservation::TooDear(spent) => Some(Replaced::TooDear(spent)),
                Reservation::TooMany(reached) => Some(Replaced::TooMany(reached)),
            };
            if let Some(refused) = refused {
                transaction.rollback().await?;
                return Ok(refused);
            }
        }
        transaction.commit().await?;
        let record = self.get(id).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(Replaced::Begun(Box::new(record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Billed,
        generation::Inputs,
        server::{
            money::{Currency, Price, Unit},
            store::{Beginning, SessionId},
        },
    };

    fn id() -> GenerationId {
        GenerationId::from_parts(1, [1; 10])
    }

    fn request(model: &str) -> Request {
        let model = model.parse().unwrap();
        Request { model, prompt: "a fox".to_owned(), inputs: Inputs::new() }
    }

    fn bill() -> Bill {
        let price = Some(Price { amount: Amount::of_micros(3_000), unit: Unit::Image });
        let currency = Currency::parse("USD").unwrap();
        let payer = "me".to_owned();
        Bill { payer, is_owner: true, key: None, price, currency, most: None, has_own_key: false }
    }

    fn spare() -> Spare {
        let model = "replicate:a/b".parse().unwrap();
        Spare { model, after_seconds: Some(30), even_if_billed: false, bill: Some(bill()) }
    }

    async fn begun(records: &Records) -> Request {
        let (session, request) = (SessionId::new("me"), request("hf:a/b"));
        let beginning = Beginning {
            id: &id(),
            session: &session,
            request: &request,
            draft_digest: None,
            spare: Some(&spare()),
            owner: "here",
            now_ms: 1,
        };
        records.claim(beginning, Some((&bill(), Amount::of_micros(3_000)))).await.unwrap();
        request
    }

    #[tokio::test]
    async fn one_of_several_goes_on_and_both_are_paid_for_where_both_may_cost() {
        let records = Records::in_memory().await.unwrap();
        begun(&records).await;
        let kept = records.get(&id()).await.unwrap().unwrap().spare.unwrap();
        assert_eq!(Spare::of_text(&kept), Some(spare()));
        let (id, next) = (id(), request("replicate:a/b"));
        let error = GenerateError::Timeout { detail: String::new(), billed: Billed::Maybe };
        let replacing = |owner, attempt| Replacing {
            id: &id,
            attempt,
            request: &next,
            error: &error,
            owner,
            now_ms: 2,
        };
        let bill = bill();
        let costs = Some((&bill, Amount::of_micros(500)));
        let elsewhere = records.replace(replacing("there", 1), costs).await.unwrap();
        assert_eq!(elsewhere, Replaced::Over, "another process has it");
        let Replaced::Begun(record) = records.replace(replacing("here", 1), costs).await.unwrap()
        else {
            panic!("nobody else was first")
        };
        assert_eq!((&record.item.request, record.item.attempts), (&next, 2));
        assert_eq!((record.spare.as_ref(), record.handle.as_ref()), (None, None));
        assert_eq!(records.replace(replacing("here", 1), costs).await.unwrap(), Replaced::Over);
        let total: i64 = sqlx::query_scalar("SELECT SUM(micros) FROM charges")
            .fetch_one(&records.writer)
            .await
            .unwrap();
        assert_eq!(total, 3_500);
    }

    #[tokio::test]
    async fn each_that_was_replaced_is_paid_for_and_it_has_an_end() {
        let records = Records::in_memory().await.unwrap();
        begun(&records).await;
        let (id, bill) = (id(), bill());
        let error = GenerateError::Timeout { detail: String::new(), billed: Billed::Maybe };
        for attempt in 1..=3 {
            assert!(records.set_spare(&id, &spare()).await.unwrap());
            let next = request(&format!("replicate:a/b{attempt}"));
            let replacing = Replacing {
                id: &id,
                attempt,
                request: &next,
                error: &error,
                owner: "here",
                now_ms: 2,
            };
            let costs = Some((&bill, Amount::of_micros(500)));
            let replaced = records.replace(replacing, costs).await.unwrap();
            assert!(matches!(replaced, Replaced::Begun(_)), "{replaced:?}");
        }
        assert!(!records.set_spare(&id, &spare()).await.unwrap(), "often enough");
        let paid: Vec<i64> = sqlx::query_scalar("SELECT micros FROM charges ORDER BY generation")
            .fetch_all(&records.writer)
            .await
            .unwrap();
        assert_eq!(paid, [500, 3_000, 500, 500]);
    }

    #[tokio::test]
    async fn what_cost_nothing_is_not_paid_for_and_has_begun_all_the_same() {
        let records = Records::in_memory().await.unwrap();
        begun(&records).await;
        let (id, next) = (id(), request("replicate:a/b"));
        let error = GenerateError::Busy { host: "h".to_owned(), detail: String::new() };
        let replacing = Replacing {
            id: &id,
            attempt: 1,
            request: &next,
            error: &error,
            owner: "here",
            now_ms: 2,
        };
        let costs = bill();
        let costs = Some((&costs, Amount::of_micros(500)));
        assert!(matches!(records.replace(replacing, costs).await.unwrap(), Replaced::Begun(_)));
        let charges: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT model, micros, counts FROM charges ORDER BY generation")
                .fetch_all(&records.writer)
                .await
                .unwrap();
        let of = |model: &str, micros, counts| (model.to_owned(), micros, counts);
        assert_eq!(charges, [of("replicate:a/b", 500, 1), of("hf:a/b", 0, 0)]);
    }
}
