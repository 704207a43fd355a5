//! The host names that this server accepts. A page of another site can make its own name resolve to
//! this server (DNS rebinding) and would then count as same-origin; but a request carries the name.

use std::{collections::HashSet, net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use url::Url;

use crate::server::config::Config;

/// The host names of this server. Cheap to clone.
#[derive(Clone)]
pub struct Hosts(Arc<Known>);

struct Known {
    names: HashSet<String>,
    public_url: Option<Url>,
}

impl Hosts {
    pub fn new(config: &Config) -> Self {
        let public = config.public_url.as_ref().and_then(Url::host_str).map(str::to_owned);
        let names = config.door.hosts.iter().cloned().chain(public).collect();
        Self(Arc::new(Known { names, public_url: config.public_url.clone() }))
    }

    pub fn public_url(&self) -> Option<&Url> {
        self.0.public_url.as_ref()
    }

    /// Whether `authority`, a host with or without a port, is accepted.
    fn know(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        if authority.as_str().contains('@') {
            return false;
        }
        let host = authority.host().to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        // An IP address involves no DNS, so it cannot be rebound.
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        address.unwrap_or(host).parse::<IpAddr>().is_ok()
            || host == "localhost"
            || host.ends_with(".localhost")
            || self.0.names.contains(host)
    }
}

/// Responds with 421 to a request for another host. A request without any host came over no
/// connection: [`serve`](crate::server::serve) rejects those.
pub async fn refuse_others(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let asked = request.headers().get_all(header::HOST).iter();
    let mut asked = asked.map(|host| host.to_str().unwrap_or(""));
    let addressed = request.uri().authority().map(Authority::as_str);
    if asked.all(|host| hosts.know(host)) && addressed.is_none_or(|host| hosts.know(host)) {
        return next.run(request).await;
    }
    let words = "This Easel does not answer under this name. If the name is yours, its operator \
                 can add it to EASEL_HOSTS in .env and restart Easel.";
    (StatusCode::MISDIRECTED_REQUEST, words).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_ours_are_answered() {
        let config = Config::read(|name| match name {
            "EASEL_HOSTS" => Some("easel.lan".to_owned()),
            "EASEL_PUBLIC_URL" => Some("https://easel.example/studio".to_owned()),
            _ => None,
        });
        let hosts = Hosts::new(&config.unwrap());
        for (host, known) in [
            ("localhost:3000", true),
            ("LocalHost", true),
            ("easel.localhost:3000", true),
            ("127.0.0.1:3000", true),
            ("[::1]:3000", true),
            ("192.0.2.1", true),
            ("easel.lan:80", true),
            ("easel.example", true),
            ("easel.example.", true),
            ("", false),
            ("evil.example", false),
            ("evil.easel.lan", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("user@localhost", false),
            ("evil.example/localhost", false),
        ] {
            assert_eq!(hosts.know(host), known, "{host}");
        }
    }
}
