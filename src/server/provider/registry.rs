//! Maps model references to providers, and caches what providers report about models.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::Router;
use futures::future::join_all;
use url::Url;

use super::Provider;
use crate::{
    error::GenerateError,
    generation::{
        AppDetails, Connection, ConnectionState, CopyOptions, Copying, KeyUse, Model, ModelPage,
        ModelReference, ProviderKind,
    },
    server::{
        fault::Fault,
        lookups::{Lookups, Turns},
    },
};

/// How long a search waits for one provider: less than the whole look-up may take.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(8);

/// The limit for a query, which may be a pasted URL, in Unicode scalar values.
const MAX_QUERY_LENGTH: usize = 500;
/// The limit for a cursor, in bytes.
const MAX_CURSOR_LENGTH: usize = 4096;

/// The cursor of each provider's list, by its prefix.
type Cursors = BTreeMap<String, String>;

/// The providers of this server, one for each kind.
#[derive(Clone)]
pub struct Registry {
    /// In the order in which they are shown.
    providers: Arc<[Arc<dyn Provider>]>,
    models: Arc<Lookups<ModelReference, Model>>,
    pages: Arc<Lookups<(String, Option<String>), ModelPage>>,
}

impl Registry {
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        let turns = Turns::default();
        Self {
            providers: providers.into_iter().collect(),
            models: Arc::new(Lookups::new(turns.clone())),
            pages: Arc::new(Lookups::new(turns)),
        }
    }

    /// The title and input schema of a model, at most a minute old.
    ///
    /// # Errors
    ///
    /// As [`Provider::describe`] and [`Lookups::look`].
    pub async fn describe(&self, model: &ModelReference) -> Result<Model, GenerateError> {
        let provider = self.provider(model).ok_or_else(|| unknown_provider(model))?;
        if provider.describes_alone() {
            return Ok(provider.describe(model).await?);
        }
        let address = Url::parse(model.named()).ok();
        let host = address.as_ref().and_then(Url::host_str).unwrap_or(model.named());
        // A model with notices may be in trouble or asleep, so it is not cached.
        let will_last = |model: &Model| model.notices.is_empty();
        Ok(self.models.look(model.clone(), host, will_last, || provider.describe(model)).await?)
    }

    /// The cached description of a model; sends no request.
    pub async fn known(&self, model: &ModelReference) -> Option<Model> {
        let provider = self.provider(model)?;
        match provider.describes_alone() {
            true => provider.describe(model).await.ok(),
            false => self.models.known(model).await,
        }
    }

    /// Clears the caches, because other keys may give other results.
    pub fn forget(&self) {
        self.models.forget();
        self.pages.forget();
    }

    /// The provider that `model` names, if this server has it.
    pub fn provider(&self, model: &ModelReference) -> Option<&Arc<dyn Provider>> {
        self.of_kind(model.provider())
    }

    /// Whether the provider of `model` has the key that it needs, if it needs one.
    pub fn can_ask(&self, model: &ModelReference) -> bool {
        self.provider(model).is_some_and(|provider| {
            let way = provider.connection();
            let may_do_without = matches!(way.provider.info().key, KeyUse::Own(_));
            way.state != ConnectionState::NotConfigured || may_do_without
        })
    }

    pub fn of_kind(&self, kind: ProviderKind) -> Option<&Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.kind() == kind)
    }

    /// All providers, in the order in which they are shown.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.providers.iter()
    }

    /// The canonical form of `model`, where several forms name the same model.
    pub fn normalised(&self, model: ModelReference) -> ModelReference {
        match self.provider(&model) {
            Some(provider) => provider.normalised(model),
            None => model,
        }
    }

    /// The app behind `model` as it was last [described](Self::describe).
    pub async fn app_details(&self, model: &ModelReference) -> Option<AppDetails> {
        self.provider(model)?.app_details(model).await
    }

    /// Starts a copy of the app behind `model`, or reports its progress.
    ///
    /// # Errors
    ///
    /// As [`Provider::duplicate`].
    pub async fn duplicate(
        &self,
        model: &ModelReference,
        options: CopyOptions,
        seen: Option<&str>,
    ) -> Result<Copying, GenerateError> {
        let provider = self.provider(model).ok_or_else(|| unknown_provider(model))?;
        Ok(provider.duplicate(model, options, seen).await?)
    }

    /// The callback routes of all providers.
    pub fn routes(&self) -> Router {
        self.all().fold(Router::new(), |routes, provider| routes.merge(provider.routes()))
    }

    /// Checks every unchecked key, in the background, and logs the results.
    pub fn check_keys(&self) {
        for provider in self.all() {
            if provider.connection().state != ConnectionState::Unchecked {
                continue;
            }
            let provider = provider.clone();
            tokio::spawn(async move {
                let Connection { provider, state, details, error, .. } = provider.check().await;
                let (provider, details) = (provider.title(), details.join(" "));
                let error = error.map(tracing::field::display);
                tracing::info!(provider, ?state, details, error, "checked a key");
            });
        }
    }

    /// A page of models from all providers, one after the other, at most a minute old. The failure
    /// of one provider becomes a notice and does not hide the others.
    pub async fn search(&self, query: &str, cursor: Option<&str>) -> ModelPage {
        let query: String = query.trim().chars().take(MAX_QUERY_LENGTH).collect();
        let cursor = cursor.filter(|cursor| cursor.len() <= MAX_CURSOR_LENGTH);
        let key = (query.clone(), cursor.map(str::to_owned));
        let will_last = |page: &ModelPage| page.notice.is_none() && page.error.is_none();
        let ask = || async { Ok(self.search_all(&query, cursor).await) };
        let found = self.pages.look(key, "the search", will_last, ask).await;
        found
            .unwrap_or_else(|fault| ModelPage { error: Some(fault.into()), ..ModelPage::default() })
    }

    async fn search_all(&self, query: &str, cursor: Option<&str>) -> ModelPage {
        let cursors: Option<Cursors> =
            cursor.map(|text| serde_json::from_str(text).unwrap_or_default());
        let searches = self.all().filter_map(|provider| {
            let prefix = provider.kind().prefix();
            let cursor = match &cursors {
                Some(cursors) => Some(cursors.get(prefix)?.clone()),
                None => None,
            };
            Some(async move {
                let search = provider.search(query, cursor.as_deref());
                let page = tokio::time::timeout(SEARCH_TIMEOUT, search).await;
                (provider.kind(), page.unwrap_or_else(|_| Err(too_slow())))
            })
        });
        let mut found = ModelPage::default();
        let (mut next, mut notices) = (Cursors::new(), Vec::new());
        for (kind, page) in join_all(searches).await {
            match page {
                Ok(page) => {
                    found.models.extend(page.models);
                    notices.extend(page.notice);
                    found.is_built_in |= page.is_built_in;
                    next.extend(page.next.map(|cursor| (kind.prefix().to_owned(), cursor)));
                }
                // Without a key, no models are expected from that provider.
                Err(Fault::MissingKey { .. }) => {}
                Err(error) => notices.push(format!("{}: {error}.", kind.title())),
            }
        }
        found.next = serde_json::to_string(&next).ok().filter(|_| !next.is_empty());
        found.notice = Some(notices.join(" ")).filter(|notice| !notice.is_empty());
        found
    }
}

