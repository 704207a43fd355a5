//! Shared by the tests of real servers and of stubs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use easel::{
    error::Billed,
    generation::{
        Event, Fact, GenerationId, Image, InputValue, Inputs, Output, Request, StoredImage,
    },
    server::{
        config::{Config, Key},
        fault::Fault,
        outbound::guard::Guard,
        picture,
        provider::{
            Answer, Job, Provider, UpdateSink, Updates,
            space::{
                self, SpaceProvider,
                client::{App, Network},
            },
        },
    },
};

/// A provider that may contact `allowed` and has these other variables.
pub fn provider(allowed: &str, variables: &[(&str, &str)]) -> SpaceProvider {
    let config = config(allowed, variables);
    let guard = Guard::new(space::OPENING.listed(&config));
    SpaceProvider::new(&config, guard)
}

fn config(allowed: &str, variables: &[(&str, &str)]) -> Config {
    let variables: BTreeMap<_, _> =
        variables.iter().copied().chain([("EASEL_ALLOWED_ORIGINS", allowed)]).collect();
    Config::read(|name| variables.get(name).map(|value| (*value).to_owned())).unwrap()
}

pub async fn connect(address: &str) -> Result<App, Fault> {
    let address = address.parse().unwrap();
    let guard = Guard::new([url_of("https://hub.invalid"), url_of(origin(&address))]);
    let network = Network { guard, token: Key::default(), hub: url_of("https://hub.invalid") };
    App::connect(network, &address, None).await
}

fn origin(address: &url::Url) -> String {
    address.origin().ascii_serialization()
}

fn url_of(text: impl AsRef<str>) -> url::Url {
    text.as_ref().parse().unwrap()
}

pub fn job(model: &str, prompt: &str, inputs: &[(&str, InputValue)]) -> Job {
    let inputs: Inputs =
        inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Job {
        id: GenerationId::from_parts(1, [1; 10]),
        session_key: "somebody".to_owned(),
        language: None,
        attempt: 1,
        request: Request { model: model.parse().unwrap(), prompt: prompt.to_owned(), inputs },
        files: BTreeMap::new(),
        cancelled: Default::default(),
    }
}

/// Records the updates of a provider.
#[derive(Default)]
pub struct RecordedUpdates {
    pub events: Mutex<Vec<Event>>,
    pub previews: Mutex<Vec<Image>>,
    pub stored: Mutex<Vec<Bytes>>,
    changed: tokio::sync::Notify,
}

impl RecordedUpdates {
    pub fn updates() -> (Arc<Self>, Updates) {
        let heard = Arc::new(Self::default());
        (Arc::clone(&heard), Updates::new(heard))
    }

    /// Waits for an event that `fits`.
    pub async fn until(&self, fits: impl Fn(&Event) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                if self.events.lock().unwrap().iter().any(&fits) {
                    return;
                }
                changed.await;
            }
        };
        within(20, wait).await;
    }
}

#[async_trait]
impl UpdateSink for RecordedUpdates {
    async fn remember(&self, _handle: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn send(&self, event: Event) {
        self.events.lock().unwrap().push(event);
        self.changed.notify_one();
    }

    fn preview(&self, image: Image) {
        self.previews.lock().unwrap().push(image);
    }

    async fn store(&self, bytes: Bytes) -> Result<String, Fault> {
        let digest = picture::digest(&bytes);
        self.stored.lock().unwrap().push(bytes);
        Ok(digest)
    }
}

/// Runs `job` and panics unless it returns pictures.
pub async fn pictures(
    provider: &SpaceProvider,
    job: Job,
    updates: Updates,
) -> (Vec<StoredImage>, Vec<Fact>) {
    match within(60, provider.generate(job, updates)).await {
        Ok(Answer::Images { images, facts, .. }) => (images, facts),
        other => panic!("no pictures: {other:?}"),
    }
}

/// Runs `job` and returns its outputs beside pictures; panics unless it is done.
pub async fn outputs(
    provider: &SpaceProvider,
    job: Job,
    updates: Updates,
) -> (Vec<StoredImage>, Vec<Output>) {
    match within(60, provider.generate(job, updates)).await {
        Ok(Answer::Images { images, outputs, .. }) => (images, outputs),
        other => panic!("nothing: {other:?}"),
    }
}

/// Runs `job` and panics unless it failed.
pub async fn failure(provider: &SpaceProvider, job: Job) -> Fault {
    let (_, updates) = RecordedUpdates::updates();
    match within(60, provider.generate(job, updates)).await {
        Err(error) => {
            // Without a token the app cannot bill anybody.
            assert!(provider.may_bill() || error.effect == Billed::No, "{error}");
            error.fault
        }
        Ok(answer) => panic!("it should have failed: {answer:?}"),
    }
}

/// Panics when `future` takes longer than `seconds`.
pub async fn within<T>(seconds: u64, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(seconds), future).await.expect("it hangs")
}
