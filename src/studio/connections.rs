//! The way to each provider: whether there is a key, what it may do, and what to do next.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api,
    generation::{Connection, ConnectionState, ProviderKind},
};

/// The button and the region that it opens.
#[component]
pub fn Connections() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let connections = RwSignal::new(Vec::<Connection>::new());
    let problem = RwSignal::new(None::<String>);
    let toggle = move |_| {
        is_open.update(|is_open| *is_open = !*is_open);
        if is_open.get_untracked() {
            spawn_local(async move {
                match api::connections().await {
                    Ok(known) => connections.set(known),
                    Err(error) => problem.set(Some(error.to_string())),
                }
            });
        }
    };
    view! {
        <button
            type="button"
            class="button button--quiet"
            aria-expanded=move || is_open.get().to_string()
            on:click=toggle
        >
            "Connections"
        </button>
        <Show when=move || is_open.get()>
            <section class="connections" aria-label="Connections">
                <ul class="connections__list">
                    <For
                        each=move || connections.get()
                        key=|connection| connection.provider
                        let(connection)
                    >
                        <Way provider=connection.provider connections/>
                    </For>
                </ul>
                <p class="field__error">{move || problem.get()}</p>
            </section>
        </Show>
    }
}

/// One provider.
#[component]
fn Way(provider: ProviderKind, connections: RwSignal<Vec<Connection>>) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let known = move || {
        let connections = connections.read();
        connections.iter().find(|connection| connection.provider == provider).cloned()
    };
    let state = move || match (is_busy.get(), known().map(|connection| connection.state)) {
        (true, _) => "Checking",
        (false, Some(ConnectionState::Ready)) => "Ready",
        (false, Some(ConnectionState::Unchecked)) => "Not checked yet",
        (false, Some(ConnectionState::Failed)) => "Does not work",
        (false, Some(ConnectionState::NotConfigured) | None) => "Not configured",
    };
    let words = move || {
        let details = known().map(|connection| connection.details).unwrap_or_default();
        details.into_iter().map(|detail| view! { <p>{detail}</p> }).collect_view()
    };
    let links = move || {
        let links = known().map(|connection| connection.links).unwrap_or_default();
        links
            .into_iter()
            .map(|(words, address)| {
                view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
            })
            .collect_view()
    };
    let check = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            let checked = api::check(provider).await;
            is_busy.set(false);
            connections.update(|connections| {
                let way = connections.iter_mut().find(|way| way.provider == provider);
                match (way, checked) {
                    (Some(way), Ok(checked)) => *way = checked,
                    (Some(way), Err(error)) => {
                        way.state = ConnectionState::Failed;
                        way.details = vec![format!("{error}. {}", error.next_step())];
                    }
                    (None, _) => {}
                }
            });
        });
    };
    // Only a key can be asked about.
    let has_key = move || {
        matches!(provider, ProviderKind::Hf | ProviderKind::Replicate)
            && known().is_some_and(|way| way.state != ConnectionState::NotConfigured)
    };
    view! {
        <li class="connections__way">
            <div class="connections__head">
                <h2 class="connections__name">{provider.title()}</h2>
                <span class="connections__state" aria-live="polite">{state}</span>
                <Show when=has_key>
                    <button type="button" class="button button--chip" on:click=check>"Check"</button>
                </Show>
            </div>
            <div class="connections__words">{words}</div>
            <div class="connections__links">{links}</div>
        </li>
    }
}
