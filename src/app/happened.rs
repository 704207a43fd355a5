//! The page with the log of what people did on this server.

use leptos::prelude::*;

use super::{money::cell, names::moment, plain::FormDocument};
use crate::{
    language::text,
    server::store::{Deed, Earlier, Happening},
};

/// The page at `/happened`.
#[component]
pub fn HappenedPage(
    style_sheet: String,
    /// The entries to show, newest first.
    happenings: Vec<Happening>,
    /// Before this there was more.
    earlier: Option<Earlier>,
) -> impl IntoView {
    let none = happenings.is_empty().then(|| view! { <p>{text!("happened-nothing")}</p> });
    let rows = happenings.into_iter().map(|happening| view! { <One happening/> });
    let earlier = earlier.map(|Earlier { at_ms, id }| {
        let address = format!("/happened?before={at_ms}_{}", id.replace('#', "%23"));
        view! { <p><a href=address>{text!("happened-earlier")}</a></p> }
    });
    view! {
        <FormDocument style_sheet title=text!("happened-title")>
            <p>{text!("happened-about")}</p>
            {none}
            <ul class="connections__list">{rows.collect_view()}</ul>
            {earlier}
            <p><a href="/happened.csv" download="easel-happened.csv">{text!("happened-csv")}</a></p>
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn One(happening: Happening) -> impl IntoView {
    let Happening { at_ms, who, deed, about } = happening;
    let (machine, at) = moment(at_ms);
    let who = if who.is_empty() { text!("money-somebody") } else { who };
    view! {
        <li class="connections__way">
            <div class="connections__head">
                <strong class="connections__name">{who}</strong>
                <span class="connections__state">{words(deed, &about)}</span>
                <time datetime=machine>{at}</time>
            </div>
        </li>
    }
}

/// The deed as text, to follow the person's name.
fn words(deed: Deed, about: &str) -> String {
    match deed {
        Deed::SignedIn => text!("happened-signed-in"),
        Deed::CameIn => text!("happened-came-in"),
        Deed::SignedOut => text!("happened-signed-out"),
        Deed::ChangedPassword => text!("happened-changed-password"),
        Deed::Invited => text!("happened-invited", about = about),
        Deed::TookBackInvitation => text!("happened-took-back"),
        Deed::SetRole => text!("happened-set-role", about = about),
        Deed::RemovedPerson => text!("happened-removed-person", about = about),
        Deed::MadeApiKey => text!("happened-made-api-key", about = about),
        Deed::RevokedApiKey => text!("happened-revoked-api-key", about = about),
        Deed::GaveKey => text!("happened-gave-key", about = about),
        Deed::RemovedKey => text!("happened-removed-key", about = about),
        Deed::SetPrice => text!("happened-set-price", about = about),
        Deed::RemovedPrice => text!("happened-removed-price", about = about),
        Deed::SetCurrency => text!("happened-set-currency", about = about),
        Deed::SetBudget => text!("happened-set-budget", about = about),
        Deed::RemovedBudget => text!("happened-removed-budget", about = about),
        Deed::Shared => text!("happened-shared", about = about),
        Deed::Unshared => text!("happened-unshared", about = about),
        Deed::Deleted => text!("happened-deleted", about = about),
        Deed::Restored => text!("happened-restored", about = about),
        Deed::FailedSignIn => text!("happened-failed-sign-in", about = about),
        Deed::SetLimit => text!("happened-set-limit", about = about),
        Deed::SetOffers => text!("happened-set-offers", about = about),
        Deed::SetOrigins => text!("happened-set-origins", about = about),
        Deed::SetOwnKeys => text!("happened-set-own-keys", about = about),
        Deed::GaveOwnKey => text!("happened-gave-own-key", about = about),
        Deed::RemovedOwnKey => text!("happened-removed-own-key", about = about),
        Deed::CopiedSpace => text!("happened-copied-space", about = about),
        Deed::Spent => text!("happened-spent", about = about),
    }
}

/// The entries as CSV for spreadsheets, in English like other data for programs.
pub fn csv(happenings: &[Happening]) -> String {
    let mut text = "time,who,deed,about\r\n".to_owned();
    for Happening { at_ms, who, deed, about } in happenings {
        let (time, _) = moment(*at_ms);
        text += &format!("{time},{},{},{}\r\n", cell(who), deed.word(), cell(about));
    }
    text
}
