//! `/push`: browsers that are told by Web Push what a person's generations came to.

use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::handing::NEVER;
use crate::server::{
    access::Caller,
    people::Signed,
    state::AppState,
    store::{SessionId, StoreError},
};

/// A subscription, as a browser writes it.
#[derive(Deserialize)]
pub struct Subscription {
    endpoint: String,
    keys: SubscriptionKeys,
}

#[derive(Deserialize)]
struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// A subscription by its address, which is a secret and stands in no URL.
#[derive(Deserialize)]
pub struct SubscriptionAddress {
    endpoint: String,
}

/// `GET /push`: the public key of this installation, which a browser subscribes with.
pub async fn key(State(state): State<AppState>, caller: Caller) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    match state.push.public_key().await {
        Ok(Some(key)) => ([(header::CACHE_CONTROL, NEVER)], key).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /push`: tells this browser from now on. 422 where that is not possible.
pub async fn keep(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    signed: Option<Extension<Signed>>,
    caller: Caller,
    Json(Subscription { endpoint, keys }): Json<Subscription>,
) -> Response {
    if let Err(error) = caller.must_make() {
        return error.into_response();
    }
    let signed_in = signed.as_ref().and_then(|signed| signed.browser.as_deref());
    let keys = (keys.p256dh, keys.auth);
    match state.push.keep(&session, signed_in, endpoint, keys).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /push/known`: 404 where this browser is not told, or somebody else's generations.
pub async fn known(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Json(SubscriptionAddress { endpoint }): Json<SubscriptionAddress>,
) -> Result<StatusCode, StoreError> {
    Ok(match state.push.knows(&session, endpoint).await? {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    })
}

/// `POST /push/forget`: tells this browser nothing any more.
pub async fn forget(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    Json(SubscriptionAddress { endpoint }): Json<SubscriptionAddress>,
) -> Result<StatusCode, StoreError> {
    state.push.forget(&session, endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
