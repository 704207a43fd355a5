//! AUTOMATIC1111's API: two calls that make pictures, and the queries that its clients send before.

mod constants;
mod jobs;
mod pictures;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use self::jobs::Jobs;
use super::{api_error::ApiError, body::MAX_FORM_BYTES};
use crate::server::state::AppState;

/// The routes that need a key.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sdapi/v1/txt2img", post(pictures::text_to_image))
        .route("/sdapi/v1/img2img", post(pictures::image_to_image))
        .route("/sdapi/v1/options", get(constants::options).post(constants::choose))
        .route("/sdapi/v1/sd-models", get(constants::models))
        .route("/sdapi/v1/progress", get(jobs::progress))
        .route("/sdapi/v1/interrupt", post(jobs::interrupt))
        .route("/sdapi/v1/skip", post(jobs::interrupt))
        .merge(constants::routes())
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(Extension(Jobs::default()))
}

/// Adds the message as `detail` to errors, as these clients expect.
pub async fn with_detail(request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with("/sdapi/");
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<ApiError>().filter(|_| is_ours).cloned() else {
        return response;
    };
    let mut body = error.body();
    body["detail"] = (&*error.message).into();
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    if head.status == StatusCode::UNAUTHORIZED {
        let login = HeaderValue::from_static("Basic realm=\"Easel\"");
        head.headers.insert(header::WWW_AUTHENTICATE, login);
    }
    (head, body.to_string()).into_response()
}
