//! Decides which endpoints may be called, and which URLs receive the token.

use url::Url;

use super::Client;
use crate::{
    generation::ModelReference,
    server::{
        config::Secret,
        fault::Fault,
        provider::hf::{
            adapters,
            reference::{self, Target},
        },
    },
};

impl Client {
    /// The target that `model` names, if it may be run here.
    ///
    /// # Errors
    ///
    /// `ModelNotFound` for a name of nothing. `UnsupportedModel` for typed endpoints that are URLs
    /// of the Hub or the router, whose routes not everybody may call, or of the operator's own
    /// network: a POST may do anything there, and its response would be shown.
    pub fn target(&self, model: &ModelReference) -> Result<Target, Fault> {
        let target = reference::parse(model.named())?;
        let Target::Endpoint(url) = &target else { return Ok(target) };
        if self.endpoints.contains(url) {
            return Ok(target);
        }
        let host = url.host_str().unwrap_or_default();
        let refused =
            |detail: String| Err(Fault::UnsupportedModel { model: url.to_string(), detail });
        if [&self.hub, &self.router].iter().any(|base| base.origin() == url.origin()) {
            return refused(format!(
                "{host} is not a dedicated endpoint; name the model as owner/name instead"
            ));
        }
        // Where other people have access, a private origin that is listed for all providers is an
        // app or serves pictures.
        if self.guard.is_listed(url) && !self.is_for_endpoints(url) {
            return refused(format!(
                "Easel posts to {host} only where its operator allows it: add the address to \
                 EASEL_MODELS, or its origin, with hf: in front, under Connections \
                 or to EASEL_ALLOWED_ORIGINS"
            ));
        }
        Ok(target)
    }

    pub fn has_token(&self) -> bool {
        self.token.is_set()
    }

    /// How often the token changed.
    pub fn token_changes(&self) -> u64 {
        self.token.changes()
    }

    pub fn token_variable(&self) -> &'static str {
        self.token.place(self.token_variable)
    }

    /// The token, if it may be sent to `url`: to the routes of the configured Hub that this module
    /// calls, to the providers behind the configured router, and to endpoints in the operator's
    /// configuration. A URL typed in the page gets none, whatever its host.
    pub(super) fn token_for(&self, url: &Url) -> Option<Secret> {
        let of_hub = below(&self.hub, url).is_some_and(|route| {
            route == "api/whoami-v2" || route == "api/models" || route.starts_with("api/models/")
        });
        let of_router = below(&self.router, url).is_some_and(|route| {
            adapters::find(route.split('/').next().unwrap_or_default()).is_some()
        });
        let may_go = of_hub || of_router || self.endpoints.contains(url);
        may_go.then(|| self.token.get()).flatten()
    }
}

/// The path of `url` relative to `base`, if it is below it.
fn below<'u>(base: &Url, url: &'u Url) -> Option<&'u str> {
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'))?;
    (base.origin() == url.origin()).then(|| path.strip_prefix('/')).flatten()
}
