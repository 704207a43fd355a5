use serde_json::json;

use super::*;

const CALL_SITE: CallSite<'_> =
    CallSite { model: "flux", host: "h", variable: "EASEL_OPENAI_SERVERS", with_key: true };

fn failure(status: u16, headers: &[(&'static str, &str)], body: &str) -> Failure {
    let headers = headers.iter().map(|(name, value)| {
        (reqwest::header::HeaderName::from_static(name), value.parse().unwrap())
    });
    let status = StatusCode::from_u16(status).unwrap();
    read(CALL_SITE, status, &headers.collect(), body.as_bytes())
}

/// The name of the fault, whether it may be billed, and whether it is retried.
fn told(failure: &Failure) -> (String, bool, bool) {
    let name = format!("{:?}", failure.error.fault);
    let name = name.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    let is_again = matches!(failure.next, Next::Again { .. });
    (name, failure.error.effect == Billed::Maybe, is_again)
}

#[test]
fn every_status_has_its_meaning_and_its_bill() {
    for (status, body, name, may_bill, again) in [
        (
            400,
            r#"{"error":{"message":"no","param":"quality","code":null}}"#,
            "InputRejected",
            false,
            false,
        ),
        (
            401,
            r#"{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}"#,
            "BadKey",
            false,
            false,
        ),
        (402, "{}", "NoCredit", false, false),
        (403, r#"{"error":{"message":"verify your organization"}}"#, "NotPermitted", false, false),
        (404, r#"{"detail":"Not Found"}"#, "ModelNotFound", false, false),
        (
            429,
            r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#,
            "TooManyRequests",
            false,
            false,
        ),
        (
            429,
            r#"{"error":{"message":"pay","code":"insufficient_quota"}}"#,
            "NoCredit",
            false,
            false,
        ),
        (
            400,
            r#"{"error":{"message":"safety","code":"moderation_blocked"}}"#,
            "Filtered",
            true,
            false,
        ),
        (
            424,
            r#"{"error":{"message":"it broke","code":"model_failed"}}"#,
            "ModelFailed",
            true,
            false,
        ),
        (500, r#"{"error":{"message":"oops"}}"#, "ModelFailed", true, false),
        (502, "<html><title>Bad gateway</title></html>", "Busy", false, true),
        (502, r#"{"error":"the worker died"}"#, "ModelFailed", true, false),
        (503, "", "Busy", false, true),
        (504, "", "Unknown", true, false),
        (408, "", "Unknown", true, false),
        (301, "", "UnsupportedModel", false, false),
    ] {
        let failure = failure(status, &[], body);
        assert_eq!(told(&failure), (name.to_owned(), may_bill, again), "{status} {body}");
    }
}

#[test]
fn an_easel_says_itself_whether_it_may_be_billed() {
    let error = |billed: &str, code: &str| json!({ "error": { "message": "m", "code": code, "easel": { "billed": billed } } });
    for (status, body, name, may_bill) in [
        (424, error("no", "provider_key_invalid"), "UnsupportedModel", false),
        (424, error("maybe", "outcome_unknown"), "Unknown", true),
        (503, error("no", "outcome_unknown"), "Unknown", false),
        (404, error("maybe", "model_not_found"), "Unknown", true),
    ] {
        let failure = failure(status, &[], &body.to_string());
        assert_eq!(told(&failure), (name.to_owned(), may_bill, false), "{body}");
    }
}

#[test]
fn a_wait_that_is_named_is_waited_unless_nobody_wants_to_be_asked_again() {
    let asked = failure(429, &[("retry-after", "3")], "{}");
    assert_eq!(asked.next, Next::Again { after: Some(Duration::from_secs(3)) });
    for status in [429, 503] {
        let asked = failure(status, &[("retry-after", "3"), ("x-should-retry", "false")], "{}");
        assert_eq!(asked.next, Next::Stop);
    }
}

#[test]
fn a_field_that_a_server_does_not_know_is_left_out() {
    let words = r#"{"error":{"message":"Unknown parameter: 'response_format'.","param":"response_format"}}"#;
    assert_eq!(failure(400, &[], words).next, Next::Without(FORMAT));
    assert_eq!(failure(500, &[], words).next, Next::Stop);
}

#[test]
fn a_wrong_field_is_marked_where_the_form_has_it() {
    for (param, field) in [("size", "width"), ("image[]", "image"), ("quality", "quality")] {
        let body = json!({ "error": { "message": "wrong", "param": param } }).to_string();
        let Fault::InputRejected { fields, .. } = failure(400, &[], &body).error.fault else {
            panic!("{param}")
        };
        assert_eq!((fields[0].field.as_str(), fields[0].message.as_str()), (field, "wrong"));
    }
}

#[test]
fn without_a_key_one_is_asked_for() {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN] {
        let call_site = CallSite { with_key: false, ..CALL_SITE };
        let failure = read(call_site, status, &HeaderMap::new(), b"{}");
        assert!(matches!(failure.error.fault, Fault::MissingKey { .. }));
    }
}

#[test]
fn an_error_within_a_success_may_have_been_billed() {
    let late = |body: Value| read_late(CALL_SITE, &body).effect;
    assert_eq!(
        late(json!({ "error": { "message": "m", "code": "internal_error" } })),
        Billed::Maybe
    );
    let easel = json!({ "error": { "message": "m", "easel": { "billed": "no" } } });
    assert_eq!(late(easel), Billed::No);
}
