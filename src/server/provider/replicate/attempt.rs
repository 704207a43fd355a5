//! One attempt: creates its prediction, or finds the one that an earlier process created, and
//! follows it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    Replicate, create, create::Pending, follow, handle::Handle, input, recover, reference::Target,
    target_of,
};
use crate::{
    generation::Event,
    server::{
        fault::Fault,
        provider::{Answer, Job, Updates},
    },
};

impl Replicate {
    pub(super) async fn create_and_follow(
        &self,
        job: &Job,
        updates: &Updates,
        target: &Target,
    ) -> Result<Answer, Fault> {
        let prepare = async {
            let model = self.models.find(target).await?;
            let addresses = input::addresses(&job.files, Some(&self.client)).await?;
            let seed = input::seed_of(&job.id, job.attempt);
            let input =
                input::payload(&job.request, model.prompt, &model.schema, &addresses, seed)?;
            Ok::<_, Fault>((model, input))
        };
        let (model, input) = tokio::select! {
            () = job.cancelled.cancelled() => return Err(Fault::Cancelled),
            prepared = prepare => prepared?,
        };
        let seed = follow::seed_among(&input);
        let extra = self.webhooks.ask(&job.id);
        updates.remember(&Handle::Creating(unix_ms(SystemTime::now())).to_string()).await?;
        let pending = Pending::start(
            self.client.clone(),
            &model,
            input,
            extra,
            self.claims.clone(),
            updates.clone(),
        );
        let created = pending.answer(&job.cancelled).await?;
        let id = &created.prediction.id;
        let mut orphan = create::cancel_on_drop(&self.client, id);
        remember_created(updates, id).await;
        orphan.disarm();
        updates.send(Event::Accepted { attempt: job.attempt });
        follow::follow(self, &model, created, seed, job, updates).await
    }

    /// Resumes the work that the text of `handle` names.
    pub(super) async fn resume_from(
        &self,
        job: &Job,
        handle: &str,
        updates: &Updates,
    ) -> Result<Answer, Fault> {
        let target = target_of(&job.request.model)?;
        match (Handle::parse(handle), &target) {
            (Some(Handle::Cog(id)), Target::Cog(server)) => {
                self.cog.cancel(server, &id).await;
                Err(Fault::Interrupted { may_be_billed: false })
            }
            (Some(Handle::Created(id)), _) => {
                let claim = self.claims.claim(&id);
                let model = self.models.find(&target).await?;
                let prediction = self.client.prediction(&id).await?.value;
                let seed = follow::seed_among(&create::input_to_match(job, &model)?);
                let created = recover::Claimed { prediction, claim };
                follow::follow(self, &model, created, seed, job, updates).await
            }
            (Some(Handle::Creating(sent_at)), _) => {
                let sent_at = UNIX_EPOCH + Duration::from_millis(sent_at);
                self.resume_lost(job, updates, &target, sent_at).await
            }
            _ => Err(Fault::Interrupted { may_be_billed: true }),
        }
    }

    /// Finds the prediction of a create request whose response was lost.
    async fn resume_lost(
        &self,
        job: &Job,
        updates: &Updates,
        target: &Target,
        sent_at: SystemTime,
    ) -> Result<Answer, Fault> {
        let model = self.models.find(target).await?;
        let input = create::input_to_match(job, &model)?;
        let wanted = recover::ExpectedPrediction::new(&model, &input, sent_at);
        let found = recover::find(&self.client, &wanted, &self.claims).await?;
        let found = found.ok_or(Fault::Interrupted { may_be_billed: false })?;
        remember_created(updates, &found.prediction.id).await;
        let seed = follow::seed_among(&input);
        follow::follow(self, &model, found, seed, job, updates).await
    }
}

/// Stores the id of the prediction. While the database is away, the handle from before the creation
/// finds the prediction too, so running work is not given up.
async fn remember_created(updates: &Updates, id: &str) {
    if let Err(error) = updates.remember(&Handle::Created(id.to_owned()).to_string()).await {
        tracing::warn!(%error, "the id of a prediction cannot be kept");
    }
}

fn unix_ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
