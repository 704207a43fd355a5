//! How processes that share a PostgreSQL database tell each other to look.

use std::time::Duration;

use sqlx::{AnyPool, postgres::PgListener};
use tokio::{sync::broadcast, time::sleep};

use super::{SessionId, StoreError};
use crate::generation::GenerationId;

/// What a message begins with.
const SHOWN: &str = "shown";
const EVENTS: &str = "events";
const CANCEL: &str = "cancel";
const INSTEAD: &str = "instead";
const SETTINGS: &str = "settings";

const CHANNEL: &str = "easel";
const CAPACITY: usize = 1024;
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// What another process, or this one, says. A receiver that lags has missed some and looks at
/// everything it cares for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    Changed(Change),
    /// Whoever runs it should cancel it.
    Cancel(GenerationId),
    /// Whoever runs it should go on with the other model of its row.
    Instead(GenerationId),
    /// What was decided in the page is different: keys of providers, limits, what is on offer.
    Settings,
    /// The way between the processes was cut for a while: some signals are lost.
    Gap,
}

/// What is new of a generation, and whose it is, so that nobody has to look who is not concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: GenerationId,
    pub session: SessionId,
    /// Not only its events: what its gallery shows of it is different.
    pub is_shown: bool,
}

impl Change {
    /// Of what the gallery of `session` shows.
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
            Self::Gap => None,
        }
    }

    /// What another version says in words of its own is something that was missed.
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

/// Where signals are sent and heard. Cheap to clone.
#[derive(Clone)]
pub(super) struct Signals {
    sender: broadcast::Sender<Signal>,
    /// The database that passes them on to every process, this one too.
    through: Option<AnyPool>,
}

impl Signals {
    pub(super) fn within_process() -> Self {
        Self { sender: broadcast::Sender::new(CAPACITY), through: None }
    }

    /// Sent through `pool`, and heard on a connection of its own to `url` until the last of these
    /// is gone.
    pub(super) async fn between_processes(url: &str, pool: AnyPool) -> Result<Self, StoreError> {
        let sender = broadcast::Sender::new(CAPACITY);
        let mut listener = PgListener::connect(url).await?;
        listener.listen(CHANNEL).await?;
        tokio::spawn(listen(listener, sender.downgrade()));
        Ok(Self { sender, through: Some(pool) })
    }

    pub(super) async fn publish(&self, signal: Signal) -> Result<(), StoreError> {
        match (&self.through, signal.payload()) {
            // Nobody listening is no failure.
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

async fn listen(mut listener: PgListener, heard: broadcast::WeakSender<Signal>) {
    loop {
        let signal = match listener.try_recv().await {
            Ok(Some(notification)) => Some(Signal::parse(notification.payload())),
            Ok(None) => Some(Signal::Gap),
            Err(error) => {
                tracing::warn!(%error, "the database cannot be listened to");
                sleep(RECONNECT_PAUSE).await;
                None
            }
        };
        let Some(heard) = heard.upgrade() else { return };
        if let Some(signal) = signal {
            let _ = heard.send(signal);
        }
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
        let others = [Signal::Cancel(id.clone()), Signal::Instead(id.clone()), Signal::Settings];
        for signal in signals.into_iter().chain(others) {
            assert_eq!(Signal::parse(&signal.payload().unwrap()), signal);
        }
        // As versions before said it.
        for other in [id.as_str(), "", "shown:oops:a", "later:what"] {
            assert_eq!(Signal::parse(other), Signal::Gap, "{other}");
        }
    }
}
