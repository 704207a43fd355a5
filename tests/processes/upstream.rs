//! Upstream model services for the kill tests: each reports afterwards what it did for a prompt,
//! and no two requests have the same prompt.

mod endpoint;
mod fal;
mod gradio;

use std::{collections::HashMap, fmt};

use easel::generation::{InputValue, Inputs, Request};

use self::{endpoint::Endpoint, fal::Fal, gradio::Gradio};
use crate::{
    cloud::{self, Cloud},
    cog::{Cog, VERSIONS},
    dice::Dice,
};

/// The kind of provider that runs a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Demo,
    /// A Hugging Face endpoint that is loaded.
    Warm,
    /// The same, but it answers “loading” to the first attempt.
    Cold,
    /// A provider of Hugging Face that works on a job.
    Fal,
    Gradio,
    Replicate,
    /// A server of OpenAI's kind.
    Openai,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Demo,
        Self::Warm,
        Self::Cold,
        Self::Fal,
        Self::Gradio,
        Self::Replicate,
        Self::Openai,
    ];

    /// How many attempts may reach the provider.
    pub fn most_attempts(self) -> u32 {
        if self == Self::Cold { 2 } else { 1 }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Demo => "demo",
            Self::Warm => "hf",
            Self::Cold => "hf, loading first",
            Self::Fal => "fal",
            Self::Gradio => "gradio",
            Self::Replicate => "replicate",
            Self::Openai => "openai",
        })
    }
}

/// What a provider did for one prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Asked {
    /// Runs that started.
    pub runs: u32,
    /// Runs that finished a picture.
    pub succeeded: u32,
    /// Attempts that were refused because the model was loading.
    pub loading: u32,
}

pub struct Upstreams {
    endpoint: Endpoint,
    fal: Fal,
    gradio: Gradio,
    cloud: Cloud,
    _cog: Cog,
}

impl Upstreams {
    pub async fn start() -> Self {
        let cloud = Cloud::start(0).await;
        let upload_url = cloud.upload_url();
        let (endpoint, fal, gradio, cog) = tokio::join!(
            Endpoint::start(),
            Fal::start(),
            Gradio::start(),
            Cog::start(VERSIONS[0], Some(&upload_url)),
        );
        cloud.use_cog(&cog.origin);
        Self { endpoint, fal, gradio, cloud, _cog: cog }
    }

    /// The variables that let a server contact all of these.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let origins =
            [&self.endpoint.origin, &self.fal.origin, &self.gradio.origin, &self.cloud.delivery];
        let models = Kind::ALL.map(|kind| self.model(kind));
        vec![
            ("EASEL_MODELS", models.join(",")),
            ("EASEL_ALLOWED_ORIGINS", origins.map(String::as_str).join(",")),
            ("HF_TOKEN", "hf_test".to_owned()),
            ("HF_ENDPOINT", self.fal.origin.clone()),
            ("HF_INFERENCE_ENDPOINT", self.fal.origin.clone()),
            ("REPLICATE_API_TOKEN", cloud::TOKEN.to_owned()),
            ("REPLICATE_BASE_URL", format!("{}/v1", self.cloud.origin)),
        ]
    }

    /// A small request to `kind`.
    pub fn request(&self, kind: Kind, prompt: String, dice: &mut Dice) -> Request {
        let steps = 1 + dice.below(3) as i128;
        let seed = i128::from(dice.number() >> 1);
        let given: &[(&str, i128)] = match kind {
            Kind::Demo => &[("width", 256), ("height", 256), ("steps", steps), ("seed", seed)],
            Kind::Warm | Kind::Cold | Kind::Fal => &[("seed", seed)],
            Kind::Gradio => &[("num_inference_steps", steps), ("seed", seed)],
            Kind::Replicate => &[("steps", steps), ("seed", seed)],
            Kind::Openai => &[],
        };
        let inputs: Inputs = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), InputValue::Integer(*value)))
            .collect();
        Request { model: self.model(kind).parse().unwrap(), prompt, inputs }
    }

    fn model(&self, kind: Kind) -> String {
        match kind {
            Kind::Demo => "demo".to_owned(),
            Kind::Warm => format!("hf:{}/warm", self.endpoint.origin),
            Kind::Cold => format!("hf:{}/cold", self.endpoint.origin),
            Kind::Fal => format!("hf:{}", fal::MODEL),
            Kind::Gradio => format!("space:{}/#/infer", self.gradio.origin),
            Kind::Replicate => "replicate:easel/painter".to_owned(),
            Kind::Openai => format!("openai:{}/v1#painter", self.endpoint.origin),
        }
    }

    /// What each of them did, by prompt. The demo runs inside Easel, so nothing records it.
    pub fn asked(&self) -> HashMap<String, Asked> {
        let mut asked = self.endpoint.asked();
        asked.extend(self.fal.asked());
        asked.extend(self.gradio.asked());
        for prediction in self.cloud.predictions() {
            let prompt = prediction["input"]["prompt"].as_str().unwrap_or_default();
            let asked = asked.entry(prompt.to_owned()).or_default();
            asked.runs += 1;
            asked.succeeded += u32::from(prediction["status"] == "succeeded");
        }
        asked
    }
}
