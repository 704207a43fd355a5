//! Ports for servers that cannot be told to choose one and say which.

use std::net::TcpListener;

use rand::Rng;

/// Below the ports that Linux and macOS give to whoever asks for any. One of those may be given to
/// somebody else between this look and the start of the server, and a test would then talk to that.
const OURS: std::ops::Range<u16> = 20_000..32_000;

/// A port of 127.0.0.1 on which nobody listens.
pub fn free() -> u16 {
    let mut random = rand::rng();
    let mut tries = std::iter::repeat_with(|| random.random_range(OURS)).take(100);
    let free = tries.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("most ports are free")
}
