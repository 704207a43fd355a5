//! Why there is no picture: what happened, what it may have cost, and what to do.

mod fields;
mod next_step;
mod what;

use leptos::prelude::*;

pub use self::{fields::fields, next_step::next_step, what::what};
use super::html;
use crate::{
    error::{Billed, GenerateError},
    generation::{Refusal, RefusalKind},
    language::text,
};

/// What a page is told of `error`.
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
    let sentence = text!("error-sentence", what = what(error));
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => sentence,
    }
}

/// What happened and what to do, in plain text.
pub fn plain(error: &GenerateError) -> String {
    text!("error-plain", what = what(error), next = next_step(error))
}

/// What happened, what it may have cost, and what to do.
pub fn words(error: &GenerateError) -> impl IntoView + use<> {
    let headline = match error {
        GenerateError::Cancelled => text!("status-cancelled"),
        error => headline(error),
    };
    let detail = error.detail().map(str::to_owned);
    let is_cancelled = *error == GenerateError::Cancelled;
    let next = (!is_cancelled).then(|| next_step(error));
    let billed = (error.billed() == Billed::Maybe).then(|| text!("error-billed"));
    let link = error.link().map(|(words, address)| {
        let words = link_words(error, words);
        view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
    });
    view! {
        <p class="failure__headline">{headline}</p>
        {detail.map(|detail| view! { <q class="failure__detail">{detail}</q> })}
        {next.map(|next| view! { <p>{next}" "{link}</p> })}
        {billed.map(|billed| view! { <p>{billed}</p> })}
    }
}

/// What the page that helps is called. What a provider is called stands in its own words for it.
fn link_words(error: &GenerateError, words: &str) -> String {
    let named = |before, after| words.strip_prefix(before)?.strip_suffix(after);
    match error {
        GenerateError::Unbilled(error) => return link_words(error, words),
        GenerateError::GatedModel { .. } => return text!("error-link-licence"),
        GenerateError::Paused { .. } => return text!("error-link-page"),
        GenerateError::EndpointOff { .. } => return text!("error-link-endpoints"),
        GenerateError::NoCredit { .. } => {
            named("", " billing").map(|provider| text!("error-link-billing", provider = provider))
        }
        _ => {
            named("Make a ", " token").map(|provider| text!("error-link-key", provider = provider))
        }
    }
    .unwrap_or_else(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{EndpointState, IMAGE_SERVERS, SPACE_LOGINS},
        generation::ProviderKind,
        language::Language,
    };

    /// One of each kind, and of those whose advice depends on what is in them, one of each advice.
    fn errors() -> Vec<GenerateError> {
        let (model, detail) = ("a/b".to_owned(), "its words".to_owned());
        let (variable, provider) = ("HF_AUTH_KEY".to_owned(), ProviderKind::Hf);
        let (page, host) = ("https://a.example".to_owned(), "a.example".to_owned());
        let key = |variable: &str| GenerateError::MissingKey {
            provider: ProviderKind::Space,
            variable: variable.to_owned(),
        };
        let off = |state| {
            let (host, detail) = ("a.example".to_owned(), String::new());
            GenerateError::EndpointOff { host, state, detail }
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
            GenerateError::Filtered { detail: detail.clone() },
            GenerateError::ModelFailed { detail: detail.clone() },
            GenerateError::BadAnswer { detail: detail.clone() },
            GenerateError::Unreachable { host: host.clone(), detail: detail.clone() },
            GenerateError::Busy { host: host.clone(), detail: detail.clone() },
            GenerateError::Timeout { detail: detail.clone() },
            GenerateError::Timeout { detail: detail.clone() }.unbilled(),
            GenerateError::ModelFailed { detail: detail.clone() }.unbilled(),
            GenerateError::Unknown { detail: detail.clone() },
            GenerateError::Expired { detail: detail.clone() },
            GenerateError::NotAllowed { origin: host },
            GenerateError::StillLoading { tries: 20 },
            GenerateError::Interrupted { may_be_billed: true },
            GenerateError::Conflict,
            GenerateError::NotFound,
            GenerateError::Cancelled,
            GenerateError::CrossSite,
            GenerateError::Storage { detail: detail.clone() },
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
        ]
    }

    #[test]
    fn a_person_reads_in_english_what_programs_do() {
        for error in errors() {
            assert_eq!(what(&error), error.to_string());
            assert_eq!(headline(&error), error.headline());
            assert_eq!(next_step(&error), error.next_step(), "{error}");
            if let Some((words, _)) = error.link() {
                assert_eq!(link_words(&error, words), words);
            }
        }
    }

    #[test]
    fn every_error_is_told_in_every_language() {
        for language in [Language::Chinese, Language::Portuguese] {
            for error in errors() {
                let told = language.of_work(|| format!("{}{}", what(&error), next_step(&error)));
                let english = format!("{error}{}", error.next_step());
                assert!(told != english && !told.contains("Try "), "{language:?}: {told}");
            }
        }
    }

    #[test]
    fn a_sentence_begins_and_ends_as_the_language_wants() {
        let error = GenerateError::Timeout { detail: String::new() };
        let told = |language: Language| language.of_work(|| headline(&error));
        assert_eq!(told(Language::English), "There was no answer in time.");
        assert!(told(Language::Portuguese).ends_with('.'));
        assert!(told(Language::Chinese).ends_with('。'));
    }
}
