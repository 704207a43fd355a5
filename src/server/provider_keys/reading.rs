//! Reads the stored keys, at the start and whenever another server or a command changed them.

use std::time::Duration;

use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, timeout_at},
};

use super::{ProviderKeys, Seal};
use crate::server::store::{Signal, StoreError};

/// How soon this server knows what others are given, should it hear nothing of it.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

impl ProviderKeys {
    /// Looks at what is kept, and gives it to the providers. True when their keys are others now.
    pub(super) async fn read(&self) -> Result<bool, StoreError> {
        let kept = self.0.records.sealed_keys().await?;
        let seal = if kept.is_empty() { None } else { Seal::find(&self.0.config)? };
        let known = self.0.unreadable.read().clone();
        let (mut unreadable, mut are_others) = (Vec::new(), false);
        for kind in self.kinds() {
            let Some((key, _)) = self.key_of(kind) else { continue };
            let sealed = kept.iter().find(|(prefix, _)| prefix == kind.prefix());
            let opened = sealed.and_then(|(prefix, sealed)| seal.as_ref()?.open(prefix, sealed));
            if sealed.is_some() && opened.is_none() && !key.is_configured() {
                let (provider, prefix) = (kind.title(), kind.prefix().to_owned());
                if !known.contains(&prefix) {
                    tracing::warn!(
                        provider,
                        "a key that is kept cannot be opened: the seal is another"
                    );
                }
                unreadable.push(prefix);
            }
            let changes = key.changes();
            key.give(opened);
            are_others |= key.changes() != changes;
        }
        *self.0.unreadable.write() = unreadable;
        self.read_own().await?;
        Ok(are_others)
    }

    /// The same, with what else was decided in the page: whether people may bring their own is among it.
    async fn look_again(&self) -> Result<bool, StoreError> {
        self.0.settings.look_again().await?;
        self.read().await
    }

    /// Follows what other servers on the same database are given, and what commands change, until the
    /// end.
    pub async fn follow(self) {
        let mut signals = self.0.records.signals();
        let mut next_look = Instant::now() + LOOK_AGAIN;
        loop {
            let read = match timeout_at(next_look, signals.recv()).await {
                // A signal may be lost, a read may fail, and a command sends none.
                Err(_) => self.look_again().await,
                Ok(Ok(Signal::Settings | Signal::Gap) | Err(RecvError::Lagged(_))) => {
                    self.look_again().await.map(|_| true)
                }
                Ok(Ok(Signal::OwnKeys)) => self.read_own().await.map(|()| false),
                Ok(Ok(
                    Signal::Changed(_)
                    | Signal::Cancel(_)
                    | Signal::Instead(_)
                    | Signal::AnybodyThere(_)
                    | Signal::SomebodyThere(_),
                )) => continue,
                Ok(Err(RecvError::Closed)) => return,
            };
            next_look = Instant::now() + LOOK_AGAIN;
            match read {
                // With other keys, or other places, what was found out may be something else.
                Ok(true) => self.0.registry.forget(),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the keys of providers could not be read"),
            }
        }
    }
}
