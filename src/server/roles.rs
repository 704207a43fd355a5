//! Maps roles to callers.

use super::{access::Caller, store::Role};

pub fn caller_of(role: Role) -> Caller {
    match role {
        Role::Owner => Caller::Operator,
        Role::Maker => Caller::Maker,
        Role::Viewer => Caller::Viewer,
    }
}
