//! One attempt: sends the request with its pictures, and stores those that come back.

use serde_json::Value;
use url::Url;

use super::{
    OpenAi, answer,
    answer::Picture,
    client,
    client::{Enclosed, Messages, PictureUpload},
    errors, events,
    events::StreamMessage,
    mask,
    reference::Target,
    wire::Order,
};
use crate::{
    generation::FileReference,
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        outbound::guard,
        picture,
        provider::{Answer, AnswerBuilder, Job, OutputFile, ProviderError, Updates},
    },
};

impl OpenAi {
    pub(super) async fn run(&self, job: &Job, updates: &Updates) -> Result<Answer, ProviderError> {
        let target = Target::of(&job.request.model)?;
        let order = Order::new(&job.request, &target.model)?;
        let enclosed = self.enclosed(job, &order).await?;
        let name = format!("easel-{}-{}", job.id, job.attempt);
        let asked = self.client.send(&target, order, &enclosed, &name, updates).await;
        let response = asked.map_err(|failure| failure.error)?;
        drop(enclosed);
        match client::streams(&response) {
            true => self.listen(job, &target, Messages::of(response, self.guard()), updates).await,
            false => {
                let answer = self.guard().read_json(response, guard::MAX_ANSWER_BYTES).await?;
                self.keep(job, &target, answer, updates).await
            }
        }
    }

    /// The bytes of the pictures in the request.
    async fn enclosed(&self, job: &Job, order: &Order) -> Result<Enclosed, ProviderError> {
        let mut enclosed = Enclosed::default();
        for file in &order.pictures {
            enclosed.pictures.push(self.bytes(job, file).await?);
        }
        if let Some(file) = &order.mask {
            let PictureUpload { bytes, .. } = self.bytes(job, file).await?;
            let bytes = mask::holed(bytes, self.guard().budget()).await.map_err(Fault::from)?;
            enclosed.mask = Some(PictureUpload { bytes, content_type: "image/png".to_owned() });
        }
        Ok(enclosed)
    }

    async fn bytes(&self, job: &Job, file: &FileReference) -> Result<PictureUpload, ProviderError> {
        match file {
            FileReference::Stored(digest) => {
                let file = job.files.get(digest).ok_or(Fault::Internal)?;
                Ok(PictureUpload {
                    bytes: file.bytes.clone(),
                    content_type: file.content_type.clone(),
                })
            }
            FileReference::Url(address) => {
                let url: Url = address.parse().map_err(|_| Fault::InputRejected {
                    fields: Vec::new(),
                    detail: "the picture's address cannot be read".to_owned(),
                })?;
                // Nothing was sent to the model yet.
                let fetched = self.guard().download_image(&url).await;
                let Held { value: image, .. } = fetched.map_err(ProviderError::without_cost)?;
                let content_type = image.content_type.mime().to_owned();
                Ok(PictureUpload { bytes: image.bytes, content_type })
            }
        }
    }

    /// Stores the pictures of a stream as they arrive.
    async fn listen(
        &self,
        job: &Job,
        target: &Target,
        mut messages: Messages,
        updates: &Updates,
    ) -> Result<Answer, ProviderError> {
        let mut made = AnswerBuilder::new(updates);
        let mut facts = Vec::new();
        while let Some(message) = messages.next().await? {
            match events::read(&message) {
                StreamMessage::Preview(image) => updates.preview(image),
                StreamMessage::Picture(picture) => {
                    facts = answer::facts(&message, &job.request.prompt);
                    self.fetch(picture, &mut made).await?;
                }
                StreamMessage::Failed if made.is_empty() => {
                    return Err(errors::read_late(self.client.call_site(target), &message));
                }
                StreamMessage::Failed => updates.notice(notice!("run-picture-failed")),
                StreamMessage::Nothing => {}
            }
        }
        if made.is_empty() {
            let detail = "the stream ended without a picture".to_owned();
            return Err(Fault::Unknown { detail }.into());
        }
        Ok(made.answer(facts))
    }

    /// Stores the pictures of a response, one after the other.
    async fn keep(
        &self,
        job: &Job,
        target: &Target,
        answer: Held<Value>,
        updates: &Updates,
    ) -> Result<Answer, ProviderError> {
        let Held { value: answer, mut share } = answer;
        if answer.get("data").is_none() && answer.get("error").is_some() {
            return Err(errors::read_late(self.client.call_site(target), &answer));
        }
        share.resize(2 * share.taken()).await.map_err(Fault::from)?;
        let facts = answer::facts(&answer, &job.request.prompt);
        let pictures = answer::pictures(&answer)?;
        drop(answer);
        let mut made = AnswerBuilder::new(updates);
        let (mut lost, mut failure) = (0_u32, None);
        for picture in pictures {
            match self.fetch(picture, &mut made).await {
                Err(error) if error.is_ours() => return Err(error.into()),
                Err(error) => {
                    lost += 1;
                    failure = Some(error);
                }
                Ok(()) => {}
            }
        }
        match failure {
            Some(error) if made.is_empty() => return Err(error.into()),
            Some(error) => {
                let error = error.to_string();
                updates.notice(notice!("run-pictures-lost", count = lost, error = error));
            }
            None => {}
        }
        Ok(made.answer(facts))
    }

    async fn fetch(&self, picture: Picture, made: &mut AnswerBuilder) -> Result<(), Fault> {
        if !made.has_room() {
            made.leave_out(1);
            return Ok(());
        }
        match picture {
            Picture::Here(image) => made.image(image).await,
            Picture::Unknown(bytes) => keep_unknown(bytes, made).await,
            Picture::At(address) => {
                let url: Url = address.parse().map_err(|_| Fault::BadAnswer {
                    detail: "the picture's address cannot be read".to_owned(),
                })?;
                let fetched = self.guard().download_image(&url).await;
                let Held { value: image, share: _held } = fetched.map_err(paid_for)?;
                made.image(image).await
            }
        }
    }
}

/// A picture that cannot be downloaded was billed all the same.
fn paid_for(error: Fault) -> Fault {
    match error {
        Fault::NotAllowed { origin } => Fault::BadAnswer {
            detail: format!(
                "the picture is at {origin}, which this server may not contact: add it to \
                 EASEL_ALLOWED_ORIGINS"
            ),
        },
        Fault::Unreachable { host, detail } | Fault::Busy { host, detail } => {
            Fault::Unknown { detail: format!("the picture at {host}: {detail}") }
        }
        error => error,
    }
}

async fn keep_unknown(bytes: Vec<u8>, made: &mut AnswerBuilder) -> Result<(), Fault> {
    let name = picture::file_name(&bytes);
    made.file("", OutputFile::new(&name, bytes.into())).await
}
