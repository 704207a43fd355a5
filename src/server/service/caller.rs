//! Who asks for a generation, as far as turns and limits go.

use super::Quota;
use crate::server::{
    client_address::ClientAddress,
    store::{Bill, SessionId, Spare},
};

/// The one who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub session: SessionId,
    /// `None` for what this process itself takes up again.
    pub address: Option<ClientAddress>,
    /// The request came without a cookie: the session was made for it.
    pub is_new: bool,
    /// How much may be kept of its results; `None` is without an end.
    pub quota: Option<Quota>,
    /// What the person reads, as in BCP 47, where that is known.
    pub language: Option<&'static str>,
    /// Who pays, and how much; `None` where nobody does.
    pub bill: Option<Bill>,
    /// What the person wants where this does not begin, or takes too long.
    pub spare: Option<Spare>,
}

impl From<&SessionId> for Caller {
    fn from(session: &SessionId) -> Self {
        let session = session.clone();
        let (address, quota, language, bill, spare) = (None, None, None, None, None);
        Self { session, address, is_new: false, quota, language, bill, spare }
    }
}

impl Caller {
    /// The address, where limits by address apply: on the machine itself there is one person.
    pub(super) fn limited_address(&self) -> Option<ClientAddress> {
        self.address.filter(|address| !address.is_local())
    }
}
