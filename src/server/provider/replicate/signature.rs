//! Verifies webhooks according to the Standard Webhooks specification.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::HeaderMap;
use subtle::ConstantTimeEq;

use crate::server::{config::Secret, webhook_signature};

/// How far the sender's clock may differ from this server's.
const TOLERANCE: Duration = Duration::from_secs(300);

/// Why a webhook is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    #[error("the headers are incomplete")]
    Headers,
    #[error("the secret is not a webhook secret")]
    Secret,
    #[error("the time is more than 300 s away")]
    Time,
    #[error("no signature matches")]
    Signature,
}

/// Verifies `body` against the headers; returns the message's id, which is the same when it is sent
/// again.
///
/// # Errors
///
/// The first reason not to trust it. The signature is compared in constant time and before the
/// clock is checked.
pub fn verify<'a>(
    secret: &Secret,
    headers: &'a HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Result<&'a str, Unverified> {
    let SignatureHeaders { id, timestamp, signatures, sent } = told(headers)?;
    let expected = sign(secret, id, timestamp, body)?;
    let known = signatures
        .split_ascii_whitespace()
        .filter_map(|entry| entry.strip_prefix("v1,"))
        .filter_map(|encoded| STANDARD.decode(encoded).ok())
        .any(|signature| bool::from(signature.ct_eq(&expected)));
    if !known {
        return Err(Unverified::Signature);
    }
    check_time(sent, now).map(|()| id)
}

/// Checks the headers of a webhook before its body is read.
///
/// # Errors
///
/// Why it cannot be valid.
pub fn may_be_true(headers: &HeaderMap, now: SystemTime) -> Result<(), Unverified> {
    check_time(told(headers)?.sent, now)
}

/// The webhook's headers.
struct SignatureHeaders<'a> {
    id: &'a str,
    timestamp: &'a str,
    signatures: &'a str,
    sent: SystemTime,
}

fn told(headers: &HeaderMap) -> Result<SignatureHeaders<'_>, Unverified> {
    let header = |name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty()).ok_or(Unverified::Headers)
    };
    let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
    let signatures = header("webhook-signature")?;
    let seconds: u64 = timestamp.parse().map_err(|_| Unverified::Headers)?;
    let sent = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).ok_or(Unverified::Time)?;
    Ok(SignatureHeaders { id, timestamp, signatures, sent })
}

fn check_time(sent: SystemTime, now: SystemTime) -> Result<(), Unverified> {
    let away = match now.duration_since(sent) {
        Ok(age) => age,
        Err(early) => early.duration(),
    };
    if away > TOLERANCE { Err(Unverified::Time) } else { Ok(()) }
}

fn sign(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> Result<[u8; 32], Unverified> {
    webhook_signature::sign(secret.expose(), id, timestamp, body).ok_or(Unverified::Secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY_D: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    const SIGNED_D: &str = "v1,cMRMZEIgINE3YLxTMx81feRppXrChwlKxxh8lLT6GrM=";
    const SIGNED_E: &str = "v1,cJue0TpEZ5GYZeKEs5yFOJOceZWBxttCEhXnqPQuw5s=";
    const SIGNED_F: &str = "v1,WoZhDajQHXeDWl8jSgYlc/QVD9uvDX/YcrrPke266aI=";
    const BODY_D: &str = "{\"id\":\"p1\",\"status\":\"processing\",\"logs\":\" 40%|████      | 2/5 [00:01<00:01,  2.00it/s]\\n\"}";

    fn check(
        secret: &str,
        id: &str,
        timestamp: &str,
        body: &str,
        signature: &str,
        now: u64,
    ) -> Result<(), Unverified> {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("Webhook-Id", id), ("webhook-timestamp", timestamp), ("WEBHOOK-SIGNATURE", signature)]
        {
            headers.insert(
                name.to_ascii_lowercase().parse::<reqwest::header::HeaderName>().unwrap(),
                value.parse().unwrap(),
            );
        }
        let now = UNIX_EPOCH + Duration::from_secs(now);
        verify(&Secret::new(secret), &headers, body.as_bytes(), now)
            .map(|told| assert_eq!(told, id))
    }

    #[test]
    fn all_eight_vectors_are_believed() {
        let key_a = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for (name, secret, id, timestamp, body, signature) in [
            (
                "A",
                key_a,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ),
            (
                "B",
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1_649_367_553,
                r#"{"email":"test@example.com","username":"test_user"}"#,
                "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
            ),
            (
                "C",
                key_a,
                "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
                1_674_087_231,
                r#"{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}"#,
                "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ=",
            ),
            ("D", KEY_D, "msg_0001", 1_700_000_000, BODY_D, SIGNED_D),
            (
                "E",
                "whsec_GBkaGxwdHh8gISIjJCUmJygpKissLS4v",
                "msg_0001",
                1_700_000_000,
                BODY_D,
                SIGNED_E,
            ),
            ("F", KEY_D, "msg_0002", 1_700_000_000, "{}", SIGNED_F),
            (
                "G",
                KEY_D,
                "msg_0002",
                1_700_000_000,
                "{} ",
                "v1,s2ktpexsFk8GfsdjVbyQ7qtiXBD+Jx67g2VYlg9myo0=",
            ),
            (
                "H",
                "whsec_++//++//++//++//++//++//++//++//",
                "msg_0003",
                1_700_000_001,
                r#"{"id":"p1","status":"succeeded","output":["https://replicate.delivery/x/out-0.png"]}"#,
                "v1,AXwHZMUXFR/cZEoWEddxt3jw05GLP+XbXRhgBsJ+UPc=",
            ),
        ] {
            let result =
                check(secret, id, &timestamp.to_string(), body, signature, timestamp + 300);
            assert_eq!(result, Ok(()), "vector {name}");
        }
    }

    #[test]
    fn one_signature_of_several_is_enough() {
        let several = format!("v1,AAAA {SIGNED_E} {SIGNED_D}");
        let result = check(KEY_D, "msg_0001", "1700000000", BODY_D, &several, 1_700_000_000);
        assert_eq!(result, Ok(()));
    }

    #[test]
    fn anything_else_is_not_believed() {
        use Unverified::{Headers, Signature, Time};
        let other_version = SIGNED_D.replace("v1,", "v1a,");
        for (timestamp, body, signature, now, problem) in [
            ("1700000000", "{} ", SIGNED_F, 1_700_000_000, Signature),
            ("1700000000", BODY_D, "v1,", 1_700_000_000, Signature),
            ("1700000000", BODY_D, &SIGNED_D[..11], 1_700_000_000, Signature),
            ("1700000000", BODY_D, SIGNED_E, 1_700_000_000, Signature),
            ("1700000000", BODY_D, &other_version, 1_700_000_000, Signature),
            ("1700000000", BODY_D, "", 1_700_000_000, Headers),
            ("1700000000", BODY_D, SIGNED_D, 1_700_000_301, Time),
            ("1700000000", BODY_D, SIGNED_D, 1_699_999_699, Time),
            ("now", BODY_D, SIGNED_D, 1_700_000_000, Headers),
        ] {
            let id = if body == "{} " { "msg_0002" } else { "msg_0001" };
            assert_eq!(
                check(KEY_D, id, timestamp, body, signature, now),
                Err(problem),
                "{signature}"
            );
        }
    }
}
