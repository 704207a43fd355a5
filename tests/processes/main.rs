//! Easel as processes that are killed, starved and multiplied: the real binary, real databases.

mod alone;
// As the other tests do, so that its parts are found beside it.
#[path = "../facade/cloud.rs"]
mod cloud;
#[path = "../facade/cog.rs"]
mod cog;
mod command;
mod crash;
mod dice;
mod fleet;
mod gallery;
mod page;
mod peers;
mod reckoning;
mod road;
mod server;
mod several;
mod soak;
mod trouble;
mod upstream;
mod visitor;
