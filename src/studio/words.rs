//! The page's own texts, in the language of the document. The server writes them into the document,
//! from the same messages as all others; `{0}` stands for the first argument.

/// The id of the element that holds the texts.
pub const WORDS: &str = "words";

/// Separates two texts.
const SEPARATOR: char = '\n';

/// Separates the forms of a text for different numbers; each form begins with its plural category.
const FORMS: char = '|';

/// The plural category of the last form.
const OTHER: &str = "other";

/// The texts: the page's name for each, its message, and the message's arguments in order. The
/// first argument of a `counted` text selects the form.
macro_rules! texts {
    ($($name:ident $kind:ident $key:literal $($argument:literal)*;)*) => {
        /// A text of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Text {
            $($name,)*
        }

        #[cfg(feature = "ssr")]
        const MESSAGES: &[Message] = &[
            $(Message {
                key: $key,
                arguments: &[$($argument),*],
                is_counted: matches!(stringify!($kind).as_bytes(), b"counted"),
            },)*
        ];
    };
}

texts! {
    MadeWith said "card-made-with" "model";
    OneOf said "card-one-of" "name" "index" "count";
    Cancel said "card-cancel";
    TryAgain said "card-again";
    Edit said "card-edit";
    RetryNow said "card-now";
    MoreLikeThis said "card-more";
    UseAsInput said "card-use";
    Download said "card-download";
    Progress said "card-progress";
    Results said "card-results";
    Seed said "card-seed" "seed";
    Took said "card-took" "seconds";
    Elapsed said "card-elapsed" "seconds";
    Left said "card-left" "seconds";
    DecimalMark said "number-decimal-mark";
    PromptNeeded said "composer-prompt-needed";
    PromptTooLong said "field-prompt-too-long" "max" "chars";
    Checking said "connections-checking";
    Searching said "models-searching";
    Starting said "status-starting";
    LoadingTry said "status-loading-try" "tries" "most";
    CancelSent said "status-cancel-sent";
    CancelUndelivered said "status-cancel-undelivered";
    Lost said "status-lost";
    Done said "status-done";
    Cancelled said "status-cancelled";
    Undo said "notice-undo";
    Unreachable said "notice-unreachable";
    UnreachableCheck said "notice-unreachable-check";
    StillLoading said "notice-still-loading" "tries";
    Internal said "notice-internal";
    TooLarge said "notice-too-large";
    TurnedAway said "notice-turned-away";
    Uploading said "notice-uploading";
    UploadUnreachable said "notice-upload-unreachable";
    UploadBroken said "notice-upload-broken";
    UploadFailed said "notice-upload-failed";
    UploadTooLarge said "notice-upload-too-large";
    UploadStatus said "notice-upload-status" "status";
    TakesNoPicture said "notice-takes-no-picture";
    SeedUsed said "notice-seed-used";
    TakesNoSeed said "notice-takes-no-seed";
    PromptCopied said "notice-prompt-copied";
    LinkCopied said "notice-link-copied";
    CannotCopy said "notice-cannot-copy";
    Deleted counted "notice-deleted" "count";
    Selected counted "wall-selected" "count";
    TooMany said "wall-too-many" "most";
}

/// The text, for one without arguments.
pub fn text(name: Text) -> &'static str {
    // Compiles to less code than `nth`, which the page does not need elsewhere.
    let mut texts = all().split(SEPARATOR);
    for _ in 0..name as u8 {
        texts.next();
    }
    texts.next().unwrap_or_default()
}

/// The text with its arguments filled in.
pub fn text_with(name: Text, arguments: &[&str]) -> String {
    filled(text(name), arguments)
}

/// The form for `number`, which is the text's argument.
pub fn counted(name: Text, number: u32) -> String {
    filled(form_of(text(name), &category(number)), &[&number.to_string()])
}

/// Replaces `{0}`, `{1}` … by arguments.
fn filled(pattern: &str, arguments: &[&str]) -> String {
    let mut words = String::new();
    for (index, piece) in pattern.split('{').enumerate() {
        let mut letters = piece.chars();
        if index > 0 {
            let number = letters.next().unwrap_or_default() as usize;
            words += arguments.get(number.wrapping_sub('0' as usize)).copied().unwrap_or_default();
            // Skip the closing brace.
            letters.next();
        }
        words += letters.as_str();
    }
    words
}

/// The form for a plural category; the last form is for all other categories.
fn form_of<'a>(forms: &'a str, category: &str) -> &'a str {
    let mut chosen = "";
    for form in forms.split(FORMS) {
        match form.strip_prefix(category) {
            Some(words) => return words,
            None => chosen = form,
        }
    }
    chosen.strip_prefix(OTHER).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
use in_browser::{all, category};
#[cfg(feature = "ssr")]
use on_server::{all, category};

#[cfg(feature = "ssr")]
pub use on_server::{MESSAGES_OF_PAGE, Message, texts};

