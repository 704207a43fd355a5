//! Serves connections. No client can hold a connection forever, and none can keep the server from
//! stopping.

mod connection;
mod descriptors;
mod patient;
mod seats;
mod steady;

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::seats::ConnectionLimits;
use self::{connection::Connection, seats::Seats};
use super::{client_address::TrustedProxies, router::router, state::AppState};

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, from its first byte to its last, and for the first byte of a new
    /// connection.
    pub head: Duration,
    /// Between two requests.
    pub keep_alive: Duration,
    /// The total wait for the body of a request, plus the time that each received byte earns.
    pub body: Duration,
    /// The slowest body that is accepted. Bytes per second.
    pub slowest_body: u64,
    /// The total wait for the reader of a response, plus the time that each byte taken earns.
    pub write: Duration,
    /// The slowest reader that is accepted. Bytes per second; the slowest phones take twice as
    /// much.
    pub slowest_reader: u64,
    /// How long running attempts may take at shutdown; the rest is resumed at the next start.
    pub grace: Duration,
    /// How long clients have after that to receive their last response.
    pub last_word: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // As long as the usual proxies keep their connections.
            keep_alive: Duration::from_secs(60),
            body: Duration::from_secs(30),
            slowest_body: 8 * 1024,
            write: Duration::from_secs(30),
            slowest_reader: 2 * 1024,
            grace: Duration::from_secs(5),
            last_word: Duration::from_secs(1),
        }
    }
}

/// The limits for clients.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub timeouts: Timeouts,
    pub limits: ConnectionLimits,
    /// Many people come through one of these, so they are not counted as one.
    pub proxies: TrustedProxies,
}

/// Accepting fails when a resource is exhausted, which becomes available again.
const MIN_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Raises the limit of open files as far as the system allows, and returns the connections that it
/// leaves room for.
pub fn limits() -> ConnectionLimits {
    ConnectionLimits::with_descriptors(descriptors::raise())
}

/// Serves until `stop` resolves, and ends within the grace and the last word after it.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    rules: Rules,
    stop: impl Future<Output = ()>,
) {
    let generations = state.generations.clone();
    let Timeouts { grace, last_word, .. } = rules.timeouts;
    let server = Server::new(router(state), rules);
    tokio::select! {
        () = server.accept(&listener) => {}
        () = stop => {}
    }
    // From now on the port does not respond.
    drop(listener);
    generations.stop_waiting();
    let ended = async {
        tokio::join!(generations.finish(grace), server.end());
    };
    if tokio::time::timeout(grace + last_word, ended).await.is_err() {
        tracing::warn!(open = server.tasks.len(), "closing connections that did not end");
    }
    server.seats.clear();
}

/// The state that all connections share.
struct Server {
    router: Router,
    rules: Rules,
    seats: Seats,
    tasks: TaskTracker,
    stopping: CancellationToken,
}

impl Server {
    fn new(router: Router, rules: Rules) -> Self {
        Self {
            seats: Seats::new(rules.limits),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            router,
            rules,
        }
    }

    /// Accepts connections, until the future is dropped.
    async fn accept(&self, listener: &TcpListener) {
        let mut pause = MIN_PAUSE;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    pause = MIN_PAUSE;
                    self.take(stream, peer);
                }
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, ?pause, "no connection can be taken");
                    self.seats.make_room();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let is_one_client = !peer.ip().is_loopback() && !self.rules.proxies.contains(peer.ip());
        // Without a seat the connection is closed without a response, which costs least.
        let Some(seat) = self.seats.take(is_one_client.then(|| peer.ip())) else { return };
        // Responses are written whole, so waiting for more data would only delay them.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            peer,
            seat,
            router: self.router.clone(),
            timeouts: self.rules.timeouts,
            stopping: self.stopping.clone(),
        };
        self.tasks.spawn(connection.run(stream));
    }

    /// Makes all connections end after their current response, and waits until they have.
    async fn end(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The client disconnected before it was accepted; the next one may be fine.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
