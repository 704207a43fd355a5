//! A provider whose models do what their names say.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use easel::{
    generation::{
        Connection, ConnectionState, Field, FieldKind, InputSchema, KeyUse, Model, ModelPage,
        ModelReference, PromptUse, ProviderInfo, ProviderKind,
    },
    server::{
        fault::Fault,
        picture,
        provider::{
            Answer, AnswerBuilder, Job, Opening, OpeningKey, Provider, ProviderError, Updates,
        },
    },
};
use tokio::sync::watch;

const INFO: ProviderInfo = ProviderInfo {
    prefix: "scripted",
    title: "Scripted",
    glyph: "S",
    target: Some("deed"),
    endpoints: false,
    key: KeyUse::None,
};

pub const OPENING: Opening = Opening {
    kind: ProviderKind::Other(&INFO),
    services: |_| Vec::new(),
    key: OpeningKey::None,
    open: |config, _| Arc::new(Scripted { stage: stage(&config.data_dir) }),
};

/// One stage per data folder, because tests run in parallel.
static STAGES: LazyLock<Mutex<HashMap<PathBuf, Arc<Stage>>>> = LazyLock::new(Mutex::default);

/// The recorded runs of one server's models.
#[derive(Default)]
pub struct Stage {
    begun: Mutex<Vec<String>>,
    seeds: Mutex<Vec<String>>,
    running: AtomicUsize,
    goes_on: watch::Sender<bool>,
}

pub fn stage(folder: &Path) -> Arc<Stage> {
    STAGES.lock().unwrap().entry(folder.to_owned()).or_default().clone()
}

impl Stage {
    /// How many attempts of the model with this name have started.
    pub fn begun(&self, name: &str) -> usize {
        self.begun.lock().unwrap().iter().filter(|begun| *begun == name).count()
    }

    /// The seeds of all attempts.
    pub fn seeds(&self) -> Vec<String> {
        self.seeds.lock().unwrap().clone()
    }

    /// How many attempts are running.
    pub fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    /// Lets the waiting attempts finish.
    pub fn go_on(&self) {
        self.goes_on.send_replace(true);
    }
}

struct Scripted {
    stage: Arc<Stage>,
}

/// Counts one attempt as running, until it is dropped.
struct Running<'s>(&'s Stage);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Provider for Scripted {
    fn kind(&self) -> ProviderKind {
        OPENING.kind
    }

    fn may_bill(&self) -> bool {
        false
    }

    async fn describe(&self, model: &ModelReference) -> Result<Model, Fault> {
        let number = || FieldKind::Integer { min: None, max: None, step: None };
        // Each model has its own name for the same input.
        let steps = if model.named() == "quick" { "steps" } else { "num_inference_steps" };
        let mut fields = [steps, "seed"].map(|name| Field::new(name, number())).to_vec();
        if model.named() == "redraw" {
            let accept = "image/*".to_owned();
            fields.push(Field::new("image", FieldKind::File { accept }));
        }
        Ok(Model {
            reference: model.clone(),
            title: model.named().to_owned(),
            description: None,
            page: None,
            prompt: PromptUse::Required,
            schema: InputSchema { fields },
            example: None,
            notices: Vec::new(),
        })
    }

    async fn generate(&self, job: Job, updates: Updates) -> Result<Answer, ProviderError> {
        let stage = &*self.stage;
        let name = job.request.model.named();
        stage.begun.lock().unwrap().push(name.to_owned());
        let seed = job.request.inputs.get("seed").map(ToString::to_string);
        stage.seeds.lock().unwrap().extend(seed);
        stage.running.fetch_add(1, Ordering::SeqCst);
        let _running = Running(stage);
        match name {
            "broken" => {
                let detail = "out of paint".to_owned();
                return Err(Fault::ModelFailed { detail }.into());
            }
            "cold" if job.attempt == 1 => return Ok(Answer::Loading { estimated_time: Some(1.0) }),
            "stuck" => std::future::pending().await,
            "wait" => {
                let mut goes_on = stage.goes_on.subscribe();
                // Fails only if the sender is gone.
                let _ = goes_on.wait_for(|goes_on| *goes_on).await;
            }
            _ => {}
        }
        // The file contains the model's name, as those of many apps do.
        let image = picture::recognise(crate::site::png(name))?;
        let mut made = AnswerBuilder::new(&updates);
        made.image(image).await?;
        Ok(made.answer(Vec::new()))
    }

    fn suggested(&self) -> Vec<ModelReference> {
        Vec::new()
    }

    async fn search(&self, _: &str, _: Option<&str>) -> Result<ModelPage, Fault> {
        Ok(ModelPage::default())
    }

    fn connection(&self) -> Connection {
        let (provider, state) = (self.kind(), ConnectionState::Ready);
        Connection { provider, state, details: Vec::new(), error: None, links: Vec::new() }
    }
}
