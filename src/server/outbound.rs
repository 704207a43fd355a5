//! Outbound requests, shared by all providers: which hosts may be contacted with which client, when
//! a call is retried, what is sent when nobody waits any more, and which responses are cached.

pub mod cache;
pub mod guard;
pub mod on_drop;
pub mod retry;
