//! The provider `space` against real Gradio servers of four releases, and against stubs.

mod compatibility;
mod described;
mod fixture;
mod hostile;
mod hub;
mod kinds;
mod pages;
#[path = "../facade/port.rs"]
mod port;
mod proxy;
mod recorded;
mod releases;
mod server;
mod stub;
