//! From the outputs of an answer to stored pictures and files.

use url::Url;

use super::{Attempt, Route};
use crate::{
    generation::{Fact, FactKey, Notice, StoredImage},
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        outbound::guard,
        picture,
        provider::{
            Answer, AnswerBuilder, OutputFile,
            hf::{
                adapters::{Adapter, Endpoint},
                answer::{self, Outputs, Picture},
                params::Params,
            },
        },
    },
};

impl Attempt<'_> {
    /// Downloads pictures that are only URLs, stores one after the other, and reports the facts
    /// beside them.
    pub(super) async fn download_outputs(
        &self,
        outputs: Held<Outputs>,
        route: &Route<'_>,
        takes_seed: bool,
    ) -> Result<Answer, Fault> {
        let Held { value: outputs, share: _held } = outputs;
        for notice in outputs.notices {
            self.updates.notice(notice);
        }
        let mut made = AnswerBuilder::new(self.updates);
        for output in outputs.outputs {
            made.output(output);
        }
        let (mut lost, mut failure) = (0_u32, None);
        for picture in outputs.pictures {
            if !made.has_room() {
                made.leave_out(1);
                continue;
            }
            match self.fetch(picture, &mut made).await {
                Ok(()) => {}
                Err(error) if error.is_ours() => return Err(error),
                Err(error) => {
                    lost += 1;
                    failure = Some(error);
                }
            }
        }
        if let Some(error) = failure {
            if made.is_empty() {
                return Err(error);
            }
            let error = error.to_string();
            self.updates.notice(notice!("run-pictures-lost", count = lost, error = error));
        }
        made.leave_out(outputs.left_out);
        if let Some(notice) =
            made.images().first().and_then(|image| other_size(&self.params, image))
        {
            self.updates.notice(notice);
        }
        let mut facts = outputs.facts;
        if takes_seed && !facts.iter().any(|fact| fact.key == FactKey::Seed) {
            facts.insert(0, Fact::new(FactKey::Seed, self.params.seed));
        }
        if route.adapter.name() != Endpoint.name() {
            facts.push(Fact::new(FactKey::InferenceProvider, route.adapter.name()));
        }
        Ok(made.answer(facts))
    }

    async fn fetch(&self, picture: Picture, made: &mut AnswerBuilder) -> Result<(), Fault> {
        match picture {
            Picture::Here(image) => made.image(image).await,
            Picture::Unknown(bytes) => self.keep_unknown("", bytes, made).await,
            Picture::At(address) => {
                let url: Url = address.parse().map_err(|_| Fault::BadAnswer {
                    detail: "the picture's address cannot be read".to_owned(),
                })?;
                let Held { value: bytes, share: _held } = self.download(&url).await?;
                match answer::made(bytes) {
                    Ok(Picture::Here(image)) => made.image(image).await,
                    Ok(Picture::Unknown(bytes)) => {
                        let name = url.path_segments().and_then(|mut path| path.next_back());
                        self.keep_unknown(name.unwrap_or_default(), bytes, made).await
                    }
                    // The text is not shown: a URL in an answer must not make this server reveal
                    // what only it can reach.
                    Ok(Picture::At(_)) | Err(_) => {
                        let host = url.host_str().unwrap_or_default();
                        Err(Fault::BadAnswer {
                            detail: format!(
                                "what {host} has at the picture's address is not a picture"
                            ),
                        })
                    }
                }
            }
        }
    }

    /// Downloads an output, with retries where they may help: it was paid for.
    async fn download(&self, url: &Url) -> Result<Held<Vec<u8>>, Fault> {
        let mut tries = self.client.downloads().retries();
        loop {
            let error = match self.client.guard.download(url, guard::MAX_ANSWER_BYTES).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) => error,
            };
            let may_pass = !matches!(error, Fault::NotAllowed { .. } | Fault::BadAnswer { .. });
            let pause = tries.next(None).filter(|_| may_pass);
            let Some(pause) = pause else { return Err(error) };
            tracing::warn!(%error, "a picture could not be fetched yet");
            tries.sleep(pause).await;
        }
    }

    /// `name` is empty where the file has none.
    async fn keep_unknown(
        &self,
        name: &str,
        bytes: Vec<u8>,
        made: &mut AnswerBuilder,
    ) -> Result<(), Fault> {
        if !picture::is_svg(&bytes) {
            self.updates.notice(notice!("run-unknown-kind"));
        }
        let own = || picture::file_name(&bytes);
        let name = if name.contains('.') { name.to_owned() } else { own() };
        made.file("", OutputFile::new(&name, bytes.into())).await
    }
}

/// Some back ends silently ignore sizes, so Easel tells the person.
fn other_size(params: &Params, image: &StoredImage) -> Option<Notice> {
    let differs = params.width.is_some_and(|width| width != image.width)
        || params.height.is_some_and(|height| height != image.height);
    differs.then(|| {
        notice!(
            "run-other-size",
            width = image.width,
            height = image.height,
            asked_width = params.width.unwrap_or_default(),
            asked_height = params.height.unwrap_or_default(),
        )
    })
}
