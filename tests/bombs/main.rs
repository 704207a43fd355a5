//! Bombs: data that is cheap to send and expensive to read, sent to the real binary under an
//! address-space limit. It must answer each request, survive, and stay small.

mod clients;
mod decoders;
mod gradio;
#[path = "../processes/page.rs"]
#[expect(dead_code, reason = "only what these tests call of it")]
mod page;
mod pictures;
mod requests;
#[path = "../processes/server.rs"]
#[expect(dead_code, reason = "only what these tests call of it")]
mod server;
mod target;
mod together;
mod upstream;
