//! `/v1/webhook`: the webhook of a key, for all its generations.

use axum::{
    Extension, Json,
    extract::{Request, State},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::server::{
    client_address::ClientAddress,
    doors::{
        api_error::ApiError,
        body::Incoming,
        promises::checked,
        schemas::Failure,
        who::{self, Holder},
    },
    outbound::guard::Guard,
    state::AppState,
    webhook_signature::new_secret,
};

/// The address for a key's messages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes JSON that is read by its names")]
pub struct NewWebhook {
    /// A public https address, or one that the operator of this Easel listed.
    url: String,
}

/// The address for a key's messages, and the secret that signs them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Always "webhook".
    object: &'static str,
    /// Where the end of every generation of this key is reported; without one, only that of those
    /// whose request names an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Messages are signed with it as the Standard Webhooks specification says.
    secret: String,
}

/// Get the address for messages about this key's generations, and the secret that signs them.
#[utoipa::path(
    get, path = "/v1/webhook", operation_id = "getWebhook", tag = "webhooks",
    responses(
        (status = 200, description = "The address and the secret", body = Webhook),
        (status = "4XX", description = "It is refused", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Extension(caller): Holder,
) -> Result<Json<Webhook>, ApiError> {
    who::may_change(&caller)?;
    told(&state, &caller.key).await
}

/// Set the address that gets a message at the end of every generation of this key.
#[utoipa::path(
    put, path = "/v1/webhook", operation_id = "setWebhook", tag = "webhooks",
    request_body = NewWebhook,
    responses(
        (status = 200, description = "The address and the secret", body = Webhook),
        (status = "4XX", description = "No message may go there", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn set(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Extension(guard): Extension<Guard>,
    address: ClientAddress,
    request: Request,
) -> Result<Json<Webhook>, ApiError> {
    who::may_change(&caller)?;
    let read = Incoming { state: &state, address }.json(request).await?;
    let Some(url) = read.fields.get("url").and_then(Value::as_str) else {
        return Err(ApiError::field("url", "Write the address as text."));
    };
    let url = checked(&guard, url).map_err(|error| error.about("url"))?;
    let webhooks = &state.webhooks;
    webhooks.hook(&caller.key, &new_secret()).await?;
    webhooks.set_hook(&caller.key, Some(url.as_str())).await?;
    told(&state, &caller.key).await
}

/// Stop these messages, except for generations whose request names an address.
#[utoipa::path(
    delete, path = "/v1/webhook", operation_id = "deleteWebhook", tag = "webhooks",
    responses(
        (status = 200, description = "The address was removed", body = Webhook),
        (status = "4XX", description = "It is refused", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    Extension(caller): Holder,
) -> Result<Json<Webhook>, ApiError> {
    who::may_change(&caller)?;
    state.webhooks.set_hook(&caller.key, None).await?;
    told(&state, &caller.key).await
}

async fn told(state: &AppState, key: &str) -> Result<Json<Webhook>, ApiError> {
    let hook = state.webhooks.hook(key, &new_secret()).await?;
    Ok(Json(Webhook { object: "webhook", url: hook.url, secret: hook.secret }))
}
