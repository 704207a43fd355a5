//! The connection to each provider: whether there is a key, its permissions, and what to do next.

use leptos::prelude::*;

use super::{failure, html};
use crate::{
    error::GenerateError,
    generation::{
        Connection, ConnectionState, ProviderKind,
        contract::{Drawn, State},
    },
    language::{reported, text, text_around},
    server::{access::Caller, state::AppState, visitors::Asker},
    studio::{CONNECTION_LIST, CONNECTIONS, Connections, DOT, icon::Icon},
};

/// Draws the connection to each provider; first checks the key of the provider with the prefix
/// `check`. A failed check is part of the drawn HTML, so this never fails.
pub async fn draw(state: &AppState, asker: &Asker, check: &str) -> Result<Drawn, GenerateError> {
    if asker.caller.is_operator()
        && let Some(kind) = ProviderKind::named(check)
        && let Some(provider) = state.registry.of_kind(kind)
    {
        provider.check().await;
    }
    let connections = connections(state);
    let overall = overall(&connections);
    let caller = asker.caller;
    let has_name = state.access.is_by_name();
    let may_bring_keys = has_name && state.settings.allows_own_keys();
    let html = html(|| view! { <ConnectionList connections caller has_name may_bring_keys/> });
    Ok(Drawn { html: html.into(), state: State::Connections(overall) })
}

fn connections(state: &AppState) -> Vec<Connection> {
    state.registry.all().map(|provider| provider.connection()).collect()
}

/// The worst state among the providers with a key.
fn overall(connections: &[Connection]) -> ConnectionState {
    let with_key = connections.iter().filter(|connection| connection.provider.has_own_keys());
    let states = with_key
        .map(|connection| connection.state)
        .filter(|state| *state != ConnectionState::NotConfigured);
    states.min_by_key(|state| rank(*state)).unwrap_or(ConnectionState::NotConfigured)
}

fn rank(state: ConnectionState) -> u8 {
    match state {
        ConnectionState::NotConfigured => 0,
        ConnectionState::Failed => 1,
        ConnectionState::Unchecked => 2,
        ConnectionState::Ready => 3,
    }
}

/// Whether the operator gave a key of any provider.
pub fn has_key(state: &AppState) -> bool {
    overall(&connections(state)) != ConnectionState::NotConfigured
}

/// The header's button: its dot shows the worst state among the providers with a key.
#[component]
pub fn ConnectionsButton(state: AppState) -> impl IntoView {
    let overall = overall(&connections(&state));
    view! {
        <button type="button" class="chip chip--quiet" popovertarget="connections">
            <span class="word">{text!("connections-title")}</span>
            <i class=format!("dot {}", overall.dot()) id=DOT aria-hidden="true"></i>
        </button>
    }
}

/// The sheet, still without its contents.
#[component]
pub fn ConnectionsSheet() -> impl IntoView {
    view! {
        <Connections>
        <aside
            class="sheet connections"
            id=CONNECTIONS
            popover="auto"
            role="region"
            aria-label=text!("connections-title")
        >
            <div class="sheet__head">
                <h2 class="sheet__title">{text!("connections-title")}</h2>
                <button
                    type="button"
                    class="chip chip--quiet chip--icon"
                    popovertarget="connections"
                    popovertargetaction="hide"
                    aria-label=text!("connections-close")
                >
                    <Icon name="close"/>
                </button>
            </div>
            <div aria-live="polite" class="drawn" id=CONNECTION_LIST></div>
        </aside>
        </Connections>
    }
}

