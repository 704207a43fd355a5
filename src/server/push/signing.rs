//! The key by which push services know this installation (VAPID, RFC 8292). It is made at first
//! use, sealed as the keys of providers are, and shared by all servers of one database.

use base64::{Engine, prelude::*};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;
use url::Url;

use crate::server::{
    config::{Config, Secret},
    provider_keys::Seal,
    store::{Records, StoreError},
};

/// The name that it is sealed under.
const NAME: &str = "push";

/// How long a push service believes a signature, in seconds: at most a day.
const VALID_S: u64 = 12 * 60 * 60;

pub struct PushKey {
    pair: EcdsaKeyPair,
    /// In base64url.
    pub public: String,
}

impl PushKey {
    /// The key of all servers, or a new one.
    ///
    /// # Errors
    ///
    /// When the database or the file of the seal cannot be used.
    pub async fn open(config: &Config, records: &Records) -> Result<Self, StoreError> {
        let seal = Seal::make(config)?;
        let opened = |sealed: &str| seal.open(NAME, sealed).and_then(|secret| Self::of(&secret));
        if let Some(sealed) = records.push_key().await? {
            if let Some(key) = opened(&sealed) {
                return Ok(key);
            }
            tracing::warn!(
                "the key for notifications cannot be opened, as the seal is another: people switch them on again"
            );
            records.forget_push_key(&sealed).await?;
        }
        let unusable = || StoreError::Unusable("no key for notifications can be made".to_owned());
        let fresh = Self::fresh().and_then(|secret| seal.close(NAME, &secret));
        let sealed = records.agree_on_push_key(&fresh.ok_or_else(unusable)?).await?;
        opened(&sealed).ok_or_else(unusable)
    }

    /// As PKCS#8, in base64.
    fn fresh() -> Option<Secret> {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        Some(Secret::new(BASE64_STANDARD.encode(made)))
    }

    fn of(secret: &Secret) -> Option<Self> {
        let document = BASE64_STANDARD.decode(secret.expose()).ok()?;
        let random = SystemRandom::new();
        let signs = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(signs, &document, &random).ok()?;
        let public = BASE64_URL_SAFE_NO_PAD.encode(pair.public_key());
        Some(Self { pair, public })
    }

    /// The `Authorization` for messages to the origin of `endpoint`. `contact` is where the
    /// operator of a push service finds ours.
    pub fn authorization(
        &self,
        endpoint: &Url,
        contact: Option<&Url>,
        now_s: u64,
    ) -> Option<String> {
        let audience = endpoint.origin().ascii_serialization();
        let mut claims = json!({ "aud": audience, "exp": now_s + VALID_S });
        if let Some(contact) = contact {
            claims["sub"] = contact.as_str().into();
        }
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let [head, claims] =
            [head, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{head}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        Some(format!("vapid t={signed}.{signature}, k={}", self.public))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::store::{PushBrowser, SessionId};

    fn config(folder: &tempfile::TempDir) -> Config {
        let mut config = Config::read(|_| None).unwrap();
        config.data_dir = folder.path().to_owned();
        config
    }

    #[tokio::test]
    async fn it_is_made_once_and_no_byte_of_it_is_in_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let (config, records) = (config(&folder), Records::in_memory().await.unwrap());
        assert_eq!(records.push_key().await.unwrap(), None);
        let open = async || PushKey::open(&config, &records).await.unwrap().public;
        let (first, second) = tokio::join!(open(), open());
        assert_eq!((&first, &open().await), (&second, &first));
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(&first).unwrap().len(), 65);
        let sealed = records.push_key().await.unwrap().unwrap();
        let secret = Seal::find(&config).unwrap().unwrap().open(NAME, &sealed).unwrap();
        assert!(!sealed.contains(secret.expose()));
    }

    #[tokio::test]
    async fn with_another_seal_there_is_another_key_and_nobody_knows_it_yet() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let records = Records::in_memory().await.unwrap();
        let first = PushKey::open(&config(&folders[0]), &records).await.unwrap();
        let me = SessionId::new("me");
        let browser = PushBrowser {
            endpoint: Secret::new("https://push.example/x"),
            public_key: String::new(),
            auth: String::new(),
            language: "en".to_owned(),
        };
        records.keep_push_browser(&me, None, &browser, 1).await.unwrap();
        let second = PushKey::open(&config(&folders[1]), &records).await.unwrap();
        assert_ne!(first.public, second.public);
        assert_eq!(records.push_browsers(&me).await.unwrap(), []);
    }
}