#[cfg(not(feature = "ssr"))]
mod in_browser {
    use std::cell::Cell;

    use js_sys::{Array, Intl::PluralRules, Object};
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::HtmlElement;

    use super::WORDS;
    use crate::browser;

    thread_local! {
        static ALL: Cell<&'static str> = const { Cell::new("") };
    }

    /// All texts of the document, read once.
    pub fn all() -> &'static str {
        if ALL.get().is_empty() {
            let element = browser::by_id::<web_sys::Element>(WORDS);
            let written = element.and_then(|element| element.text_content());
            ALL.set(written.unwrap_or_default().leak());
        }
        ALL.get()
    }

    /// The plural category of `number` in the language of the document, from the browser's `Intl`.
    pub fn category(number: u32) -> String {
        let root = leptos::prelude::document().document_element();
        let language = root.map(|root| root.unchecked_into::<HtmlElement>().lang());
        let languages = Array::of1(&JsValue::from(language.unwrap_or_default()));
        PluralRules::new(&languages, &Object::new()).select(f64::from(number)).into()
    }
}

#[cfg(feature = "ssr")]
mod on_server {
    use std::sync::OnceLock;

    use fluent_bundle::FluentValue;

    use super::{FORMS, MESSAGES, OTHER, SEPARATOR};
    use crate::language::{Language, category_of, sample_of, say};

    /// The source of a text.
    #[derive(Clone, Copy, Debug)]
    pub struct Message {
        pub key: &'static str,
        pub arguments: &'static [&'static str],
        /// Whether the text has a form for each plural category.
        pub is_counted: bool,
    }

    /// All texts of the page.
    pub const MESSAGES_OF_PAGE: &[Message] = MESSAGES;

    /// All texts of the page in `language`, which every page holds; put together once.
    pub fn texts(language: Language) -> &'static str {
        static TEXTS: [OnceLock<String>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        TEXTS[language as usize].get_or_init(|| {
            let all: Vec<_> = MESSAGES.iter().map(|message| pattern(language, message)).collect();
            all.join(&SEPARATOR.to_string())
        })
    }

    fn pattern(language: Language, message: &Message) -> String {
        if !message.is_counted {
            return say(language, message.key, &places(message));
        }
        let form = |category: &&str| {
            let number = sample_of(language, category)?;
            let mut arguments = places(message);
            // The number selects the form; in the form, its placeholder replaces it.
            arguments[0].1 = FluentValue::from(number);
            let words = say(language, message.key, &arguments);
            Some(category.to_string() + &words.replace(&number.to_string(), "{0}"))
        };
        let forms: Vec<_> =
            ["zero", "one", "two", "few", "many", OTHER].iter().filter_map(form).collect();
        forms.join(&FORMS.to_string())
    }

    fn places(message: &Message) -> Vec<(&'static str, FluentValue<'static>)> {
        let places = message.arguments.iter().enumerate();
        places.map(|(index, name)| (*name, format!("{{{index}}}").into())).collect()
    }

    /// The server draws none of the interactive parts, so only tests call this.
    pub fn all() -> &'static str {
        texts(Language::English)
    }

    pub fn category(number: u32) -> String {
        category_of(Language::English, number).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn arguments_stand_where_the_language_puts_them() {
        assert_eq!(filled("{1} of {0}, {1}", &["a", "b"]), "b of a, b");
        assert_eq!(filled("no { argument", &[]), "no rgument");
        assert_eq!(filled("{7}", &["a"]), "");
        assert_eq!(text_with(Text::OneOf, &["a fox", "2", "4"]), "a fox (2 of 4)");
    }

    #[test]
    fn a_number_has_its_form() {
        assert_eq!(counted(Text::Deleted, 1), "Deleted");
        assert_eq!(counted(Text::Deleted, 3), "3 deleted");
        assert_eq!(counted(Text::Selected, 0), "0 selected");
        let forms = "one{0} imagem|other{0} imagens";
        assert_eq!(form_of(forms, "one"), "{0} imagem");
        assert_eq!(form_of(forms, "many"), "{0} imagens");
    }

    #[test]
    fn every_language_writes_as_many_texts() {
        for language in Language::ALL {
            let all = texts(language);
            let all: Vec<_> = all.split(SEPARATOR).collect();
            assert_eq!(all.len(), MESSAGES_OF_PAGE.len());
            for (text, message) in all.iter().zip(MESSAGES_OF_PAGE) {
                assert!(!text.is_empty(), "{} in {language:?}", message.key);
                assert_eq!(text.contains("other") && message.is_counted, message.is_counted);
                // One form may leave the number out, as “Deleted” does.
                let missing = (0..message.arguments.len())
                    .find(|index| !text.contains(&format!("{{{index}}}")));
                assert_eq!(missing, None, "{}: {text}", message.key);
            }
        }
    }
}
