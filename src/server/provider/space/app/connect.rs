//! Finds the app behind a URL, and logs in.

use std::sync::Arc;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::{App, Inner, join};
use crate::{
    error::SPACE_LOGINS,
    generation::ProviderKind,
    server::{
        config::SpaceLogin,
        fault::Fault,
        json,
        outbound::guard::{self, MAX_LOOKUP_BYTES},
        provider::space::{
            endpoints, errors,
            http::{self, Http},
            network::Network,
            wire::{AppConfig, text},
        },
        redact,
    },
};

/// The limit for an app's configuration; the largest that were seen take a fifth of it.
const MAX_APP_BYTES: usize = 16 * 1024 * 1024;

impl App {
    /// Connects to the app at `address`, logging in first if it needs a password.
    ///
    /// # Errors
    ///
    /// [`Fault::NotAllowed`] before any packet leaves; `MissingKey` and `BadKey` for apps with a
    /// password; `ModelNotFound` where there is no app.
    pub async fn connect(
        network: Network,
        address: &Url,
        login: Option<&SpaceLogin>,
    ) -> Result<Self, Fault> {
        Self::connect_by(Http::to_app(network, address), address, login).await
    }

    /// The same through `http`, whose home is `address`.
    pub(in crate::server::provider::space) async fn connect_by(
        http: Http,
        address: &Url,
        login: Option<&SpaceLogin>,
    ) -> Result<Self, Fault> {
        let http = match login {
            Some(login) => {
                log_in(&http, address, login).await?;
                http.logged_in()
            }
            None => http,
        };
        let (response, found) = http.get(&join(address, "", "/config")).await?;
        let config = config(&http, response, &found).await?;

        let base = base_url(&found, config.root.as_deref());
        // Not needed for a call, and broken in some releases.
        let info = http.get_json(&join(&base, &config.api_prefix, "/info")).await.ok();
        let endpoints = endpoints::endpoints(&config, info.as_deref());
        let weight = config.weight() + endpoints::weight(&endpoints);
        let (shared, opened) = (Arc::default(), Arc::default());
        let gives_cookies = http.has_cookies(&base);
        let inner = Inner { base, config, endpoints, shared, weight, opened, gives_cookies };
        Ok(Self(Arc::new(inner), Arc::default(), http))
    }
}

/// Reads the configuration. Until it is valid, no text of the server is shown: this server can
/// reach hosts that the person who typed the URL must not read.
async fn config(http: &Http, response: Response, found: &Url) -> Result<AppConfig, Fault> {
    if response.status() != StatusCode::OK {
        return Err(http::failure_of_stranger(response, found).await);
    }
    let unsupported = |detail: &str| Fault::UnsupportedModel {
        model: found.origin().ascii_serialization(),
        detail: detail.to_owned(),
    };
    let no_app = || unsupported("the server there is not a Gradio app");
    let body = http.body(response, MAX_LOOKUP_BYTES).await?;
    let value = guard::parse(body).await.map_err(|_| no_app())?;
    let config = AppConfig::parse(&value).ok_or_else(no_app)?;
    if config.weight() > MAX_APP_BYTES {
        return Err(unsupported("the app's description of itself is too long"));
    }
    Ok(config)
}

async fn log_in(http: &Http, address: &Url, login: &SpaceLogin) -> Result<(), Fault> {
    let url = join(address, "", "/login");
    let form = [("username", login.user.as_str()), ("password", login.password.expose())];
    let response = http.post(&url, |request| request.form(&form)).await?;
    match response.status().as_u16() {
        200 => Ok(()),
        400 | 401 => {
            let body = http::words(response).await;
            let json: Option<Value> = json::parse(&body).ok();
            Err(Fault::BadKey {
                provider: ProviderKind::Space,
                variable: SPACE_LOGINS.to_owned(),
                detail: json.and_then(|json| text(&json, "detail")).map_or_else(
                    || "it gives no reason".to_owned(),
                    |words| redact::excerpt(&words),
                ),
            })
        }
        // An app without a login has no such route.
        404 | 405 => Ok(()),
        status => Err(errors::of_status(status, None, b"", &url)),
    }
}

/// The base of all later calls: where `/config` was found. Of the app's own `root`, only a longer
/// path on the same host is used, because proxies make the rest unreliable.
fn base_url(found: &Url, root: Option<&str>) -> Url {
    let mut base = found.clone();
    base.set_query(None);
    let path = found.path().trim_end_matches('/');
    let path = path.strip_suffix("/config").unwrap_or(path);
    let root = root.and_then(|root| root.parse::<Url>().ok());
    let root_path = root
        .filter(|root| root.host() == found.host())
        .map(|root| root.path().trim_end_matches('/').to_owned())
        .filter(|root_path| root_path.starts_with(path));
    base.set_path(root_path.as_deref().unwrap_or(path));
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_root_only_a_longer_path_on_the_same_host_is_taken() {
        for (found, root, base) in [
            ("http://h:7860/config", Some("http://h:7860/sub/app"), "http://h:7860/sub/app"),
            ("http://h:7860/config", Some("https://public.test/demo"), "http://h:7860/"),
            ("https://h/proxy/config", Some("http://h"), "https://h/proxy"),
            ("https://h/config", Some("http://h:7860/--replicas/x"), "https://h/--replicas/x"),
            ("https://h/a/config?x=1", None, "https://h/a"),
            ("https://h/a/config", Some(""), "https://h/a"),
        ] {
            assert_eq!(base_url(&found.parse().unwrap(), root).as_str(), base);
        }
    }
}
