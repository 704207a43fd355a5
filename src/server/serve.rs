//! Answers connections, whatever the clients do: no one of them can hold a place for ever, and
//! none can keep the server from ending.

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

/// How long a client may take for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the head of a request, from its first byte to its last, and for the first byte of a
    /// new connection.
    pub head: Duration,
    /// Without a request, between two of them.
    pub keep_alive: Duration,
    /// For the body of a request, in waiting for it, beside what it gets for each byte.
    pub body: Duration,
    /// A body that comes in more slowly than this is not waited for. Bytes per second.
    pub slowest_body: u64,
    /// For an answer, in waiting for its reader, beside what it gets for each byte that it takes.
    pub write: Duration,
    /// An answer that is taken more slowly than this is not waited for. Bytes per second; the
    /// slowest of phones take twice as many.
    pub slowest_reader: u64,
    /// What running attempts get at the end; the rest is taken up at the next start.
    pub grace: Duration,
    /// What clients get after that to hear the last word.
    pub last_word: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // As long as the usual proxies keep theirs.
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

/// What clients may do.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub timeouts: Timeouts,
    pub limits: ConnectionLimits,
    /// Many people come through one of these, so they are not counted as one.
    pub proxies: TrustedProxies,
}

/// Accepting fails for lack of something that comes back.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Raises the limit of open files as far as the system allows, and answers how many connections
/// that leaves room for.
pub fn limits() -> ConnectionLimits {
    ConnectionLimits::with_descriptors(descriptors::raise())
}

/// Serves until `stop` comes, and ends within the grace and the last word after it.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    rules: Rules,
    stop: impl Future<Output = ()>,
) {
    let service = state.service.clone();
    let Timeouts { grace, last_word, .. } = rules.timeouts;
    let server = Server::new(router(state), rules);
    tokio::select! {
        () = server.accept(&listener) => {}
        () = stop => {}
    }
    // From now on the port answers nothing.
    drop(listener);
    service.stop_waiting();
    let ended = async {
        tokio::join!(service.finish(grace), server.end());
    };
    if tokio::time::timeout(grace + last_word, ended).await.is_err() {
        tracing::warn!(open = server.tasks.len(), "closing connections that did not end");
    }
    server.seats.clear();
}

/// Everything that connections share.
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

    /// Takes connections, for as long as it is polled.
    async fn accept(&self, listener: &TcpListener) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    pause = SHORTEST_PAUSE;
                    self.take(stream, peer);
                }
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, ?pause, "no connection can be taken");
                    self.seats.make_room();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let is_one_client = !peer.ip().is_loopback() && !self.rules.proxies.contains(peer.ip());
        // Without a seat it is closed without a word, which costs least.
        let Some(seat) = self.seats.take(is_one_client.then(|| peer.ip())) else { return };
        // Answers are written whole, so waiting for more would only hold them back.
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

    /// Tells all connections to end after what they are answering, and waits until they have.
    async fn end(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The client went away before it was accepted, and the next one may be fine.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
