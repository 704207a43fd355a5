//! The mask painter, as the server draws it; `public/painter.js` drives it.

use leptos::prelude::*;

use super::{
    form::{FilledForm, PaintedField},
    html, names,
};
use crate::{
    error::GenerateError,
    generation::{
        Draft,
        contract::{Drawn, Fill, State},
    },
    language::text,
    server::{state::AppState, visitors::Asker},
    studio::PAINT,
};

/// Draws the painter for `input`, which is a mask, over the picture in the draft.
///
/// # Errors
///
/// [`GenerateError::NotFound`] if the model has no such mask, or there is nothing to paint it on.
pub async fn draw(
    state: &AppState,
    asker: &Asker,
    draft: Draft,
    input: &str,
) -> Result<Drawn, GenerateError> {
    let filled = FilledForm::of_draft(state, asker, draft, Fill::Keep).await;
    let painted = filled.painted(input).ok_or(GenerateError::NotFound)?;
    let files = state.assets.painter();
    let (script, style) = (files.script.clone(), files.style.clone());
    let html = html(|| view! { <MaskPainter painted style/> });
    Ok(Drawn { html: html.into(), state: State::Script(script) })
}

/// The dialog. Its script finds elements by role, name and value.
#[component]
fn MaskPainter(
    painted: PaintedField,
    /// The URL of its style sheet.
    style: String,
) -> impl IntoView {
    let PaintedField { field, id, picture, mask, canvas, is_inverted } = painted;
    let label = names::field(&field);
    let (width, height) = canvas.unwrap_or_default();
    let opener = format!("{id}{PAINT}");
    view! {
        <link rel="stylesheet" href=style/>
        <mask-painter>
            <dialog
                class="dialog mask-painter"
                aria-labelledby="painter-title"
                aria-busy="true"
            >
                <form method="dialog" class="mask-painter__form">
                    <h2 id="painter-title">{text!("painter-title", label = label.as_str())}</h2>
                    <p id="painter-help">{text!("painter-help")}</p>
                    <div class="mask-painter__stage">
                        {picture.map(|address| view! {
                            <img class="mask-painter__picture" src=address alt=text!("painter-picture")/>
                        })}
                        <canvas
                            class="mask-painter__canvas"
                            width=width
                            height=height
                            tabindex="0"
                            role="application"
                            aria-label=label
                            aria-describedby="painter-help painter-keys"
                            autofocus
                        ></canvas>
                        <span class="mask-painter__cursor" aria-hidden="true" hidden></span>
                    </div>
                    {mask.map(|address| view! {
                        <img class="mask-painter__before" src=address alt="" hidden/>
                    })}
                    <input type="hidden" name="inverted" value=is_inverted.to_string()/>
                    <input type="hidden" name="input" value=id/>
                    <input type="hidden" name="opener" value=opener/>
                    {view! { <Tools/> }.into_any()}
                    <p class="mask-painter__keys" id="painter-keys">{text!("painter-keys")}</p>
                    <output class="mask-painter__said" role="status"></output>
                    {view! { <Said/> }.into_any()}
                    <div class="dialog__buttons">
                        <button class="button" value="">{text!("painter-cancel")}</button>
                        <button class="button button--main" value="use">{text!("painter-use")}</button>
                    </div>
                </form>
            </dialog>
        </mask-painter>
    }
}

/// The painting tools.
#[component]
fn Tools() -> impl IntoView {
    view! {
        <div class="mask-painter__tools">
            <fieldset class="segments" aria-label=text!("painter-tool")>
                <label class="segments__one">
                    <input class="visually-hidden" type="radio" name="tool" value="brush" checked/>
                    {text!("painter-brush")}
                </label>
                <label class="segments__one">
                    <input class="visually-hidden" type="radio" name="tool" value="eraser"/>
                    {text!("painter-eraser")}
                </label>
            </fieldset>
            <label class="mask-painter__size">
                {text!("painter-size")}
                <input type="range" name="size" min="1" max="40" value="8"/>
            </label>
            <button type="button" class="chip" name="undo">{text!("painter-undo")}</button>
            <button type="button" class="chip" name="clear">{text!("painter-clear")}</button>
        </div>
    }
}

/// The script's messages, by the script's name for each.
#[component]
fn Said() -> impl IntoView {
    view! {
        <div hidden>
            <data value="down">{text!("painter-down")}</data>
            <data value="up">{text!("painter-up", percent = "{0}")}</data>
            <data value="undone">{text!("painter-undone", percent = "{0}")}</data>
            <data value="cleared">{text!("painter-cleared")}</data>
            <data value="empty">{text!("painter-empty")}</data>
            <data value="broken">{text!("painter-broken")}</data>
        </div>
    }
}
