//! The models that this browser ran last.

use crate::browser;

/// The storage key of the list.
const RECENT: &str = "easel.models";

/// The most models in the list.
const MAX_RECENT: usize = 5;

/// Records the chosen model.
pub fn remember(reference: &str, title: &str) {
    browser::keep(RECENT, &with(&recent(), reference, title));
}

/// The models that this browser ran last, newest first: one per line, reference and title separated
/// by a tab.
pub fn recent() -> String {
    browser::kept(RECENT).unwrap_or_default()
}

fn with(kept: &str, reference: &str, title: &str) -> String {
    let first = reference.to_owned() + "\t";
    let others = kept.lines().filter(|line| !line.starts_with(&first));
    let mut lines = first.clone() + title;
    for line in others.take(MAX_RECENT - 1) {
        lines.push('\n');
        lines.push_str(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_model_comes_first_and_none_comes_twice() {
        let kept = ["demo", "hf:a/b", "hf:a/bc", "hf:a/b"]
            .iter()
            .fold(String::new(), |kept, reference| with(&kept, reference, "A title"));
        assert_eq!(kept, "hf:a/b\tA title\nhf:a/bc\tA title\ndemo\tA title");
        let kept = (0..9).fold(kept, |kept, number| with(&kept, &format!("hf:a/{number}"), "T"));
        assert_eq!(kept.lines().count(), MAX_RECENT);
    }
}
