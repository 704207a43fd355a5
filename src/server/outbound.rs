//! What all providers share of the way outside: where they may go and with which client, when a
//! call is repeated, and what is sent when nobody waits any more.

pub mod guard;
pub mod on_drop;
pub mod retry;
