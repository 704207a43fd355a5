//! Easel as processes that are killed, starved and multiplied: the real binary, real databases.

mod alone;
mod bucket;
mod clients;
mod command;
mod crash;
mod door;
mod gallery;
mod load;
mod page;
mod peers;
mod refusals;
mod server;
mod several;
mod spool;
mod trouble;
