//! Identifies a draft without storing it: a keyed digest, which reveals nothing of the secrets in
//! it.

use std::{fmt::Write, sync::Arc};

use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

use crate::generation::Draft;

/// Separates these digests from everything else that the same keys sign.
const PURPOSE: &[u8] = b"easel draft 1\0";

/// The signing keys, the current one first. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DraftKey(Arc<[SecretSlice<u8>]>);

impl DraftKey {
    /// `keys` holds the current one first, then earlier ones, which are still accepted.
    pub fn new(keys: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(keys.into_iter().map(SecretSlice::from).collect())
    }

    /// The digest under the current key, in hex.
    pub fn digest(&self, draft: &Draft) -> String {
        let bytes = self.mac(self.0.first().map_or(&[], |key| key.expose_secret()), draft);
        let bytes = bytes.finalize().into_bytes();
        bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Whether `digest` belongs to `draft`, under any of the keys.
    pub fn matches(&self, draft: &Draft, digest: &str) -> bool {
        let Some(digest) = from_hex(digest) else { return false };
        self.0.iter().any(|key| self.mac(key.expose_secret(), draft).verify_slice(&digest).is_ok())
    }

    fn mac(&self, key: &[u8], draft: &Draft) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(key).expect("a key of any length will do");
        mac.update(PURPOSE);
        mac.update(&postcard::to_allocvec(draft).expect("a vector takes all that is written"));
        mac
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(prompt: &str) -> Draft {
        Draft { prompt: prompt.to_owned(), ..Draft::default() }
    }

    #[test]
    fn a_digest_is_that_of_one_draft_under_one_key() {
        let (one, other) = (DraftKey::new([vec![1; 64]]), DraftKey::new([vec![2; 64]]));
        let digest = one.digest(&draft("a fox"));
        assert_eq!(digest.len(), 64);
        assert!(one.matches(&draft("a fox"), &digest));
        assert!(!one.matches(&draft("a hen"), &digest));
        assert!(!other.matches(&draft("a fox"), &digest));
        for wrong in ["", "0", "zz", &digest[..62]] {
            assert!(!one.matches(&draft("a fox"), wrong), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_not_printed() {
        assert!(!format!("{:?}", DraftKey::new([vec![77; 64]])).contains("77"));
    }

    #[test]
    fn a_digest_from_before_a_new_secret_still_counts() {
        let before = DraftKey::new([vec![1; 64]]).digest(&draft("a fox"));
        let rotated = DraftKey::new([vec![2; 64], vec![1; 64]]);
        assert_ne!(rotated.digest(&draft("a fox")), before);
        assert!(rotated.matches(&draft("a fox"), &before));
    }
}
