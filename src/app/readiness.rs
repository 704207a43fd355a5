//! A model's readiness as a dot and a few words.

use super::names::time_words;
use crate::{
    generation::{Readiness, RunTimes, Span},
    language::{Language, text},
};

/// The readiness as text; `usual` supplies the usual time of a cold start.
pub fn words(readiness: Readiness, usual: &RunTimes) -> String {
    match (readiness, usual.cold) {
        (Readiness::Warm, _) => text!("readiness-warm"),
        (Readiness::Cold, Some(Span { median, .. })) => {
            let usual = time_words(median, Language::current());
            text!("readiness-cold-usual", usual = usual)
        }
        (Readiness::Cold, None) => text!("readiness-cold"),
        (Readiness::Asleep, _) => text!("readiness-asleep"),
        (Readiness::Busy, _) => text!("readiness-busy"),
        (Readiness::Gone, _) => text!("readiness-gone"),
    }
}

/// The CSS classes of the dot.
pub fn dot(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Warm => "dot dot--ok",
        Readiness::Cold | Readiness::Asleep => "dot dot--free",
        Readiness::Busy | Readiness::Gone => "dot dot--warn",
    }
}
