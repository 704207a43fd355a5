//! What the head of a request tells of who makes it.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header, request::Parts, uri::Authority},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};

/// Headers that browsers and proxies add.
const TELLTALES: [&str; 8] = [
    "origin",
    "sec-fetch-site",
    "sec-fetch-mode",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// The key of a request, in any header where clients put it: as a bearer token, as Azure's clients
/// do, or as the password of a login, as AUTOMATIC1111's do.
pub fn key_in(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(authorization) = text(header::AUTHORIZATION.as_str()) {
        let (scheme, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
        let rest = rest.trim();
        if scheme.eq_ignore_ascii_case("bearer") && !rest.is_empty() {
            return Some(rest.to_owned());
        }
        if scheme.eq_ignore_ascii_case("basic") {
            let login = String::from_utf8(BASE64_STANDARD.decode(rest).ok()?).ok()?;
            return login.split_once(':').map(|(_, password)| password.to_owned());
        }
    }
    let plain = text("api-key").or_else(|| text("x-api-key"));
    plain.filter(|key| !key.is_empty()).map(str::to_owned)
}

/// True for a program on this machine that calls this server directly: not a browser, which any
/// page can make send requests, and nobody behind a proxy.
pub fn is_of_this_machine(head: &Parts) -> bool {
    let headers = &head.headers;
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let is_clear = TELLTALES.iter().all(|name| !headers.contains_key(*name));
    is_clear
        && peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
        && host.is_some_and(|host| is_own_name(host.host()))
}

fn is_own_name(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
