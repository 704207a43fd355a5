//! The models that this browser ran last.

use crate::browser;

/// Where the browser keeps what it ran last: a reference and a title on each line.
const RECENT: &str = "easel.models";

/// How many of them.
const MAX_RECENT: usize = 5;

/// The chosen model is known by its title: the browser remembers it.
pub fn remember(reference: &str, title: &str) {
    let mut recent = recent();
    recent.retain(|(known, _)| known != reference);
    recent.insert(0, (reference.to_owned(), title.to_owned()));
    recent.truncate(MAX_RECENT);
    browser::keep(RECENT, &written(&recent));
}

/// References and titles, newest first.
pub fn recent() -> Vec<(String, String)> {
    read(&browser::kept(RECENT).unwrap_or_default())
}

fn written(recent: &[(String, String)]) -> String {
    let lines = recent.iter().map(|(reference, title)| [reference.as_str(), "\t", title].concat());
    lines.collect::<Vec<_>>().join("\n")
}

fn read(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.split_once('\t')).take(MAX_RECENT);
    lines.map(|(reference, title)| (reference.to_owned(), title.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_keeps_is_read_as_it_was_written() {
        let pair = |reference: &str, title: &str| (reference.to_owned(), title.to_owned());
        let recent = [pair("hf:a/b", "a/b"), pair("demo", "Demo")];
        assert_eq!(read(&written(&recent)), recent);
        assert_eq!(read("nonsense\n\n"), []);
    }
}
