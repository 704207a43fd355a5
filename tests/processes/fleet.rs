//! Servers on one database and one store, of which any may be killed at any moment.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::sleep};

use crate::{dice::Dice, server::Server};

/// How long a database may be away when a server starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the servers are that live. One that is killed is replaced at once.
pub struct Fleet {
    servers: Vec<Server>,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
    addresses: watch::Sender<Vec<String>>,
    pub kills: usize,
    /// How long it took from a start to its first answer.
    pub starts: Vec<Duration>,
}

impl Fleet {
    pub async fn start(
        count: usize,
        folder: &Path,
        mut variables: Vec<(&'static str, String)>,
    ) -> Self {
        // What is told to somebody is an error in the log too, and there are thousands.
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

    /// Changes whenever a server does.
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

    /// SIGKILL for one of them, and another in its place.
    pub async fn kill_one(&mut self, dice: &mut Dice) {
        let server = self.servers.swap_remove(dice.below(self.servers.len()));
        server.kill().await;
        self.kills += 1;
        self.add().await;
    }

    /// SIGTERM for all; panics when one does not end well.
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
            // Whoever looks after it starts it again.
            assert!(started.elapsed() < PATIENCE, "it does not start again");
            sleep(Duration::from_millis(200)).await;
        };
        self.servers.push(server);
        self.starts.push(started.elapsed());
        let addresses = self.servers.iter().map(|server| server.address.clone());
        self.addresses.send_replace(addresses.collect());
    }
}
