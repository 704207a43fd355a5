//! Chooses ports for servers that cannot choose one themselves and report it.

use std::net::TcpListener;

use rand::Rng;

/// Below the ephemeral ports of Linux and macOS. The system could give one of those to another
/// process between this check and the server's start, and a test would then talk to that process.
const OURS: std::ops::Range<u16> = 20_000..32_000;

/// A port of 127.0.0.1 without a listener.
pub fn free() -> u16 {
    let mut random = rand::rng();
    let mut tries = std::iter::repeat_with(|| random.random_range(OURS)).take(100);
    let free = tries.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("most ports are free")
}
