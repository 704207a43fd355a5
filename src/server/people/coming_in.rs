//! How somebody comes in: by a link, or with a password, whose guessing is slow.

use axum::http::{HeaderValue, header};

use super::{NotIn, People, Signed, Visit, digest_of, folded};
use crate::{
    generation::Limit,
    server::{
        api_keys::{checked_name, fresh_gallery},
        client_address::ClientAddress,
        service::now_ms,
        store::{Accepted, Deed, Invitation, Person, PersonBrowser, Role, SessionId, StoreError},
    },
};

/// Passwords that may be tried for one account before it is slowed down. For an address an owner says
/// how many.
const FREE_TRIES: u32 = 10;

/// From this machine come all who come through a proxy that nobody named: so many times as many.
const OWN_MACHINE: u32 = 10;

/// Then there is one try in so long.
const PAUSE_MS: i64 = 30_000;

/// How much is kept of what a browser calls itself.
const LONGEST_AGENT: usize = 300;

impl People {
    /// Signs somebody in. Answers the cookie.
    ///
    /// # Errors
    ///
    /// Why not.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        visit: &Visit<'_>,
    ) -> Result<HeaderValue, NotIn> {
        let folded = folded(name);
        let account = self.may_try(&folded, visit.address).await?;
        let person = self.0.records.person_named(&folded).await?;
        let kept = person.as_ref().and_then(|person| person.password.clone());
        if !self.0.passwords.is_right(password, kept).await? {
            // What is typed for a name may be a password, so only known names are written down.
            let who = person.map(|person| person.name).unwrap_or_default();
            let from = visit.address.to_string();
            self.0.happened.by_name(&who, Deed::FailedSignIn, from).await;
            return Err(NotIn::Wrong);
        }
        let person = person.ok_or(NotIn::Wrong)?;
        self.0.records.forget_attempts(&account).await?;
        let cookie = self.let_in(&person, visit).await?;
        self.0.happened.by_name(&person.name, Deed::SignedIn, "").await;
        Ok(cookie)
    }

    /// Follows a link: somebody new comes in, or somebody gets a new password. Answers the cookie.
    ///
    /// # Errors
    ///
    /// Why not; the link is used up only by whoever comes in.
    pub async fn accept(
        &self,
        token: &str,
        name: &str,
        password: &str,
        visit: &Visit<'_>,
    ) -> Result<HeaderValue, NotIn> {
        let invitation = self.invitation(token).await?.ok_or(NotIn::Gone)?;
        let (records, now_ms) = (&self.0.records, now_ms());
        if invitation.person.is_some() {
            let person = self.invited(&invitation).await?.ok_or(NotIn::Gone)?;
            let password = self.0.passwords.kept(password).await?;
            if !records.accept(&invitation.digest, now_ms).await? {
                return Err(NotIn::Gone);
            }
            records.set_password(&person.id, &password, None).await?;
            return self.came_in(&person, visit).await;
        }
        let name = checked_name(name).ok_or(NotIn::NoName)?;
        let password = self.0.passwords.kept(password).await?;
        let person = self.somebody(name, invitation.role, Some(password), visit.session).await?;
        match records.accept_new(&invitation.digest, &person, now_ms).await? {
            Accepted::Gone => Err(NotIn::Gone),
            Accepted::NameTaken => Err(NotIn::NameTaken),
            Accepted::Done => self.came_in(&person, visit).await,
        }
    }

    /// Follows a link that makes something else of somebody who has a name here. False when it
    /// leads nowhere.
    pub async fn become_by(&self, token: &str, person: &Person) -> Result<bool, StoreError> {
        let invitation = self.invitation(token).await?;
        let Some(invitation) = invitation.filter(|invitation| invitation.person.is_none()) else {
            return Ok(false);
        };
        let Invitation { digest, role, .. } = invitation;
        self.0.records.accept_role(&digest, &person.id, role, now_ms()).await
    }

    /// A new password for somebody who knows the old one. All other browsers are signed out.
    ///
    /// # Errors
    ///
    /// Why not.
    pub async fn change_password(
        &self,
        signed: &Signed,
        (old, new): (&str, &str),
        address: ClientAddress,
    ) -> Result<(), NotIn> {
        let account = self.may_try(&signed.person.folded, address).await?;
        if !self.0.passwords.is_right(old, signed.person.password.clone()).await? {
            return Err(NotIn::Wrong);
        }
        let new = self.0.passwords.kept(new).await?;
        self.0.records.forget_attempts(&account).await?;
        let kept = signed.browser.as_deref();
        Ok(self.0.records.set_password(&signed.person.id, &new, kept).await?)
    }

    /// Counts a try, and answers the name under which those of the account are counted.
    async fn may_try(&self, folded: &str, address: ClientAddress) -> Result<String, NotIn> {
        let signer = &self.0.signer;
        // What is typed for a name may be a password.
        let account = signer.pseudonym(&format!("account {folded}"));
        let from = signer.pseudonym(&format!("tries from {address}"));
        let of_address = self.0.settings.limit(Limit::SignIns);
        let of_address = match address.is_local() {
            true => of_address.saturating_mul(OWN_MACHINE),
            false => of_address,
        };
        for (name, allowed) in [(&from, of_address), (&account, FREE_TRIES)] {
            let free = i64::from(allowed);
            let counted = self.0.records.count_attempt(name, free, PAUSE_MS, now_ms()).await?;
            counted.map_err(|wait_ms| NotIn::TooSoon {
                allowed,
                seconds: u32::try_from(wait_ms / 1000 + 1).unwrap_or(u32::MAX),
            })?;
        }
        Ok(account)
    }

    /// By a link.
    async fn came_in(&self, person: &Person, visit: &Visit<'_>) -> Result<HeaderValue, NotIn> {
        let cookie = self.let_in(person, visit).await?;
        self.0.happened.by_name(&person.name, Deed::CameIn, "").await;
        Ok(cookie)
    }

    /// The cookie of a browser in which somebody is from now on. Its name is new: whoever gave the
    /// browser its old one does not know it.
    async fn let_in(&self, person: &Person, visit: &Visit<'_>) -> Result<HeaderValue, NotIn> {
        let records = &self.0.records;
        if let Some(session) = visit.session
            && *session != person.gallery
            && records.is_adoptable(session).await?
        {
            records.adopt(session, &person.gallery).await?;
        }
        let session = SessionId::new(fresh_gallery());
        let agent = visit.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let agent = agent.unwrap_or_default().chars().take(LONGEST_AGENT).collect();
        let (digest, now_ms) = (digest_of(session.as_str()), now_ms());
        let browser = PersonBrowser { digest, agent, created_ms: now_ms, used_ms: now_ms };
        records.add_browser(&person.id, &browser).await?;
        self.0.signer.cookie_of(visit.headers, &session).ok_or(NotIn::Busy)
    }

    /// Somebody new. What the browser made before is the beginning of their gallery.
    pub(super) async fn somebody(
        &self,
        name: String,
        role: Role,
        password: Option<String>,
        session: Option<&SessionId>,
    ) -> Result<Person, StoreError> {
        let mut gallery = SessionId::new(fresh_gallery());
        if let Some(session) = session
            && self.0.records.is_adoptable(session).await?
        {
            gallery = session.clone();
        }
        Ok(Person {
            id: uuid::Uuid::now_v7().to_string(),
            folded: folded(&name),
            name,
            role,
            password,
            gallery,
            created_ms: now_ms(),
        })
    }
}
