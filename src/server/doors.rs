//! APIs for other programs: OpenAI's images API, Easel's own REST API, and AUTOMATIC1111's API.
//! They start generations as the page does, know no provider, and neither set nor read cookies.

pub(super) mod address;
mod answer;
mod api_error;
mod asking;
mod automatic;
mod body;
mod convert;
mod cors;
mod deliver;
mod document;
#[doc(hidden)]
pub(super) mod fuzzing;
mod infotext;
mod made;
mod model_names;
mod openai;
mod parsed_request;
mod pictures;
mod promises;
mod rate_limit;
mod rest;
mod schemas;
mod size;
mod source;
mod stream;
mod streaming;
pub(super) mod webhooks;
mod who;
mod work;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, OriginalUri, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};

use utoipa_axum::router::OpenApiRouter;

use self::api_error::ApiError;
use super::{
    lookups,
    measures::{self, Now},
    rate_limits::RateLimits,
    state::AppState,
};

/// The routes of all APIs.
pub fn routes(state: &AppState) -> Router<AppState> {
    let described = OpenApiRouter::with_openapi(document::document());
    let described =
        described.merge(openai::routes()).merge(rest::routes()).merge(webhooks::routes(state));
    let (described, document) = described.split_for_parts();
    let automatic = match state.config.engine.sdapi {
        true => automatic::routes(),
        false => Router::new(),
    };
    let with_a_key = described
        .merge(automatic)
        .route("/metrics", get(measured))
        .layer(DefaultBodyLimit::max(body::MAX_FORM_BYTES))
        .layer(middleware::from_fn(lookups::of_request))
        .layer(middleware::from_fn_with_state(state.clone(), who::with_api_caller));
    with_a_key
        .merge(openai::files())
        .route("/openapi.json", get(Json(document)))
        .route("/v1/{*rest}", any(unknown))
        .route("/sdapi/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method)
        // Some clients are configured with a base URL without `/v1`.
        .route("/images/generations", post(without_v1))
        .route("/images/edits", post(without_v1))
        .route("/chat/completions", post(without_v1))
        .layer(middleware::from_fn_with_state(RateLimits::default(), rate_limit::limit))
        .layer(middleware::from_fn(automatic::with_detail))
        .layer(middleware::from_fn(finish_response))
        .layer(middleware::from_fn(cors::allow))
}

/// `GET /metrics`: metrics for Prometheus, with a key.
async fn measured(State(state): State<AppState>, holder: who::Holder) -> Response {
    if !holder.caller.is_operator() {
        let message = "Only a key of the owner may see what everybody does here.";
        return ApiError::forbidden("insufficient_scope", message).into_response();
    }
    let (running, waiting) = state.generations.load();
    let Ok((kept_bytes, sessions)) = state.gallery.kept_in_all().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match measures::text(Now { running, waiting, kept_bytes, sessions }) {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Marks responses as not cacheable, and counts them.
async fn finish_response(request: Request, next: Next) -> Response {
    let door = match request.uri().path() {
        path if path.starts_with("/sdapi/") => "automatic",
        path if path.starts_with("/v1/images/") || path.starts_with("/v1/models") => "openai",
        path if path.starts_with("/v1/") => "rest",
        _ => "other",
    };
    let mut response = next.run(request).await;
    measures::request(door, response.status().as_u16());
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

async fn unknown(OriginalUri(uri): OriginalUri) -> Response {
    let path: String = uri.path().chars().take(100).collect();
    let unsupported = ["/v1/chat/", "/v1/responses", "/v1/completions", "/v1/images/variations"];
    if unsupported.iter().any(|known| path.starts_with(known)) {
        let message = "Easel only makes pictures: use POST /v1/images/generations.";
        return ApiError::no_such("unsupported_endpoint", message).into_response();
    }
    ApiError::unknown_path(format!("There is nothing at {path}.")).into_response()
}

async fn wrong_method(OriginalUri(uri): OriginalUri) -> Response {
    let path: String = uri.path().chars().take(100).collect();
    let message = format!("{path} does not accept this method.");
    let status = StatusCode::METHOD_NOT_ALLOWED;
    ApiError::new(status, api_error::INVALID, "method_not_allowed", message).into_response()
}

async fn without_v1() -> ApiError {
    ApiError::unknown_path("The base URL ends with /v1.")
}
