//! The seed: empty is a new one each time; a lock keeps it, a dice throws one.

use leptos::prelude::*;

use super::{browser, field::FieldHandle};
use crate::generation::{FieldKind, InputValue};

#[component]
pub fn Seed(control: FieldHandle) -> impl IntoView {
    let form = control.form;
    let max = control.field.with_value(|field| match field.kind {
        FieldKind::Integer { max: Some(max), .. } => max.max(1),
        _ => i128::from(u32::MAX),
    });
    let throw = move || {
        let mut random = [0; 4];
        browser::fill_random(&mut random);
        i128::from(u32::from_le_bytes(random)) % (max + 1)
    };
    let set = move |text: String| {
        form.is_seed_locked.set(!text.is_empty());
        let value = match text.parse() {
            Ok(seed) => Some(InputValue::Integer(seed)),
            Err(_) if text.is_empty() => None,
            Err(_) => Some(InputValue::Text(text)),
        };
        control.set(value);
    };
    let toggle = move |_| {
        let is_locked = !form.is_seed_locked.get_untracked();
        form.is_seed_locked.set(is_locked);
        let seed = is_locked.then(|| form.last_seed.get_untracked().unwrap_or_else(throw));
        control.set(seed.map(InputValue::Integer));
    };
    let placeholder = move || match form.last_seed.get() {
        Some(seed) => format!("new each time · last {seed}"),
        None => "new each time".to_owned(),
    };
    view! {
        <div class="field__row">
            <input
                type="number"
                id=control.id()
                class="field__control"
                step="1"
                placeholder=placeholder
                aria-invalid=move || control.invalid()
                aria-describedby=control.error_id()
                prop:value=move || control.text()
                on:input:target=move |event| set(event.target().value())
            />
            <button
                type="button"
                class="button button--icon"
                aria-label="New seed"
                title="New seed"
                on:click=move |_| set(throw().to_string())
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
                aria-pressed=move || if form.is_seed_locked.get() { "true" } else { "false" }
                on:click=toggle
            >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d="M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z"/>
                </svg>
            </button>
        </div>
    }
}
