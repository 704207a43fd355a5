//! What tells a person who looks elsewhere that pictures are done, as the server draws it;
//! `public/notifier.js` brings it to life.

use leptos::prelude::*;

use super::html;
use crate::{
    generation::contract::{Drawn, State},
    language::text,
};

/// The id of what asks whether there may be notifications.
pub const NOTIFIER_ELEMENT: &str = "done-notifier";

const SCRIPT: &str = "/notifier.js";

/// Draws it: words for a notification, and the question whether there may be any. A browser lets a
/// page ask only when the person has pressed something.
pub fn draw() -> Drawn {
    let html = html(|| {
        view! {
            <done-notifier id=NOTIFIER_ELEMENT data-done=text!("notifier-done") data-asked=text!("notifier-asked")>
                <link rel="stylesheet" href="/notifier.css"/>
                <div class="toast notifier" role="group" aria-label=text!("notifier-question") hidden>
                    <span>{text!("notifier-question")}</span>
                    <button type="button" class="toast__undo" value="yes">{text!("notifier-yes")}</button>
                    <label class="notifier__sound">
                        <input type="checkbox" autocomplete="off"/>
                        {text!("notifier-sound")}
                    </label>
                    <button type="button" class="toast__undo" value="no">{text!("notifier-no")}</button>
                </div>
            </done-notifier>
        }
    });
    Drawn { html: html.into(), state: State::Script(SCRIPT.to_owned()) }
}
