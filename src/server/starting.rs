//! Starts generations, within the rules for callers who are not the operator.

use super::{
    access::Caller,
    budget::Held,
    clock::now_ms,
    generations,
    state::AppState,
    store::{Bill, Spare},
    visitors::{Asker, DAY_MS},
};
use crate::{
    error::GenerateError,
    generation::{Draft, GenerationId, ModelReference, Outcome, SpareWish},
    language::Language,
};

/// What became of the wish for another model in the place of one that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wished {
    /// Whoever runs it is told.
    Heard,
    /// It is this model that runs.
    Same,
    /// Others took its place as often as they may.
    TooOften,
}

impl AppState {
    /// Starts or joins a generation. Visitors may start only models on offer, and a limited number
    /// per day; running generations they may follow to the end. Without a draft it only joins.
    ///
    /// # Errors
    ///
    /// As [`Generations::generate`](super::generations::Generations::generate), and those of the rules.
    pub async fn generate(
        &self,
        asker: &Asker,
        id: &GenerationId,
        draft: Option<Draft>,
    ) -> Result<Held<Outcome>, GenerateError> {
        self.generate_with(asker, id, draft, None).await
    }

    /// The same for a press of Generate: with the other model that the person wants when this one
    /// does not begin, or takes too long.
    ///
    /// # Errors
    ///
    /// As [`generate`](Self::generate).
    pub async fn generate_or_replace(
        &self,
        asker: &Asker,
        id: &GenerationId,
        draft: Option<Draft>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let spare = match &draft {
            Some(draft) => Box::pin(self.spare_of(asker, draft)).await,
            None => None,
        };
        self.generate_with(asker, id, draft, spare).await
    }

    /// The other model in the person's standing inputs for the model of `draft`; `None` if they may
    /// not run it.
    async fn spare_of(&self, asker: &Asker, draft: &Draft) -> Option<Spare> {
        let model = draft.reference().ok()?;
        let habit = self.habits.of(&asker.session, &model).await.ok()?;
        let SpareWish { model: other, after_seconds, even_if_billed } = habit.spare?;
        let other = other.parse().ok().filter(|other| *other != model)?;
        self.spare(asker, other, after_seconds, even_if_billed).await.ok()
    }

    /// Another model for a generation of `asker`, and who pays for it.
    ///
    /// # Errors
    ///
    /// When it is not on offer, or its price cannot be read.
    pub async fn spare(
        &self,
        asker: &Asker,
        model: ModelReference,
        after_seconds: Option<u32>,
        even_if_billed: bool,
    ) -> Result<Spare, GenerateError> {
        self.visitors.check(asker.caller, &model)?;
        // It replaces a generation that the limits have already allowed.
        let bill = Bill { most: None, ..self.bill_for(asker, &model).await? };
        Ok(Spare { model, after_seconds, even_if_billed, bill: Some(bill) })
    }

    /// Stops what `asker` runs, and goes on with `model`, which counts as one more that begins.
    ///
    /// # Errors
    ///
    /// [`GenerateError::NotFound`] when it does not run, those of [`spare`](Self::spare), and those of the
    /// limits; then it runs on.
    pub async fn go_on_with(
        &self,
        asker: &Asker,
        id: &GenerationId,
        model: ModelReference,
    ) -> Result<Wished, GenerateError> {
        let generations = &self.generations;
        let item = self.gallery.item(&asker.session, id).await?;
        if item.state.is_ended() {
            return Err(GenerateError::NotFound);
        }
        if item.request.model == model {
            return Ok(Wished::Same);
        }
        // Whoever wants this means the one that is stopped, too.
        let spare = self.spare(asker, model, Some(0), true).await?;
        let wished = |is_heard| if is_heard { Wished::Heard } else { Wished::TooOften };
        if asker.caller.is_operator() {
            return generations.replace_now(&asker.session, id, spare).await.map(wished);
        }
        self.visitors.may_start(asker.address).await?;
        let (most, now_ms) = (self.visitors.most(), now_ms());
        if let Some(reached) = self.spending.hour_is_full(most, &self.payer(asker), now_ms).await? {
            return Err(GenerateError::LimitReached { reached });
        }
        let (day, visitor) = (now_ms / DAY_MS, self.visitor(asker));
        Box::pin(self.visitors.count(day, &visitor)).await?;
        let heard = generations.replace_now(&asker.session, id, spare).await;
        if heard != Ok(true) {
            self.visitors.uncount(day, &visitor).await?;
        }
        heard.map(wished)
    }

    async fn generate_with(
        &self,
        asker: &Asker,
        id: &GenerationId,
        draft: Option<Draft>,
        spare: Option<Spare>,
    ) -> Result<Held<Outcome>, GenerateError> {
        let generations = &self.generations;
        let turn = generations::Caller {
            session: asker.session.clone(),
            address: Some(asker.address),
            is_new: asker.is_new,
            quota: (!asker.caller.is_operator()).then(|| self.visitors.quota()),
            language: Some(Language::current().tag()),
            bill: Box::pin(self.bill(asker, draft.as_ref())).await?,
            spare,
        };
        if asker.caller.is_operator() || Box::pin(generations.has_begun(id)).await? {
            return generations.generate(turn, id, draft).await;
        }
        asker.caller.must_make()?;
        let draft = draft.ok_or(GenerateError::NotFound)?;
        let model = draft.reference().map_err(|error| GenerateError::InputRejected {
            fields: vec![error],
            detail: String::new(),
        })?;
        self.visitors.check(asker.caller, &model)?;
        self.visitors.may_start(asker.address).await?;
        let (day, visitor) = (now_ms() / DAY_MS, self.visitor(asker));
        Box::pin(self.visitors.count(day, &visitor)).await?;
        let outcome = generations.generate(turn, id, Some(draft)).await;
        // A refused input cost nobody anything.
        if outcome.is_err() && !Box::pin(generations.has_begun(id)).await? {
            Box::pin(self.visitors.uncount(day, &visitor)).await?;
        }
        outcome
    }

    /// As whom the day counts whoever asks.
    fn visitor(&self, asker: &Asker) -> String {
        let visitor = match asker.caller {
            Caller::Maker => format!("person {}", asker.session.as_str()),
            _ => asker.address.to_string(),
        };
        self.signer.pseudonym(&visitor)
    }

    /// What whoever asks pays for the draft; `None` where it is not worth a look.
    async fn bill(
        &self,
        asker: &Asker,
        draft: Option<&Draft>,
    ) -> Result<Option<Bill>, GenerateError> {
        let Some(Ok(model)) = draft.map(Draft::reference) else { return Ok(None) };
        Ok(Some(self.bill_for(asker, &model).await?))
    }

    async fn bill_for(&self, asker: &Asker, model: &ModelReference) -> Result<Bill, GenerateError> {
        let is_owner = asker.caller.is_operator();
        let (price, currency) = self.spending.price_of(model).await?;
        Ok(Bill {
            payer: self.payer(asker),
            is_owner,
            key: asker.key.clone(),
            price,
            currency,
            most: (!is_owner).then(|| self.visitors.most()),
            has_own_key: self.provider_keys.own_providers().of(&asker.session, model).is_some(),
        })
    }

    /// The payer. A visitor keeps the same payer with a new cookie.
    pub fn payer(&self, asker: &Asker) -> String {
        match asker.caller {
            Caller::Visitor => self.signer.pseudonym(&format!("payer {}", asker.address)),
            _ => asker.session.as_str().to_owned(),
        }
    }
}
