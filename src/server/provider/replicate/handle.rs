//! What an attempt stores to be found again: after a restart, or by another process.

use std::fmt;

use super::wire;

/// The stored state of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Handle {
    /// A create request may be in flight since this Unix time in milliseconds.
    Creating(u64),
    Created(String),
    /// A run at a cog server, which cannot be resumed.
    Cog(String),
}

impl Handle {
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("creating", at) => Some(Self::Creating(at.parse().ok()?)),
            ("prediction", id) if wire::is_id(id) => Some(Self::Created(id.to_owned())),
            ("cog", id) if wire::is_id(id) => Some(Self::Cog(id.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Creating(at) => write!(f, "creating:{at}"),
            Self::Created(id) => write!(f, "prediction:{id}"),
            Self::Cog(id) => write!(f, "cog:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_can_be_read_again() {
        for handle in [
            Handle::Creating(1_700_000_000_123),
            Handle::Created("rrr4z55ocneqzikepnug6xezpe".into()),
            Handle::Cog("easel-0191".into()),
        ] {
            assert_eq!(Handle::parse(&handle.to_string()), Some(handle));
        }
        for text in ["", "creating:soon", "prediction:../x", "other:1"] {
            assert_eq!(Handle::parse(text), None);
        }
    }
}
