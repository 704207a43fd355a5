//! The way to each provider: whether there is a key, what it may do, and what to do next.

use leptos::prelude::*;

use crate::{
    generation::{Connection, ConnectionState},
    server::access::Caller,
};

/// The region that the button of its name opens.
#[component]
pub fn Connections(ways: Vec<Connection>, caller: Caller) -> impl IntoView {
    let ways = ways.into_iter().map(|way| view! { <Way way caller/> }).collect_view();
    view! {
        <section class="connections" aria-label="Connections">
            <ul class="connections__list">{ways}</ul>
            <p class="connections__session">
                "Easel knows this browser by a cookie. "
                <a href="/session">"Forget this browser"</a>
            </p>
        </section>
    }
}

/// One provider. Whose key it is and what it may do is for the operator alone.
#[component]
pub fn Way(way: Connection, caller: Caller) -> impl IntoView {
    let Connection { provider, state, details, links } = way;
    let id = format!("way-{}", provider.prefix());
    let words = match state {
        ConnectionState::Ready => "Ready",
        ConnectionState::Unchecked => "Not checked yet",
        ConnectionState::Failed => "Does not work",
        ConnectionState::NotConfigured => "Not configured",
    };
    // Only a key can be asked about.
    let has_key = provider.needs_key() && state != ConnectionState::NotConfigured;
    let check = (has_key && caller.is_operator()).then(|| {
        view! {
            <button
                type="button"
                class="button button--chip"
                id=format!("check-{}", provider.prefix())
                data-action="check"
                data-way=id.clone()
                data-to=format!("/connections/{}", provider.prefix())
            >
                "Check"
            </button>
        }
    });
    let (details, links) = if caller.is_operator() { (details, links) } else { Default::default() };
    let details = details.into_iter().map(|detail| view! { <p>{detail}</p> }).collect_view();
    let links = links.into_iter().map(|(words, address)| {
        view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
    });
    view! {
        <li class="connections__way" id=id>
            <div class="connections__head">
                <h2 class="connections__name">{provider.title()}</h2>
                <span class="connections__state" aria-live="polite">{words}</span>
                {check}
            </div>
            <div class="connections__words">{details}</div>
            <div class="connections__links">{links.collect_view()}</div>
        </li>
    }
}
