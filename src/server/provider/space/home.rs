//! Decides where an app's cookies are sent, and whether the token goes with them.

use url::{Origin, Url};

use super::network::Network;

/// The header that the proxy before a Space reads and removes. It would forward `authorization` to
/// the app, which belongs to somebody else.
const SPACE_AUTHORIZATION: &str = "x-hf-authorization";

/// The one origin that receives cookies and token.
#[derive(Clone, Debug)]
pub struct Home {
    origin: Origin,
    pass: Pass,
}

/// How the token is sent there.
#[derive(Clone, Copy, Debug)]
enum Pass {
    /// Not at all: the URL was typed, or the app is somebody else's.
    None,
    /// To the Hub's routes that this provider calls.
    Hub,
    /// To the proxy before a Space.
    Space,
}

impl Home {
    pub fn hub(network: &Network) -> Self {
        Self { origin: network.hub.origin(), pass: Pass::Hub }
    }

    pub fn app(address: &Url) -> Self {
        Self { origin: address.origin(), pass: Pass::None }
    }

    /// The Space at `address`, which gets the token only on the Spaces' domain or on an origin that
    /// the operator listed, whatever the Hub's response said.
    pub fn space(network: &Network, address: &Url) -> Self {
        let of_the_hub = address.scheme() == "https"
            && address.port().is_none()
            && address.host_str().is_some_and(|host| host.ends_with(".hf.space"));
        let pass = match of_the_hub || network.guard.is_listed(address) {
            true => Pass::Space,
            false => Pass::None,
        };
        Self { origin: address.origin(), pass }
    }

    pub fn takes_token(&self) -> bool {
        !matches!(self.pass, Pass::None)
    }

    pub fn holds(&self, url: &Url) -> bool {
        url.origin() == self.origin
    }

    /// The header that carries the token to `url`, if it may be sent there.
    pub fn authorization(&self, network: &Network, url: &Url) -> Option<(&'static str, String)> {
        let name = match self.pass {
            Pass::Hub if is_route_of_hub(&network.hub, url) => "authorization",
            Pass::Space => SPACE_AUTHORIZATION,
            Pass::Hub | Pass::None => return None,
        };
        let token = network.token.get().filter(|_| self.holds(url))?;
        Some((name, format!("Bearer {}", token.expose())))
    }
}

/// True for the routes of the Hub that need a token.
fn is_route_of_hub(hub: &Url, url: &Url) -> bool {
    let route = url.path().strip_prefix(hub.path().trim_end_matches('/')).unwrap_or_default();
    route.starts_with("/api/spaces/") || route == "/api/whoami-v2"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::{
        config::{Key, Secret},
        outbound::guard::Guard,
        provider::space::http::Http,
    };

    fn sent(http: &Http, url: &str) -> Vec<&'static str> {
        let url: Url = url.parse().unwrap();
        let request = reqwest::Client::new().get(url.clone());
        let request = http.authorise(request, &url).build().unwrap();
        let names = ["authorization", SPACE_AUTHORIZATION];
        names.into_iter().filter(|name| request.headers().contains_key(*name)).collect()
    }

    fn network() -> Network {
        Network {
            guard: Guard::new(["http://10.0.0.9:7860".parse().unwrap()]),
            token: Key::configured(Some(Secret::new("hf_sometoken"))),
            hub: "https://hub.test/mirror".parse().unwrap(),
        }
    }

    #[test]
    fn the_hub_gets_the_token_at_its_own_routes() {
        let hub = Http::to_hub(network());
        for (url, names) in [
            ("https://hub.test/mirror/api/spaces/a/b", vec!["authorization"]),
            ("https://hub.test/mirror/api/whoami-v2", vec!["authorization"]),
            ("https://hub.test/mirror/api/../x", vec![]),
            ("https://hub.test/api/spaces/a/b", vec![]),
            ("https://hub.test:444/mirror/api/spaces/a/b", vec![]),
            ("http://hub.test/mirror/api/spaces/a/b", vec![]),
            ("https://huggingface.co/api/spaces/a/b", vec![]),
            ("https://a-b.hf.space/api/spaces/a/b", vec![]),
        ] {
            assert_eq!(sent(&hub, url), names, "{url}");
        }
    }

    #[test]
    fn a_space_gets_the_token_in_the_header_of_its_proxy_and_no_other_host_does() {
        let home: Url = "https://a-b.hf.space".parse().unwrap();
        let space = Http::to_space(network(), &home);
        for (url, names) in [
            ("https://a-b.hf.space/config", vec![SPACE_AUTHORIZATION]),
            ("https://c-d.hf.space/config", vec![]),
            ("https://a-b.hf.space:8443/config", vec![]),
            ("http://a-b.hf.space/config", vec![]),
            ("https://hub.test/mirror/api/spaces/a/b", vec![]),
        ] {
            assert_eq!(sent(&space, url), names, "{url}");
        }
        for (home, names) in [
            ("https://hf.space.evil.test", vec![]),
            ("https://evil-hf.space", vec![]),
            ("http://a-b.hf.space", vec![]),
            ("http://10.0.0.9:7860", vec![SPACE_AUTHORIZATION]),
        ] {
            let space = Http::to_space(network(), &home.parse().unwrap());
            assert_eq!(sent(&space, &format!("{home}/config")), names, "{home}");
        }
    }

    #[test]
    fn an_app_gets_no_token() {
        let home: Url = "https://a-b.hf.space".parse().unwrap();
        assert_eq!(sent(&Http::to_app(network(), &home), "https://a-b.hf.space/"), [""; 0]);
    }
}
