//! The table of how often each model won.

use leptos::prelude::*;

use crate::{generation::series::Wins, language::text};

#[component]
pub fn WinsTable(wins: Vec<Wins>) -> impl IntoView {
    let lines = wins.into_iter().map(|wins| {
        view! {
            <tr>
                <th scope="row">{wins.title}</th>
                <td>{wins.won}</td>
                <td>{wins.compared}</td>
                <td>{wins.won_blind}</td>
            </tr>
        }
    });
    view! {
        <table class="wins">
            <thead>
                <tr>
                    <th scope="col">{text!("models-box")}</th>
                    <th scope="col">{text!("series-wins-won")}</th>
                    <th scope="col">{text!("series-wins-of")}</th>
                    <th scope="col">{text!("series-wins-blind")}</th>
                </tr>
            </thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    }
}
