//! Drawing an error: what happened, what it may have cost, and what to do.

mod fields;
mod link;
mod next_step;
mod what;

use leptos::prelude::*;

pub use self::{fields::fields, link::link, next_step::next_step, what::what};
use super::html;
use crate::{
    error::{Billed, GenerateError},
    generation::{Refusal, RefusalKind},
    language::{reported, text},
};

/// The refusal that the page receives for `error`.
pub fn refusal(error: &GenerateError) -> Refusal {
    let (kind, fields) = match error {
        GenerateError::Cancelled => (RefusalKind::Cancelled, Vec::new()),
        GenerateError::InputRejected { fields: wrong, .. } if !wrong.is_empty() => {
            (RefusalKind::Inputs, fields(wrong))
        }
        _ => (RefusalKind::Failed, Vec::new()),
    };
    let html = html(|| words(error)).into();
    Refusal {
        kind,
        words: headline(error),
        html,
        fields,
        error: postcard::to_allocvec(error).unwrap_or_default(),
    }
}

/// What happened, as a sentence.
pub fn headline(error: &GenerateError) -> String {
    as_sentence(text!("error-sentence", what = what(error)))
}

/// What happened and what to do, as sentences.
pub fn sentences(error: &GenerateError) -> String {
    as_sentence(plain(error))
}

/// The text with a capital; a name or URL at its beginning keeps its case.
fn as_sentence(text: String) -> String {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let begins_with_name = first_word.contains(['/', ':', '.']);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !begins_with_name => first.to_uppercase().chain(letters).collect(),
        _ => text,
    }
}

/// The words of whoever answered, or Easel's own about it.
pub fn detail(error: &GenerateError) -> Option<String> {
    error.detail().map(reported)
}

/// The same for programs and logs, where it follows other words.
pub fn plain(error: &GenerateError) -> String {
    text!("error-plain", what = what(error), next = next_step(error))
}

