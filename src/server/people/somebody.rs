//! New people.

use super::folded;
use crate::server::{
    api_keys::fresh_gallery,
    clock::now_ms,
    store::{Person, Role, SessionId},
};

/// A new person, with a gallery that no browser knows: what the browser made before moves there when
/// the person is let in.
pub(super) fn somebody(name: String, role: Role, password: Option<String>) -> Person {
    Person {
        id: uuid::Uuid::now_v7().to_string(),
        folded: folded(&name),
        name,
        role,
        password,
        gallery: SessionId::new(fresh_gallery()),
        created_ms: now_ms(),
    }
}
