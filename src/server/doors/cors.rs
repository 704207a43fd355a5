//! CORS: pages of other sites may use a key that they were given, because a browser does not send
//! it by itself, unlike a cookie. Without a key nothing is allowed to them.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The headers that hold a key.
const OF_KEYS: [&str; 3] = ["authorization", "api-key", "x-api-key"];

const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
const EXPOSED: &str = "x-request-id, retry-after, x-ratelimit-limit-requests, \
    x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-easel-model, \
    x-easel-generation, x-easel-ignored, idempotent-replayed";

/// How long a browser caches a preflight response, in seconds.
const MAX_AGE: &str = "600";

/// Answers preflight requests, and lets pages read the responses to requests with a key.
pub async fn allow(request: Request, next: Next) -> Response {
    let asks = request.headers();
    if *request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let asked = asks.get(header::ACCESS_CONTROL_REQUEST_HEADERS);
        if let Some(asked) = asked.filter(|asked| names_a_key(asked)) {
            let (asked, headers) = (asked.clone(), response.headers_mut());
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        }
        return response;
    }
    let is_allowed = asks.contains_key(header::ORIGIN) && has_key(asks);
    let mut response = next.run(request).await;
    if is_allowed {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    response
}

fn has_key(headers: &HeaderMap) -> bool {
    OF_KEYS.iter().any(|name| headers.contains_key(*name))
}

fn names_a_key(asked: &HeaderValue) -> bool {
    let names = asked.to_str().unwrap_or_default().split(',').map(str::trim);
    names.into_iter().any(|name| OF_KEYS.iter().any(|known| name.eq_ignore_ascii_case(known)))
}
