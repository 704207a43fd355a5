//! What all providers share of the way outside: where they may go and with which client, when a
//! call is repeated, what is sent when nobody waits any more, and which answers are kept.

pub mod cache;
pub mod guard;
pub mod on_drop;
pub mod retry;
