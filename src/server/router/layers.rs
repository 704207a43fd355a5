//! Middleware for every response: headers, cross-site checks, request spans.

use axum::{
    body::HttpBody,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::{Span, info_span};
use url::Url;

use super::hosts::Hosts;
use crate::server::{log::traces, measures};

/// The longest file name on usual disks.
const MAX_NAME_BYTES: usize = 255;

/// Rejects requests from pages of other sites: browsers send the origin of a request.
pub async fn refuse_cross_site(
    State(hosts): State<Hosts>,
    request: Request,
    next: Next,
) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_same_site(request.headers(), hosts.public_url()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this request comes from another site").into_response()
    }
}

/// Programs that are not browsers send neither header, and hold no cookie that could be misused.
fn is_same_site(headers: &HeaderMap, public: Option<&Url>) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let fetched_from = text(HeaderName::from_static("sec-fetch-site"));
    if fetched_from.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => is_own(origin, text(header::HOST).unwrap_or(""), public),
    }
}

/// Whether a page of `origin` belongs to this server, when `host` is requested. For the public URL
/// its scheme counts too; otherwise it is unknown whether a proxy in front speaks TLS.
fn is_own(origin: &str, host: &str, public: Option<&Url>) -> bool {
    let (Ok(origin), Ok(host)) = (origin.parse::<Url>(), host.parse::<Authority>()) else {
        return false;
    };
    if let Some(public) = public
        && (public.host_str() == origin.host_str() || host_is(&host, public))
    {
        return origin.origin() == public.origin();
    }
    let asked_port = host.port_u16().or(match origin.scheme() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    });
    host_is(&host, &origin) && asked_port.is_some() && asked_port == origin.port_or_known_default()
}

fn host_is(host: &Authority, url: &Url) -> bool {
    url.host_str().is_some_and(|name| name.eq_ignore_ascii_case(host.host()))
}

/// Responds with 404 to names that no file system and no database accepts.
pub async fn refuse_impossible_names(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("%00") || path.split('/').any(|part| part.len() > MAX_NAME_BYTES) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

/// Headers for every response. The page adds its own Content-Security-Policy, with a nonce.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let taken = request.body().size_hint().exact().unwrap_or(0);
    let mut response = next.run(request).await;
    measures::exchanged(taken, response.body().size_hint().exact().unwrap_or(0));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"));
    response
}

/// One span per request: its id, method and path; never a query, a header or a body. It joins the
/// trace of its caller, if the request names one.
pub fn request_span<B>(request: &http::Request<B>) -> Span {
    let id =
        request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let span = info_span!("request", id, method = %request.method(), path = request.uri().path());
    traces::join(&span, request.headers());
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn only_our_own_pages_may_post() {
        for (pairs, allowed) in [
            (&[("host", "easel:3000")][..], true),
            (&[("host", "easel:3000"), ("origin", "http://easel:3000")], true),
            (&[("host", "Easel"), ("origin", "http://easel")], true),
            (&[("host", "easel:443"), ("origin", "https://easel")], true),
            (&[("host", "[::1]:3000"), ("origin", "http://[::1]:3000")], true),
            (&[("host", "easel:3000"), ("origin", "http://easel")], false),
            (&[("host", "easel:3000"), ("origin", "http://easel:3001")], false),
            (&[("host", "easel:3000"), ("origin", "http://evil.example")], false),
            (&[("host", "easel:3000"), ("origin", "null")], false),
            (&[("host", "easel"), ("origin", "file://easel")], false),
            (&[("origin", "http://easel:3000")], false),
            (&[("host", "easel:3000"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "easel:3000"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "easel:3000"), ("sec-fetch-site", "same-site")], false),
        ] {
            assert_eq!(is_same_site(&headers(pairs), None), allowed, "{pairs:?}");
        }
    }

    #[test]
    fn at_the_public_address_the_scheme_counts() {
        let public = "https://easel.example/studio".parse().unwrap();
        for (host, origin, allowed) in [
            ("easel.example", "https://easel.example", true),
            ("easel.example", "http://easel.example", false),
            ("easel.example", "https://easel.example:8443", false),
            // The proxy sends the address behind it as host.
            ("127.0.0.1:3000", "https://easel.example", true),
            ("127.0.0.1:3000", "http://127.0.0.1:3000", true),
            ("127.0.0.1:3000", "http://evil.example", false),
        ] {
            assert_eq!(is_own(origin, host, Some(&public)), allowed, "{host} {origin}");
        }
    }
}
