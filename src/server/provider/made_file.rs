//! A file that a model made and that is no picture.

use std::fmt;

use bytes::Bytes;

const MAX_NAME_CHARS: usize = 80;

/// A file of a result that is no picture.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeFile {
    name: String,
    pub bytes: Bytes,
}

impl MadeFile {
    /// `name` may be anything; what could mislead an address, a header or a disk is replaced.
    pub fn new(name: &str, bytes: Bytes) -> Self {
        Self { name: plain(name), bytes }
    }

    /// ASCII letters, digits, `-`, `_` and `.`, at most 80 of them.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: Vec<_> = name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    // The end is what tells the type.
    let end: String = plain[plain.len().saturating_sub(MAX_NAME_CHARS)..].iter().collect();
    match end.trim_matches(['-', '.']) {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

/// Says how long the bytes are, but does not print them.
impl fmt::Debug for MadeFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeFile")
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_misleads() {
        for (name, plain) in [
            ("out-0.mp4", "out-0.mp4"),
            ("../../etc/passwd", "etc-passwd"),
            (".htaccess", "htaccess"),
            ("a\"\r\nb.zip", "a---b.zip"),
            ("狐.svg", "svg"),
            ("", "file"),
            ("…", "file"),
        ] {
            assert_eq!(MadeFile::new(name, Bytes::new()).name(), plain, "{name}");
        }
        let long = format!("{}.mp4", "x".repeat(200));
        let kept = format!("{}.mp4", "x".repeat(MAX_NAME_CHARS - 4));
        assert_eq!(MadeFile::new(&long, Bytes::new()).name(), kept);
    }
}
