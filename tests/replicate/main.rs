//! The provider `replicate` against two real cog servers, of the old and the new runtime, behind a
//! facade that speaks the cloud's wire protocol.

#[path = "../facade/cloud.rs"]
mod cloud;
#[path = "../facade/cog.rs"]
mod cog;
mod files;
#[path = "../facade/port.rs"]
mod port;
mod recovery;
mod runs;
mod selfhosted;
mod trouble;
mod webhooks;
mod world;
