use reqwest::header::{HeaderName, HeaderValue};

use super::*;

fn call_site(with_token: bool) -> CallSite<'static> {
    CallSite {
        model: "a/b",
        page: "https://huggingface.co/a/b",
        host: "router",
        variable: "HF_AUTH_KEY",
        with_token,
    }
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

fn failure(status: u16, body: &str) -> ProviderError {
    failure_with(status, &[], body)
}

fn failure_with(status: u16, pairs: &[(&'static str, &'static str)], body: &str) -> ProviderError {
    read(call_site(true), StatusCode::from_u16(status).unwrap(), &headers(pairs), body.as_bytes())
}

fn detail(status: u16, body: &str) -> String {
    failure(status, body).fault.detail().unwrap_or_default().to_owned()
}

#[test]
fn every_shape_of_an_error_gives_its_words() {
    for (body, words) in [
        (r#"{"error":"no such thing"}"#, "no such thing"),
        (r#"{"error":["Error in `inputs`: x", "y"]}"#, "Error in `inputs`: x; y"),
        (
            r#"{"error":"unknown error","warnings":["CUDA out of memory.","CUDA out of memory."]}"#,
            "unknown error · CUDA out of memory.",
        ),
        (r#"{"error":"x","error_type":"validation"}"#, "x"),
        (
            r#"{"id":"1","error":{"message":"Invalid request","type":"invalid_request_error","param":"model","code":null}}"#,
            "Invalid request",
        ),
        (
            r#"{"error":{"message":"No provider.","code":"model_not_supported"}}"#,
            "No provider. (model_not_supported)",
        ),
        (r#"{"detail":"Path /x not found"}"#, "Path /x not found"),
        (
            r#"{"detail":[{"loc":["body","image_size","width"],"msg":"too big","type":"le"},{"loc":["body",0],"msg":"bad"}]}"#,
            "image_size.width: too big; 0: bad",
        ),
        (
            r#"{"detail":"- input: bad","status":422,"title":"Input validation failed","invalid_fields":[]}"#,
            "- input: bad",
        ),
        (r#"{"message":"slow down","request_id":"r"}"#, "slow down"),
        (r#"{"code":1001,"message":"no"}"#, "no"),
        (r#"{"object":"error","message":"k","code":40301}"#, "k"),
        (r#"{"error":"invalid_grant","error_description":"expired"}"#, "invalid_grant: expired"),
        (r#"{"errors":[{"message":"one"},{"message":"two"}]}"#, "one; two"),
        (r#"{"title":"Teapot"}"#, "Teapot"),
        (r#""just text""#, "just text"),
        ("404: Not Found", "404: Not Found"),
        (
            "<html><head><title>503 Service Unavailable</title></head></html>",
            "503 Service Unavailable",
        ),
        ("", "418 I'm a teapot"),
        ("{}", "418 I'm a teapot"),
        (r#"{"error":""}"#, "418 I'm a teapot"),
    ] {
        assert_eq!(detail(418, body), words, "{body}");
    }
}

#[test]
fn the_short_reason_and_the_request_id_are_added() {
    let pairs = [("x-error-message", "Invalid username or password."), ("x-request-id", "r-1")];
    let error = failure_with(418, &pairs, r#"{"error":"no"}"#).fault;
    assert_eq!(error.detail(), Some("no · Invalid username or password. (request r-1)"));
    let error =
        failure_with(418, &pairs[..1], r#"{"error":"Invalid username or password."}"#).fault;
    assert_eq!(error.detail(), Some("Invalid username or password."));
}

#[test]
fn secrets_in_an_answer_are_removed() {
    let body = r#"{"error":"hf_abcdefghijklmnop https://s3/x?X-Amz-Signature=abc"}"#;
    assert_eq!(detail(418, body), "[redacted] https://s3/x[redacted]");
}

#[test]
fn statuses_and_words_become_errors_with_the_right_next_step() {
    use Fault as E;
    const LOG_IN: &str =
        r#"{"error":"Rate limit reached. Please log in or use a HF access token"}"#;
    type Expected = fn(&Fault) -> bool;
    let again = Retry::Again { after: None };
    let rows: [(u16, &str, Expected, Retry); 32] = [
        (
            400,
            r#"{"error":"`negative_prompt` should be the same type"}"#,
            |e| matches!(e, E::InputRejected { .. }),
            Retry::Never,
        ),
        (
            400,
            r#"{"error":"Model not supported by provider hf-inference"}"#,
            |e| matches!(e, E::UnsupportedModel { .. }),
            Retry::Elsewhere,
        ),
        (
            400,
            r#"{"error":{"message":"The requested model 'X' is not supported by any provider you have enabled.","code":"model_not_supported"}}"#,
            |e| matches!(e, E::UnsupportedModel { .. }),
            Retry::Elsewhere,
        ),
        (
            401,
            r#"{"error":"Invalid username or password."}"#,
            |e| matches!(e, E::BadKey { .. }),
            Retry::Never,
        ),
        (
            402,
            r#"{"error":"You have depleted your monthly included credits."}"#,
            |e| matches!(e, E::NoCredit { .. }),
            Retry::Never,
        ),
        (
            402,
            r#"{"error":"Pay-as-you go is not enabled for provider fal-ai yet."}"#,
            |e| matches!(e, E::NoCredit { .. }),
            Retry::Elsewhere,
        ),
        (
            403,
            r#"{"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of user X"}"#,
            |e| matches!(e, E::NotPermitted { .. }),
            Retry::Never,
        ),
        (
            403,
            r#"{"error":"Access to model a/b is restricted and you are not in the authorized list."}"#,
            |e| matches!(e, E::GatedModel { .. }),
            Retry::Never,
        ),
        (403, "error code: 1010", |e| matches!(e, E::Unreachable { .. }), Retry::Elsewhere),
        (
            403,
            "<html><title>Access denied</title></html>",
            |e| matches!(e, E::Unreachable { .. }),
            Retry::Elsewhere,
        ),
        (
            404,
            r#"{"error":"Model a/b does not exist"}"#,
            |e| matches!(e, E::ModelNotFound { .. }),
            Retry::Elsewhere,
        ),
        (404, "Not Found", |e| matches!(e, E::ModelNotFound { .. }), Retry::Elsewhere),
        (408, "", |e| matches!(e, E::Unknown { .. }), Retry::Never),
        (
            410,
            r#"{"error":"The requested model is deprecated and no longer supported by provider hf-inference"}"#,
            |e| matches!(e, E::UnsupportedModel { .. }),
            Retry::Elsewhere,
        ),
        (413, "length limit exceeded", |e| matches!(e, E::InputRejected { .. }), Retry::Never),
        (
            422,
            "Failed to deserialize the JSON body into the target type: missing field `inputs`",
            |e| matches!(e, E::InputRejected { .. }),
            Retry::Never,
        ),
        (
            422,
            r#"{"detail":[{"loc":["body","prompt"],"msg":"flagged","type":"content_policy_violation"}]}"#,
            |e| matches!(e, E::Filtered { .. }),
            Retry::Never,
        ),
        (429, LOG_IN, |e| matches!(e, E::BadKey { .. }), Retry::Never),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
            |e| matches!(e, E::NoCredit { .. }),
            Retry::Never,
        ),
        (
            429,
            r#"{"error":"Rate limit reached."}"#,
            |e| matches!(e, E::TooManyRequests { retry_after_seconds: None, .. }),
            Retry::Never,
        ),
        (
            429,
            "Model too busy, unable to get response in less than 60 second(s)",
            |e| matches!(e, E::Busy { .. }),
            again,
        ),
        (
            500,
            r#"{"error":"Model too busy, unable to get response in less than 120 second(s)"}"#,
            |e| matches!(e, E::Busy { .. }),
            again,
        ),
        (
            500,
            r#"{"error":"CUDA out of memory, try a smaller payload"}"#,
            |e| matches!(e, E::ModelFailed { .. }),
            Retry::Never,
        ),
        (
            502,
            "<html><title>502 Bad Gateway</title></html>",
            |e| matches!(e, E::Busy { .. }),
            again,
        ),
        (502, r#"{"error":"Bad Gateway"}"#, |e| matches!(e, E::Busy { .. }), again),
        (
            502,
            r#"{"error":"the worker died at step 12"}"#,
            |e| matches!(e, E::ModelFailed { .. }),
            Retry::Never,
        ),
        (503, r#"{"error":"overloaded"}"#, |e| matches!(e, E::Busy { .. }), again),
        (503, r#"{"error":"503 Service Unavailable"}"#, |e| matches!(e, E::Busy { .. }), again),
        (504, r#"{"error":"Gateway Timeout"}"#, |e| matches!(e, E::Unknown { .. }), Retry::Never),
        (522, "", |e| matches!(e, E::Busy { .. }), again),
        (524, "", |e| matches!(e, E::Unknown { .. }), Retry::Never),
        (421, "", |e| matches!(e, E::BadAnswer { .. }), Retry::Never),
    ];
    for (status, body, expected, next) in rows {
        let failure = failure(status, body);
        assert!(expected(&failure.fault), "{status} {body}: {:?}", failure.fault);
        assert_eq!(failure.retry, next, "{status} {body}");
    }
}

#[test]
fn without_a_token_the_missing_key_is_named() {
    for (status, body) in [(401, ""), (403, ""), (429, "Please log in or use a HF access token")] {
        let failure = read(
            call_site(false),
            StatusCode::from_u16(status).unwrap(),
            &headers(&[]),
            body.as_bytes(),
        );
        assert!(matches!(failure.fault, Fault::MissingKey { .. }), "{status}");
    }
}

#[test]
fn a_gated_model_is_known_by_its_code() {
    let failure = failure_with(403, &[("x-error-code", "GatedRepo")], "");
    assert_eq!(
        failure.fault,
        Fault::GatedModel {
            model: "a/b".to_owned(),
            page: "https://huggingface.co/a/b".to_owned()
        }
    );
}

#[test]
fn an_estimated_time_means_loading_however_odd_it_is() {
    for (time, estimated_time) in [
        ("20.0", Some(20.0)),
        ("300", Some(300.0)),
        ("\"32.5\"", Some(32.5)),
        ("-1", Some(-1.0)),
        ("\"soon\"", None),
        ("NaN", None),
        ("1e999", None),
        ("[]", None),
    ] {
        let body =
            format!(r#"{{"error":"Model a/b is currently loading","estimated_time":{time}}}"#);
        assert_eq!(failure(503, &body).retry, Retry::Load { estimated_time }, "{time}");
    }
    let without = failure(503, r#"{"error":"loading","estimated_time":null}"#);
    assert_eq!(without.retry, Retry::Again { after: None });
}

#[test]
fn a_validation_error_marks_our_fields() {
    let fields = |body: &str| {
        let Fault::InputRejected { fields, .. } = failure(422, body).fault else {
            panic!("{body}")
        };
        fields
    };
    assert_eq!(
        fields(
            r#"{"detail":[{"loc":["body","image_size","height"],"msg":"too big","type":"le"}]}"#
        ),
        [FieldError::new("width", "too big")]
    );
    assert_eq!(
        fields(
            r#"{"detail":"x","invalid_fields":[{"field":"input.num_inference_steps","type":"t","description":"Must be less"}]}"#
        ),
        [FieldError::new("num_inference_steps", "Must be less")]
    );
    assert_eq!(
        fields(r#"{"error":{"message":"steps must be < 5","param":"steps"}}"#),
        [FieldError::new("num_inference_steps", "steps must be < 5")]
    );
    assert_eq!(fields(r#"{"detail":[{"loc":["body","sampler"],"msg":"x"}]}"#), []);
}

#[test]
fn the_wait_is_read_from_either_header() {
    let wait = |name, value| retry_after(&headers(&[(name, value)])).map(|wait| wait.as_secs());
    assert_eq!(wait("retry-after", "7"), Some(7));
    assert_eq!(wait("retry-after", "-7"), None);
    assert_eq!(wait("retry-after", "999999"), Some(3600));
    assert_eq!(wait("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(0));
    assert_eq!(wait("ratelimit", "\"api\";r=0;t=55"), Some(56));
    assert_eq!(wait("ratelimit", "\"api\";r=12;t=55"), None);
    let failure = failure_with(429, &[("retry-after", "7")], "");
    assert_eq!(failure.retry, Retry::Again { after: Some(Duration::from_secs(7)) });
    assert!(matches!(failure.fault, Fault::TooManyRequests { retry_after_seconds: Some(7), .. }));
}
