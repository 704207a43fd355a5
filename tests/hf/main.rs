//! The provider `hf` against stubs of its peers, each on a port of its own.

mod classic;
mod endpoints;
mod fixture;
mod hub;
mod kept;
mod queue;
mod router;
mod world;
