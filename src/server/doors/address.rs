//! The base URL of this server in responses.

use axum::http::{HeaderMap, header};

use crate::server::state::AppState;

/// The base URL. Headers of proxies are not trusted.
pub fn base(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(url) = &state.config.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.map_or_else(|| state.config.address.to_string(), str::to_owned))
}
