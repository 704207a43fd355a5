//! The Hub's look-ups: who serves a model, with a cache.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::header::LOCATION;
use url::Url;

use super::{
    client::{Call, Client, Reply},
    errors,
    mapping::{self, Mapping},
    reference::ModelId,
};
use crate::error::GenerateError;

/// The Hub checks its entries more rarely than this.
const MAPPING_AGE: Duration = Duration::from_secs(600);
const MAX_MAPPINGS: usize = 1000;
const MAX_REDIRECTS: usize = 3;

pub struct Hub {
    client: Client,
    mappings: Mutex<HashMap<ModelId, Dated<Arc<Mapping>>>>,
}

#[derive(Clone)]
struct Dated<T> {
    at: Instant,
    value: T,
}

/// Why there is no mapping.
#[derive(Debug)]
pub enum NoMapping {
    /// The Hub itself says no.
    Refused(GenerateError),
    /// The Hub cannot be asked now; in a few words, why.
    Unreachable(String),
}

impl Hub {
    pub fn new(client: Client) -> Self {
        Self { client, mappings: Mutex::default() }
    }

    /// Who serves `id`, at most ten minutes old; older only while the Hub cannot be reached.
    pub async fn mapping(&self, id: &ModelId) -> Result<Arc<Mapping>, NoMapping> {
        let known = self.mappings.lock().unwrap_or_else(|p| p.into_inner()).get(id).cloned();
        if let Some(known) = &known
            && known.at.elapsed() < MAPPING_AGE
        {
            return Ok(known.value.clone());
        }
        match (self.ask(id).await, known) {
            (Ok(mapping), _) => {
                let mapping = Arc::new(mapping);
                let mut mappings = self.mappings.lock().unwrap_or_else(|p| p.into_inner());
                if mappings.len() >= MAX_MAPPINGS {
                    mappings.clear();
                }
                let dated = Dated { at: Instant::now(), value: mapping.clone() };
                mappings.insert(id.clone(), dated);
                Ok(mapping)
            }
            (Err(NoMapping::Unreachable(_)), Some(old)) => Ok(old.value),
            (Err(error), _) => Err(error),
        }
    }

    /// Forgets who serves `id`, when an answer contradicted it.
    pub fn forget(&self, id: &ModelId) {
        self.mappings.lock().unwrap_or_else(|p| p.into_inner()).remove(id);
    }

    async fn ask(&self, id: &ModelId) -> Result<Mapping, NoMapping> {
        let path = format!("api/models/{id}");
        let mut url = super::join(&self.client.hub, &path);
        url.set_query(Some("expand[]=inferenceProviderMapping"));
        let reply = self.get(url.clone()).await?;
        if reply.status.is_success() {
            return mapping::read(&reply.body)
                .map_err(|_| NoMapping::Unreachable("its answer cannot be read".to_owned()));
        }
        let (name, page) = (id.to_string(), id.page());
        let place = self.client.place(&name, &page, &url);
        let failure = errors::read(place, reply.status, &reply.headers, &reply.body);
        Err(match reply.status.as_u16() {
            408 | 429 | 500.. => NoMapping::Unreachable(reply.status.to_string()),
            // To a stranger the Hub says this of every repository that does not exist.
            401 if !place.with_token || reply.headers.get("x-error-code").is_some() => {
                let detail = failure.error.detail().unwrap_or_default().to_owned();
                NoMapping::Refused(GenerateError::ModelNotFound { model: name, detail })
            }
            _ => NoMapping::Refused(failure.error),
        })
    }

    /// Follows redirects (a renamed repository answers 307) as long as they stay on the Hub: the
    /// token goes nowhere else.
    pub async fn get(&self, mut url: Url) -> Result<Reply, NoMapping> {
        let unreachable = |error: GenerateError| {
            let detail = error.detail().map(str::to_owned);
            NoMapping::Unreachable(detail.unwrap_or_else(|| error.to_string()))
        };
        for _ in 0..=MAX_REDIRECTS {
            let call = Call::get(url.clone(), vec![("accept", "application/json")]);
            let reply = self.client.fetch(&call).await.map_err(unreachable)?;
            if !reply.status.is_redirection() {
                return Ok(reply);
            }
            let next = reply.headers.get(LOCATION).and_then(|location| location.to_str().ok());
            url = next
                .and_then(|next| url.join(next).ok())
                .filter(|next| next.origin() == self.client.hub.origin())
                .ok_or_else(|| NoMapping::Unreachable("it points somewhere else".to_owned()))?;
        }
        Err(NoMapping::Unreachable("it redirects in circles".to_owned()))
    }
}
