//! Easel as a backend for other tools: the real binary, called by real clients.

mod automatic;
mod clients;
mod command;
mod description;
mod easel;
mod edits;
mod errors;
mod faults;
mod images_api;
mod images_stub;
mod keys;
mod many;
#[path = "../facade/port.rs"]
mod port;
mod receiver;
mod rest;
#[expect(dead_code, reason = "the tests of processes do more with it")]
#[path = "../processes/server.rs"]
mod server;
#[expect(dead_code, reason = "the tests of Spaces do more with it")]
#[path = "../space/server.rs"]
mod space;
#[cfg(feature = "otlp")]
mod traces;
mod twice;
mod upstream;
mod webhooks;
