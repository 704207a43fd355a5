//! `/people`: the account of the person who is signed in, and, for an owner, everybody else.

use axum::{
    Extension, Form,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::sign_in::{answer, status_of, when_again};
use crate::{
    app::{
        self,
        people::{AccountFormResult, AccountPage, Everybody},
    },
    server::{
        client_address::ClientAddress,
        doors,
        people::{Signed, link_to},
        state::AppState,
        store::{Deed, Role, StoreError},
    },
};

type Answer = Result<Response, StoreError>;

/// `GET /people`
pub async fn page(State(state): State<AppState>, signed: Option<Extension<Signed>>) -> Answer {
    match signed {
        Some(Extension(signed)) => shown(&state, signed, AccountFormResult::Nothing).await,
        // Without access control nobody has a name.
        None => Ok(Redirect::to("/").into_response()),
    }
}

/// Responds with 404 where nobody has a name.
pub async fn with_a_name(request: Request, next: Next) -> Response {
    if request.extensions().get::<Signed>().is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

#[derive(Deserialize)]
pub struct Passwords {
    old: String,
    new: String,
}

/// `POST /people/password`
pub async fn change_password(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    address: ClientAddress,
    Form(Passwords { old, new }): Form<Passwords>,
) -> Answer {
    let done = match state.people.change_password(&signed, (&old, &new), address).await {
        Ok(()) => {
            note(&state, &signed, Deed::ChangedPassword, "").await;
            AccountFormResult::PasswordChanged
        }
        Err(error) => AccountFormResult::Refused(error),
    };
    shown(&state, signed, done).await
}

#[derive(Deserialize)]
pub struct Leaving {
    browser: String,
}

/// `POST /people/sign-out`: from one browser, or from all.
pub async fn sign_out(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(Leaving { browser }): Form<Leaving>,
) -> Answer {
    let is_all = browser == "all";
    state.people.sign_out(&signed.person, (!is_all).then_some(browser.as_str())).await?;
    note(&state, &signed, Deed::SignedOut, "").await;
    if !is_all && signed.browser.as_ref() != Some(&browser) {
        return Ok(Redirect::to("/people").into_response());
    }
    let taken_away = state.signer.take_away(&headers).into_iter();
    let cookies = AppendHeaders(taken_away.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((cookies, Redirect::to("/sign-in")).into_response())
}

#[derive(Deserialize)]
pub struct Inviting {
    role: String,
}

/// `POST /people/invite`
pub async fn invite(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    Form(Inviting { role }): Form<Inviting>,
) -> Answer {
    let Some(role) = Role::of_word(&role) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let token = state.people.invite(role, &signed.person).await?;
    note(&state, &signed, Deed::Invited, role.word()).await;
    let link = link_to(&doors::address::base(&state, &headers), &token);
    shown(&state, signed, AccountFormResult::Invited { role, link }).await
}

#[derive(Deserialize)]
pub struct TakingBack {
    invitation: String,
}

/// `POST /people/take-back`
pub async fn take_back(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    Form(TakingBack { invitation }): Form<TakingBack>,
) -> Answer {
    state.people.take_back(&invitation).await?;
    note(&state, &signed, Deed::TookBackInvitation, "").await;
    Ok(Redirect::to("/people").into_response())
}

#[derive(Deserialize)]
pub struct Promoting {
    person: String,
    role: String,
}

/// `POST /people/role`
pub async fn set_role(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    Form(Promoting { person, role }): Form<Promoting>,
) -> Answer {
    let Some(role) = Role::of_word(&role) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    match state.people.set_role(&person, role).await? {
        true => {
            let people = state.people.all().await?;
            let name = people.iter().find(|one| one.id == person).map_or("", |one| &one.name);
            note(&state, &signed, Deed::SetRole, &format!("{name}: {}", role.word())).await;
            Ok(Redirect::to("/people").into_response())
        }
        false => {
            let done = unchanged(&state, &person).await?;
            shown(&state, signed, done).await
        }
    }
}

#[derive(Deserialize)]
pub struct Removing {
    person: String,
    /// What they made is deleted, too.
    #[serde(default)]
    made: String,
}

/// `POST /people/remove`
pub async fn remove(
    State(state): State<AppState>,
    Extension(signed): Extension<Signed>,
    Form(Removing { person, made }): Form<Removing>,
) -> Answer {
    let done = match state.people.remove(&person).await? {
        Some(person) => {
            note(&state, &signed, Deed::RemovedPerson, &person.name).await;
            if made == "delete" {
                let deleted = state.gallery.delete_all(&person.gallery).await?;
                note(&state, &signed, Deed::Deleted, &format!("{}: {deleted}", person.name)).await;
            }
            // Their own keys went with them.
            state.provider_keys.changed_own().await?;
            AccountFormResult::Removed(person.name)
        }
        None => unchanged(&state, &person).await?,
    };
    shown(&state, signed, done).await
}

/// Why the person with this id was neither changed nor removed.
async fn unchanged(state: &AppState, id: &str) -> Result<AccountFormResult, StoreError> {
    let is_there = state.people.all().await?.iter().any(|person| person.id == id);
    Ok(if is_there { AccountFormResult::LastOwner } else { AccountFormResult::Gone })
}

/// Records an action in the audit log.
async fn note(state: &AppState, signed: &Signed, deed: Deed, about: &str) {
    state.happened.by_name(&signed.person.name, deed, about).await;
}

async fn shown(state: &AppState, signed: Signed, done: AccountFormResult) -> Answer {
    let people = &state.people;
    let everybody = match signed.person.role {
        Role::Owner => Some(Everybody {
            people: people.all().await?,
            invitations: people.invitations().await?,
        }),
        _ => None,
    };
    let browsers = people.browsers_of(&signed.person).await?;
    let status = match &done {
        AccountFormResult::Refused(error) => status_of(Some(error)),
        AccountFormResult::LastOwner => StatusCode::CONFLICT,
        AccountFormResult::Gone => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    let again = match &done {
        AccountFormResult::Refused(error) => when_again(Some(error)),
        _ => HeaderMap::new(),
    };
    let style_sheet = state.assets.style_sheet();
    let html = app::html(|| view! { <AccountPage style_sheet signed browsers everybody done/> });
    Ok((again, answer(status, html)).into_response())
}
