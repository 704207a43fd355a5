//! Hashes and checks passwords, a few at a time, because each takes 19 MB and a while.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::NotIn;

/// In Unicode scalar values.
pub const MIN_PASSWORD_LENGTH: usize = 10;
pub const MAX_PASSWORD_LENGTH: usize = 200;

const MAX_CONCURRENT_CHECKS: usize = 2;

/// How long a check waits for a turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);

/// The hash that is checked for an unknown name, so that it takes as long.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hashed("nobody's").expect("a password can be hashed"));

/// Checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_CONCURRENT_CHECKS)))
    }
}

impl Passwords {
    /// Whether `password` matches the hash in `kept`.
    ///
    /// # Errors
    ///
    /// [`NotIn::Busy`] when its turn does not come in time.
    pub async fn is_right(&self, password: &str, kept: Option<String>) -> Result<bool, NotIn> {
        // No password is longer.
        if password.chars().count() > MAX_PASSWORD_LENGTH {
            return Ok(false);
        }
        let password = password.to_owned();
        self.in_turn(move || {
            let is_known = kept.is_some();
            let kept = kept.unwrap_or_else(|| NOBODYS.clone());
            let Ok(kept) = PasswordHash::new(&kept) else { return false };
            let is_right = Argon2::default().verify_password(password.as_bytes(), &kept).is_ok();
            is_known && is_right
        })
        .await
    }

    /// The hash to store.
    ///
    /// # Errors
    ///
    /// [`NotIn::NoPassword`] for a password of the wrong length, and [`NotIn::Busy`] when its turn
    /// does not come in time.
    pub async fn kept(&self, password: &str) -> Result<String, NotIn> {
        let is_fit =
            (MIN_PASSWORD_LENGTH..=MAX_PASSWORD_LENGTH).contains(&password.chars().count());
        if !is_fit {
            return Err(NotIn::NoPassword);
        }
        let password = password.to_owned();
        self.in_turn(move || hashed(&password)).await?.ok_or(NotIn::Busy)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotIn> {
        let turn = timeout(TURN_TIMEOUT, Arc::clone(&self.0).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(NotIn::Busy) };
        // The turn moves into the task: dropping the future does not stop the work.
        let work = spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        work.await.map_err(|_| NotIn::Busy)
    }
}

/// The crate's defaults, which are OWASP's: argon2id, 19 MiB, two rounds.
fn hashed(password: &str) -> Option<String> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).ok()?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}
