//! `/v1/webhook/deliveries`: the delivery log of a gallery's messages.

use std::collections::HashMap;

use axum::{
    Extension, Json,
    extract::{Query, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::server::{
    doors::{api_error::ApiError, schemas::Failure, who::Holder},
    state::AppState,
    store::{ApiMessage, Delivery},
};

const MAX_LISTED: usize = 100;
const LISTED: usize = 20;

/// A message about a generation, and how its delivery went.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// The `webhook-id` that it is sent with.
    id: String,
    /// Always "webhook_delivery".
    object: &'static str,
    generation: String,
    url: String,
    /// waiting, delivered or failed.
    status: &'static str,
    tries: u32,
    /// Unix time in seconds, as all times here.
    created: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_try: Option<i64>,
    /// The earliest time, where its generation has ended by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try: Option<i64>,
    /// What was answered to the last try.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_answer: Option<u16>,
    /// Why nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

/// A page of messages, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryList {
    /// Always "list".
    object: &'static str,
    data: Vec<WebhookDelivery>,
    has_more: bool,
    /// Given as `after`, it leads to the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<ApiMessage> for WebhookDelivery {
    fn from(message: ApiMessage) -> Self {
        let waits = message.delivery == Delivery::Waiting;
        Self {
            id: message.id,
            object: "webhook_delivery",
            generation: message.generation.to_string(),
            url: message.url,
            status: message.delivery.word(),
            tries: message.tries,
            created: message.created_ms / 1000,
            last_try: message.tried_ms.map(|at_ms| at_ms / 1000),
            next_try: waits.then_some(message.next_ms / 1000),
            last_answer: message.status,
            last_error: message.error,
        }
    }
}

/// List the messages about generations of this key's gallery, and how their delivery went.
#[utoipa::path(
    get, path = "/v1/webhook/deliveries", operation_id = "listWebhookDeliveries", tag = "webhooks",
    params(
        ("limit" = Option<u32>, Query, description = "How many, 1 to 100", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "`next` of the previous page"),
    ),
    responses(
        (status = 200, description = "A page", body = WebhookDeliveryList),
        (status = "4XX", description = "A parameter is wrong", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Holder,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<WebhookDeliveryList>, ApiError> {
    let limit = match query.get("limit").map(|limit| limit.parse::<usize>()) {
        None => LISTED,
        Some(Ok(limit)) if (1..=MAX_LISTED).contains(&limit) => limit,
        Some(_) => return Err(ApiError::field("limit", "limit must be from 1 to 100.")),
    };
    let after = query.get("after").map(|after| {
        let (created_ms, id) = after.split_once('.')?;
        Some((created_ms.parse::<i64>().ok()?, id))
    });
    let Some(after) = after.map_or(Some(None), |after| after.map(Some)) else {
        return Err(ApiError::field("after", "after must be `next` of a page."));
    };
    let webhooks = &state.webhooks;
    let mut found = webhooks.messages_of(&caller.session, after, limit + 1).await?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more);
    let next = next.map(|last| format!("{}.{}", last.created_ms, last.id));
    let data = found.into_iter().map(WebhookDelivery::from).collect();
    Ok(Json(WebhookDeliveryList { object: "list", data, has_more, next }))
}
