//! The list of models: models on offer, recently used models, and search results of the providers.

mod foot;
mod row;

use std::collections::HashMap;

use leptos::prelude::*;

use self::{
    foot::{Foot, Notice},
    row::Row,
};
use super::{failure, html, money};
use crate::{
    error::GenerateError,
    generation::{
        Badge, ConnectionState, KeyUse, ModelPage, ModelReference, ProviderKind, Readiness,
        RunTimes,
        contract::{Drawn, ModelsQuery, ModelsState, State},
    },
    language::text,
    server::{spending::Prices, state::AppState, visitors::Asker},
};

/// The most recently used models in the list.
const MAX_RECENT: usize = 5;

/// The most references that a request may list as seen.
const MAX_SEEN: usize = 2_000;

/// The longest title from a browser's memory, in Unicode scalar values.
const MAX_TITLE: usize = 120;

/// A page of models from all providers; visitors search only the models on offer.
///
/// # Errors
///
/// When more searches come from the caller's address than are allowed.
pub async fn page(
    state: &AppState,
    asker: &Asker,
    query: ModelsQuery,
) -> Result<Drawn, GenerateError> {
    let ModelsQuery { query, cursor, seen, recent } = query;
    let is_operator = asker.caller.is_operator();
    if is_operator {
        state.visitors.may_search(asker.address).await?;
    }
    let page = match is_operator {
        true => state.registry.search(&query, cursor.as_deref()).await,
        false => ModelPage::default(),
    };
    let mut list = List::new(seen);
    if cursor.is_none() {
        let own = state.offered().map(|offer| Badge::new(offer.reference, offer.title));
        let words = query.trim().to_lowercase();
        list.add(text!("models-yours"), own.filter(|badge| is_meant(badge, &words)));
        if is_operator && words.is_empty() {
            list.add(
                text!("models-recent"),
                recent.lines().take(MAX_RECENT).filter_map(remembered),
            );
        }
    }
    let mut models = page.models;
    for kind in ProviderKind::all() {
        let (of_kind, others): (Vec<_>, Vec<_>) =
            models.into_iter().partition(|badge| badge.reference.provider() == kind);
        models = others;
        let of_kind = of_kind.into_iter().map(|badge| Badge {
            title: state.app_title(&badge.reference).unwrap_or(badge.title),
            ..badge
        });
        list.add(group_of(kind), of_kind);
    }
    let keyless: Vec<ProviderKind> = match is_operator {
        true => keyless(state),
        false => Vec::new(),
    };
    let List { first, seen, groups } = list;
    let mut usual = HashMap::new();
    for model in groups.iter().flat_map(|(_, models)| models) {
        let known = state.generations.usual(&model.reference).await;
        let readiness = state.generations.readiness(&model.reference).await;
        usual.insert(model.reference.clone(), (known, readiness));
    }
    let prices = match asker.caller.may_make() {
        true => state.spending.prices().await.unwrap_or_default(),
        false => Prices::default(),
    };
    let references = seen[first..].to_vec();
    let next = page.next.clone().filter(|_| seen.len() < MAX_SEEN);
    let (count, has_more) = (seen.len(), next.is_some());
    let is_nothing = count == 0;
    let refused = match query.trim().parse().map(|model| state.visitors.check(asker.caller, &model))
    {
        Ok(Err(error)) if is_nothing => Some(error),
        _ => page.error.clone().filter(|_| is_nothing),
    };
    let notice = page.notice.or_else(|| page.error.as_ref().map(failure::sentences));
    let notice = notice.map(|words| Notice { words, is_built_in: page.is_built_in });
    let foot = html(|| match refused {
        Some(error) => failure::words(&error).into_any(),
        None => view! { <Foot notice count has_more is_open=is_nothing/> }.into_any(),
    });
    let html = html(|| view! { <Groups groups first keyless usual prices/> });
    let state = ModelsState { references, next, foot: foot.into() };
    Ok(Drawn { html: html.into(), state: State::Models(state) })
}

