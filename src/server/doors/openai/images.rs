//! The response to a request for pictures: JSON, or a stream.

use std::time::Duration;

use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};
use serde_json::Value;

use crate::server::doors::{
    address,
    answer::{self, Form},
    api_error::ApiError,
    asking::Asking,
    deliver, model_names, stream,
    streaming::Streaming,
};

/// # Errors
///
/// What is wrong with the request, before anything begins.
pub async fn respond(asking: Asking) -> Result<Response, ApiError> {
    let base = address::base(&asking.state, &asking.headers);
    let name = asking.fields.get("model").and_then(Value::as_str);
    let by_default = match model_names::answers_with_address(name) {
        true => Form::Address(base.clone()),
        false => Form::Base64,
    };
    let form = answer::form(asking.fields.get("response_format"), by_default, &base)?;
    let streaming = Streaming::asked(&asking.fields, asking.door)?;
    let (work, ticket) = asking.work(form).await?;
    let is_replay = work.is_replay;
    let mut response = match streaming {
        Some(streaming) => stream::answer(work, streaming, ticket),
        None => {
            let patience = work.state.config.engine.keep_alive_seconds;
            let patience = (patience > 0).then(|| Duration::from_secs(patience.into()));
            deliver::kept_alive(work.answered(ticket), patience).await
        }
    };
    if is_replay {
        let name = HeaderName::from_static("idempotent-replayed");
        response.headers_mut().insert(name, HeaderValue::from_static("true"));
    }
    Ok(response)
}