fn too_slow() -> Fault {
    Fault::Timeout { detail: String::new() }
}

fn unknown_provider(model: &ModelReference) -> Fault {
    Fault::UnsupportedModel {
        model: model.to_string(),
        detail: "this server has no such provider".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use tokio::sync::Notify;

    use super::*;
    use crate::{
        generation::Badge,
        server::provider::{Answer, Job, ProviderError, Updates},
    };

    /// Finds one model on each of two pages, or fails.
    struct Fake(ProviderKind, Result<(), Fault>, Arc<Notify>);

    fn fake(kind: ProviderKind, search: Result<(), Fault>) -> Fake {
        Fake(kind, search, Arc::default())
    }

    #[async_trait]
    impl Provider for Fake {
        fn kind(&self) -> ProviderKind {
            self.0
        }

        async fn describe(&self, _: &ModelReference) -> Result<Model, Fault> {
            unreachable!("nothing is described")
        }

        async fn generate(&self, _: Job, _: Updates) -> Result<Answer, ProviderError> {
            unreachable!("nothing is run")
        }

        fn may_bill(&self) -> bool {
            true
        }

        async fn search(&self, _: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
            self.1.clone()?;
            let page = cursor.unwrap_or("1");
            let reference = format!("{}:a/{page}", self.0.prefix());
            let model = Badge::new(reference.parse().unwrap(), format!("a/{page}"));
            let next = (page == "1").then(|| "2".to_owned());
            Ok(ModelPage { models: vec![model], next, ..ModelPage::default() })
        }

        /// Only the demo needs no key.
        fn connection(&self) -> Connection {
            let state = match self.0 {
                ProviderKind::Demo => ConnectionState::Ready,
                _ => ConnectionState::Unchecked,
            };
            Connection {
                provider: self.0,
                state,
                details: Vec::new(),
                error: None,
                links: Vec::new(),
            }
        }

        async fn check(&self) -> Connection {
            self.2.notify_one();
            self.connection()
        }
    }

    fn registry(providers: [Fake; 3]) -> Registry {
        Registry::new(providers.map(|provider| Arc::new(provider) as Arc<dyn Provider>))
    }

    fn references(page: &ModelPage) -> Vec<&str> {
        page.models.iter().map(|model| model.reference.as_str()).collect()
    }

    #[tokio::test]
    async fn every_provider_is_searched_and_paged_on() {
        let (provider, variable) = (ProviderKind::Replicate, "X".to_owned());
        let missing = Fault::MissingKey { provider, variable, detail: String::new() };
        let registry = registry([
            fake(ProviderKind::Hf, Ok(())),
            fake(ProviderKind::Space, Ok(())),
            fake(ProviderKind::Replicate, Err(missing)),
        ]);
        let first = registry.search("x", None).await;
        assert_eq!(references(&first), ["hf:a/1", "space:a/1"]);
        assert_eq!(first.notice, None);
        let second = registry.search("x", first.next.as_deref()).await;
        assert_eq!((references(&second), &second.next), (vec!["hf:a/2", "space:a/2"], &None));
        assert!(registry.search("x", Some("nonsense")).await.models.is_empty());
    }

    #[tokio::test]
    async fn a_failing_provider_is_a_notice() {
        let registry = registry([
            fake(ProviderKind::Hf, Ok(())),
            fake(ProviderKind::Space, Err(Fault::Internal)),
            fake(ProviderKind::Demo, Err(Fault::Internal)),
        ]);
        let page = registry.search("x", None).await;
        assert_eq!(references(&page), ["hf:a/1"]);
        assert!(page.notice.unwrap().contains("Gradio Space: something went wrong"));
    }

    #[tokio::test(start_paused = true)]
    async fn only_keys_are_checked_at_the_start() {
        let (hf, demo) = (fake(ProviderKind::Hf, Ok(())), fake(ProviderKind::Demo, Ok(())));
        let (hf_asked, demo_asked) = (hf.2.clone(), demo.2.clone());
        registry([hf, demo, fake(ProviderKind::Space, Ok(()))]).check_keys();
        let heard = tokio::time::timeout(Duration::from_secs(5), hf_asked.notified()).await;
        assert!(heard.is_ok());
        let heard = tokio::time::timeout(Duration::from_millis(20), demo_asked.notified()).await;
        assert!(heard.is_err());
    }
}