/// Parses a line of the browser's recently used models.
fn remembered(line: &str) -> Option<Badge> {
    let (reference, title) = line.split_once('\t')?;
    let title: String = title.chars().take(MAX_TITLE).collect();
    Some(Badge::new(reference.parse().ok()?, title))
}

fn is_meant(badge: &Badge, words: &str) -> bool {
    let is_in = |text: &str| text.to_lowercase().contains(words);
    is_in(badge.reference.as_str()) || is_in(&badge.title)
}

/// The providers that require a key and have none.
fn keyless(state: &AppState) -> Vec<ProviderKind> {
    let connections = state.registry.all().map(|provider| provider.connection());
    let may_do_without = |kind: ProviderKind| matches!(kind.info().key, KeyUse::Own(_));
    let keyless = connections.filter(|connection| {
        connection.state == ConnectionState::NotConfigured && !may_do_without(connection.provider)
    });
    keyless.map(|connection| connection.provider).collect()
}

fn group_of(kind: ProviderKind) -> String {
    match kind {
        ProviderKind::Demo => text!("models-built-in"),
        ProviderKind::Space => text!("models-spaces"),
        kind => kind.title().to_owned(),
    }
}

/// Groups of models, without duplicates.
struct List {
    /// The number of models on earlier pages.
    first: usize,
    seen: Vec<String>,
    groups: Vec<(String, Vec<Badge>)>,
}

impl List {
    fn new(mut seen: Vec<String>) -> Self {
        seen.truncate(MAX_SEEN);
        Self { first: seen.len(), seen, groups: Vec::new() }
    }

    fn add(&mut self, name: impl Into<String>, models: impl Iterator<Item = Badge>) {
        let mut own = Vec::new();
        for badge in models {
            let reference = badge.reference.to_string();
            if !self.seen.contains(&reference) {
                self.seen.push(reference);
                own.push(badge);
            }
        }
        if !own.is_empty() {
            self.groups.push((name.into(), own));
        }
    }
}

/// The options of one page, in groups; `first` is the index of its first option.
#[component]
fn Groups(
    groups: Vec<(String, Vec<Badge>)>,
    first: usize,
    keyless: Vec<ProviderKind>,
    usual: HashMap<ModelReference, (RunTimes, Option<Readiness>)>,
    prices: Prices,
) -> impl IntoView {
    let mut index = first;
    let groups = groups.into_iter().enumerate().map(|(number, (name, models))| {
        let title_id = format!("model-group-{first}-{number}");
        let rows = models.into_iter().map(|model| {
            let needs_key = keyless.contains(&model.reference.provider());
            let (usual, readiness) = usual.get(&model.reference).copied().unwrap_or_default();
            let price = money::price(&prices, &model.reference);
            let row = view! { <Row index model needs_key usual readiness price/> };
            index += 1;
            row
        });
        let rows = rows.collect_view();
        view! {
            <div class="models__group" role="group" aria-labelledby=title_id.clone()>
                <p class="models__name" role="presentation" id=title_id.clone()>{name}</p>
                {rows}
            </div>
        }
    });
    groups.collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(reference: &str, title: &str) -> Badge {
        Badge::new(reference.parse().unwrap(), title)
    }

    #[test]
    fn each_model_stands_once_over_groups_and_pages() {
        let mut list = List::new(vec!["hf:a/seen".to_owned()]);
        list.add("Yours", [badge("hf:a/b", "a/b"), badge("hf:a/seen", "a/seen")].into_iter());
        list.add("Recent", [badge("hf:a/b", "a/b")].into_iter());
        list.add("Hugging Face", [badge("hf:a/b", "a/b"), badge("hf:a/c", "a/c")].into_iter());
        let names: Vec<_> = list.groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Yours", "Hugging Face"]);
        assert_eq!(list.seen[list.first..], ["hf:a/b", "hf:a/c"]);
    }

    #[test]
    fn what_a_browser_remembers_is_checked() {
        assert!(remembered("nonsense\tx").is_none());
        assert!(remembered("demo").is_none());
        let long = remembered(&format!("demo\t{}", "x".repeat(999))).unwrap();
        assert_eq!(long.title.len(), MAX_TITLE);
    }
}
