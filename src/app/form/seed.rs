//! The seed: empty is a new one each time; a lock keeps it, a dice throws one.

use leptos::prelude::*;

use super::field::Control;

/// `max` is the largest that the model takes.
#[component]
pub fn Seed(control: Control, max: Option<i128>, is_locked: bool) -> impl IntoView {
    // The dice throws 32 bits.
    let max = max.and_then(|max| u32::try_from(max).ok()).filter(|max| *max > 0);
    view! {
        <div class="field__row">
            <input
                type="number"
                id=control.id
                class="field__control"
                step="1"
                placeholder="new each time"
                aria-describedby=control.error_id
                data-control=""
                value=control.text
            />
            <button
                type="button"
                class="button button--icon"
                aria-label="New seed"
                title="New seed"
                data-action="throw-seed"
                data-max=max.unwrap_or(u32::MAX).to_string()
            >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M2 2h12v12H2zm3 2a1 1 0 1 0 0 2 1 1 0 0 0 0-2m6 6a1 1 0 1 0 0 2 1 1 0 0 0 0-2M8 7a1 1 0 1 0 0 2 1 1 0 0 0 0-2"/>
                </svg>
            </button>
            <button
                type="button"
                class="button button--icon"
                aria-label="Lock seed"
                title="Keep this seed for the next pictures"
                aria-pressed=is_locked.to_string()
                data-action="lock-seed"
            >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z"/>
                </svg>
            </button>
        </div>
    }
}
