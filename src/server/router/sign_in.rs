//! `/sign-in` and `/invite`: how people sign in.

use std::convert::Infallible;

use axum::{
    Extension, Form,
    extract::{FromRequestParts, Query, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::of_limit;
use crate::{
    app::{
        self,
        people::{AcceptPage, Invited, SignInMethod, SignInPage},
    },
    server::{
        client_address::ClientAddress,
        config::Access,
        people::{NotIn, People, Signed, Visit},
        session::IsNew,
        state::AppState,
        store::{SessionId, StoreError},
    },
};

/// No script: these are plain forms.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// The page that the person wanted to open.
#[derive(Deserialize)]
pub struct SignInQuery {
    #[serde(default)]
    then: String,
}

/// `GET /sign-in`
pub async fn page(
    State(state): State<AppState>,
    signed: Option<Extension<Signed>>,
    Query(SignInQuery { then }): Query<SignInQuery>,
) -> Result<Response, StoreError> {
    if signed.is_some() || !state.access.knows_names() {
        return Ok(Redirect::to("/").into_response());
    }
    shown(&state, then, String::new(), None).await
}

#[derive(Deserialize)]
pub struct Credentials {
    name: String,
    password: String,
    #[serde(default)]
    then: String,
}

/// `POST /sign-in`
pub async fn sign_in(
    State(state): State<AppState>,
    visitor: Visitor,
    Form(Credentials { name, password, then }): Form<Credentials>,
) -> Result<Response, StoreError> {
    if !matches!(state.access, Access::People | Access::Open) {
        return Ok(Redirect::to("/").into_response());
    }
    match state.people.sign_in(&name, &password, &visitor.visit()).await {
        Ok(cookie) => {
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&own(&then))).into_response())
        }
        Err(error) => shown(&state, then, name, Some(error)).await,
    }
}

async fn shown(
    state: &AppState,
    then: String,
    name: String,
    error: Option<NotIn>,
) -> Result<Response, StoreError> {
    let method = match state.access {
        Access::Proxy => SignInMethod::Proxy,
        _ if state.people.has_owner().await? => SignInMethod::Password,
        _ => SignInMethod::NoOwner,
    };
    let (style_sheet, status) = (state.assets.style_sheet(), status_of(error.as_ref()));
    let again = when_again(error.as_ref());
    let html = app::html(|| view! { <SignInPage style_sheet method then name error/> });
    Ok((again, answer(status, html)).into_response())
}

/// The token of an invitation.
#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

/// `GET /invite`: opening the link does not use it up, because programs open links for previews.
pub async fn invitation(
    State(state): State<AppState>,
    signed: Option<Extension<Signed>>,
    Query(Link { token }): Query<Link>,
) -> Result<Response, StoreError> {
    if !state.access.knows_names() {
        return Ok(Redirect::to("/").into_response());
    }
    invited(&state, signed.as_deref(), token, String::new(), None).await
}

#[derive(Deserialize)]
pub struct Accepting {
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// `POST /invite`
pub async fn accept(
    State(state): State<AppState>,
    signed: Option<Extension<Signed>>,
    visitor: Visitor,
    Form(Accepting { token, name, password }): Form<Accepting>,
) -> Result<Response, StoreError> {
    let home = Redirect::to("/");
    match (state.access, &signed) {
        (Access::Local, _) => Ok(home.into_response()),
        (Access::Proxy, Some(signed)) => {
            match state.people.become_by(&token, &signed.person).await? {
                true => Ok(home.into_response()),
                false => invited(&state, Some(signed), String::new(), name, None).await,
            }
        }
        (Access::Proxy, None) => Ok(Redirect::to("/sign-in").into_response()),
        (Access::People | Access::Open, _) => {
            match state.people.accept(&token, &name, &password, &visitor.visit()).await {
                Ok(cookie) => Ok(([(header::SET_COOKIE, cookie)], home).into_response()),
                Err(error) => invited(&state, None, token, name, Some(error)).await,
            }
        }
    }
}

async fn invited(
    state: &AppState,
    signed: Option<&Signed>,
    token: String,
    name: String,
    error: Option<NotIn>,
) -> Result<Response, StoreError> {
    let invitation = state.people.invitation(&token).await?;
    let invited = match &invitation {
        None => Invited::Gone,
        Some(invitation) => match state.people.invited(invitation).await? {
            Some(person) => Invited::Reset(person.name),
            None if state.access == Access::Proxy => match signed {
                Some(_) => Invited::Become(invitation.role),
                None => Invited::Unnamed,
            },
            None => Invited::New(invitation.role),
        },
    };
    let status = match (&invited, &error) {
        (Invited::Gone, _) => StatusCode::NOT_FOUND,
        (_, error) => status_of(error.as_ref()),
    };
    let error = error.filter(|_| invited != Invited::Gone);
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <AcceptPage style_sheet invited token name error/> });
    Ok(answer(status, html))
}

/// The headers that say when the next password attempt is allowed.
pub(super) fn when_again(error: Option<&NotIn>) -> HeaderMap {
    match error {
        Some(NotIn::TooSoon { allowed, seconds }) => of_limit(*allowed, *seconds),
        _ => HeaderMap::new(),
    }
}

pub(super) fn answer(status: StatusCode, html: String) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(html)).into_response()
}

pub(super) fn status_of(error: Option<&NotIn>) -> StatusCode {
    let Some(error) = error else { return StatusCode::OK };
    People::note(error);
    match error {
        NotIn::NoName | NotIn::NoPassword | NotIn::NameTaken => StatusCode::UNPROCESSABLE_ENTITY,
        NotIn::Gone => StatusCode::NOT_FOUND,
        NotIn::Wrong => StatusCode::FORBIDDEN,
        NotIn::TooSoon { .. } => StatusCode::TOO_MANY_REQUESTS,
        NotIn::Busy | NotIn::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The path to open after sign-in, on this server alone.
fn own(then: &str) -> String {
    let uri = then.parse::<Uri>().ok().filter(|_| then.starts_with('/'));
    let is_here = uri.is_some_and(|uri| uri.authority().is_none());
    // Two slashes would begin another host, and so would a backslash.
    let is_plain = !then.starts_with("//") && !then.contains('\\');
    if is_here && is_plain { then.to_owned() } else { "/".to_owned() }
}

/// The browser of the person who signs in.
pub struct Visitor {
    session: Option<SessionId>,
    headers: HeaderMap,
    address: ClientAddress,
}

impl Visitor {
    fn visit(&self) -> Visit<'_> {
        let Self { session, headers, address } = self;
        Visit { session: session.as_ref(), headers, address: *address }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let extensions = &parts.extensions;
        let is_new = extensions.get::<IsNew>().is_some();
        let session = extensions.get::<SessionId>().filter(|_| !is_new);
        // The generations of a person who is signed in already belong to them.
        let session = session.filter(|_| extensions.get::<Signed>().is_none()).cloned();
        let address = ClientAddress::of(extensions);
        Ok(Self { session, headers: parts.headers.clone(), address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_on_this_server() {
        for (then, leads_to) in [
            ("/p/1?position=2", "/p/1?position=2"),
            ("/", "/"),
            ("", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/a b", "/"),
        ] {
            assert_eq!(own(then), leads_to, "{then}");
        }
    }
}
