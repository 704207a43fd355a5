//! Easel as processes that are killed, starved and multiplied: the real binary, real databases.

mod alone;
mod command;
mod crash;
mod gallery;
mod page;
mod peers;
mod refusals;
mod server;
mod several;
mod trouble;
