//! Looks for a prediction whose id never arrived.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, SystemTime},
};

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::{client::Client, input, models::Runnable, wire::Prediction};
use crate::server::fault::Fault;

/// Pauses before each look at the list, which may lag behind.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(4)];
/// How far the API's clock may be behind this server's.
const CLOCK_SKEW: Duration = Duration::from_secs(2);
/// How many pages of a hundred predictions are read.
const MAX_PAGES: usize = 5;

/// What a lost create request would have created.
#[derive(Clone, Debug)]
pub struct ExpectedPrediction {
    model: Option<String>,
    version: Option<String>,
    input: Map<String, Value>,
    since: SystemTime,
}

/// The predictions claimed by this process, so that two equal requests find different ones.
#[derive(Clone, Default)]
pub struct Claims(Arc<Mutex<HashSet<String>>>);

/// Reserves a prediction for the run that follows it. Dropping it lets other runs find the
/// prediction.
pub struct Claim {
    claims: Claims,
    id: String,
}

/// A prediction and its claim; the claim is `None` when another run of this process follows it too.
pub struct Claimed {
    pub prediction: Prediction,
    pub claim: Option<Claim>,
}

impl Claims {
    /// `None` when it is claimed already.
    pub fn claim(&self, id: &str) -> Option<Claim> {
        let is_free = self.0.lock().insert(id.to_owned());
        is_free.then(|| Claim { claims: self.clone(), id: id.to_owned() })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.0.lock().remove(&self.id);
    }
}

impl ExpectedPrediction {
    /// A create request that was sent at `sent_at` or later.
    pub fn new(model: &Runnable, input: &Map<String, Value>, sent_at: SystemTime) -> Self {
        Self {
            model: model.name.as_ref().map(ToString::to_string),
            version: model.version.clone(),
            input: input.clone(),
            since: sent_at.checked_sub(CLOCK_SKEW).unwrap_or(SystemTime::UNIX_EPOCH),
        }
    }

    fn is(&self, prediction: &Prediction) -> bool {
        // The API may list official models under an internal name.
        let same_model = match (&self.model, &prediction.model) {
            (Some(wanted), Some(told)) => wanted == told || told.starts_with("replicate-internal/"),
            _ => true,
        };
        let same_version = self.version.is_some() && self.version == prediction.version;
        let in_time = prediction.created_at.is_none_or(|at| at >= self.since);
        (same_model || same_version) && in_time && input::is_echo(&self.input, &prediction.input)
    }
}

/// Finds and claims the `wanted` prediction, if the API lists one that no run has claimed.
///
/// # Errors
///
/// When the list could not be read, so that nothing is known.
pub async fn find(
    client: &Client,
    wanted: &ExpectedPrediction,
    claims: &Claims,
) -> Result<Option<Claimed>, Fault> {
    for pause in LOOKS {
        tokio::time::sleep(pause).await;
        let mut next = None;
        for _ in 0..MAX_PAGES {
            let (page, following) = client.list(wanted.since, next.as_deref()).await?;
            let candidates = page.into_iter().filter(|prediction| wanted.is(prediction));
            // The oldest first: the newer one of two may belong to a later run.
            for prediction in candidates.collect::<Vec<_>>().into_iter().rev() {
                let claim = claims.claim(&prediction.id);
                if claim.is_some() {
                    return Ok(Some(Claimed { prediction, claim }));
                }
            }
            match following {
                Some(following) => next = Some(following),
                None => break,
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::server::provider::replicate::models::tests::runnable;

    fn told(value: Value) -> Prediction {
        Prediction::read(value).unwrap()
    }

    #[test]
    fn a_prediction_is_recognised_by_model_time_and_input() {
        let input = json!({"prompt": "fox", "seed": 3}).as_object().cloned().unwrap();
        let sent_at = humantime::parse_rfc3339("2026-01-01T00:00:10Z").unwrap();
        let wanted = ExpectedPrediction::new(&runnable("a/b"), &input, sent_at);
        let good = json!({
            "id": "p", "model": "a/b", "created_at": "2026-01-01T00:00:09.123456789Z",
            "input": {"seed": 3, "prompt": "fox", "width": 64},
        });
        assert!(wanted.is(&told(good.clone())));
        for (name, value) in [
            ("model", json!("c/d")),
            ("created_at", json!("2026-01-01T00:00:07Z")),
            ("input", json!({"seed": 4, "prompt": "fox"})),
            ("input", json!(null)),
        ] {
            let mut other = good.clone();
            other[name] = value;
            assert!(!wanted.is(&told(other.clone())), "{other}");
        }
    }

    #[test]
    fn two_equal_requests_do_not_share_a_prediction() {
        let claims = Claims::default();
        let first = claims.claim("p");
        assert!(first.is_some());
        assert!(claims.claim("p").is_none());
        drop(first);
        assert!(claims.claim("p").is_some());
    }
}
