//! The page of a series: its pictures side by side as they arrive, and its actions.
//! `public/series.js` refreshes the page while something runs, and lays two pictures over each
//! other; without script the page reloads itself.

mod acts;
mod bar;
mod cells;
mod list;
mod pair;
mod planned;
mod series_view;
mod wins;
mod wrong;

use std::time::Duration;

use leptos::prelude::*;

use self::{
    acts::{Acts, Sharing},
    cells::{Cards, Grid},
    pair::Pair,
    wins::WinsTable,
};
pub use self::{
    bar::{input_options, vary_bar},
    list::ListPage,
    planned::{Planned, plan_words, planned},
    series_view::{SeriesView, Viewer},
    wrong::wrong_values,
};
use super::{names, plain::PlainDocument};
use crate::language::{Language, decimal, text, text_around};

/// The longest title of a page, in Unicode scalar values.
const MAX_TITLE_CHARS: usize = 120;

/// The whole document.
#[component]
pub fn SeriesPage(seen: SeriesView, style_sheet: String) -> impl IntoView {
    let title: String = seen.title().chars().take(MAX_TITLE_CHARS).collect();
    let is_live = !seen.is_over && !seen.is_guest;
    let head = view! {
        // Without a referrer the browser would send forms with `Origin: null`, which the server
        // refuses.
        <meta name="referrer" content="same-origin"/>
        <link rel="stylesheet" href="/series.css"/>
        {is_live.then(|| view! { <noscript><meta http-equiv="refresh" content="3"/></noscript> })}
        <script type="module" src="/series.js"></script>
    };
    let busy = is_live.to_string();
    let (before, after) = text_around!("pages-made-with", link);
    let all = (!seen.is_guest).then(|| {
        view! { <a class="series__all" href="/series">{text!("series-all")}</a> }
    });
    view! {
        <PlainDocument title style_sheet head=head.into_any()>
            <header class="series__top">
                <a class="series__brand" href="/">
                    <img src="/favicon.svg" alt="" width="26" height="26"/>
                    "Easel"
                </a>
                {all}
            </header>
            <main class="series" id="series" aria-busy=busy><SeriesParts seen/></main>
            <p class="series__foot">{before}<a href="/">"Easel"</a>{after}</p>
        </PlainDocument>
    }
}

/// The contents of the page, which are redrawn while something runs.
#[component]
pub fn SeriesParts(seen: SeriesView) -> impl IntoView {
    let told = seen.told();
    let cells = match seen.is_table() {
        true => view! { <Grid seen=seen.clone()/> }.into_any(),
        false => view! { <Cards seen=seen.clone()/> }.into_any(),
    };
    let seed = seen.seed.clone().map(|seed| text!("card-seed", seed = seed));
    let facts: Vec<String> = [Some(seen.kind()), seed].into_iter().flatten().collect();
    view! {
        <div class="series__head" id="series-head">
            <h1 class="series__prompt" dir="auto">{seen.title()}</h1>
            <p class="series__facts">{facts.join(" · ")}</p>
            {(!seen.is_guest).then(|| view! { <Acts seen=seen.clone()/> })}
        </div>
        <p class="series__told" id="series-told" role="status">{told}</p>
        {cells}
        {seen.has_pair().then(|| view! { <Pair seen=seen.clone()/> })}
        {(!seen.wins.is_empty()).then(|| view! {
            <section class="series__wins" id="series-wins" aria-label=text!("series-wins")>
                <h2>{text!("series-wins")}</h2>
                <WinsTable wins=seen.wins.clone()/>
            </section>
        })}
        {(!seen.is_guest && !seen.is_hidden).then(|| view! { <Sharing seen/> })}
    }
}

/// The error page for a form that describes no series.
#[component]
pub fn NoSeriesPage(words: String, style_sheet: String) -> impl IntoView {
    view! {
        <PlainDocument title=text!("pages-nothing-started") style_sheet head=().into_any()>
            <main class="shared" role="alert">
                <p>{words}</p>
                <p><a href="/">{text!("pages-back")}</a></p>
            </main>
        </PlainDocument>
    }
}

/// A run time as text, with one decimal below two minutes.
fn took_words(took_ms: i64) -> String {
    let seconds = took_ms.max(0) as f64 / 1000.0;
    match seconds {
        0.0..120.0 => text!("card-took", seconds = decimal(seconds, 1)),
        _ => {
            let time = Duration::from_secs_f64(seconds);
            names::time_words(time, Language::current())
        }
    }
}
