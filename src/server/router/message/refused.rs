//! Refusals that are plain text for programs become a page in the person's language where a browser
//! sent the form, or opens the address.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, response::Parts},
    middleware::Next,
    response::Response,
};
use leptos::prelude::*;

use super::{POLICY, is_for_a_person};
use crate::{
    app::{self, PlainRefusal},
    error::GenerateError,
    language::{reported, text},
    server::state::AppState,
};

/// The longest refusal in words.
const MAX_BYTES: usize = 4 * 1024;

/// How the words begin in which axum refuses a request that it cannot read.
const UNREAD: [&str; 5] =
    ["Failed to ", "Form requests must ", "Invalid ", "Expected request ", "length limit "];

/// Draws refusals for people.
pub async fn in_words(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_for_a_person = is_for_a_person(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !is_for_a_person || !is_refusal || !is_plain {
        return response;
    }
    let (parts, body) = response.into_parts();
    let told = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    page(&state, parts, &words(status, &String::from_utf8_lossy(&told)))
}

/// What was told, in the language of the person; by its status, if that says nothing to them.
fn words(status: StatusCode, told: &str) -> String {
    if !told.trim().is_empty() && !UNREAD.iter().any(|begin| told.starts_with(begin)) {
        return reported(told);
    }
    match status {
        StatusCode::NOT_FOUND => text!("pages-nowhere"),
        StatusCode::PAYLOAD_TOO_LARGE => text!("notice-too-large"),
        status if status.is_server_error() => app::sentences(&GenerateError::Internal),
        _ => text!("pages-unreadable"),
    }
}

fn page(state: &AppState, mut parts: Parts, words: &str) -> Response {
    let (words, style_sheet) = (words.to_owned(), state.assets.style_sheet());
    let html = app::html(|| view! { <PlainRefusal words style_sheet/> });
    parts.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        parts.headers.insert(name, HeaderValue::from_static(value));
    }
    Response::from_parts(parts, Body::from(html))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_refusal_is_told_in_the_language_of_the_person() {
        let told =
            |status, words: &str| Language::Portuguese.of_work(|| self::words(status, words));
        for (status, english, words) in [
            (
                403,
                "Only the owner of this Easel may do this.",
                "Só o dono deste Easel pode fazer isso.",
            ),
            (409, "Já está em português.", "Já está em português."),
            (
                422,
                "Failed to deserialize form body: missing field `model`",
                "O Easel não conseguiu ler este pedido. Recarregue a página e tente novamente.",
            ),
            (404, "", "Não há página neste endereço."),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(told(status, english), words);
        }
    }
}
