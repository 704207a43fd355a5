//! The pictures of a series: side by side, or in a table.

use leptos::prelude::*;

use super::series_view::{Cell, CellPicture, SeriesView};
use crate::{app::failure, language::text, studio::icon::Icon};

/// All cells in one line, which wraps.
#[component]
pub fn Cards(seen: SeriesView) -> impl IntoView {
    let can_judge = seen.is_comparison() && seen.is_over && !seen.is_guest;
    let cells = seen.cells.iter().map(|cell| {
        let (cell, path) = (cell.clone(), seen.path.clone());
        let name = cell.name.clone();
        let winner = cell.is_winner.then(|| {
            view! { <span class="badge">{text!("series-best")}</span> }
        });
        let judge = (can_judge && cell.picture.is_some() && !cell.is_winner).then(|| {
            view! { <Judge path=path.clone() cell=cell.clone()/> }
        });
        let cancel = (cell.is_running && !seen.is_guest && !seen.is_hidden).then(|| {
            view! { <Cancel path cell=cell.clone()/> }
        });
        let id = format!("cell-{}", cell.position);
        let busy = cell.is_running.to_string();
        view! {
            <article class="cell" id=id aria-label=name.clone() aria-busy=busy>
                <CellBox cell=cell.clone() is_small=false/>
                <div class="cell__line">
                    <h2 class="cell__name">{name.clone()}</h2>
                    {winner}
                    {judge}
                    {cancel}
                </div>
                <CellWords cell/>
            </article>
        }
    });
    view! {
        <section class="series__cells" id="series-cells" aria-label=text!("series-pictures")>
            {cells.collect_view()}
        </section>
    }
}

/// All cells in a table.
#[component]
pub fn Grid(seen: SeriesView) -> impl IntoView {
    let columns = seen.heads(&seen.plan.across);
    let rows = seen.plan.down.as_ref().map(|down| seen.heads(down)).unwrap_or_default();
    let width = columns.len().max(1);
    let heads = columns.into_iter().map(|head| view! { <th scope="col">{head}</th> });
    let lines = rows.into_iter().zip(seen.cells.chunks(width)).map(|(head, cells)| {
        let cells = cells.iter().cloned().map(|cell| {
            let (id, busy) = (format!("cell-{}", cell.position), cell.is_running.to_string());
            view! {
                <td id=id aria-busy=busy>
                    <CellBox cell=cell.clone() is_small=true/>
                    <CellWords cell/>
                </td>
            }
        });
        view! { <tr><th scope="row">{head}</th>{cells.collect_view()}</tr> }
    });
    view! {
        // A table that is wider than the page scrolls by itself, also by keyboard.
        <div class="series__table" id="series-cells" role="region" tabindex="0" aria-label=text!("series-pictures")>
            <table>
                <thead><tr><td></td>{heads.collect_view()}</tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </div>
    }
}

/// The picture, or a box of its proportions until it is there.
#[component]
fn CellBox(cell: Cell, is_small: bool) -> impl IntoView {
    let (width, height) = cell.shape;
    match cell.picture {
        Some(picture) => view! { <Picture picture is_small/> }.into_any(),
        None => {
            let style = format!("--width: {width}; --height: {height}");
            view! { <div class="cell__box" style=style>{cell.words.clone()}</div> }.into_any()
        }
    }
}

#[component]
fn Picture(picture: CellPicture, is_small: bool) -> impl IntoView {
    let CellPicture { address, thumbnail, alt, width, height, page } = picture;
    let source = if is_small { thumbnail } else { address.clone() };
    view! {
        <a class="cell__open" href=page.unwrap_or(address)>
            <img class="cell__image" src=source alt=alt width=width height=height decoding="async"/>
        </a>
    }
}

/// The text below: the run time, or why there is no picture.
#[component]
fn CellWords(cell: Cell) -> impl IntoView {
    let has_picture = cell.picture.is_some();
    let error = cell.error.map(|error| {
        view! { <div class="cell__error">{failure::words(&error)}</div> }
    });
    let words = (has_picture && !cell.words.is_empty())
        .then(|| view! { <p class="cell__about">{cell.words}</p> });
    view! {
        {words}
        {error}
    }
}

/// The button that chooses this picture as the best.
#[component]
fn Judge(path: String, cell: Cell) -> impl IntoView {
    let label = text!("series-is-best", name = cell.name);
    view! {
        <form method="post" action=path>
            <input type="hidden" name="position" value=cell.position/>
            <button class="chip" name="act" value="best" aria-label=label>
                <Icon name="star"/>
                {text!("series-best")}
            </button>
        </form>
    }
}

#[component]
fn Cancel(path: String, cell: Cell) -> impl IntoView {
    let label = text!("series-cancel-one", name = cell.name);
    view! {
        <form method="post" action=path>
            <input type="hidden" name="position" value=cell.position/>
            <button class="chip" name="act" value="cancel-one" aria-label=label>
                {text!("card-cancel")}
            </button>
        </form>
    }
}