/// A card for each provider.
#[component]
fn ConnectionList(
    connections: Vec<Connection>,
    caller: Caller,
    has_name: bool,
    may_bring_keys: bool,
) -> impl IntoView {
    let connections = connections
        .into_iter()
        .map(|connection| view! { <ConnectionRow connection caller/> })
        .collect_view();
    // A person with a name signs out instead of being forgotten.
    let leaving = match has_name {
        true => {
            let (before, after) = text_around!("people-of-connections", link);
            view! { {before} <a href="/people">{text!("people-title")}</a> {after} }.into_any()
        }
        false => {
            let (before, after) = text_around!("connections-session", link);
            view! { {before} <a href="/session">{text!("connections-forget")}</a> {after} }
                .into_any()
        }
    };
    let money = || {
        let (before, after) = text_around!("money-of-connections", link);
        view! { {before} <a href="/money">{text!("money-title")}</a> {after} }
    };
    let happened = || {
        let (before, after) = text_around!("happened-of-connections", link);
        view! { {before} <a href="/happened">{text!("happened-title")}</a> {after} }
    };
    let limits = || {
        let (before, after) = text_around!("limits-of-connections", link);
        view! { {before} <a href="/limits">{text!("limits-title")}</a> {after} }
    };
    let given = caller.is_operator().then(|| {
        let (before, after) = text_around!("connections-of-keys", link);
        view! {
            <p class="connections__session">
                {before} <a href="/connections">{text!("connections-keys")}</a> {after}
            </p>
            <p class="connections__session">{limits()}</p>
            <p class="connections__session">{happened()}</p>
        }
    });
    let own = (may_bring_keys && caller == Caller::Maker).then(|| {
        let (before, after) = text_around!("connections-of-own", link);
        view! {
            <p class="connections__session">
                {before} <a href="/connections">{text!("connections-own")}</a> {after}
            </p>
        }
    });
    let keys = matches!(caller, Caller::Operator | Caller::Maker).then(|| {
        let (before, after) = text_around!("keys-of-connections", link);
        view! {
            <p class="connections__session">
                {before} <a href="/keys">{text!("keys-title")}</a> {after}
            </p>
            <p class="connections__session">{money()}</p>
        }
    });
    view! {
        <link rel="stylesheet" href="/connections.css"/>
        <ul class="connections__list">{connections}</ul>
        {given}
        {own}
        {keys}
        <p class="connections__session">{leaving}</p>
    }
}

/// One provider. Only the operator sees the key's owner and permissions.
#[component]
fn ConnectionRow(connection: Connection, caller: Caller) -> impl IntoView {
    let Connection { provider, state, details, error, links } = connection;
    let title_id = format!("way-{}", provider.prefix());
    let words = match (provider, state) {
        (ProviderKind::Demo, _) => text!("connections-built-in"),
        (ProviderKind::Space, ConnectionState::Ready) => text!("connections-keyless"),
        (_, ConnectionState::Ready) => text!("connections-ready"),
        (_, ConnectionState::Unchecked) => text!("connections-unchecked"),
        (_, ConnectionState::Failed) => text!("connections-failed"),
        (_, ConnectionState::NotConfigured) => text!("connections-no-key"),
    };
    // Only a key can be checked.
    let can_check =
        provider.has_own_keys() && state != ConnectionState::NotConfigured && caller.is_operator();
    let check = can_check.then(|| {
        view! {
            <button
                type="button"
                class="chip"
                id=format!("check-{}", provider.prefix())
                value=provider.prefix()
                aria-label=text!("connections-check-provider", provider = provider.title())
            >
                {text!("connections-check")}
            </button>
        }
    });
    let (mut details, links) =
        if caller.is_operator() { (details, links) } else { Default::default() };
    if let Some(error) = error.filter(|_| caller.is_operator()) {
        details.extend([failure::headline(&error), failure::next_step(&error)]);
        details.extend(failure::detail(&error));
    }
    let details = details.iter().map(|detail| view! { <p dir="auto">{reported(detail)}</p> });
    let details = details.collect_view();
    let links: Vec<_> = links
        .into_iter()
        .map(|(words, address)| {
            view! { <a href=address target="_blank" rel="noreferrer">{reported(&words)}</a> }
        })
        .collect();
    let links = (!links.is_empty()).then(|| view! { <p class="connections__links">{links}</p> });
    view! {
        <li class="connections__way" aria-labelledby=title_id.clone()>
            <div class="connections__head">
                <h3 class="connections__name" id=title_id.clone()>{provider.title()}</h3>
                <span class="connections__state">
                    <i class=format!("dot {}", state.dot()) aria-hidden="true"></i>
                    {words}
                </span>
                {check}
            </div>
            {details}
            {links}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(provider: ProviderKind, state: ConnectionState) -> Connection {
        Connection { provider, state, details: Vec::new(), error: None, links: Vec::new() }
    }

    #[test]
    fn the_worst_key_decides_over_the_dot() {
        use ConnectionState::{Failed, NotConfigured, Ready};
        let of = |hf, replicate| {
            overall(&[
                connection(ProviderKind::Demo, Ready),
                connection(ProviderKind::Hf, hf),
                connection(ProviderKind::Replicate, replicate),
            ])
        };
        assert_eq!(of(Ready, Failed), Failed);
        assert_eq!(of(Ready, NotConfigured), Ready);
        // Without any key nothing is wrong.
        assert_eq!(of(NotConfigured, NotConfigured), NotConfigured);
    }
}
