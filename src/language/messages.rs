//! The messages of `locales/`, compiled into the binary.

use std::sync::LazyLock;

use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, memoizer::MemoizerKind,
};

use super::Language;

type Bundle = FluentBundle<FluentResource>;

/// The files of one language, one for each part of the page.
macro_rules! files {
    ($tag:literal) => {
        files!($tag: "attach" "card" "composer" "connections" "errors" "facts" "fields" "habits" "happened" "head" "inputs" "keys" "limits" "models" "money"
            "notices" "numbers" "pages" "painter" "people" "providers" "refusals" "run" "series" "settings" "space" "status" "takers" "uploads" "viewer" "wall" "words")
    };
    ($tag:literal: $($name:literal)*) => {
        [$(include_str!(concat!("../../locales/", $tag, "/", $name, ".ftl"))),*]
    };
}

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, &files!("en")));
static CHINESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Chinese, &files!("zh-CN")));
static PORTUGUESE: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Language::Portuguese, &files!("pt-BR")));

fn bundle_of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
        Language::Portuguese => &PORTUGUESE,
    }
}

/// Ignores syntax errors; `tests/languages` reads the same files and fails on any mistake.
fn bundle(language: Language, files: &[&str]) -> Bundle {
    let tag = language.tag().parse().expect("a language has a tag");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Isolation marks are for right-to-left scripts, and would end up in names and copied texts.
    bundle.set_use_isolating(false);
    bundle.add_builtins().expect("the bundle is new");
    for file in files {
        let resource = match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource(resource).expect("no message is there twice");
    }
    if format(&bundle, "number-decimal-mark", &[]).as_deref() == Some(",") {
        bundle.set_formatter(Some(with_comma));
    }
    bundle
}

fn with_comma<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(number.as_string().replace('.', ",")),
        _ => None,
    }
}

/// The text with this key in `language`; [`text!`](super::text) calls this.
pub fn say(language: Language, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
    // A text that is missing in one language appears in English.
    let said = format(bundle_of(language), key, arguments);
    said.or_else(|| format(&ENGLISH, key, arguments)).unwrap_or_else(|| key.to_owned())
}

/// Whether there is a text with this key.
pub fn has(key: &str) -> bool {
    ENGLISH.has_message(key)
}

fn format(bundle: &Bundle, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> Option<String> {
    let arguments: FluentArgs<'_> =
        arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "{key}: {errors:?}");
    Some(text)
}

/// The parts before and after the argument `name` of the text `key`.
pub fn around(language: Language, key: &str, name: &str) -> (String, String) {
    const PLACE: &str = "\u{fffc}";
    let text = say(language, key, &[(name, PLACE.into())]);
    match text.split_once(PLACE) {
        Some((before, after)) => (before.to_owned(), after.to_owned()),
        None => (text, String::new()),
    }
}

/// Numbers that together cover every plural category of every language.
const SAMPLES: [u32; 7] = [1, 2, 3, 5, 11, 0, 1_000_000];

/// The CLDR plural category of `number`.
pub fn category_of(language: Language, number: u32) -> &'static str {
    let number = FluentValue::from(number);
    let bundle = bundle_of(language);
    let scope = fluent_bundle::resolver::Scope::new(bundle, None, None);
    let categories = ["zero", "one", "two", "few", "many"];
    let is_of = |category: &&&str| FluentValue::from(**category).matches(&number, &scope);
    categories.iter().find(is_of).copied().unwrap_or("other")
}

/// A number of this plural category; `None` if the language lacks it.
pub fn sample_of(language: Language, category: &str) -> Option<u32> {
    SAMPLES.into_iter().find(|number| category_of(language, *number) == category)
}
