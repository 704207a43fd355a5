//! Outgoing requests and their targets, against hosts that look like the public internet.

mod canary;
mod given;
mod hosts;
mod internet;
mod lookups;
mod malformed;
mod places;
mod proxy;
mod push;
mod readers;
