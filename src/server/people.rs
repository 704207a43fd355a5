//! Those who have a name here: how they come in, are known again and leave.

mod coming_in;
mod entering;
mod links;
mod passwords;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use self::passwords::Passwords;
pub use self::{
    entering::{Signed, with_person},
    links::{digest_of, invitation_link, link_to, owner_link, reset_link},
    passwords::{LONGEST_PASSWORD, SHORTEST_PASSWORD},
};
use super::{
    client_address::{ClientAddress, TrustedProxies},
    config::{Access, Config},
    happened::Happened,
    owner_settings::OwnerSettings,
    service::now_ms,
    session::Signer,
    store::{Invitation, Person, PersonBrowser, Records, Role, SessionId, StoreError},
};

/// Those who have a name. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    happened: Happened,
    records: Records,
    signer: Signer,
    access: Access,
    settings: OwnerSettings,
    /// In which a proxy says who somebody is.
    header: Option<HeaderName>,
    proxies: TrustedProxies,
    passwords: Passwords,
    /// There were some at start.
    are_there: bool,
}

/// The browser that somebody comes with.
pub struct Visit<'a> {
    /// What it was called before, where it was here before.
    pub session: Option<&'a SessionId>,
    pub headers: &'a HeaderMap,
    pub address: ClientAddress,
}

/// Why somebody does not come in.
#[derive(Debug)]
pub enum NotIn {
    /// No person may be called so.
    NoName,
    /// The password is too short or too long.
    NoPassword,
    NameTaken,
    /// The link was followed before, has expired, or never was.
    Gone,
    /// Name or password; nobody is told which.
    Wrong,
    /// There were too many tries.
    TooSoon {
        /// So many may be tried at once.
        allowed: u32,
        seconds: u32,
    },
    /// Too many passwords are looked at already.
    Busy,
    Store(StoreError),
}

impl From<StoreError> for NotIn {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl People {
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn open(
        config: &Config,
        access: Access,
        records: Records,
        signer: Signer,
        settings: OwnerSettings,
    ) -> Result<Self, StoreError> {
        let are_there = records.has_people().await?;
        Ok(Self(Arc::new(Inner {
            happened: Happened::new(records.clone()),
            records,
            signer,
            access,
            settings,
            header: config.door.proxy_header.clone().filter(|_| access == Access::Proxy),
            proxies: TrustedProxies::new(config.door.trusted_proxies.clone()),
            passwords: Passwords::default(),
            are_there,
        })))
    }

    pub async fn has_owner(&self) -> Result<bool, StoreError> {
        self.0.records.has_owner().await
    }

    /// A token that makes whoever follows it the owner; `None` where there is one, or nobody has a
    /// name here.
    pub async fn owner_link(&self) -> Result<Option<String>, StoreError> {
        match self.0.access.is_by_name() {
            true => owner_link(&self.0.records).await,
            false => Ok(None),
        }
    }

    /// What the link with this token is for.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, StoreError> {
        self.0.records.invitation(&digest_of(token), now_ms()).await
    }

    /// Whose password the link sets.
    pub async fn invited(&self, invitation: &Invitation) -> Result<Option<Person>, StoreError> {
        match &invitation.person {
            Some(id) => self.0.records.person(id).await,
            None => Ok(None),
        }
    }

    /// Signs somebody out in one browser, or, without a digest, in all.
    pub async fn sign_out(&self, person: &Person, browser: Option<&str>) -> Result<(), StoreError> {
        self.0.records.sign_out(&person.id, browser).await
    }

    pub async fn browsers_of(&self, person: &Person) -> Result<Vec<PersonBrowser>, StoreError> {
        self.0.records.browsers_of(&person.id).await
    }

    pub async fn all(&self) -> Result<Vec<Person>, StoreError> {
        self.0.records.people().await
    }

    /// A new link for somebody new. Answers its token.
    pub async fn invite(&self, role: Role) -> Result<String, StoreError> {
        invitation_link(&self.0.records, role).await
    }

    /// The links that nobody has followed yet.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, StoreError> {
        self.0.records.invitations(now_ms()).await
    }

    pub async fn take_back(&self, invitation: &str) -> Result<(), StoreError> {
        self.0.records.take_back_invitation(invitation).await
    }

    /// False when there is no such person, or no other owner.
    pub async fn set_role(&self, id: &str, role: Role) -> Result<bool, StoreError> {
        self.0.records.set_role(id, role).await
    }

    /// Answers who it was; `None` when there is no such person, or no other owner.
    pub async fn remove(&self, id: &str) -> Result<Option<Person>, StoreError> {
        let Some(person) = self.0.records.person(id).await? else { return Ok(None) };
        let is_removed = self.0.records.remove_person(&person, now_ms()).await?;
        Ok(Some(person).filter(|_| is_removed))
    }
}

/// Names that look the same are the same.
pub fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.trim().nfkc().collect::<String>().to_lowercase()
}

fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

#[cfg(test)]
mod tests;
