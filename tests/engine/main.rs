//! Easel as an engine for other tools: the real binary, asked by real clients of theirs.

mod clients;
mod easel;
mod keys;
mod manners;
#[expect(dead_code, reason = "the tests of processes do more with it")]
#[path = "../processes/server.rs"]
mod server;
mod twice;
mod upstream;
