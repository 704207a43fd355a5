//! The language of a response: the one chosen on the page, otherwise the browser's preference.

use axum::{
    Form,
    extract::Request,
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use serde::Deserialize;

use crate::language::{Language, accepted};

/// How long a browser stores the choice, in days.
const KEPT_DAYS: i64 = 400;

/// Makes everything below respond in the person's language.
pub async fn with_language(request: Request, next: Next) -> Response {
    wanted(request.headers()).of_task(next.run(request)).await
}

fn wanted(headers: &HeaderMap) -> Language {
    let cookies = CookieJar::from_headers(headers);
    let chosen = cookies.get(Language::COOKIE).and_then(|cookie| Language::of_tag(cookie.value()));
    let asked = || {
        let header = headers.get(header::ACCEPT_LANGUAGE)?;
        accepted(header.to_str().ok()?)
    };
    chosen.or_else(asked).unwrap_or_default()
}

/// The form of the language menu.
#[derive(Deserialize)]
pub struct Choice {
    language: String,
}

/// `POST /language`: stores the choice, and redirects back to the page.
pub async fn choose(
    cookies: CookieJar,
    headers: HeaderMap,
    Form(Choice { language }): Form<Choice>,
) -> Response {
    let back = Redirect::to(&origin_of(&headers));
    match Language::of_tag(&language) {
        Some(language) => {
            let kept = Cookie::build((Language::COOKIE, language.tag()))
                .path("/")
                .same_site(SameSite::Lax)
                .http_only(true)
                .max_age(time::Duration::days(KEPT_DAYS));
            (cookies.add(kept), back).into_response()
        }
        None => back.into_response(),
    }
}

/// Path and query of the page that sent a form; its host is ignored, so the redirect stays on this
/// server.
fn origin_of(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|referer| referer.to_str().ok());
    let uri = referer.and_then(|referer| referer.parse::<Uri>().ok());
    let path = uri.as_ref().and_then(Uri::path_and_query).map(ToString::to_string);
    // Two slashes would begin another host.
    path.filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(header::HeaderName, &'static str)| {
            (name.clone(), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn what_was_chosen_comes_before_what_the_browser_asks_for() {
        let asks = (header::ACCEPT_LANGUAGE, "pt-BR,en;q=0.5");
        let chose = |cookie| (header::COOKIE, cookie);
        for (pairs, language) in [
            (vec![asks.clone()], Language::Portuguese),
            (vec![asks.clone(), chose("a=b; easel_language=zh-CN")], Language::Chinese),
            (vec![asks.clone(), chose("easel_language=klingon")], Language::Portuguese),
            (vec![], Language::English),
        ] {
            assert_eq!(wanted(&headers(&pairs)), language, "{pairs:?}");
        }
    }

    #[test]
    fn the_way_back_stays_on_this_server() {
        for (referer, back) in [
            ("http://127.0.0.1:3000/?search=fox", "/?search=fox"),
            ("https://evil.example/p/1", "/p/1"),
            ("https://evil.example//evil.example", "/"),
            ("nonsense", "/"),
            ("", "/"),
        ] {
            assert_eq!(origin_of(&headers(&[(header::REFERER, referer)])), back, "{referer}");
        }
        assert_eq!(origin_of(&HeaderMap::new()), "/");
    }
}
