//! Encrypts a message for one browser: RFC 8291, with the one record of RFC 8188.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    rand::{SecureRandom, SystemRandom},
};

/// A point of P-256, not compressed. In bytes, as all here.
const PUBLIC: usize = 65;
const AUTH: usize = 16;
const SALT: usize = 16;

/// The record size that the head tells. A push service takes no more anyway (RFC 8030, section 7.2).
const RECORD: u32 = 4096;

/// The end of the last record.
const LAST: u8 = 2;

/// A browser, by what messages to it are encrypted with.
pub struct Recipient {
    public: [u8; PUBLIC],
    auth: [u8; AUTH],
}

impl Recipient {
    /// Both in base64url. `None` where one is no such key.
    pub fn of(public: &str, auth: &str) -> Option<Self> {
        Some(Self { public: decoded(public)?, auth: decoded(auth)? })
    }

    /// Whether its key is a point of the curve.
    pub fn is_usable(&self) -> bool {
        self.encrypted(b"").is_some()
    }

    /// The body of the message with `text`. `None` where the key is no point of the curve.
    pub fn encrypted(&self, text: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).ok()?;
        let own_public: [u8; PUBLIC] = own.compute_public_key().ok()?.as_ref().try_into().ok()?;
        let mut salt = [0; SALT];
        random.fill(&mut salt).ok()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.public);
        agree_ephemeral(own, &theirs, |shared| self.sealed(shared, &own_public, &salt, text))
            .ok()?
    }

    /// The same with the secret that both sides know, the public key of this side, and a salt.
    fn sealed(
        &self,
        shared: &[u8],
        own_public: &[u8; PUBLIC],
        salt: &[u8; SALT],
        text: &[u8],
    ) -> Option<Vec<u8>> {
        let combined = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
        let input = derived::<32>(&combined, &[b"WebPush: info\0", &self.public, own_public])?;
        let material = Salt::new(HKDF_SHA256, salt).extract(&input);
        let key = derived::<16>(&material, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce = derived::<12>(&material, &[b"Content-Encoding: nonce\0"])?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
        let mut record = [text, &[LAST]].concat();
        // Both are used once: they come from a fresh key and a fresh salt.
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).ok()?;
        let (size, length) = (RECORD.to_be_bytes(), [u8::try_from(PUBLIC).ok()?]);
        Some([&salt[..], &size, &length, own_public, &record].concat())
    }
}

/// The length of what HKDF expands to.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const LENGTH: usize>(key: &Prk, info: &[&[u8]]) -> Option<[u8; LENGTH]> {
    let mut derived = [0; LENGTH];
    key.expand(info, Length(LENGTH)).ok()?.fill(&mut derived).ok()?;
    Some(derived)
}

/// Browsers write no padding.
fn decoded<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    // Longer ones are not decoded first.
    (text.len() <= LENGTH * 2).then(|| BASE64_URL_SAFE_NO_PAD.decode(text).ok())??.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC_OF_BROWSER: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bj\
                                     yPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH_OF_BROWSER: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_rfc_comes_out_byte_for_byte() {
        let browser = Recipient::of(PUBLIC_OF_BROWSER, AUTH_OF_BROWSER).unwrap();
        let shared: [u8; 32] = decoded("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs").unwrap();
        let own = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PB\
                   ru3jl7A8";
        let (own, salt) = (decoded(own).unwrap(), decoded("DGv6ra1nlYgDCS1FRnbzlw").unwrap());
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = browser.sealed(&shared, &own, &salt, text).unwrap();
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocIn\
             mYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNW\
             QexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn what_is_no_key_is_told_before_anything_is_sent() {
        let point = |text: &str| Recipient::of(text, AUTH_OF_BROWSER);
        assert!(point(PUBLIC_OF_BROWSER).unwrap().is_usable());
        assert!(!point(&"B".repeat(87)).is_some_and(|recipient| recipient.is_usable()));
        for wrong in ["", "oops!", &PUBLIC_OF_BROWSER[1..], &"A".repeat(100_000)] {
            assert!(point(wrong).is_none(), "{wrong}");
            assert!(Recipient::of(PUBLIC_OF_BROWSER, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn no_two_messages_are_alike() {
        let browser = Recipient::of(PUBLIC_OF_BROWSER, AUTH_OF_BROWSER).unwrap();
        let [first, second] = [browser.encrypted(b"a").unwrap(), browser.encrypted(b"a").unwrap()];
        assert_ne!(first[..SALT], second[..SALT]);
        assert_ne!(first[SALT + 5..], second[SALT + 5..]);
    }
}
