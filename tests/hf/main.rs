//! The provider `hf` against stubs of its peers, each on a port of its own.

mod classic;
mod fixture;
mod hub;
mod queue;
mod router;
mod world;
