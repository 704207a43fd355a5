//! Single-use links that let a person in. Only the digest of a token is stored.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::Rng;

use super::sha256;
use crate::server::{
    clock::now_ms,
    store::{Invitation, Person, Records, Role, StoreError},
};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// How long an invitation is valid.
const INVITED_MS: i64 = 7 * 24 * HOUR_MS;

/// The same for a link that makes a person an owner, or sets a new password.
const SHORT_MS: i64 = 24 * HOUR_MS;

/// The digest that identifies a token or a cookie. Both are random, so no salt is needed.
pub fn digest_of(secret: &str) -> String {
    sha256(secret)
}

/// The URL of a link. The token is not part of the path, which is logged.
pub fn link_to(base: &str, token: &str) -> String {
    format!("{base}/invite?token={token}")
}

/// A token that makes the person who follows its link the owner; `None` where there is one already.
pub async fn owner_link(records: &Records) -> Result<Option<String>, StoreError> {
    if records.has_owner().await? {
        return Ok(None);
    }
    new_token(records, Role::Owner, (None, None), SHORT_MS).await.map(Some)
}

/// A token that lets `person` set a new password.
pub async fn reset_link(records: &Records, person: &Person) -> Result<String, StoreError> {
    new_token(records, person.role, (Some(person), None), SHORT_MS).await
}

/// A token that lets in somebody new, once, as long as `inviter` is an owner.
pub async fn invitation_link(
    records: &Records,
    role: Role,
    inviter: Option<&Person>,
) -> Result<String, StoreError> {
    new_token(records, role, (None, inviter), INVITED_MS).await
}

async fn new_token(
    records: &Records,
    role: Role,
    (person, inviter): (Option<&Person>, Option<&Person>),
    lasts_ms: i64,
) -> Result<String, StoreError> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 24]>());
    let created_ms = now_ms();
    let invitation = Invitation {
        digest: digest_of(&token),
        role,
        person: person.map(|person| person.id.clone()),
        inviter: inviter.map(|inviter| inviter.id.clone()),
        created_ms,
        expires_ms: created_ms + lasts_ms,
    };
    records.add_invitation(&invitation).await?;
    Ok(token)
}
