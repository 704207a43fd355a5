//! The dialog that asks what a picture from outside is for, as the server draws it.

use leptos::prelude::*;

use crate::{
    language::{text, text_around},
    studio::{ATTACH, Attach},
};

/// The dialog. Each button closes it and returns its value.
#[component]
pub fn AttachDialog() -> impl IntoView {
    let (before, after) = text_around!("attach-note", model);
    view! {
        <Attach>
        <dialog class="dialog attach" id=ATTACH aria-labelledby="attach-title">
            <form method="dialog" class="attach__form">
                <h2 id="attach-title">{text!("attach-title")}</h2>
                <p class="attach__note">
                    {before}
                    <span id="attach-model"></span>
                    {after}
                </p>
                <div class="attach__choices">
                    <button class="chip" id="attach-input" value="input">{text!("attach-input")}</button>
                    <button class="chip" value="settings">{text!("attach-settings")}</button>
                    <button class="chip" id="attach-both" value="both">{text!("attach-both")}</button>
                    <button class="chip chip--quiet" value="">{text!("attach-cancel")}</button>
                </div>
            </form>
        </dialog>
        </Attach>
    }
}
