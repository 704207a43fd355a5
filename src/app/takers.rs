//! The page of models that take a picture, grouped by what they do with it. Each is a link to the
//! form with the picture filled in.

mod deed;

use std::time::Duration;

use futures::future::join_all;
use leptos::prelude::*;
use tokio::time::timeout;

use self::deed::Deed;
use super::{Brought, form::FilledForm, plain::PlainDocument};
use crate::{
    generation::{Draft, ModelReference, contract::Fill},
    language::text,
    server::{state::AppState, visitors::Asker},
};

/// How long all models together may take to describe themselves.
const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(8);

/// The most search results to describe.
const ASKED: usize = 4;

/// A model that takes a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Taker {
    pub reference: ModelReference,
    pub title: String,
    pub description: Option<String>,
    deed: Deed,
}

/// The models that take a picture: those on offer, and, for operators, search results. Models that
/// are not described in time are left out.
pub async fn takers(state: &AppState, asker: &Asker) -> Vec<Taker> {
    let mut references: Vec<_> = state.offered().map(|offer| offer.reference).collect();
    if asker.caller.is_operator() {
        let registry = &state.registry;
        let searches = Deed::ALL.map(|deed| registry.search(deed.search(), None));
        let found = timeout(DESCRIBE_TIMEOUT, join_all(searches)).await.unwrap_or_default();
        for page in found {
            let models = page.models.into_iter().map(|model| model.reference);
            references.extend(models.take(ASKED));
        }
    }
    let mut known = Vec::new();
    for reference in references {
        if !known.contains(&reference) {
            known.push(reference);
        }
    }
    let asked = known
        .into_iter()
        .map(|reference| timeout(DESCRIBE_TIMEOUT, taker(state, asker, reference)));
    join_all(asked).await.into_iter().filter_map(|asked| asked.ok().flatten()).collect()
}

/// The model with what it does to a picture; `None` if it takes none.
async fn taker(state: &AppState, asker: &Asker, reference: ModelReference) -> Option<Taker> {
    let draft = Draft { model: reference.to_string(), ..Draft::default() };
    let form = FilledForm::of_draft(state, asker, draft, Fill::Keep).await;
    let pictures = form.state().pictures;
    let Some(Ok(model)) = &form.model else { return None };
    let deed = Deed::of(model);
    let description = model.description.clone();
    (!pictures.is_empty()).then(|| Taker { reference, title: form.title(), description, deed })
}

/// The whole document.
#[component]
pub fn TakersPage(
    takers: Vec<Taker>,
    /// The digest of the picture.
    digest: String,
    style_sheet: String,
) -> impl IntoView {
    let is_empty = takers.is_empty();
    let groups = Deed::ALL.into_iter().filter_map(|deed| {
        let own: Vec<_> = takers.iter().filter(|taker| taker.deed == deed).cloned().collect();
        let picture = digest.clone();
        (!own.is_empty()).then(|| view! { <Group deed takers=own picture/> })
    });
    let groups = groups.collect_view();
    let head = view! { <link rel="stylesheet" href="/series.css"/> };
    let title = text!("takers-title");
    view! {
        <PlainDocument title=title.clone() style_sheet head=head.into_any()>
            <header class="series__top">
                <a class="series__brand" href="/">
                    <img src="/favicon.svg" alt="" width="26" height="26"/>
                    "Easel"
                </a>
            </header>
            <main class="series">
                <h1 class="series__prompt">{title}</h1>
                <img class="series__given" src=format!("/api/thumbnails/{digest}") alt=text!("takers-picture")/>
                {is_empty.then(|| view! { <p>{text!("takers-none")}</p> })}
                {groups}
            </main>
        </PlainDocument>
    }
}

/// The models with the same effect.
#[component]
fn Group(deed: Deed, takers: Vec<Taker>, picture: String) -> impl IntoView {
    let name = deed.name();
    let lines = takers.into_iter().map(|taker| {
        let model = taker.reference.to_string();
        let kind = taker.reference.provider().title().to_owned();
        let address = Brought { model, picture: picture.clone(), ..Brought::default() }.address();
        let about = [Some(kind), taker.description].into_iter().flatten().collect::<Vec<_>>();
        view! { <li><a href=address>{taker.title}</a><small>{about.join(" · ")}</small></li> }
    });
    view! {
        <section aria-label=name.clone()>
            <h2>{name.clone()}</h2>
            <ul class="series__list">{lines.collect_view()}</ul>
        </section>
    }
}
