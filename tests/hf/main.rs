//! The provider `hf` against stubs of its peers, each on its own port.

mod classic;
mod endpoints;
mod fixture;
mod hub;
mod kept;
mod queue;
mod router;
mod world;
