//! The caller of a generation, as far as turns and limits are concerned.

use super::Quota;
use crate::server::{
    client_address::ClientAddress,
    store::{Bill, SessionId, Spare},
};

/// The session that requests a generation, with its limits and preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub session: SessionId,
    /// `None` for work that this process resumes by itself.
    pub address: Option<ClientAddress>,
    /// The request came without a cookie, so the session is new.
    pub is_new: bool,
    /// How much of its results may be stored; `None` means no limit.
    pub quota: Option<Quota>,
    /// The language that the person reads, a BCP 47 tag, if known.
    pub language: Option<&'static str>,
    /// Who pays, and how much; `None` where nobody does.
    pub bill: Option<Bill>,
    /// The model to continue with when this one does not begin or takes too long.
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
    /// The address, where limits by address apply. A local address has no limits: one person uses
    /// the machine itself.
    pub(super) fn limited_address(&self) -> Option<ClientAddress> {
        self.address.filter(|address| !address.is_local())
    }
}
