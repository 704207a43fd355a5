//! Signs messages according to the Standard Webhooks specification. It is a page of HMAC; the crate
//! `standardwebhooks` has had no release since March 2024 and would add an older base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The prefix of a secret.
const PREFIX: &str = "whsec_";

/// HMAC-SHA256 over `id.timestamp.body`; `None` where `secret` is invalid.
pub fn sign(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> Option<[u8; 32]> {
    let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(encoded).ok().filter(|key| !key.is_empty())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

/// The signature in the form of the header.
pub fn header(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> Option<String> {
    let signature = sign(secret, id, timestamp, body)?;
    Some(format!("v1,{}", STANDARD.encode(signature)))
}

/// A fresh secret: 24 random bytes.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", STANDARD.encode(rand::random::<[u8; 24]>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_the_specification_fits() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = br#"{"test": 2432232314}"#;
        let signed = header(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_new_secret_signs_and_no_other_text_does() {
        assert!(header(&new_secret(), "msg_1", "1", b"{}").is_some());
        assert_ne!(new_secret(), new_secret());
        for secret in ["", "whsec_", "whsec_!"] {
            assert_eq!(sign(secret, "msg_1", "1", b"{}"), None);
        }
    }
}
