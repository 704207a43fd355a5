//! Servers on one database and one store, any of which may be killed at any moment.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::sleep};

use crate::{dice::Dice, server::Server};

/// How long the database may be unavailable when a server starts.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The running servers. A killed one is replaced immediately.
pub struct Fleet {
    servers: Vec<Server>,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
    addresses: watch::Sender<Vec<String>>,
    pub kills: usize,
    /// The time from each start to its first response.
    pub starts: Vec<Duration>,
}

impl Fleet {
    pub async fn start(
        count: usize,
        folder: &Path,
        mut variables: Vec<(&'static str, String)>,
    ) -> Self {
        // Every error that a caller gets is also logged, and there are thousands.
        variables.push(("RUST_LOG", "off".to_owned()));
        let mut fleet = Self {
            servers: Vec::new(),
            folder: folder.to_owned(),
            variables,
            addresses: watch::Sender::default(),
            kills: 0,
            starts: Vec::new(),
        };
        for _ in 0..count {
            fleet.add().await;
        }
        fleet
    }

    /// The addresses; the receiver changes whenever a server is replaced.
    pub fn addresses(&self) -> watch::Receiver<Vec<String>> {
        self.addresses.subscribe()
    }

    pub fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn pids(&self) -> impl Iterator<Item = u32> {
        self.servers.iter().map(Server::pid)
    }

    /// Sends SIGKILL to one server, and starts another in its place.
    pub async fn kill_one(&mut self, dice: &mut Dice) {
        let server = self.servers.swap_remove(dice.below(self.servers.len()));
        server.kill().await;
        self.kills += 1;
        self.add().await;
    }

    /// Sends SIGTERM to all servers; panics when one exits with an error.
    pub async fn stop(mut self) {
        for server in self.servers.drain(..) {
            assert!(server.stop().await, "the server ends well");
        }
    }

    async fn add(&mut self) {
        let started = Instant::now();
        let server = loop {
            if let Some(server) = Server::try_start(&self.folder, &self.variables).await {
                break server;
            }
            // A supervisor would restart it.
            assert!(started.elapsed() < TEST_TIMEOUT, "it does not start again");
            sleep(Duration::from_millis(200)).await;
        };
        self.servers.push(server);
        self.starts.push(started.elapsed());
        let addresses = self.servers.iter().map(|server| server.address.clone());
        self.addresses.send_replace(addresses.collect());
    }
}
