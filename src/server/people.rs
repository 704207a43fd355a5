//! People with a name here: how they sign in, are recognized and sign out.

mod coming_in;
mod entering;
mod links;
mod passwords;
mod somebody;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use self::passwords::Passwords;
pub use self::{
    entering::{Signed, with_person},
    links::{digest_of, invitation_link, link_to, owner_link, reset_link},
    passwords::{MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH},
};
use super::{
    client_address::{ClientAddress, TrustedProxies},
    clock::now_ms,
    config::{Access, Config},
    happened::Happened,
    owner_settings::OwnerSettings,
    session::Signer,
    store::{Invitation, Person, PersonBrowser, Records, Role, SessionId, StoreError},
};
use crate::generation::is_ignorable;

/// Signs people in and manages them. Cheap to clone.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    happened: Happened,
    records: Records,
    signer: Signer,
    access: Access,
    settings: OwnerSettings,
    /// The header in which a proxy identifies a person.
    header: Option<HeaderName>,
    proxies: TrustedProxies,
    passwords: Passwords,
    /// There were people at start.
    are_there: bool,
}

/// The browser of a person who signs in.
pub struct Visit<'a> {
    /// Its session before, if it had one.
    pub session: Option<&'a SessionId>,
    pub headers: &'a HeaderMap,
    pub address: ClientAddress,
}

/// Why a person cannot sign in.
#[derive(Debug)]
pub enum NotIn {
    /// The name is not allowed.
    NoName,
    /// The password is too short or too long.
    NoPassword,
    NameTaken,
    /// The link was used before, has expired, or never existed.
    Gone,
    /// Wrong name or password; the error does not say which.
    Wrong,
    /// There were too many attempts.
    TooSoon {
        /// How many attempts are allowed in a row.
        allowed: u32,
        seconds: u32,
    },
    /// Too many passwords are being checked already.
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

    /// A token that makes the person who follows its link the owner; `None` where there is an
    /// owner, or nobody has a name here.
    pub async fn owner_link(&self) -> Result<Option<String>, StoreError> {
        match self.0.access.knows_names() {
            true => owner_link(&self.0.records).await,
            false => Ok(None),
        }
    }

    /// The invitation with this token.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, StoreError> {
        self.0.records.invitation(&digest_of(token), now_ms()).await
    }

    /// The person whose password the link sets.
    pub async fn invited(&self, invitation: &Invitation) -> Result<Option<Person>, StoreError> {
        match &invitation.person {
            Some(id) => self.0.records.person(id).await,
            None => Ok(None),
        }
    }

    /// Signs a person out in one browser or, without a digest, in all.
    pub async fn sign_out(&self, person: &Person, browser: Option<&str>) -> Result<(), StoreError> {
        self.0.records.sign_out(&person.id, browser).await
    }

    pub async fn browsers_of(&self, person: &Person) -> Result<Vec<PersonBrowser>, StoreError> {
        self.0.records.browsers_of(&person.id).await
    }

    pub async fn all(&self) -> Result<Vec<Person>, StoreError> {
        self.0.records.people().await
    }

    /// A new link for somebody new, of this owner. Answers its token.
    pub async fn invite(&self, role: Role, inviter: &Person) -> Result<String, StoreError> {
        invitation_link(&self.0.records, role, Some(inviter)).await
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

    /// Returns the removed person; `None` when there is no such person, or no other owner.
    pub async fn remove(&self, id: &str) -> Result<Option<Person>, StoreError> {
        let Some(person) = self.0.records.person(id).await? else { return Ok(None) };
        let is_removed = self.0.records.remove_person(&person, now_ms()).await?;
        Ok(Some(person).filter(|_| is_removed))
    }
}

/// Folds a name, so that names that look the same are equal: in case, in width, and in letters that
/// nobody sees.
pub fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let seen = name.chars().filter(|letter| !is_ignorable(*letter));
    seen.nfkc().collect::<String>().to_lowercase().trim().to_owned()
}

fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

#[cfg(test)]
mod tests;
