//! What all providers share of the way outside: where they may go, and with which client.

pub mod guard;
