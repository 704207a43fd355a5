//! Pages for people with names: signing in, accepting an invitation, and the account. Their forms
//! work without script.

mod account;
mod browsers;
mod everybody;
mod signing_in;

use leptos::prelude::*;

pub use self::{
    account::{AccountFormResult, AccountPage},
    everybody::Everybody,
    signing_in::{AcceptPage, Invited, SignInMethod, SignInPage},
};
use super::plain::FormDocument;
use crate::{
    language::text,
    server::{
        people::{MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, NotIn},
        store::Role,
    },
};

/// The role's name for people.
fn role_name(role: Role) -> String {
    match role {
        Role::Owner => text!("people-owner"),
        Role::Maker => text!("people-maker"),
        Role::Viewer => text!("people-viewer"),
    }
}

/// Why a sign-in or an invitation failed, and what to do.
fn why(error: &NotIn, name: &str) -> String {
    match error {
        NotIn::NoName => text!("people-no-name"),
        NotIn::NoPassword => {
            text!("people-no-password", least = MIN_PASSWORD_LENGTH, most = MAX_PASSWORD_LENGTH)
        }
        NotIn::NameTaken => text!("people-taken", name = name),
        NotIn::Gone => text!("people-gone"),
        NotIn::Wrong => text!("people-wrong"),
        NotIn::TooSoon { seconds, .. } => text!("people-too-soon", seconds = *seconds),
        NotIn::Busy => text!("people-busy"),
        NotIn::Store(_) => text!("people-store"),
    }
}

/// An input of a form.
#[component]
fn Typed(
    id: &'static str,
    label: String,
    #[prop(default = "text")] kind: &'static str,
    /// The `autocomplete` value, for password managers.
    autocomplete: &'static str,
    #[prop(default = String::new())] value: String,
    #[prop(default = None)] help: Option<String>,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let longest = if kind == "password" { MAX_PASSWORD_LENGTH } else { 100 };
    let described = help.is_some().then(|| help_id.clone());
    view! {
        <label class="field__label" for=id>{label}</label>
        <input
            class="field__control"
            id=id
            name=id
            type=kind
            value=value
            required
            maxlength=longest.to_string()
            autocomplete=autocomplete
            autocapitalize="none"
            spellcheck="false"
            aria-describedby=described
        />
        {help.map(|help| view! { <p class="field__help" id=help_id>{help}</p> })}
    }
}

/// The rules for a new password.
fn password_help() -> Option<String> {
    Some(text!("people-password-help", least = MIN_PASSWORD_LENGTH))
}
