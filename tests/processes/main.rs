//! Easel as processes that are killed, starved and multiplied: the real binary, real databases.

mod alone;
mod bucket;
mod clients;
// By path, as in the other tests, so that its submodules are found beside it.
#[path = "../facade/cloud.rs"]
mod cloud;
#[path = "../facade/cog.rs"]
mod cog;
mod command;
mod crash;
mod dice;
mod door;
mod fleet;
mod gallery;
mod kept;
mod load;
mod money;
mod page;
mod peers;
mod places;
#[path = "../facade/port.rs"]
mod port;
mod reckoning;
mod refusals;
mod road;
mod server;
mod several;
mod soak;
mod spool;
mod trouble;
mod upstream;
mod visitor;
