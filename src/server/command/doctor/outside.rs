//! Checks the network, the clock, and the keys of the providers.

use std::{
    mem,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures::future::join_all;
use reqwest::header::DATE;
use tokio::time::timeout;
use url::Url;

use super::{CHECK_TIMEOUT, Finding};
use crate::{
    app,
    error::GenerateError,
    generation::{Connection, ConnectionState, KeyUse, ProviderKind},
    server::{
        config::Config,
        provider::{self, Opening, Provider, space},
    },
};

/// How long one host may take to respond: less than the whole check.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// How many hosts of a long list are checked.
const MAX_PLACES: usize = 8;

/// Leases of several servers, and signatures for a bucket, need clocks that agree.
const LARGEST_SKEW: Duration = Duration::from_secs(30);

/// A clock before 2026, in seconds of Unix time, is wrong for this version.
const WRITTEN: u64 = 1_767_225_600;

/// A host to contact, and whether Easel needs it.
struct ProbedHost {
    /// The provider that contacts it.
    opening: Opening,
    url: Url,
    is_needed: bool,
}

pub(super) async fn look(config: &Config, offline: bool) -> Vec<Finding> {
    if offline {
        return vec![
            Finding::note("network", "not checked (--offline)"),
            clock(None),
            Finding::note("keys", "not checked (--offline)"),
        ];
    }
    let places = places(config);
    let asked = join_all(places.iter().map(|place| reach(config, place)));
    let ((mut findings, dates), keys) = tokio::join!(
        async { asked.await.into_iter().unzip::<_, _, Vec<_>, Vec<_>>() },
        keys(config)
    );
    findings.push(clock(dates.into_iter().flatten().next()));
    findings.extend(keys);
    findings
}

/// The services of all providers in use, or else the first service of all; then the listed origins.
fn places(config: &Config) -> Vec<ProbedHost> {
    let mut places: Vec<ProbedHost> = Vec::new();
    for opening in provider::BUILT_IN {
        let has_key = opening.kind.has_own_keys() && has_key(&*opened(config, opening));
        let is_needed = has_key || is_on_offer(config, opening.kind);
        for url in (opening.services)(config) {
            let of_another = |place: &&mut ProbedHost| place.opening.kind != opening.kind;
            match places.iter_mut().filter(of_another).find(|place| place.url == url) {
                Some(place) => place.is_needed |= is_needed,
                None => places.push(ProbedHost { opening: *opening, url, is_needed }),
            }
        }
    }
    let mut is_first = true;
    places.retain(|place| mem::take(&mut is_first) || place.is_needed);
    let listed = config.allowed_origins.iter().take(MAX_PLACES);
    places.extend(listed.map(|allowed| {
        let is_for = |opening: &&Opening| Some(opening.kind) == allowed.provider;
        let opening = provider::BUILT_IN.iter().find(is_for).unwrap_or(&space::OPENING);
        ProbedHost { opening: *opening, url: allowed.url.clone(), is_needed: false }
    }));
    places
}

fn is_on_offer(config: &Config, kind: ProviderKind) -> bool {
    config.named_models().any(|model| model.provider() == kind)
}

fn opened(config: &Config, opening: &Opening) -> Arc<dyn Provider> {
    (opening.open)(config, opening.guard(config))
}

fn has_key(provider: &dyn Provider) -> bool {
    provider.connection().state != ConnectionState::NotConfigured
}

/// Any response will do; its contents do not matter here.
async fn reach(config: &Config, place: &ProbedHost) -> (Finding, Option<SystemTime>) {
    let guard = place.opening.guard(config);
    let name = place.url.origin().ascii_serialization();
    let why = match guard.client_for(&place.url) {
        Err(error) => error.to_string(),
        Ok(client) => {
            // Only the origin, because the URL may hold more than others should see.
            let origin = place.url.join("/").unwrap_or_else(|_| place.url.clone());
            match timeout(ANSWER_LIMIT, client.head(origin).send()).await {
                Ok(Ok(answer)) => {
                    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
                    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
                    return (Finding::ok("network", format!("{name} answers")), date);
                }
                Ok(Err(error)) => chain(&error.without_url()),
                Err(_) => format!("no answer within {} seconds", ANSWER_LIMIT.as_secs()),
            }
        }
    };
    let what = format!("{name} cannot be reached: {why}");
    let finding = match place.is_needed {
        true => Finding::wrong(
            "network",
            what,
            "Check the network of this machine, its DNS and firewall, and EASEL_PROXY.",
        ),
        false => Finding::note("network", format!("{what}; the demo works without")),
    };
    (finding, None)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(cause) = last.source() {
        last = cause;
    }
    last.to_string()
}

/// Compares the clock with that of a server that responded.
fn clock(theirs: Option<SystemTime>) -> Finding {
    let now = SystemTime::now();
    let next = "Let the system set its clock, for example with timedatectl set-ntp true.";
    if now < SystemTime::UNIX_EPOCH + Duration::from_secs(WRITTEN) {
        let what = "is set to a year before this Easel was written";
        return Finding::wrong("clock", what, next);
    }
    let Some(theirs) = theirs else {
        return Finding::note("clock", "plausible; there is nothing to compare it with");
    };
    let skew = now.duration_since(theirs).unwrap_or_else(|ahead| ahead.duration());
    if skew > LARGEST_SKEW {
        let what = format!("differs by {} seconds from that of a provider", skew.as_secs());
        return Finding::wrong("clock", what, next);
    }
    Finding::ok("clock", "agrees with that of a provider")
}

async fn keys(config: &Config) -> Vec<Finding> {
    // Without a server with OpenAI's API there is nothing to report.
    let is_of_use = |opening: &&Opening| match opening.kind.info().key {
        KeyUse::Required(_) => true,
        KeyUse::Own(_) => has_key(&*opened(config, opening)),
        KeyUse::Optional(_) | KeyUse::None => false,
    };
    let with_keys = provider::BUILT_IN.iter().filter(is_of_use);
    join_all(with_keys.map(async |opening| key(config, &*opened(config, opening)).await)).await
}

async fn key(config: &Config, provider: &dyn Provider) -> Finding {
    let kind = provider.kind();
    let title = kind.title();
    let variable = kind.keys().map_or("", |keys| keys.variable);
    if !has_key(provider) {
        let is_needed = is_on_offer(config, kind);
        let what = format!("none for {title}");
        return match is_needed {
            // The operator's own endpoint or cog server may need no key.
            true => Finding::note(
                "keys",
                format!("{what}, though its models are on offer: set {variable}"),
            ),
            false => Finding::note("keys", format!("{what}; set {variable} to use it")),
        };
    }
    match timeout(CHECK_TIMEOUT, provider.check()).await {
        Ok(Connection { state: ConnectionState::Ready, details, .. }) => {
            Finding::ok("keys", format!("{title}: {}", details.join(" ")))
        }
        Ok(Connection { mut details, error, links, .. }) => {
            details.extend(error.iter().map(app::plain));
            details.extend(error.iter().filter_map(GenerateError::detail).map(str::to_owned));
            let next = links.first().map_or_else(
                || format!("Check {variable} and the network."),
                |(words, address)| format!("{words}: {address}"),
            );
            Finding::wrong("keys", format!("{title}: {}", details.join(" ")), next)
        }
        Err(_) => Finding::wrong(
            "keys",
            format!(
                "{title} did not say within {} seconds whose key it is",
                CHECK_TIMEOUT.as_secs()
            ),
            "Try again later.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::command::doctor::State;

    #[test]
    fn a_clock_that_goes_wrong_is_noticed() {
        let now = SystemTime::now();
        let minute = Duration::from_secs(60);
        assert_eq!(clock(None).state, State::Note);
        assert_eq!(clock(Some(now)).state, State::Ok);
        assert_eq!(clock(Some(now + minute)).state, State::Wrong);
        assert_eq!(clock(Some(now - minute)).state, State::Wrong);
    }

    #[tokio::test]
    async fn no_network_is_wrong_only_for_whoever_needs_it() {
        // A port without a listener.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let nowhere = format!("http://{free}");
        let states = async |token: &str| {
            let config = Config::read(|name| match name {
                "HF_ENDPOINT" | "HF_INFERENCE_ENDPOINT" => Some(nowhere.clone()),
                "HF_AUTH_KEY" => Some(token.to_owned()),
                _ => None,
            });
            let findings = look(&config.unwrap(), false).await;
            assert!(!format!("{findings:?}").contains("hf_secret"), "{findings:?}");
            findings.iter().map(|finding| finding.state).collect::<Vec<_>>()
        };
        assert!(states("").await.iter().all(|state| *state == State::Note));
        let [hub, router, clock, hf, replicate] =
            states("hf_secret_token").await.try_into().unwrap();
        assert_eq!([hub, router, hf], [State::Wrong; 3]);
        assert_eq!([clock, replicate], [State::Note; 2]);
    }
}
