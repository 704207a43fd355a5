//! Chooses the compressed form of a file for a client, by its `Accept-Encoding` (RFC 9110, 12.5.3).
//! Compressed forms are made at build time; tower-http chooses them only in a folder.

/// The encodings, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The extension that the build appends to the file name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    /// The encoding of the file at `path`, by its name.
    pub fn of_file(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| path.ends_with(encoding.extension()))
    }

    /// Whether a client that sent `accepted` accepts it. A client without the header gets plain
    /// bytes.
    pub fn is_accepted(self, accepted: &str) -> bool {
        let mut any = false;
        for entry in accepted.split(',') {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let name = name.trim();
            let takes = !is_zero(parameters);
            if name.eq_ignore_ascii_case(self.name())
                || (self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip"))
            {
                return takes;
            }
            any |= name == "*" && takes;
        }
        any
    }
}

/// `q=0`, `q=0.0` and the like: not acceptable.
fn is_zero(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        name.trim().eq_ignore_ascii_case("q")
            && value.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_what_it_takes() {
        for (accepted, brotli, gzip) in [
            ("", false, false),
            ("identity", false, false),
            ("gzip, deflate, br", true, true),
            ("GZIP;q=0.5", false, true),
            ("br;q=0, gzip", false, true),
            ("*", true, true),
            ("*;q=0", false, false),
            ("br ; q=0.000, *", false, true),
            ("x-gzip", false, true),
            ("brotli, ;;=, q", false, false),
        ] {
            let takes = [Encoding::Brotli, Encoding::Gzip].map(|one| one.is_accepted(accepted));
            assert_eq!(takes, [brotli, gzip], "{accepted}");
        }
    }
}
