//! What every answer has, and who may ask.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::{Span, info_span};

/// The longest name of a file on any usual disk.
const MAX_NAME_BYTES: usize = 255;

/// A page of another site must not make this server work: browsers say where a request comes from.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_same_site(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this request comes from another site").into_response()
    }
}

/// Programs that are no browsers send neither header and hold no cookie that could be misused.
fn is_same_site(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let fetched_from = text(HeaderName::from_static("sec-fetch-site"));
    if fetched_from.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let origin =
        origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    origin.is_some() && origin.as_deref() == text(header::HOST)
}

/// Names that no file system and no database takes stand for nothing.
pub async fn refuse_impossible_names(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("%00") || path.split('/').any(|part| part.len() > MAX_NAME_BYTES) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

/// Headers for everything. The page adds its own Content-Security-Policy, with a nonce.
pub async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
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

/// One span for a request: its id, method and path; never a query, a header or a body.
pub fn request_span<B>(request: &axum::http::Request<B>) -> Span {
    let id =
        request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    info_span!("request", id, method = %request.method(), path = request.uri().path())
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
            (&[("host", "easel:3000"), ("origin", "http://evil.example")], false),
            (&[("host", "easel:3000"), ("origin", "null")], false),
            (&[("host", "easel:3000"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "easel:3000"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "easel:3000"), ("sec-fetch-site", "same-site")], false),
        ] {
            assert_eq!(is_same_site(&headers(pairs)), allowed, "{pairs:?}");
        }
    }
}
