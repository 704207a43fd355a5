//! The prompts that this browser sent, newest first, for the arrow keys.

use crate::browser;

const PROMPTS: &str = "easel.prompts";

/// Separates prompts, which contain no control characters but line breaks.
const SEPARATOR: char = '\u{1e}';

/// The most prompts to remember.
const MAX_KEPT: usize = 50;

/// Records a prompt that was sent.
pub fn add(prompt: &str) {
    let kept = browser::kept(PROMPTS).unwrap_or_default();
    browser::keep(PROMPTS, &with(&kept, prompt.trim()));
}

/// The prompt `steps` before the newest.
pub fn back(steps: usize) -> Option<String> {
    let kept = browser::kept(PROMPTS)?;
    kept.split(SEPARATOR).nth(steps).filter(|prompt| !prompt.is_empty()).map(str::to_owned)
}

fn with(kept: &str, prompt: &str) -> String {
    let mut prompts = prompt.to_owned();
    let others = kept.split(SEPARATOR).filter(|other| *other != prompt && !other.is_empty());
    for other in others.take(MAX_KEPT - usize::from(!prompt.is_empty())) {
        if !prompts.is_empty() {
            prompts.push(SEPARATOR);
        }
        prompts.push_str(other);
    }
    prompts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_comes_first_and_none_comes_twice() {
        let kept = with(&with(&with("", "a fox"), "a cat"), "a fox");
        assert_eq!(kept.split(SEPARATOR).collect::<Vec<_>>(), ["a fox", "a cat"]);
        assert_eq!(with(&kept, ""), kept);
    }

    #[test]
    fn a_history_has_an_end() {
        let kept = (0..80).fold(String::new(), |kept, number| with(&kept, &number.to_string()));
        assert_eq!(kept.split(SEPARATOR).count(), MAX_KEPT);
    }
}
