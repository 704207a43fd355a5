//! The keys that sign cookies. The first one signs; the others are earlier ones, whose signatures
//! are still accepted.
//!
//! A person who reads one can impersonate anybody here, so with SQLite they are in a file of their
//! own that nobody else may read, because databases are copied around. Servers that share a
//! PostgreSQL database find the key there, or each in `EASEL_SECRET`.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use axum_extra::extract::cookie::Key;
use base64::{Engine, prelude::BASE64_STANDARD};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha512};

use super::{
    config::{Config, Secret},
    store::{Records, SigningKey, StoreError},
};

const FILE: &str = "key";

/// Reads the keys, or makes one.
///
/// # Errors
///
/// When the database or the file cannot be used.
pub async fn signing_keys(config: &Config, records: &Records) -> Result<Vec<Key>, StoreError> {
    let mut keys: Vec<SigningKey> = config.door.secrets.iter().map(derived).collect();
    let kept = records.kept_signing_key().await?;
    if records.is_shared() {
        match kept {
            Some(kept) => keys.push(kept),
            None if keys.is_empty() => keys.push(records.signing_key(fresh()).await?),
            None => {}
        }
    } else {
        let was_kept = kept.is_some();
        keys.extend(in_file(&config.data_dir, kept, keys.is_empty())?);
        // Only now, when the file holds it.
        if was_kept {
            records.forget_signing_key().await?;
        }
    }
    Ok(keys.iter().map(|key| Key::from(key.expose_secret())).collect())
}

/// The keys in the file. `kept` is added to it, and a fresh one where it is `needed`.
fn in_file(
    data_dir: &Path,
    kept: Option<SigningKey>,
    needed: bool,
) -> Result<Vec<SigningKey>, StoreError> {
    let path = data_dir.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => SecretString::from(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => SecretString::default(),
        Err(error) => return Err(error.into()),
    };
    let mut keys = Vec::new();
    for line in text.expose_secret().lines().map(str::trim).filter(|line| !line.is_empty()) {
        let key = BASE64_STANDARD.decode(line).ok();
        let key = key.and_then(|key| <[u8; 64]>::try_from(key).ok());
        keys.push(key.map(|key| SigningKey::new(Box::new(key))).ok_or_else(|| {
            StoreError::Unusable(format!(
                "{} holds a line that is not a key: put the right file back, or remove it, and \
                 every browser starts with an empty gallery",
                path.display()
            ))
        })?);
    }
    let before = keys.len();
    let is_new =
        |kept: &SigningKey| !keys.iter().any(|key| key.expose_secret() == kept.expose_secret());
    let kept = kept.filter(is_new);
    keys.extend(kept);
    if keys.is_empty() && needed {
        keys.push(fresh());
    }
    if keys.len() > before {
        let line = |key: &SigningKey| BASE64_STANDARD.encode(key.expose_secret()) + "\n";
        write(&path, &SecretString::from(keys.iter().map(line).collect::<String>()))?;
    }
    Ok(keys)
}

/// Writes a file that nobody else reads: whole or not at all, and on disk when this returns.
fn write(path: &Path, text: &SecretString) -> io::Result<()> {
    let half = path.with_extension("part");
    write_half(&half, text)?;
    fs::rename(&half, path)?;
    sync_folder_of(path)
}

/// The same of a file that must not be there. False, and nothing was written, when it is.
pub fn write_new(path: &Path, text: &SecretString) -> io::Result<bool> {
    // Others may write theirs at the same time.
    let half = path.with_extension(format!("{:032x}.part", rand::random::<u128>()));
    write_half(&half, text)?;
    let linked = fs::hard_link(&half, path);
    fs::remove_file(&half)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        linked => linked?,
    }
    sync_folder_of(path)?;
    Ok(true)
}

fn write_half(half: &Path, text: &SecretString) -> io::Result<()> {
    fs::create_dir_all(half.parent().unwrap_or(Path::new(".")))?;
    let mut options = fs::File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(half)?;
    file.write_all(text.expose_secret().as_bytes())?;
    file.sync_all()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

fn fresh() -> SigningKey {
    let mut key = Box::new([0; 64]);
    rand::rng().fill_bytes(&mut *key);
    SigningKey::new(key)
}

/// The key has as much entropy as the secret.
fn derived(secret: &Secret) -> SigningKey {
    SigningKey::init_with(|| Sha512::digest(secret.expose()).into())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn config(folder: &TempDir, secret: Option<&str>) -> Config {
        let mut config =
            Config::read(|name| secret.filter(|_| name == "EASEL_SECRET").map(str::to_owned))
                .unwrap();
        config.data_dir = folder.path().to_owned();
        config
    }

    fn key(byte: u8) -> SigningKey {
        SigningKey::new(Box::new([byte; 64]))
    }

    async fn keys(config: &Config, records: &Records) -> Vec<Vec<u8>> {
        let keys = signing_keys(config, records).await.unwrap();
        keys.iter().map(|key| key.master().to_vec()).collect()
    }

    #[tokio::test]
    async fn the_key_stands_in_a_file_that_only_its_owner_reads() {
        let (folder, records) = (TempDir::new().unwrap(), Records::in_memory().await.unwrap());
        let made = keys(&config(&folder, None), &records).await;
        assert_eq!(keys(&config(&folder, None), &records).await, made);
        assert!(records.kept_signing_key().await.unwrap().is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_key_in_the_database_moves_into_the_file_and_signs_on() {
        let (folder, records) = (TempDir::new().unwrap(), Records::in_memory().await.unwrap());
        let earlier = records.signing_key(key(7)).await.unwrap().expose_secret().to_vec();
        assert_eq!(keys(&config(&folder, None), &records).await, std::slice::from_ref(&earlier));
        assert!(records.kept_signing_key().await.unwrap().is_none());
        // A restored database brings its own key, which is accepted but does not sign.
        records.signing_key(key(8)).await.unwrap();
        assert_eq!(keys(&config(&folder, None), &records).await, [earlier, vec![8; 64]]);
    }

    #[tokio::test]
    async fn a_new_secret_signs_and_what_was_before_still_counts() {
        let (folder, records) = (TempDir::new().unwrap(), Records::in_memory().await.unwrap());
        let [first] = keys(&config(&folder, None), &records).await.try_into().unwrap();
        let (old, new) = ("o".repeat(32), "n".repeat(32));
        let [signs, counts] =
            keys(&config(&folder, Some(&old)), &records).await.try_into().unwrap();
        assert_eq!(counts, first);
        let both = format!("{new}, {old}");
        let rotated = keys(&config(&folder, Some(&both)), &records).await;
        assert_eq!(rotated[1..], [signs, first]);
    }

    #[tokio::test]
    async fn a_broken_file_is_told_and_stays() {
        let (folder, records) = (TempDir::new().unwrap(), Records::in_memory().await.unwrap());
        fs::write(folder.path().join(FILE), "oops").unwrap();
        let error = signing_keys(&config(&folder, None), &records).await.unwrap_err();
        assert!(error.to_string().contains("is not a key"), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), "oops");
    }
}
