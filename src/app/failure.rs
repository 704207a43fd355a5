//! Why there is no picture: what happened, what it may have cost, and what to do.

use leptos::prelude::*;

use super::html;
use crate::{
    error::{Billed, GenerateError},
    generation::{Refusal, RefusalKind},
};

/// What a page is told of `error`.
pub fn refusal(error: &GenerateError) -> Refusal {
    let (kind, fields) = match error {
        GenerateError::Cancelled => (RefusalKind::Cancelled, Vec::new()),
        GenerateError::InputRejected { fields, .. } if !fields.is_empty() => {
            (RefusalKind::Inputs, fields.clone())
        }
        _ => (RefusalKind::Failed, Vec::new()),
    };
    let html = html(|| words(error)).into();
    Refusal {
        kind,
        words: error.headline(),
        html,
        fields,
        error: postcard::to_allocvec(error).unwrap_or_default(),
    }
}

/// What happened, what it may have cost, and what to do.
pub fn words(error: &GenerateError) -> impl IntoView + use<> {
    let headline = match error {
        GenerateError::Cancelled => "Cancelled".to_owned(),
        error => error.headline(),
    };
    let detail = error.detail().map(str::to_owned);
    let is_cancelled = *error == GenerateError::Cancelled;
    let next = (!is_cancelled).then(|| error.next_step());
    let billed = (error.billed() == Billed::Maybe).then_some("You may have been charged for it.");
    let link = error.link().map(|(words, address)| {
        view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
    });
    view! {
        <p class="failure__headline">{headline}</p>
        {detail.map(|detail| view! { <q class="failure__detail">{detail}</q> })}
        {next.map(|next| view! { <p>{next}" "{link}</p> })}
        {billed.map(|billed| view! { <p>{billed}</p> })}
    }
}
