//! Seals keys before they are stored: with XChaCha20-Poly1305, under a key that is not in the
//! database. That key is derived from `EASEL_SECRET_KEY`, or is in a file beside the data.

use std::{fs, io, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

use crate::server::{
    config::{Config, Secret},
    keys,
    store::StoreError,
};

const FILE: &str = "secret-key";

/// In bytes.
const NONCE: usize = 24;

type SealKey = SecretBox<[u8; 32]>;

/// Seals and unseals keys.
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// The present seal; `None` where none is needed yet.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds no key.
    pub fn find(config: &Config) -> Result<Option<Self>, StoreError> {
        let key = match &config.door.secret_key {
            Some(secret) => Some(derived(secret)),
            None => in_file(&config.data_dir)?,
        };
        Ok(key.map(|key| Self::with(&key)))
    }

    /// The present seal, or a new one.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written.
    pub fn make(config: &Config) -> Result<Self, StoreError> {
        if let Some(found) = Self::find(config)? {
            return Ok(found);
        }
        let key = SealKey::init_with_mut(|key| rand::rng().fill_bytes(key));
        let line = BASE64_STANDARD.encode(key.expose_secret()) + "\n";
        // Of two that are made at once, one is the seal of both.
        match keys::write_new(&config.data_dir.join(FILE), &SecretString::from(line))? {
            true => Ok(Self::with(&key)),
            false => Self::find(config)?
                .ok_or_else(|| StoreError::Unusable(format!("{FILE} was there and is gone again"))),
        }
    }

    fn with(key: &SealKey) -> Self {
        Self(XChaCha20Poly1305::new(key.expose_secret().into()))
    }

    /// Seals `secret`. It can be unsealed only with the same `name`.
    pub fn close(&self, name: &str, secret: &Secret) -> Option<String> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: name.as_bytes() };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), payload).ok()?;
        Some(BASE64_STANDARD.encode([&nonce[..], &sealed].concat()))
    }

    /// Unseals a text that was sealed under `name`; `None` where it was sealed with another key, or
    /// is damaged.
    pub fn open(&self, name: &str, sealed: &str) -> Option<Secret> {
        let bytes = BASE64_STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        let opened = self.0.decrypt(XNonce::from_slice(nonce), payload).ok()?;
        String::from_utf8(opened).ok().map(Secret::new)
    }
}

/// The key has as much entropy as the secret.
fn derived(secret: &Secret) -> SealKey {
    let digest = Sha256::new().chain_update("easel keys of providers\n");
    SealKey::init_with(|| digest.chain_update(secret.expose()).finalize().into())
}

fn in_file(data_dir: &Path) -> Result<Option<SealKey>, StoreError> {
    let path = data_dir.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => SecretString::from(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let key = BASE64_STANDARD.decode(text.expose_secret().trim()).ok();
    let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
    key.map(|key| Some(SealKey::new(Box::new(key)))).ok_or_else(|| {
        StoreError::Unusable(format!(
            "{} does not hold a key: put the right file back, or remove it and enter the keys of \
             the providers again",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &Path, secret: Option<&str>) -> Config {
        let variable =
            |name: &str| secret.filter(|_| name == "EASEL_SECRET_KEY").map(str::to_owned);
        let mut config = Config::read(variable).unwrap();
        config.data_dir = folder.to_owned();
        config
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_under_the_same_name_alone() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), None);
        assert!(Seal::find(&config).unwrap().is_none(), "nobody needs one yet");
        let seal = Seal::make(&config).unwrap();
        let secret = Secret::new("r8_canaryofaseal");
        let sealed = seal.close("replicate", &secret).unwrap();
        assert!(!sealed.contains("canary"));
        assert_ne!(seal.close("replicate", &secret).unwrap(), sealed, "a nonce is used once");
        // As after a restart.
        let again = Seal::find(&config).unwrap().unwrap();
        assert_eq!(again.open("replicate", &sealed), Some(secret));
        assert_eq!(again.open("hf", &sealed), None);
        let mut bytes = BASE64_STANDARD.decode(&sealed).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(again.open("replicate", &BASE64_STANDARD.encode(bytes)), None);
        for damaged in ["", "oops", "AAAA"] {
            assert_eq!(again.open("replicate", damaged), None);
        }
        // Without the file, the sealed text is worthless.
        fs::remove_file(folder.path().join(FILE)).unwrap();
        let other = Seal::make(&config).unwrap();
        assert_eq!(other.open("replicate", &sealed), None);
    }

    #[test]
    fn of_many_seals_that_are_made_at_once_all_are_one() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), None);
        let secret = Secret::new("r8_canaryofaseal");
        let sealed: Vec<_> = std::thread::scope(|scope| {
            let close = || Seal::make(&config).unwrap().close("replicate", &secret).unwrap();
            let made: Vec<_> = (0..8).map(|_| scope.spawn(close)).collect();
            made.into_iter().map(|made| made.join().unwrap()).collect()
        });
        let kept = Seal::find(&config).unwrap().unwrap();
        assert!(sealed.iter().all(|sealed| kept.open("replicate", sealed).is_some()));
    }

    #[test]
    fn the_key_stands_in_a_file_of_its_owner_alone_or_in_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        Seal::make(&config(folder.path(), None)).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let (one, two) = ("o".repeat(32), "t".repeat(32));
        let elsewhere = tempfile::tempdir().unwrap();
        let seal = |secret| Seal::make(&config(elsewhere.path(), Some(secret))).unwrap();
        let sealed = seal(&one).close("hf", &Secret::new("hf_token")).unwrap();
        assert!(
            seal(&one).open("hf", &sealed).is_some() && seal(&two).open("hf", &sealed).is_none()
        );
        assert!(!elsewhere.path().join(FILE).exists());
    }

    #[test]
    fn a_broken_file_is_told_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "oops").unwrap();
        let error = Seal::find(&config(folder.path(), None)).err().unwrap();
        assert!(error.to_string().contains("does not hold a key"), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), "oops");
    }
}
