//! The account page: password, browsers, and, for an owner, everybody else.

use leptos::prelude::*;

use super::{
    FormDocument, Typed, browsers::Browsers, everybody::Everybody, password_help, role_name, why,
};
use crate::{
    language::text,
    server::{
        people::{NotIn, Signed},
        store::{PersonBrowser, Role},
    },
};

/// The result of the submitted form.
#[derive(Debug)]
pub enum AccountFormResult {
    Nothing,
    PasswordChanged,
    Refused(NotIn),
    /// The invitation link, shown only once.
    Invited {
        role: Role,
        link: String,
    },
    LastOwner,
    /// There is no such person any more.
    Gone,
    Removed(String),
}

/// The page at `/people`.
#[component]
pub fn AccountPage(
    style_sheet: String,
    signed: Signed,
    browsers: Vec<PersonBrowser>,
    /// For owners only.
    everybody: Option<Everybody>,
    done: AccountFormResult,
) -> impl IntoView {
    let person = signed.person.clone();
    let you = text!("people-you", name = person.name.as_str(), role = role_name(person.role));
    // A person whom a proxy signs in has neither password nor sessions here.
    let own = signed.browser.clone().map(|browser| {
        view! {
            <Browsers browsers current=browser/>
            <section aria-label=text!("people-change-password")>
                <h2>{text!("people-change-password")}</h2>
                <form class="keys__new" method="post" action="/people/password">
                    <input type="hidden" name="name" autocomplete="username" value=person.name/>
                    <Typed
                        id="old"
                        label=text!("people-old-password")
                        kind="password"
                        autocomplete="current-password"
                    />
                    <Typed
                        id="new"
                        label=text!("people-new-password")
                        kind="password"
                        autocomplete="new-password"
                        help=password_help()
                    />
                    <button type="submit" class="button">{text!("people-change-password")}</button>
                </form>
            </section>
        }
    });
    view! {
        <FormDocument style_sheet title=text!("people-title")>
            <p>{you}</p>
            <FormMessage done/>
            {everybody.map(|everybody| everybody.view(&signed.person.id))}
            {own}
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn FormMessage(done: AccountFormResult) -> impl IntoView {
    let (role, words) = match done {
        AccountFormResult::Nothing => return ().into_any(),
        AccountFormResult::Invited { role, link } => {
            let words = text!("people-link", role = role_name(role));
            return view! {
                <section role="status">
                    <p>{words.clone()}</p>
                    <input class="field__control" readonly value=link aria-label=words/>
                </section>
            }
            .into_any();
        }
        AccountFormResult::PasswordChanged => ("status", text!("people-changed")),
        AccountFormResult::Removed(name) => ("status", text!("people-removed", name = name)),
        AccountFormResult::LastOwner => ("alert", text!("people-last-owner")),
        AccountFormResult::Gone => ("alert", text!("people-not-here")),
        AccountFormResult::Refused(error) => ("alert", why(&error, "")),
    };
    view! { <p role=role>{words}</p> }.into_any()
}
