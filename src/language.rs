//! The page's languages and their texts, one folder below `locales/` for each.
//! [`text!`](crate::language::text) returns a text in the language of the current task's person.

mod messages;
mod negotiation;
mod notices;
mod reported;

use fluent_bundle::{
    FluentValue,
    types::{FluentNumber, FluentNumberOptions},
};

pub use self::{
    messages::{around, category_of, sample_of, say},
    negotiation::accepted,
    notices::{notice_of, worded},
    reported::{reported, reported_in},
};

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
    /// Brazilian Portuguese.
    Portuguese,
}

tokio::task_local! {
    /// The language of the person whom this task serves. Every text depends on it, so it would
    /// otherwise be an argument of every view.
    static CURRENT: Language;
}

impl Language {
    pub const ALL: [Self; 3] = [Self::English, Self::Chinese, Self::Portuguese];

    /// The cookie with the language that the person chose on the page.
    pub const COOKIE: &str = "easel_language";

    /// The BCP 47 tag, which is also the folder's name below `locales/`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
            Self::Portuguese => "pt-BR",
        }
    }

    /// The name of the language in the language itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
            Self::Portuguese => "Português",
        }
    }

    /// The language with exactly this tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language of the current task; English outside a request.
    pub fn current() -> Self {
        CURRENT.try_get().unwrap_or_default()
    }

    /// Runs `work` with this language as the current one.
    pub async fn of_task<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// Runs `work`, which is synchronous, with this language as the current one.
    pub fn of_work<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }
}

/// A number with exactly `digits` digits after the decimal mark.
pub fn decimal(number: f64, digits: usize) -> FluentValue<'static> {
    let power = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
    let options =
        FluentNumberOptions { minimum_fraction_digits: Some(digits), ..Default::default() };
    FluentValue::Number(FluentNumber::new((number * power).round() / power, options))
}

/// The text with this key in `locales/`, with its arguments: `text!("wall-pictures", number = 3)`.
/// In the language of the current task, or of the value before the arrow:
/// `text!(language => "card-cancel")`.
macro_rules! text {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::language::text!($crate::language::Language::current() => $key $(, $name = $value)*)
    };
    ($language:expr => $key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::language::say(
            $language,
            $key,
            &[$((stringify!($name), fluent_bundle::FluentValue::from($value))),*],
        )
    };
}

/// The parts of a text before and after an argument that is an element instead of text:
/// `text_around!("pages-made-with", link)`.
macro_rules! text_around {
    ($key:literal, $name:ident) => {
        $crate::language::around($crate::language::Language::current(), $key, stringify!($name))
    };
}

/// A notice with the text with this key, which is read in the language of each person:
/// `notice!("run-from-cache")`.
macro_rules! notice {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::language::notice_of(
            $key,
            vec![$((stringify!($name).to_owned(), $crate::generation::Argument::from($value))),*],
        )
    };
}

pub(crate) use {notice, text, text_around};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_of_its_task() {
        assert_eq!(text!("card-cancel"), "Cancel");
        Language::Portuguese.of_work(|| assert_eq!(text!("card-cancel"), "Cancelar"));
        assert_eq!(text!(Language::Chinese => "card-cancel"), "取消");
    }

    #[test]
    fn numbers_have_the_decimal_mark_of_the_language() {
        let size = |language| text!(language => "number-megabytes", number = decimal(1.25, 1));
        assert_eq!(size(Language::English), "1.3 MB");
        assert_eq!(size(Language::Portuguese), "1,3 MB");
        assert_eq!(text!("number-megabytes", number = decimal(2.0, 1)), "2.0 MB");
    }

    #[test]
    fn plurals_follow_the_language() {
        let words = |language, number: u32| text!(language => "wall-pictures", number = number);
        assert_eq!(
            [words(Language::English, 1), words(Language::English, 2)],
            ["1 picture", "2 pictures"]
        );
        assert_eq!(
            [0, 1, 2].map(|number| words(Language::Portuguese, number)),
            ["0 imagem", "1 imagem", "2 imagens"]
        );
        assert_eq!(words(Language::Chinese, 1), "1 张图片");
    }

    #[test]
    fn an_element_stands_where_the_language_puts_it() {
        let (before, after) = text_around!("pages-made-with", link);
        assert_eq!((before.as_str(), after.as_str()), ("Made with ", ""));
        let (before, after) = around(Language::Chinese, "pages-made-with", "link");
        assert!(!before.is_empty() && !after.is_empty(), "{before} … {after}");
    }
}
