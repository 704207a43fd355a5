//! The list of a person's series, and how often each model won.

use leptos::prelude::*;

use super::wins::WinsTable;
use crate::{
    app::{names, plain::PlainDocument},
    generation::series::Wins,
    language::text,
    server::store::ListedSeries,
};

/// The whole document.
#[component]
pub fn ListPage(series: Vec<ListedSeries>, wins: Vec<Wins>, style_sheet: String) -> impl IntoView {
    let head = view! { <link rel="stylesheet" href="/series.css"/> };
    let is_empty = series.is_empty();
    let lines = series.into_iter().map(|series| view! { <One series/> });
    view! {
        <PlainDocument title=text!("series-all") style_sheet head=head.into_any()>
            <header class="series__top">
                <a class="series__brand" href="/">
                    <img src="/favicon.svg" alt="" width="26" height="26"/>
                    "Easel"
                </a>
            </header>
            <main class="series">
                <h1 class="series__prompt">{text!("series-all")}</h1>
                {is_empty.then(|| view! { <p>{text!("series-none")}</p> })}
                <ul class="series__list">{lines.collect_view()}</ul>
                {(!wins.is_empty()).then(|| view! {
                    <section class="series__wins" aria-label=text!("series-wins")>
                        <h2>{text!("series-wins")}</h2>
                        <WinsTable wins/>
                    </section>
                })}
            </main>
        </PlainDocument>
    }
}

#[component]
fn One(series: ListedSeries) -> impl IntoView {
    let (machine, moment) = names::moment(series.created_ms);
    let kind = match series.is_comparison {
        true => text!("series-comparison", count = series.cells),
        false => text!("series-grid", count = series.cells),
    };
    let progress = (series.ended < series.cells)
        .then(|| text!("series-progress", ended = series.ended, count = series.cells));
    let facts: Vec<_> = [Some(kind.clone()), progress].into_iter().flatten().collect();
    let name = match series.prompt.trim() {
        "" => kind,
        prompt => prompt.to_owned(),
    };
    view! {
        <li>
            <a href=series.id.path()>{name}</a>
            <small>{facts.join(" · ")}" · "<time datetime=machine>{moment}</time></small>
        </li>
    }
}
