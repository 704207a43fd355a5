//! Two pictures laid over each other: side by side, behind a slider, or alternating. It needs its
//! script; without script the pictures are beside each other anyway.

use leptos::prelude::*;

use super::series_view::SeriesView;
use crate::language::text;

#[component]
pub fn Pair(seen: SeriesView) -> impl IntoView {
    let pictures: Vec<_> = seen
        .cells
        .iter()
        .filter_map(|cell| Some((cell.position, cell.name.clone(), cell.picture.clone()?)))
        .collect();
    let choice = |chosen: usize, label: String, id: &'static str| {
        let options = pictures.iter().enumerate().map(|(index, (position, name, picture))| {
            let position = *position;
            let (address, alt) = (picture.address.clone(), picture.alt.clone());
            view! {
                <option value=position data-address=address data-alt=alt selected={index == chosen}>
                    {name.clone()}
                </option>
            }
        });
        view! {
            <label class="pair__choice">
                <span>{label}</span>
                <select class="field__control" id=id autocomplete="off">{options.collect_view()}</select>
            </label>
        }
        .into_any()
    };
    let ways = [
        ("beside", text!("series-beside")),
        ("slider", text!("series-slider")),
        ("blink", text!("series-blink")),
    ];
    let ways = ways.map(|(value, words)| {
        let is_first = value == "beside";
        view! {
            <label class="segments__one">
                <input type="radio" class="visually-hidden" name="pair-way" value=value checked=is_first autocomplete="off"/>
                {words}
            </label>
        }
    });
    let side = |index: usize| {
        let (_, _, picture) = &pictures[index];
        let (address, alt) = (picture.address.clone(), picture.alt.clone());
        view! { <img class="pair__image" src=address alt=alt width=picture.width height=picture.height/> }
    };
    view! {
        <picture-pair id="series-two">
            <section class="pair" id="series-pair" aria-label=text!("series-pair") hidden>
                <div class="pair__bar">
                    {choice(0, text!("series-first"), "pair-first")}
                    {choice(1, text!("series-second"), "pair-second")}
                    <fieldset class="menu__theme">
                        <legend>{text!("series-way")}</legend>
                        <div class="segments">{ways.into_iter().collect_view()}</div>
                    </fieldset>
                </div>
                <div class="pair__stage" data-way="beside">
                    {side(0)}
                    {side(1)}
                </div>
                <label class="pair__line" hidden>
                    <span>{text!("series-line")}</span>
                    <input type="range" min="0" max="100" value="50" id="pair-line" autocomplete="off"/>
                </label>
                <button type="button" class="chip pair__turn" id="pair-turn" hidden>{text!("series-turn")}</button>
            </section>
        </picture-pair>
    }
}
