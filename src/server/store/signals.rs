//! How processes that share a PostgreSQL database tell each other to look.

use std::time::Duration;

use sqlx::{AnyPool, postgres::PgListener};
use tokio::{sync::broadcast, time::sleep};

use super::StoreError;
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
            Ok(Some(notification)) => Signal::parse(notification.payload()),
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
