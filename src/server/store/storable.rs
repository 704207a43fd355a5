//! Checks, before a write, that a value reads back unchanged.

use serde::{Serialize, de::DeserializeOwned};

use super::StoreError;
use crate::generation::{Event, FieldError, Request};

/// `value` as JSON that reads back as `value`.
///
/// # Errors
///
/// [`StoreError::Row`] when it would not.
pub(super) fn json<T>(value: &T) -> Result<String, StoreError>
where
    T: Serialize + DeserializeOwned + PartialEq,
{
    let text = serde_json::to_string(value)?;
    if serde_json::from_str::<T>(&text)? == *value {
        Ok(text)
    } else {
        Err(StoreError::Row("it would read back as something else".to_owned()))
    }
}

/// The same for a request.
///
/// # Errors
///
/// [`StoreError::Inputs`] with each input that would not read back.
pub(super) fn request_json(request: &Request) -> Result<String, StoreError> {
    json(request).map_err(|_| {
        let wrong = request.inputs.iter().filter(|(_, value)| json(*value).is_err());
        let wrong = wrong.map(|(name, _)| FieldError::new(name, "This value cannot be kept."));
        StoreError::Inputs(wrong.collect())
    })
}

/// The event without numbers that JSON cannot hold, as if the provider had not sent them.
pub fn storable_event(mut event: Event) -> Event {
    let check = |number: &mut Option<f64>| *number = number.filter(|number| number.is_finite());
    match &mut event {
        Event::Queued { eta_seconds, .. } => check(eta_seconds),
        Event::Loading { estimated_time, .. } => check(estimated_time),
        Event::Progress { step, total, fraction, .. } => {
            [step, total, fraction].into_iter().for_each(check);
        }
        _ => {}
    }
    event
}
