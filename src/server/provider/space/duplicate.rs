//! Copies a Space to the token's account.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    hardware, http,
    hub::{Hub, Space},
    wire::text,
};
use crate::{
    generation::{CopyOptions, FREE_HARDWARE, ProviderKind},
    server::{fault::Fault, json, outbound::guard::MAX_LOOKUP_BYTES, redact},
};

/// Building takes longer than waking.
const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);
/// A running copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// `owner/name`.
    pub id: String,
    /// True when the copy existed before.
    pub existed: bool,
}

/// Copies the Space `from` to the account that the token belongs to, and waits until the copy runs.
/// An existing copy is used as it is. The request to make one is sent once.
///
/// # Errors
///
/// `MissingKey` and `NotPermitted` about the token, `InputRejected` as [`hardware::check`],
/// `NoCredit`, `Asleep` when it does not run within 20 minutes.
pub async fn duplicate(
    hub: &Hub,
    token_variable: &str,
    from: &str,
    options: &CopyOptions,
    mut stage_seen: impl FnMut(&str) + Send,
) -> Result<Duplicate, Fault> {
    if !hub.http.network().token.is_set() {
        return Err(Fault::MissingKey {
            provider: ProviderKind::Space,
            variable: token_variable.to_owned(),
            detail: String::new(),
        });
    }
    stage_seen("asking who you are");
    let user = whoami(hub, token_variable).await?;
    let name = from.rsplit('/').next().unwrap_or(from);
    let id = format!("{user}/{name}");
    if id == from {
        let detail = "this Space is already yours".to_owned();
        return Err(Fault::InputRejected { fields: Vec::new(), detail });
    }

    let existed = match hub.space(&id).await {
        Ok(_) => true,
        Err(Fault::ModelNotFound { .. }) => {
            let original = hub.space(from).await?;
            stage_seen("asking for the price");
            // Without a list only free hardware is ordered.
            let list = hub.hardware().await.unwrap_or_default();
            let hardware = hardware::check(&list, options, original.hardware.as_deref())?;
            stage_seen("copying");
            let body = request_body(&id, &hardware, options);
            create(hub, token_variable, &original, &id, &body).await?
        }
        Err(error) => return Err(error),
    };
    hub.wait_until_running(&id, BUILD_LIMIT, stage_seen).await?;
    Ok(Duplicate { id, existed })
}

async fn whoami(hub: &Hub, token_variable: &str) -> Result<String, Fault> {
    let (response, url) = hub.http.get(&hub.api("/api/whoami-v2")).await?;
    if matches!(response.status().as_u16(), 401 | 403) {
        let body = http::words(response).await;
        return Err(Fault::BadKey {
            provider: ProviderKind::Space,
            variable: token_variable.to_owned(),
            detail: words(&body),
        });
    }
    let account = hub.http.json(response, &url, MAX_LOOKUP_BYTES).await?;
    text(&account, "name").ok_or_else(|| Fault::BadAnswer {
        detail: "the Hub did not say whose token it is".to_owned(),
    })
}

/// Sends the request. True when the copy existed after all.
async fn create(
    hub: &Hub,
    token_variable: &str,
    original: &Space,
    id: &str,
    body: &Value,
) -> Result<bool, Fault> {
    let url = hub.api(&format!("/api/spaces/{}/duplicate", original.id));
    let answer = hub.http.post(&url, |request| request.json(body)).await;
    let response = match answer {
        Ok(response) => response,
        Err(error) => {
            // It may have been made all the same; a second request could make a second copy.
            return hub.space(id).await.map(|_| false).map_err(|_| error);
        }
    };
    match response.status().as_u16() {
        200 | 201 => Ok(false),
        409 => Ok(true),
        402 => Err(Fault::NoCredit {
            provider: ProviderKind::Space,
            detail: words(&http::words(response).await),
        }),
        401 | 403 => Err(Fault::NotPermitted {
            provider: ProviderKind::Space,
            variable: token_variable.to_owned(),
            detail: words(&http::words(response).await),
        }),
        _ => Err(http::failure(response, &url).await),
    }
}

/// `POST /api/spaces/{from}/duplicate`.
fn request_body(id: &str, hardware: &str, options: &CopyOptions) -> Value {
    let mut body = json!({"repository": id, "private": options.private, "hardware": hardware});
    if hardware != FREE_HARDWARE {
        body["sleepTimeSeconds"] = options.sleep_after_seconds.into();
    }
    body
}

fn words(body: &[u8]) -> String {
    let json: Option<Value> = json::parse(body).ok();
    match json.and_then(|json| text(&json, "error")) {
        Some(error) => redact::excerpt(&error),
        None => crate::server::picture::first_words(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_billed_is_told_when_to_sleep() {
        let options = CopyOptions {
            hardware: None,
            sleep_after_seconds: 300,
            most_cents_per_hour: 0,
            private: true,
        };
        for (hardware, body) in [
            (
                "t4-small",
                json!({"repository": "me/name", "private": true, "hardware": "t4-small", "sleepTimeSeconds": 300}),
            ),
            (
                "cpu-basic",
                json!({"repository": "me/name", "private": true, "hardware": "cpu-basic"}),
            ),
        ] {
            assert_eq!(request_body("me/name", hardware, &options), body);
        }
    }
}
