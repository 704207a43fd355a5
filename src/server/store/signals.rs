//! How processes that share a PostgreSQL database tell each other to look.

use std::time::Duration;

use sqlx::{AnyPool, postgres::PgListener};
use tokio::{sync::broadcast, time::sleep};

use super::{Records, StoreError, records::DatabaseKind};
use crate::generation::GenerationId;

const CHANNEL: &str = "easel";
const CAPACITY: usize = 1024;
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// What another process, or this one, says. A receiver that lags has missed some and looks at
/// everything it cares for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// There are new events, or the state has changed.
    Events(GenerationId),
    /// Whoever runs it should cancel it.
    Cancel(GenerationId),
    /// The way between the processes was cut for a while: some signals are lost.
    Gap,
}

impl Signal {
    fn payload(&self) -> Option<String> {
        match self {
            Self::Events(id) => Some(id.to_string()),
            Self::Cancel(id) => Some(format!("cancel:{id}")),
            Self::Gap => None,
        }
    }

    fn parse(payload: &str) -> Option<Self> {
        match payload.strip_prefix("cancel:") {
            Some(id) => id.parse().ok().map(Self::Cancel),
            None => payload.parse().ok().map(Self::Events),
        }
    }
}

impl Records {
    /// Sends `signal` to every process, this one too. On SQLite there is only this one, which
    /// hears it as well.
    pub async fn publish(&self, signal: Signal) -> Result<(), StoreError> {
        match self.kind {
            // Nobody listening is no failure.
            DatabaseKind::Sqlite => drop(self.signals.send(signal)),
            DatabaseKind::Postgres => notify(&self.writer, &signal).await?,
        }
        Ok(())
    }

    /// What is published from now on.
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }
}

async fn notify(pool: &AnyPool, signal: &Signal) -> Result<(), StoreError> {
    let Some(payload) = signal.payload() else { return Ok(()) };
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(pool).await?;
    Ok(())
}

pub(super) fn within_process() -> broadcast::Sender<Signal> {
    broadcast::Sender::new(CAPACITY)
}

/// Listens on a connection of its own until the last [`Records`] is gone.
pub(super) async fn between_processes(url: &str) -> Result<broadcast::Sender<Signal>, StoreError> {
    let sender = within_process();
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;

    let weak = sender.downgrade();
    tokio::spawn(async move {
        loop {
            let signal = match listener.try_recv().await {
                Ok(Some(notification)) => Signal::parse(notification.payload()),
                Ok(None) => Some(Signal::Gap),
                Err(error) => {
                    tracing::warn!(%error, "the database cannot be listened to");
                    sleep(RECONNECT_PAUSE).await;
                    None
                }
            };
            let Some(sender) = weak.upgrade() else { return };
            if let Some(signal) = signal {
                let _ = sender.send(signal);
            }
        }
    });
    Ok(sender)
}
