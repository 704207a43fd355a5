//! The URLs that the operator listed: an origin, or everything below a path of it.

use percent_encoding::percent_decode;
use url::{Origin, Url};

/// How many layers of percent-encoding a path may have: servers and proxies each remove one.
const MAX_LAYERS: usize = 4;

/// An entry of the list.
#[derive(Clone, Debug)]
pub struct ListedUrl {
    origin: Origin,
    /// The segments that a path must begin with; empty for the whole origin.
    below: Vec<Vec<u8>>,
}

impl ListedUrl {
    pub fn new(url: &Url) -> Self {
        Self { origin: url.origin(), below: steps(url.path()).unwrap_or_default() }
    }

    /// True when `url` is at the origin and below the path.
    pub fn holds(&self, url: &Url) -> bool {
        self.origin == url.origin()
            && (self.below.is_empty()
                || steps(url.path()).is_some_and(|steps| steps.starts_with(&self.below)))
    }
}

/// The segments of a path as any server may read them: decoded, and split at slashes of both kinds.
/// `None` where one of them leads upwards.
fn steps(path: &str) -> Option<Vec<Vec<u8>>> {
    let mut path = path.as_bytes().to_vec();
    for layer in 0.. {
        let decoded: Vec<u8> = percent_decode(&path).collect();
        if decoded == path {
            break;
        }
        if layer == MAX_LAYERS {
            return None;
        }
        path = decoded;
    }
    let steps = path.split(|byte| matches!(byte, b'/' | b'\\')).filter(|step| !step.is_empty());
    let steps: Vec<_> = steps.filter(|step| *step != b".").map(<[u8]>::to_vec).collect();
    (!steps.iter().any(|step| step == b"..")).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(entry: &str, url: &str) -> bool {
        ListedUrl::new(&entry.parse().unwrap()).holds(&url.parse().unwrap())
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_with_all_its_paths() {
        let entry = "http://127.0.0.1:7860";
        for url in ["http://127.0.0.1:7860/", "http://127.0.0.1:7860/a/../b%2f..%2fc"] {
            assert!(holds(entry, url), "{url}");
        }
        for url in ["http://127.0.0.1:7861/", "https://127.0.0.1:7860/", "http://127.0.0.1/"] {
            assert!(!holds(entry, url), "{url}");
        }
    }

    #[test]
    fn a_path_holds_what_is_below_it_by_whole_steps() {
        for entry in ["http://h:80/apps/paint", "http://h/apps/paint/"] {
            for url in
                ["http://h/apps/paint", "http://h/apps//paint/config", "http://h/apps/./paint/?x"]
            {
                assert!(holds(entry, url), "{url}");
            }
            for url in [
                "http://h/",
                "http://h/apps",
                "http://h/apps/painter",
                "http://h/apps/paint/../admin",
                "http://h/apps/paint/%2e%2e/admin",
                "http://h/apps/paint/..%2fadmin",
                "http://h/apps/paint/..%5cadmin",
                "http://h/apps/paint/%252e%252e%252fadmin",
                "http://h/apps/paint/%25252525252e%25252525252e/admin",
            ] {
                assert!(!holds(entry, url), "{url}");
            }
        }
    }
}