/// What happened, what it may have cost, and what to do, as HTML.
pub fn words(error: &GenerateError) -> impl IntoView + use<> {
    let headline = match error {
        GenerateError::Cancelled => text!("status-cancelled"),
        error => headline(error),
    };
    let detail = detail(error);
    let is_cancelled = *error == GenerateError::Cancelled;
    let next = (!is_cancelled).then(|| next_step(error));
    let billed = (error.billed() == Billed::Maybe).then(|| text!("error-billed"));
    let link = link(error).map(|(words, address)| {
        view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
    });
    view! {
        <p class="failure__headline">{headline}</p>
        {detail.map(|detail| view! { <q class="failure__detail" dir="auto">{detail}</q> })}
        {next.map(|next| view! { <p>{next}" "{link}</p> })}
        {billed.map(|billed| view! { <p>{billed}</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{EndpointState, IMAGE_SERVERS, SPACE_LOGINS},
        generation::{BudgetLimit, Limit, Period, ProviderKind, ReachedLimit, SpentBudget},
        language::Language,
    };

    /// One error of each variant, and one for each advice where that depends on the fields.
    fn errors() -> Vec<GenerateError> {
        let (model, detail, billed) = ("a/b".to_owned(), "its words".to_owned(), Billed::Maybe);
        let (variable, provider) = ("HF_AUTH_KEY".to_owned(), ProviderKind::Hf);
        let (page, host) = ("https://a.example".to_owned(), "a.example".to_owned());
        let key = |variable: &str| GenerateError::MissingKey {
            provider: ProviderKind::Space,
            variable: variable.to_owned(),
            detail: String::new(),
        };
        let off = |state| {
            let (host, detail) = ("a.example".to_owned(), String::new());
            GenerateError::EndpointOff { host, state, detail }
        };
        let spent = |is_own, limit, period| {
            let begins_anew = "2026-12-01".to_owned();
            let budget = SpentBudget { is_own, limit, period, begins_anew };
            GenerateError::BudgetSpent { budget }
        };
        vec![
            GenerateError::BadKey { provider, variable: variable.clone(), detail: detail.clone() },
            key("HF_AUTH_KEY"),
            key(SPACE_LOGINS),
            key(IMAGE_SERVERS),
            GenerateError::NotPermitted { provider, variable, detail: detail.clone() },
            GenerateError::NoCredit { provider, detail: detail.clone() },
            GenerateError::GatedModel { model: model.clone(), page: page.clone() },
            GenerateError::ModelNotFound { model: model.clone(), detail: detail.clone() },
            GenerateError::UnsupportedModel { model: model.clone(), detail: detail.clone() },
            GenerateError::InputRejected { fields: Vec::new(), detail: detail.clone() },
            GenerateError::TooManyRequests { retry_after_seconds: None, detail: detail.clone() },
            GenerateError::TooManyRequests { retry_after_seconds: Some(8), detail: detail.clone() },
            GenerateError::Quota { resets_in_seconds: None, detail: detail.clone() },
            GenerateError::Quota { resets_in_seconds: Some(600), detail: detail.clone() },
            GenerateError::Quota { resets_in_seconds: Some(9_000), detail: detail.clone() },
            GenerateError::Asleep { model: model.clone(), detail: detail.clone() },
            GenerateError::Paused { model, page },
            GenerateError::Filtered { detail: detail.clone(), billed },
            GenerateError::ModelFailed { detail: detail.clone(), billed },
            GenerateError::BadAnswer { detail: detail.clone(), billed },
            GenerateError::Unreachable { host: host.clone(), detail: detail.clone() },
            GenerateError::Busy { host: host.clone(), detail: detail.clone() },
            GenerateError::Timeout { detail: detail.clone(), billed },
            GenerateError::Timeout { detail: detail.clone(), billed: Billed::No },
            GenerateError::ModelFailed { detail: detail.clone(), billed: Billed::No },
            GenerateError::Unknown { detail: detail.clone(), billed },
            GenerateError::Expired { detail: detail.clone(), billed },
            GenerateError::NotAllowed { origin: host },
            GenerateError::StillLoading { tries: 20 },
            GenerateError::Interrupted { may_be_billed: true },
            GenerateError::Conflict,
            GenerateError::NotFound,
            GenerateError::Cancelled,
            GenerateError::CrossSite,
            GenerateError::Storage { detail: detail.clone(), billed },
            GenerateError::CannotKeep { detail: detail.clone() },
            GenerateError::ServerUnreachable,
            GenerateError::Internal,
            GenerateError::NoRoom,
            off(EndpointState::Paused),
            off(EndpointState::Failed),
            off(EndpointState::Off),
            GenerateError::OwnGalleryFull { limit_mb: 5 },
            GenerateError::AllGalleriesFull { limit_mb: 5 },
            GenerateError::Said { message: detail },
            GenerateError::NotSignedIn,
            GenerateError::OnlyLooking,
            spent(true, BudgetLimit::Money("10.00 USD".to_owned()), Period::Month),
            spent(false, BudgetLimit::Generations(10), Period::Day),
            spent(true, BudgetLimit::Generations(1), Period::Day),
        ]
        .into_iter()
        .chain(Limit::ALL.map(|limit| {
            let reached = ReachedLimit { limit, allowed: 60, retry_after_seconds: 600 };
            GenerateError::LimitReached { reached }
        }))
        .collect()
    }

    #[test]
    fn a_sentence_begins_with_a_capital_and_a_name_as_it_is() {
        let model = |model: &str| GenerateError::ModelNotFound {
            model: model.to_owned(),
            detail: String::new(),
        };
        let unsupported = |model: &str| GenerateError::UnsupportedModel {
            model: model.to_owned(),
            detail: String::new(),
        };
        for (error, begins) in [
            (model("a/b"), "There is no model a/b"),
            (unsupported("black-forest-labs/x"), "black-forest-labs/x "),
            (unsupported("http://127.0.0.1:8119/"), "http://127.0.0.1:8119/ "),
            (
                GenerateError::Busy { host: "a.example".to_owned(), detail: String::new() },
                "a.example is busy",
            ),
        ] {
            assert!(headline(&error).starts_with(begins), "{}", headline(&error));
        }
    }

    #[test]
    fn a_person_reads_in_english_what_programs_do() {
        for error in errors() {
            assert_eq!(what(&error), error.to_string());
        }
    }

    #[test]
    fn a_link_leads_to_whoever_the_key_belongs_to() {
        let missing = |provider| GenerateError::MissingKey {
            provider,
            variable: String::new(),
            detail: String::new(),
        };
        for (error, words, address) in [
            (missing(ProviderKind::Replicate), "Make a Replicate token", "https://replicate.com/"),
            (missing(ProviderKind::Space), "Make a Hugging Face token", "https://huggingface.co/"),
            (
                GenerateError::NoCredit { provider: ProviderKind::Hf, detail: String::new() },
                "Hugging Face billing",
                "https://huggingface.co/settings/billing",
            ),
        ] {
            let (told, leads_to) = link(&error).unwrap();
            assert_eq!(told, words);
            assert!(leads_to.starts_with(address), "{leads_to}");
        }
        assert_eq!(link(&missing(ProviderKind::Demo)), None);
    }

    #[test]
    fn what_cost_nothing_for_sure_may_be_tried_again() {
        let lost = |billed| GenerateError::Unknown { detail: String::new(), billed };
        assert_eq!(next_step(&lost(Billed::No)), "Nothing was billed. Try again.");
        assert!(next_step(&lost(Billed::Maybe)).contains("may still have run"));
    }

    #[test]
    fn every_error_is_told_in_every_language() {
        for language in [Language::Chinese, Language::Portuguese] {
            for error in errors() {
                let told = language.of_work(|| format!("{}{}", what(&error), next_step(&error)));
                let english = format!("{error}{}", next_step(&error));
                assert!(told != english && !told.contains("Try "), "{language:?}: {told}");
            }
        }
    }

    #[test]
    fn a_sentence_begins_and_ends_as_the_language_wants() {
        let error = GenerateError::Timeout { detail: String::new(), billed: Billed::Maybe };
        let told = |language: Language| language.of_work(|| headline(&error));
        assert_eq!(told(Language::English), "There was no answer in time.");
        assert!(told(Language::Portuguese).ends_with('.'));
        assert!(told(Language::Chinese).ends_with('。'));
    }
}
