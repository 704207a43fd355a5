//! The question what a picture from outside is for, as the server draws it.

use leptos::prelude::*;

use crate::studio::{ATTACH, Attach};

/// The dialog. Each button closes it with its value as the answer.
#[component]
pub fn AttachDialog() -> impl IntoView {
    view! {
        <Attach>
        <dialog class="dialog attach" id=ATTACH aria-labelledby="attach-title">
            <form method="dialog" class="attach__form">
                <h2 id="attach-title">"What is this picture for?"</h2>
                <p class="attach__note">
                    <span id="attach-model"></span>
                    " does not start from a picture. Choose a model that does to use it as input."
                </p>
                <div class="attach__choices">
                    <button class="chip" id="attach-input" value="input">"Use as input"</button>
                    <button class="chip" value="settings">"Use its settings"</button>
                    <button class="chip" id="attach-both" value="both">"Both"</button>
                    <button class="chip chip--quiet" value="">"Cancel"</button>
                </div>
            </form>
        </dialog>
        </Attach>
    }
}
