//! For owners: all people, their roles, and the open invitations.

use leptos::prelude::*;

use super::role_name;
use crate::{
    language::text,
    server::{
        api_keys::day,
        store::{Invitation, Person, Role},
    },
};

/// All people with a name, and the invitations that nobody has accepted yet.
#[derive(Clone, Debug)]
pub struct Everybody {
    pub people: Vec<Person>,
    pub invitations: Vec<Invitation>,
}

impl Everybody {
    /// Draws it for the person with the id `own_id`.
    pub(super) fn view(self, own_id: &str) -> impl IntoView + use<> {
        let people = self.people.into_iter().map(|person| {
            let is_you = person.id == own_id;
            view! { <One person is_you/> }
        });
        let people = people.collect_view();
        let links =
            (!self.invitations.is_empty()).then(|| view! { <Links invitations=self.invitations/> });
        view! {
            <section aria-label=text!("people-everybody")>
                <h2>{text!("people-everybody")}</h2>
                <p>{text!("people-roles")}</p>
                <ul class="connections__list">{people}</ul>
            </section>
            <section aria-label=text!("people-invite")>
                <h2>{text!("people-invite")}</h2>
                <form class="keys__new" method="post" action="/people/invite">
                    <label class="field__label" for="role">{text!("people-role")}</label>
                    <Roles id="role".to_owned() chosen=Role::Maker/>
                    <button type="submit" class="button">{text!("people-make-link")}</button>
                </form>
                {links}
            </section>
        }
    }
}

#[component]
fn One(person: Person, is_you: bool) -> impl IntoView {
    let Person { id, name, role, created_ms, password, .. } = person;
    // A proxy says that it is them, and goes on saying so.
    let is_named = password.is_none();
    let facts = [role_name(role), text!("people-since", day = day(created_ms))].join(" · ");
    let select_id = format!("role-{id}");
    let change = (!is_you).then(|| {
        view! {
            <form class="keys__row" method="post" action="/people/role">
                <input type="hidden" name="person" value=id.clone()/>
                <label class="visually-hidden" for=select_id.clone()>
                    {text!("people-role-of", name = name.as_str())}
                </label>
                <Roles id=select_id chosen=role/>
                <button
                    type="submit"
                    class="chip"
                    aria-label=text!("people-set-role-of", name = name.as_str())
                >
                    {text!("people-set-role")}
                </button>
            </form>
            <details>
                <summary>{text!("people-remove-named", name = name.as_str())}</summary>
                <form class="keys__new" method="post" action="/people/remove">
                    <p>{text!("people-remove-about")}</p>
                    {is_named.then(|| view! { <p>{text!("people-remove-named-by-proxy")}</p> })}
                    <input type="hidden" name="person" value=id/>
                    <label class="vary__check">
                        <input type="checkbox" name="made" value="delete" autocomplete="off"/>
                        {text!("people-remove-made")}
                    </label>
                    <button type="submit" class="chip">{text!("people-remove")}</button>
                </form>
            </details>
        }
    });
    view! {
        <li class="connections__way">
            <div class="connections__head">
                <strong class="connections__name" dir="auto">{name.clone()}</strong>
                <span class="connections__state">{facts}</span>
            </div>
            {change}
        </li>
    }
}

#[component]
fn Roles(id: String, chosen: Role) -> impl IntoView {
    let options = Role::ALL.map(|role| {
        view! { <option value=role.word() selected=role == chosen>{role_name(role)}</option> }
    });
    view! { <select class="field__control" id=id name="role">{options.collect_view()}</select> }
}

#[component]
fn Links(invitations: Vec<Invitation>) -> impl IntoView {
    let links = invitations.into_iter().map(|invitation| {
        let facts = text!("people-link-until", day = day(invitation.expires_ms));
        view! {
            <li class="connections__way">
                <form class="connections__head" method="post" action="/people/take-back">
                    <strong class="connections__name">{role_name(invitation.role)}</strong>
                    <span class="connections__state">{facts}</span>
                    <input type="hidden" name="invitation" value=invitation.digest/>
                    <button type="submit" class="chip">{text!("people-take-back")}</button>
                </form>
            </li>
        }
    });
    view! {
        <h3>{text!("people-links")}</h3>
        <ul class="connections__list">{links.collect_view()}</ul>
    }
}
