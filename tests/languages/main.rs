//! Checks the languages of `locales/` against each other and against the code: each has every
//! message, with the same arguments, and no unused one.

mod asked;
mod messages;

use std::{collections::BTreeMap, path::Path};

use easel::{language::Language, studio::MESSAGES_OF_PAGE};

use self::{asked::Asked, messages::Arguments};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn messages(language: Language) -> BTreeMap<String, Arguments> {
    messages::read(&root().join("locales").join(language.tag()))
}

/// All messages that the code requests.
fn asked() -> Vec<Asked> {
    let mut asked = asked::read(&root().join("src"));
    asked.extend(MESSAGES_OF_PAGE.iter().map(|message| Asked {
        place: "src/studio/words.rs".to_owned(),
        key: message.key.to_owned(),
        arguments: message.arguments.iter().map(|name| (*name).to_owned()).collect(),
    }));
    // The number formatter requests this one.
    asked.push(Asked {
        place: "src/language/messages.rs".to_owned(),
        key: "number-decimal-mark".to_owned(),
        arguments: Arguments::new(),
    });
    // These are found by their English texts.
    for file in REPORTED {
        let all = messages::read_file(&root().join("locales/en").join(file));
        asked.extend(all.into_iter().map(|(key, arguments)| Asked {
            place: "src/language/reported.rs".to_owned(),
            key,
            arguments,
        }));
    }
    asked
}

/// The files whose texts the code writes in English.
const REPORTED: [&str; 2] = ["providers.ftl", "refusals.ftl"];

#[test]
fn what_is_found_by_its_english_is_written_in_the_code() {
    let code = asked::code(&root().join("src"));
    let mut missing = Vec::new();
    for file in REPORTED {
        let texts = std::fs::read_to_string(root().join("locales/en").join(file)).unwrap();
        for (_, text) in texts.lines().filter_map(|line| line.split_once(" = ")) {
            // What stands between arguments, all of it in one file.
            let parts = text.split("{ $").enumerate().map(|(index, part)| match index {
                0 => part,
                _ => part.split_once(" }").expect(text).1,
            });
            let parts: Vec<_> = parts.collect();
            if !code.iter().any(|code| parts.iter().all(|part| code.contains(part))) {
                missing.push(text.to_owned());
            }
        }
    }
    assert!(missing.is_empty(), "nothing in src/ says {missing:#?}");
}

#[test]
fn every_language_says_the_same_with_the_same_arguments() {
    let english = messages(Language::English);
    let mut wrong = Vec::new();
    for language in [Language::Chinese, Language::Portuguese] {
        let told = messages(language);
        for (key, arguments) in &english {
            match told.get(key) {
                None => wrong.push(format!("{} lacks {key}", language.tag())),
                // A plural form for one may omit the number.
                Some(own) if own != arguments => {
                    wrong.push(format!("{} {key}: {own:?}, not {arguments:?}", language.tag()));
                }
                Some(_) => {}
            }
        }
        let more = told.keys().filter(|key| !english.contains_key(*key));
        wrong.extend(more.map(|key| format!("{key} is in {} alone", language.tag())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn everything_that_is_asked_for_is_said() {
    let english = messages(Language::English);
    let asked = asked();
    assert!(asked.len() > 200, "the code was read");
    let wrong: Vec<_> = asked
        .iter()
        .filter_map(|Asked { place, key, arguments }| match english.get(key) {
            None => Some(format!("{place} asks for {key}, which nothing says")),
            Some(told) if told != arguments => {
                Some(format!("{place} gives {key} {arguments:?}, and it takes {told:?}"))
            }
            Some(_) => None,
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_said_that_is_not_asked_for() {
    let asked = asked();
    let english = messages(Language::English);
    let unused: Vec<_> =
        english.keys().filter(|key| asked.iter().all(|asked| asked.key != **key)).collect();
    assert!(unused.is_empty(), "nothing in src/ asks for {unused:#?}");
}

#[test]
fn no_words_stand_in_a_view() {
    let found: Vec<_> = ["src/app", "src/studio"]
        .iter()
        .flat_map(|room| asked::words_in(&root().join(room)))
        .collect();
    assert!(found.is_empty(), "these belong into locales/: {found:#?}");
}
