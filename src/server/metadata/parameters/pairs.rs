//! Parses `Name: value, Name: value`, where a value may be a JSON string, list or object.

/// The most pairs that are read; the web UIs write a few dozen.
const MAX_PAIRS: usize = 500;

/// A longer name is a sentence.
const MAX_NAME_LETTERS: usize = 60;

/// The limit for the search for a closing quote or bracket.
const MAX_VALUE_BYTES: usize = 32 * 1024;

/// The pairs of a line, up to its first other text. Names keep their case.
pub fn pairs(line: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while let (Some(colon), true) = (rest.find([':', ',']), pairs.len() < MAX_PAIRS) {
        if rest.as_bytes()[colon] == b',' {
            // A word without a value.
            rest = &rest[colon + 1..];
            continue;
        }
        let name = rest[..colon].trim();
        let after = rest[colon + 1..].trim_start();
        let end = value_end(after);
        if is_name(name) {
            pairs.push((name.to_owned(), unquoted(after[..end].trim())));
        }
        rest = after[end..].split_once(',').map_or("", |(_, rest)| rest);
    }
    pairs
}

fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '/' | '.' | '(' | ')' | '#')
    };
    name.starts_with(char::is_alphanumeric)
        && name.chars().nth(MAX_NAME_LETTERS).is_none()
        && name.chars().all(is_letter)
}

/// The end of a value: after its closing quote or bracket, or before the next comma.
fn value_end(text: &str) -> usize {
    let comma = || text.find(',').unwrap_or(text.len());
    match text.bytes().next() {
        Some(b'"') => quoted_end(text).unwrap_or_else(comma),
        Some(b'[' | b'{' | b'(') => bracketed_end(text).unwrap_or_else(comma),
        _ => comma(),
    }
}

/// The position after the closing quote, if a comma or the end follows.
fn quoted_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().take(MAX_VALUE_BYTES).skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return ends_at(text, at + 1),
            _ => {}
        }
    }
    None
}

fn bracketed_end(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate().take(MAX_VALUE_BYTES) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => {
                depth -= 1;
                if depth == 0 {
                    return ends_at(text, at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn ends_at(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].trim_start();
    (rest.is_empty() || rest.starts_with(',')).then_some(end)
}

fn unquoted(value: &str) -> String {
    if value.starts_with('"') {
        serde_json::from_str(value).unwrap_or_else(|_| value.to_owned())
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Vec<(String, String)> {
        pairs(line)
    }

    #[test]
    fn quoted_and_bracketed_values_are_whole() {
        let line = r#"Steps: 28, ADetailer prompt: "a face, Seed: 9\nnew", Civitai resources: [{"name": "x, Seed: 7]"}, {"weight": 1}], ADM: (1.5, 0.8), Odd: "open, Seed: 5"#;
        let names: Vec<_> = read(line).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Steps", "ADetailer prompt", "Civitai resources", "ADM", "Odd", "Seed"]);
        assert_eq!(read(line)[1].1, "a face, Seed: 9\nnew");
        assert_eq!(read(line)[3].1, "(1.5, 0.8)");
    }

    #[test]
    fn a_sentence_is_no_name() {
        assert_eq!(read("http://x, \"a\": 1, [b]: 2"), [("http".to_owned(), "//x".to_owned())]);
        assert_eq!(read("Time: 12:30, A: 1")[0].1, "12:30");
    }

    proptest! {
        #[test]
        fn any_line_has_some_pairs(line in "\\PC*") {
            let _ = pairs(&line);
        }

        #[test]
        fn brackets_and_quotes_lead_nowhere(line in "[\\[\\]{}()\"\\\\,: a]{0,60}") {
            let _ = pairs(&line);
        }

        #[test]
        fn pairs_come_back(values in prop::collection::vec("[ -~]{1,20}", 1..8)) {
            let line: Vec<_> = values.iter().map(|value| format!("A: {}", serde_json::Value::from(value.as_str()))).collect();
            let read: Vec<_> = pairs(&line.join(", ")).into_iter().map(|(_, value)| value).collect();
            prop_assert_eq!(read, values);
        }
    }
}
