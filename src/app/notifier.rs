//! The offer to notify a person who looks elsewhere when pictures are done; `public/notifier.js`
//! drives it.

use leptos::prelude::*;

use super::html;
use crate::{
    generation::contract::{Drawn, State},
    language::text,
    server::{state::AppState, visitors::Asker},
};

/// The id of the element that offers notifications.
pub const NOTIFIER_ELEMENT: &str = "done-notifier";

const SCRIPT: &str = "/notifier.js";

/// Draws the texts of the notification, and the offer to turn notifications on, also while Easel is
/// closed. A browser lets a page request that permission only after a press.
pub fn draw(state: &AppState, asker: &Asker) -> Drawn {
    let closed = (state.push.is_offered() && asker.caller.may_make()).then(|| {
        view! {
            <label class="notifier__choice" hidden>
                <input type="checkbox" value="closed" autocomplete="off"/>
                {text!("notifier-closed")}
            </label>
            <p class="notifier__wrong" role="alert" hidden>{text!("notifier-closed-wrong")}</p>
        }
    });
    let html = html(|| {
        view! {
            <done-notifier id=NOTIFIER_ELEMENT data-done=text!("notifier-done") data-asked=text!("notifier-asked")>
                <link rel="stylesheet" href="/notifier.css"/>
                <div class="toast notifier" role="group" aria-label=text!("notifier-question") hidden>
                    <span>{text!("notifier-question")}</span>
                    <button type="button" class="toast__undo" value="yes">{text!("notifier-yes")}</button>
                    <label class="notifier__choice">
                        <input type="checkbox" value="sound" autocomplete="off"/>
                        {text!("notifier-sound")}
                    </label>
                    {closed}
                    <button type="button" class="toast__undo" value="no">{text!("notifier-no")}</button>
                </div>
            </done-notifier>
        }
    });
    Drawn { html: html.into(), state: State::Script(SCRIPT.to_owned()) }
}
