//! The pages for people who are not signed in yet.

use leptos::prelude::*;

use super::{FormDocument, Typed, password_help, role_name, why};
use crate::{
    language::text,
    server::{people::NotIn, store::Role},
};

/// The sign-in method of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMethod {
    Password,
    /// There is no owner yet, so nobody has a password.
    NoOwner,
    /// A proxy signs people in.
    Proxy,
}

/// The page at `/sign-in`.
#[component]
pub fn SignInPage(
    style_sheet: String,
    method: SignInMethod,
    /// The path to open afterwards.
    then: String,
    name: String,
    error: Option<NotIn>,
) -> impl IntoView {
    let alert = error.map(|error| view! { <p role="alert">{why(&error, &name)}</p> });
    let form = move || {
        view! {
            <form class="keys__new" method="post" action="/sign-in">
                <Typed id="name" label=text!("people-name") autocomplete="username" value=name/>
                <Typed
                    id="password"
                    label=text!("people-password")
                    kind="password"
                    autocomplete="current-password"
                />
                <input type="hidden" name="then" value=then/>
                <button type="submit" class="button button--main">{text!("people-sign-in")}</button>
            </form>
            <p>{text!("people-forgot")}</p>
        }
    };
    let content = match method {
        SignInMethod::Password => view! {
            <p>{text!("people-sign-in-about")}</p>
            {alert}
            {form()}
        }
        .into_any(),
        SignInMethod::NoOwner => view! { <p>{text!("people-no-owner")}</p> }.into_any(),
        SignInMethod::Proxy => view! { <p>{text!("people-proxy")}</p> }.into_any(),
    };
    view! { <FormDocument style_sheet title=text!("people-sign-in")>{content}</FormDocument> }
}

/// The purpose of an invitation link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// None: the link has expired or was used.
    Gone,
    /// A new person with this role.
    New(Role),
    /// A new password for the person with this name.
    Reset(String),
    /// A new role for the signed-in person.
    Become(Role),
    /// None here: a proxy names people, and it did not name this one.
    Unnamed,
}

/// The page at `/invite`.
#[component]
pub fn AcceptPage(
    style_sheet: String,
    invited: Invited,
    token: String,
    name: String,
    error: Option<NotIn>,
) -> impl IntoView {
    let title = match &invited {
        Invited::Reset(name) => text!("people-new-password-for", name = name.as_str()),
        _ => text!("people-come-in"),
    };
    let alert = error.map(|error| view! { <p role="alert">{why(&error, &name)}</p> });
    let about = match &invited {
        Invited::Gone => text!("people-gone"),
        Invited::New(role) => text!("people-invited", role = role_name(*role)),
        Invited::Reset(_) => text!("people-reset-about"),
        Invited::Become(role) => text!("people-become", role = role_name(*role)),
        Invited::Unnamed => text!("people-link-proxy"),
    };
    let (autocomplete, kind) = ("new-password", "password");
    let password = || {
        let (label, help) = (text!("people-password"), password_help());
        view! { <Typed id="password" label kind autocomplete help/> }
    };
    let fields = match &invited {
        Invited::Gone | Invited::Unnamed => None,
        Invited::New(_) => Some(
            view! {
                <Typed id="name" label=text!("people-name") autocomplete="username" value=name/>
                {password()}
            }
            .into_any(),
        ),
        // Lets a password manager know the account.
        Invited::Reset(name) => Some(
            view! {
                <input type="hidden" name="name" autocomplete="username" value=name.clone()/>
                {password()}
            }
            .into_any(),
        ),
        Invited::Become(_) => Some(().into_any()),
    };
    let form = fields.map(|fields| {
        view! {
            <form class="keys__new" method="post" action="/invite">
                {fields}
                <input type="hidden" name="token" value=token/>
                <button type="submit" class="button button--main">{text!("people-come-in")}</button>
            </form>
        }
    });
    view! {
        <FormDocument style_sheet title>
            <p>{about}</p>
            {alert}
            {form}
        </FormDocument>
    }
}
