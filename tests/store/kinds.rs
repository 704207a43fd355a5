//! Values of every kind that a row can contain.

use easel::{
    error::{Billed, EndpointState, GenerateError},
    generation::{Event, FieldError, FileReference, InputValue, LogLevel, ProviderKind},
};

/// Inputs of every kind; `upload` is a stored file.
pub fn inputs(upload: &str) -> [(String, InputValue); 8] {
    let upload = InputValue::File(FileReference::Stored(upload.to_owned()));
    [
        ("negative_prompt", InputValue::Text("“blurry” \\ 🦊\n".to_owned())),
        ("seed", InputValue::Integer(14_715_652_618_304_795_000)),
        ("guidance", InputValue::Number(0.1)),
        ("upscale", InputValue::Boolean(true)),
        ("image", upload.clone()),
        ("mask", InputValue::File(FileReference::Url("https://example.org/mask.png".to_owned()))),
        ("images", InputValue::List(vec![upload, InputValue::Text("two".to_owned())])),
        ("extra", InputValue::Json("{\"a\": [1, null]}".to_owned())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}

/// Events of every kind, except the final one of a failure or a cancel.
pub fn events(digest: &str) -> Vec<Event> {
    let log = |level, text: &str| Event::log(level, text);
    vec![
        Event::Accepted { attempt: 1 },
        Event::Waking { stage: "BUILDING".to_owned() },
        Event::Queued { place: Some(3), size: Some(9), eta_seconds: Some(1.5), upstream: true },
        Event::Queued { place: Some(1), size: None, eta_seconds: None, upstream: false },
        Event::Loading { estimated_time: Some(20.5), attempt: 1 },
        Event::Progress {
            step: Some(9.0),
            total: Some(20.0),
            unit: Some("steps".to_owned()),
            fraction: Some(0.45),
            label: Some("Painting".to_owned()),
        },
        Event::Progress { step: None, total: None, unit: None, fraction: None, label: None },
        Event::Preview { number: 1 },
        log(LogLevel::Info, "one"),
        log(LogLevel::Notice, "two"),
        log(LogLevel::Warning, "three"),
        Event::Cancelling,
        Event::Image { digest: digest.to_owned(), width: 8, height: 4 },
        Event::Done,
    ]
}

/// Errors of every kind.
pub fn errors() -> Vec<GenerateError> {
    use ProviderKind::{Demo, Hf, Replicate, Space};
    let (detail, model, page) =
        ("its own words".to_owned(), "a/b".to_owned(), "https://example.org/a/b".to_owned());
    let (variable, host) = ("HF_AUTH_KEY".to_owned(), "example.org".to_owned());
    vec![
        GenerateError::BadKey { provider: Hf, variable: variable.clone(), detail: detail.clone() },
        GenerateError::MissingKey {
            provider: Replicate,
            variable: variable.clone(),
            // 0.1 had none.
            detail: String::new(),
        },
        GenerateError::NotPermitted { provider: Space, variable, detail: detail.clone() },
        GenerateError::NoCredit { provider: Demo, detail: detail.clone() },
        GenerateError::GatedModel { model: model.clone(), page: page.clone() },
        GenerateError::ModelNotFound { model: model.clone(), detail: detail.clone() },
        GenerateError::UnsupportedModel { model: model.clone(), detail: detail.clone() },
        GenerateError::InputRejected {
            fields: vec![FieldError::new("width", "is too large")],
            detail: detail.clone(),
        },
        GenerateError::TooManyRequests { retry_after_seconds: Some(30), detail: detail.clone() },
        GenerateError::Quota { resets_in_seconds: None, detail: detail.clone() },
        GenerateError::Asleep { model: model.clone(), detail: detail.clone() },
        GenerateError::Paused { model, page },
        GenerateError::Filtered { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::ModelFailed { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::BadAnswer { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::Unreachable { host: host.clone(), detail: detail.clone() },
        GenerateError::Busy { host: host.clone(), detail: detail.clone() },
        GenerateError::Timeout { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::Unknown { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::Expired { detail: detail.clone(), billed: Billed::Maybe },
        GenerateError::NotAllowed { origin: host.clone() },
        GenerateError::EndpointOff { host, state: EndpointState::Off, detail: detail.clone() },
        GenerateError::StillLoading { tries: 20 },
        GenerateError::Interrupted { may_be_billed: true },
        GenerateError::Conflict,
        GenerateError::NotFound,
        GenerateError::CrossSite,
        GenerateError::Storage { detail, billed: Billed::Maybe },
        GenerateError::ServerUnreachable,
        GenerateError::Internal,
    ]
}
