//! Signing in by a link or with a password, with limits that slow down guessing.

use axum::http::{HeaderValue, header};

use super::{NotIn, People, Signed, Visit, digest_of, folded, somebody::somebody};
use crate::{
    generation::Limit,
    server::{
        api_keys::{checked_name, fresh_gallery},
        client_address::ClientAddress,
        clock::now_ms,
        store::{Accepted, Deed, Invitation, Person, PersonBrowser, SessionId, StoreError},
    },
};

/// Passwords that may be tried for one account from one address before that is slowed down. For an
/// address and all accounts an owner says how many.
const FREE_TRIES: u32 = 10;

/// The same from everywhere: few for whoever guesses, and so many that nobody is kept out by somebody
/// else who tries their name.
const FREE_TRIES_IN_ALL: u32 = 1_000;

/// From this machine come all who come through a proxy that nobody named: so many times as many.
const OWN_MACHINE: u32 = 10;

/// The interval between attempts after that.
const PAUSE_MS: i64 = 30_000;

/// How much of a User-Agent is stored.
const MAX_AGENT_LENGTH: usize = 300;

/// The names under which a try was counted.
struct Tries {
    /// Those of the account.
    account: [String; 2],
    /// That of the address, for all accounts together.
    address: String,
}

impl People {
    /// Signs a person in. Returns the cookie.
    ///
    /// # Errors
    ///
    /// Why the person cannot sign in.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        visit: &Visit<'_>,
    ) -> Result<HeaderValue, NotIn> {
        let folded = folded(name);
        let counted = self.may_try(&folded, visit.address).await?;
        let person = self.0.records.person_named(&folded).await?;
        let kept = person.as_ref().and_then(|person| person.password.clone());
        if !self.0.passwords.is_right(password, kept).await? {
            // The typed name may be a password, so only known names are logged.
            let who = person.map(|person| person.name).unwrap_or_default();
            let from = visit.address.to_string();
            self.0.happened.by_name(&who, Deed::FailedSignIn, from).await;
            return Err(NotIn::Wrong);
        }
        let person = person.ok_or(NotIn::Wrong)?;
        self.forget_tries(&counted).await?;
        let cookie = self.let_in(&person, visit).await?;
        self.0.happened.by_name(&person.name, Deed::SignedIn, "").await;
        Ok(cookie)
    }

    /// Follows a link: adds a new person, or sets a new password. Returns the cookie.
    ///
    /// # Errors
    ///
    /// Why the link cannot be followed; only success uses it up.
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
            let digest = &invitation.digest;
            if !records.accept_password(digest, &person.id, &password, now_ms).await? {
                return Err(NotIn::Gone);
            }
            return self.came_in(&person, visit).await;
        }
        let name = checked_name(name).ok_or(NotIn::NoName)?;
        let password = self.0.passwords.kept(password).await?;
        let person = somebody(name, invitation.role, Some(password));
        match records.accept_new(&invitation.digest, &person, now_ms).await? {
            Accepted::Gone => Err(NotIn::Gone),
            Accepted::NameTaken => Err(NotIn::NameTaken),
            Accepted::Done => self.came_in(&person, visit).await,
        }
    }

    /// Follows a link that changes the role of a person who exists already. False when the link is
    /// not valid.
    pub async fn become_by(&self, token: &str, person: &Person) -> Result<bool, StoreError> {
        let invitation = self.invitation(token).await?;
        let Some(invitation) = invitation.filter(|invitation| invitation.person.is_none()) else {
            return Ok(false);
        };
        let Invitation { digest, role, .. } = invitation;
        let is_taken = self.0.records.accept_role(&digest, &person.id, role, now_ms()).await?;
        if is_taken {
            let about = format!("{}: {}", person.name, role.word());
            self.0.happened.by_name(&person.name, Deed::SetRole, about).await;
        }
        Ok(is_taken)
    }

    /// Sets a new password for a person who knows the old one. All other browsers are signed out.
    ///
    /// # Errors
    ///
    /// Why the password was not changed.
    pub async fn change_password(
        &self,
        signed: &Signed,
        (old, new): (&str, &str),
        address: ClientAddress,
    ) -> Result<(), NotIn> {
        let counted = self.may_try(&signed.person.folded, address).await?;
        if !self.0.passwords.is_right(old, signed.person.password.clone()).await? {
            return Err(NotIn::Wrong);
        }
        let new = self.0.passwords.kept(new).await?;
        self.forget_tries(&counted).await?;
        let kept = signed.browser.as_deref();
        Ok(self.0.records.set_password(&signed.person.id, &new, kept).await?)
    }

    /// After the right password: the account's tries are forgotten, and of those of the address this
    /// one, so that many people behind one address can sign in, but nobody who has an account there
    /// can guess at others' without end.
    async fn forget_tries(&self, counted: &Tries) -> Result<(), StoreError> {
        for name in &counted.account {
            self.0.records.forget_attempts(name).await?;
        }
        self.0.records.take_back_attempt(&counted.address).await
    }

    /// Counts a try.
    async fn may_try(&self, folded: &str, address: ClientAddress) -> Result<Tries, NotIn> {
        let signer = &self.0.signer;
        // The typed name may be a password.
        let account = signer.pseudonym(&format!("account {folded}"));
        let here = signer.pseudonym(&format!("account {folded} from {address}"));
        let from = signer.pseudonym(&format!("tries from {address}"));
        let of_address = |allowed: u32| match address.is_local() {
            true => allowed.saturating_mul(OWN_MACHINE),
            false => allowed,
        };
        let all = of_address(self.0.settings.limit(Limit::SignIns));
        for (name, allowed) in
            [(&from, all), (&here, of_address(FREE_TRIES)), (&account, FREE_TRIES_IN_ALL)]
        {
            let free = i64::from(allowed);
            let counted = self.0.records.count_attempt(name, free, PAUSE_MS, now_ms()).await?;
            counted.map_err(|wait_ms| NotIn::TooSoon {
                allowed,
                seconds: u32::try_from(wait_ms / 1000 + 1).unwrap_or(u32::MAX),
            })?;
        }
        Ok(Tries { account: [here, account], address: from })
    }

    /// Signs a person in by a link.
    async fn came_in(&self, person: &Person, visit: &Visit<'_>) -> Result<HeaderValue, NotIn> {
        let cookie = self.let_in(person, visit).await?;
        self.0.happened.by_name(&person.name, Deed::CameIn, "").await;
        Ok(cookie)
    }

    /// Gives `person` what the browser of this session made before.
    pub(super) async fn adopt(
        &self,
        session: Option<&SessionId>,
        person: &Person,
    ) -> Result<(), StoreError> {
        let records = &self.0.records;
        if let Some(session) = session
            && *session != person.gallery
            && records.is_adoptable(session).await?
        {
            records.adopt(session, &person.gallery).await?;
        }
        Ok(())
    }

    /// Creates the cookie of a newly signed-in browser. Its session is new, so that nobody who
    /// planted the old cookie knows it.
    async fn let_in(&self, person: &Person, visit: &Visit<'_>) -> Result<HeaderValue, NotIn> {
        let records = &self.0.records;
        self.adopt(visit.session, person).await?;
        let session = SessionId::new(fresh_gallery());
        let agent = visit.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let agent = agent.unwrap_or_default().chars().take(MAX_AGENT_LENGTH).collect();
        let (digest, now_ms) = (digest_of(session.as_str()), now_ms());
        let browser = PersonBrowser { digest, agent, created_ms: now_ms, used_ms: now_ms };
        records.add_browser(&person.id, &browser).await?;
        self.0.signer.cookie_of(visit.headers, &session).ok_or(NotIn::Busy)
    }
}
