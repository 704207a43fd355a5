//! What every connection to apps and to the Hub needs.

use url::Url;

use crate::server::{config::Key, outbound::guard::Guard};

/// The outbound rules, and the token with the Hub it belongs to.
#[derive(Clone)]
pub struct Network {
    pub guard: Guard,
    pub token: Key,
    pub hub: Url,
}
