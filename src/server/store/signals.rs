//! Signals between processes that share a PostgreSQL database.

use std::time::Duration;

use sqlx::{AnyPool, postgres::PgListener};
use tokio::{sync::broadcast, time::sleep};

use super::{SessionId, StoreError};
use crate::{generation::GenerationId, server::config::Secret};

/// The first part of a message.
const SHOWN: &str = "shown";
const EVENTS: &str = "events";
const CANCEL: &str = "cancel";
const INSTEAD: &str = "instead";
const SETTINGS: &str = "settings";
const OWN_KEYS: &str = "own-keys";
const ANYBODY_THERE: &str = "anybody-there";
const SOMEBODY_THERE: &str = "somebody-there";

const CHANNEL: &str = "easel";
const CAPACITY: usize = 1024;
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// A signal of this or another process. A receiver that lags has missed some and must read
/// everything it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    Changed(Change),
    /// Asks the process that runs it to cancel it.
    Cancel(GenerationId),
    /// Asks the process that runs it to continue with the other model in its row.
    Instead(GenerationId),
    /// Settings in the page changed: provider keys, limits, models on offer.
    Settings,
    /// The same of the keys that people brought for themselves.
    OwnKeys,
    /// Asks whether a page of this session is shown to somebody.
    AnybodyThere(SessionId),
    /// The answer of a process that serves one.
    SomebodyThere(SessionId),
    /// The way between the processes was cut for a while: some signals are lost.
    Gap,
}

/// A change of a generation, with its session, so that only receivers concerned with it need to
/// read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: GenerationId,
    pub session: SessionId,
    /// Not only its events changed: its gallery shows something else.
    pub is_shown: bool,
}

impl Change {
    /// A change of what the gallery of `session` shows.
    pub fn shown(id: &GenerationId, session: &SessionId) -> Self {
        Self { id: id.clone(), session: session.clone(), is_shown: true }
    }
}

impl Signal {
    fn payload(&self) -> Option<String> {
        match self {
            Self::Changed(Change { id, session, is_shown }) => {
                let what = if *is_shown { SHOWN } else { EVENTS };
                Some(format!("{what}:{id}:{}", session.as_str()))
            }
            Self::Cancel(id) => Some(format!("{CANCEL}:{id}")),
            Self::Instead(id) => Some(format!("{INSTEAD}:{id}")),
            Self::Settings => Some(format!("{SETTINGS}:")),
            Self::OwnKeys => Some(format!("{OWN_KEYS}:")),
            Self::AnybodyThere(session) => Some(format!("{ANYBODY_THERE}:{}", session.as_str())),
            Self::SomebodyThere(session) => Some(format!("{SOMEBODY_THERE}:{}", session.as_str())),
            Self::Gap => None,
        }
    }

    /// An unknown message of another version counts as missed.
    fn parse(payload: &str) -> Self {
        let understood = || {
            let (what, rest) = payload.split_once(':')?;
            if what == CANCEL {
                return rest.parse().ok().map(Self::Cancel);
            }
            if what == INSTEAD {
                return rest.parse().ok().map(Self::Instead);
            }
            if what == SETTINGS {
                return Some(Self::Settings);
            }
            if what == OWN_KEYS {
                return Some(Self::OwnKeys);
            }
            if what == ANYBODY_THERE {
                return Some(Self::AnybodyThere(SessionId::new(rest)));
            }
            if what == SOMEBODY_THERE {
                return Some(Self::SomebodyThere(SessionId::new(rest)));
            }
            let (id, session) = rest.split_once(':')?;
            let is_shown =
                [(SHOWN, true), (EVENTS, false)].into_iter().find(|(word, _)| *word == what)?.1;
            Some(Self::Changed(Change {
                id: id.parse().ok()?,
                session: SessionId::new(session),
                is_shown,
            }))
        };
        understood().unwrap_or(Self::Gap)
    }
}

/// Sends and receives signals. Cheap to clone.
#[derive(Clone)]
pub(super) struct Signals {
    sender: broadcast::Sender<Signal>,
    /// The database that forwards signals to every process, including this one.
    through: Option<AnyPool>,
}

impl Signals {
    pub(super) fn within_process() -> Self {
        Self { sender: broadcast::Sender::new(CAPACITY), through: None }
    }

    /// Signals sent through `pool`, and received on a connection of their own to `url` until the
    /// last clone is dropped.
    pub(super) async fn between_processes(url: &str, pool: AnyPool) -> Result<Self, StoreError> {
        let sender = broadcast::Sender::new(CAPACITY);
        let listener = listener(url).await?;
        tokio::spawn(listen(listener, Secret::new(url), sender.downgrade()));
        Ok(Self { sender, through: Some(pool) })
    }

    pub(super) async fn publish(&self, signal: Signal) -> Result<(), StoreError> {
        match (&self.through, signal.payload()) {
            // Having no receiver is no error.
            (None, _) => drop(self.sender.send(signal)),
            (Some(pool), Some(payload)) => {
                let notify = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload);
                notify.execute(pool).await?;
            }
            (Some(_), None) => {}
        }
        Ok(())
    }

    pub(super) fn receive(&self) -> broadcast::Receiver<Signal> {
        self.sender.subscribe()
    }
}

async fn listener(url: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

async fn listen(mut ears: PgListener, url: Secret, heard: broadcast::WeakSender<Signal>) {
    loop {
        let signal = match ears.try_recv().await {
            Ok(Some(notification)) => Signal::parse(notification.payload()),
            Ok(None) => Signal::Gap,
            Err(error) => {
                tracing::warn!(%error, "the database cannot be listened to");
                sleep(RECONNECT_PAUSE).await;
                // By itself it would connect again without a word of what was missed meanwhile.
                match listener(url.expose()).await {
                    Ok(again) => ears = again,
                    Err(_) if heard.upgrade().is_some() => continue,
                    Err(_) => return,
                }
                Signal::Gap
            }
        };
        let Some(heard) = heard.upgrade() else { return };
        let _ = heard.send(signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_changed_and_whose_it_is() {
        let id = GenerationId::from_parts(1, [7; 10]);
        let change = |is_shown| Change { id: id.clone(), session: SessionId::new("a:b"), is_shown };
        let signals = [true, false].map(|is_shown| Signal::Changed(change(is_shown)));
        let others = [
            Signal::Cancel(id.clone()),
            Signal::Instead(id.clone()),
            Signal::Settings,
            Signal::OwnKeys,
            Signal::AnybodyThere(SessionId::new("a:b")),
            Signal::SomebodyThere(SessionId::new("a:b")),
        ];
        for signal in signals.into_iter().chain(others) {
            assert_eq!(Signal::parse(&signal.payload().unwrap()), signal);
        }
        // The format of earlier versions.
        for other in [id.as_str(), "", "shown:oops:a", "later:what"] {
            assert_eq!(Signal::parse(other), Signal::Gap, "{other}");
        }
    }
}
