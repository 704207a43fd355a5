//! Finds the messages that the code requests with `text!`, `notice!` and `text_around!`, and literal texts in
//! views that bypass them.

use std::{fs, path::Path};

use crate::messages::Arguments;

/// One call.
pub struct Asked {
    /// The file, for failures.
    pub place: String,
    pub key: String,
    pub arguments: Arguments,
}

/// All calls below `folder`.
pub fn read(folder: &Path) -> Vec<Asked> {
    let mut asked = Vec::new();
    for (place, source) in sources(folder) {
        // The file that defines the macros contains examples of them.
        if place.ends_with("src/language.rs") {
            continue;
        }
        for (name, is_around) in [("text!(", false), ("notice!(", false), ("text_around!(", true)] {
            for (at, _) in source.match_indices(name) {
                // The name ends another name.
                if source[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
                {
                    continue;
                }
                let inside = until_closed(&source[at + name.len()..]);
                asked.push(call(&place, inside, is_around));
            }
        }
    }
    asked
}

/// The code below `folder`, file by file, with its strings as they are: on one line, and without the
/// names in their braces.
pub fn code(folder: &Path) -> Vec<String> {
    let plain = |source: String| {
        let mut parts = source.split("\\\n");
        let mut code = parts.next().unwrap_or_default().to_owned();
        parts.for_each(|part| code += part.trim_start());
        code
    };
    sources(folder).into_iter().map(|(_, source)| plain(source)).collect()
}

fn call(place: &str, inside: &str, is_around: bool) -> Asked {
    let mut arguments = split(inside).into_iter();
    let first = arguments.next().unwrap_or_default();
    let key = first.split('"').nth(1).unwrap_or_else(|| panic!("{place}: no key in {inside}"));
    let name = |argument: String| match is_around {
        true => argument,
        false => argument.split('=').next().unwrap_or_default().trim().to_owned(),
    };
    let arguments = arguments.filter(|argument| !argument.is_empty()).map(name).collect();
    Asked { place: place.to_owned(), key: key.to_owned(), arguments }
}

/// The text before the closing parenthesis.
fn until_closed(source: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in outside_of_strings(source) {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &source[..at],
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    source
}

/// Splits at the top-level commas.
fn split(inside: &str) -> Vec<String> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, letter) in outside_of_strings(inside) {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(inside[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inside[start..].trim().to_owned());
    parts
}

/// The characters of code outside string literals.
fn outside_of_strings(source: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut is_inside, mut is_escaped) = (false, false);
    source.char_indices().filter(move |(_, letter)| {
        let was_inside = is_inside;
        if *letter == '"' && !is_escaped {
            is_inside = !is_inside;
        }
        is_escaped = is_inside && *letter == '\\' && !is_escaped;
        !was_inside && !is_inside
    })
}

/// Texts that are the same in all languages.
const NAMES: [&str; 3] = ["Easel", "JSON", "Esc"];

/// Literal texts for people in the views below `folder`: texts of elements, and attributes that are
/// shown or read out.
pub fn words_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (place, source) in sources(folder) {
        for (number, line) in (1..).zip(source.lines()) {
            if texts(line).chain(attributes(line)).any(is_words) {
                found.push(format!("{place}:{number}: {}", line.trim()));
            }
        }
    }
    found
}

/// The string literals that are the text of an element: alone on their line, or after a tag.
fn texts(line: &str) -> impl Iterator<Item = &str> {
    let trimmed = line.trim();
    let alone = trimmed.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let inside = line.split(">\"").skip(1).filter_map(|text| Some(text.split_once("\"<")?.0));
    alone.into_iter().chain(inside)
}

/// The string literals in attributes that are shown or read out.
fn attributes(line: &str) -> impl Iterator<Item = &str> {
    let names = ["label=\"", "title=\"", "placeholder=\"", "alt=\""];
    names.into_iter().filter_map(|name| Some(line.split_once(name)?.1.split_once('"')?.0))
}

fn is_words(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    letters > 1 && !NAMES.contains(&text) && !text.contains(['"', '`', '='])
}

/// The Rust files below `folder`, without their tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code: Vec<_> = code.lines().filter(|line| !line.trim().starts_with("//")).collect();
            sources.push((path.display().to_string().replace('\\', "/"), code.join("\n")));
        }
    }
    sources
}

#[test]
fn calls_are_read_as_they_stand() {
    let inside = until_closed(r#"language => "a-b", name = f("x, y)", 1), count = count,) + 1"#);
    let asked = call("here", inside, false);
    assert_eq!(asked.key, "a-b");
    assert_eq!(asked.arguments.into_iter().collect::<Vec<_>>(), ["count", "name"]);
    let around = call("here", r#""a-c", link"#, true);
    assert_eq!(around.arguments.into_iter().collect::<Vec<_>>(), ["link"]);
}

#[test]
fn words_in_a_view_are_found() {
    for line in [r#"    "Try again""#, r#"<p class="x">"Some words"</p>"#] {
        assert!(texts(line).any(is_words), "{line}");
    }
    assert!(attributes(r#"aria-label="More" x"#).any(is_words));
    assert!(!attributes(r#"alt="" x"#).any(is_words));
    for line in [r#"<h1>"Easel"</h1>"#, r#"  " ""#, r#"{text!("a-key")}"#, r#"let a = "b c";"#] {
        assert!(!texts(line).any(is_words), "{line}");
    }
}
