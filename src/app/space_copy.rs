//! Duplicates a Space for the person's own use, after showing what that costs.

use leptos::prelude::*;

use super::{failure, html};
use crate::{
    error::GenerateError,
    generation::{
        CopyOptions, Copying, FREE_HARDWARE, ModelReference,
        contract::{CopyState, Drawn, State},
    },
    language::text,
    server::{state::AppState, store::Deed, visitors::Asker},
    studio::{COPY_DIALOG, COPY_FIELDS, COPY_FORM, COPY_WORDS, SpaceCopy},
};

/// Suggested hardware names of the Hub. The Hub's current list and prices are fetched when a copy
/// is made.
const HARDWARE: [&str; 8] = [
    FREE_HARDWARE,
    "t4-small",
    "t4-medium",
    "l4x1",
    "l40sx1",
    "a10g-small",
    "a10g-large",
    "a100-large",
];

/// The default idle time of a copy, in minutes.
const MINUTES: u32 = 5;

/// The contents of the dialog, as typed.
#[derive(Default)]
struct CopyDraft {
    model: String,
    /// `owner/name`, for the title.
    space: String,
    hardware: String,
    minutes: String,
    /// The highest acceptable price of an hour, in US dollars.
    most: String,
}

impl CopyDraft {
    fn of(fields: Vec<(String, String)>) -> Self {
        let mut copy = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "model" => copy.model = value,
                "space" => copy.space = value,
                "hardware" => copy.hardware = value,
                "minutes" => copy.minutes = value,
                "most" => copy.most = value,
                _ => {}
            }
        }
        copy
    }
}

/// Draws the dialog with its current values.
///
/// # Errors
///
/// [`GenerateError::NotFound`] for visitors, who must not spend money at the Hub.
pub fn dialog(asker: &Asker, fields: Vec<(String, String)>) -> Result<Drawn, GenerateError> {
    let copy = CopyDraft::of(fields);
    model_of(asker, &copy)?;
    Ok(Drawn::plain(html(|| view! { <CopyFields copy/> })))
}

/// Makes the copy, or reports its progress.
///
/// # Errors
///
/// As [`dialog`]. Why the copy failed is part of the drawn HTML instead.
pub async fn make(
    state: &AppState,
    asker: &Asker,
    fields: Vec<(String, String)>,
    seen: Option<String>,
) -> Result<Drawn, GenerateError> {
    let copy = CopyDraft::of(fields);
    let model = model_of(asker, &copy)?;
    let registry = &state.registry;
    let (is_begun_now, hardware) = (seen.is_none(), options(&copy).hardware);
    let copying = registry.duplicate(&model, options(&copy), seen.as_deref()).await;
    let is_made =
        matches!(copying, Ok(Copying::Working { .. } | Copying::Done { existed: false, .. }));
    if is_begun_now && is_made {
        let about = format!("{} {}", copy.space, hardware.as_deref().unwrap_or_default());
        state.happened.by(&asker.session, Deed::CopiedSpace, about.trim_end()).await;
    }
    let (words, copying) = match copying {
        Ok(Copying::Working { stage }) => {
            (text!("space-copy-working", stage = stage.as_str()), CopyState::Working { stage })
        }
        Ok(Copying::Done { reference, existed }) => {
            let words = match existed {
                true => text!("space-copy-existed"),
                false => text!("space-copy-done"),
            };
            (words, CopyState::Done { model: reference.to_string() })
        }
        Err(error) => (complaint(&error), CopyState::Failed),
    };
    let html = html(|| view! { <span>{words}</span> });
    Ok(Drawn { html: html.into(), state: State::Copy(copying) })
}

fn model_of(asker: &Asker, copy: &CopyDraft) -> Result<ModelReference, GenerateError> {
    if !asker.caller.is_operator() {
        return Err(GenerateError::NotFound);
    }
    copy.model.parse().map_err(|_| GenerateError::NotFound)
}

fn options(copy: &CopyDraft) -> CopyOptions {
    let hardware = copy.hardware.trim();
    let minutes: u32 = copy.minutes.trim().parse().unwrap_or(MINUTES).clamp(5, 10_080);
    let most = copy.most.trim().parse::<f64>().unwrap_or_default();
    CopyOptions {
        hardware: (!hardware.is_empty()).then(|| hardware.to_owned()),
        sleep_after_seconds: minutes.saturating_mul(60),
        most_cents_per_hour: (most * 100.0).round() as u32,
        private: true,
    }
}

/// The dialog, still without its contents.
#[component]
pub fn SpaceCopyDialog() -> impl IntoView {
    view! {
        <SpaceCopy>
        <dialog class="dialog space-copy" id=COPY_DIALOG aria-labelledby="space-copy-title">
            <form class="space-copy__form" id=COPY_FORM autocomplete="off">
                <div class="drawn" id=COPY_FIELDS></div>
                <div role="status" id=COPY_WORDS></div>
                <div class="dialog__buttons">
                    // A submit button of another form, so that Enter in a field does not close the
                    // dialog.
                    <button class="button" name="close" form="space-copy-close">{text!("space-copy-close")}</button>
                    <button type="submit" class="button button--main">{text!("space-copy-make")}</button>
                </div>
            </form>
            <form method="dialog" id="space-copy-close"></form>
        </dialog>
        </SpaceCopy>
    }
}

/// The fields of the dialog with the typed values, and their cost.
#[component]
fn CopyFields(copy: CopyDraft) -> impl IntoView {
    let options = options(&copy);
    let hardware = HARDWARE.map(|name| view! { <option value=name></option> }).collect_view();
    view! {
        <h2 id="space-copy-title">{text!("space-copy-title", space = copy.space.as_str())}</h2>
        <p class="field__help">{text!("space-copy-help")}</p>
        <input type="hidden" name="model" value=copy.model/>
        <input type="hidden" name="space" value=copy.space/>
        <div class="field">
            <label class="field__label" for="space-copy-hardware">{text!("space-copy-hardware")}</label>
            <input
                id="space-copy-hardware"
                class="field__control"
                name="hardware"
                list="space-copy-hardware-names"
                placeholder=text!("space-copy-as-original")
                value=copy.hardware
            />
            <datalist id="space-copy-hardware-names">{hardware}</datalist>
        </div>
        <div class="field">
            <label class="field__label" for="space-copy-sleep">{text!("space-copy-sleep")}</label>
            <input
                id="space-copy-sleep"
                class="field__control"
                name="minutes"
                type="number"
                min="5"
                max="10080"
                value=(options.sleep_after_seconds / 60).to_string()
            />
        </div>
        <div class="field">
            <label class="field__label" for="space-copy-most">
                {text!("space-copy-most")}
            </label>
            <input
                id="space-copy-most"
                class="field__control"
                name="most"
                type="number"
                min="0"
                max="1000"
                step="0.01"
                placeholder="0"
                value=copy.most
            />
        </div>
        <p class="space-copy__cost">
            {cost(&options)}
            " "
            <a href="https://huggingface.co/pricing" target="_blank" rel="noreferrer">{text!("space-copy-prices")}</a>
        </p>
    }
}

/// Why the copy failed, as a sentence.
fn complaint(error: &GenerateError) -> String {
    let (what, next) = (failure::what(error), failure::next_step(error));
    match error.detail() {
        Some(detail) => text!("space-copy-refused", what = what, detail = detail, next = next),
        None => text!("space-copy-failed", what = what, next = next),
    }
}

/// The cost as a sentence. Prices change, so the sentence names none.
fn cost(options: &CopyOptions) -> String {
    let minutes = options.sleep_after_seconds.div_ceil(60);
    match options.hardware.as_deref() {
        Some(FREE_HARDWARE) => text!("space-copy-free"),
        Some(hardware) => text!("space-copy-billed", hardware = hardware, minutes = minutes),
        None => text!("space-copy-as-billed", minutes = minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_said_without_inventing_a_price() {
        let cost = |hardware: Option<&str>| {
            let hardware = hardware.map(str::to_owned);
            cost(&CopyOptions {
                hardware,
                sleep_after_seconds: 300,
                most_cents_per_hour: 0,
                private: true,
            })
        };
        assert!(cost(Some("cpu-basic")).contains("free"));
        for words in [cost(Some("a10g-small")), cost(None)] {
            assert!(words.contains("by the hour") && words.contains("5 min"), "{words}");
            assert!(!words.contains('$'), "{words}");
        }
    }
}
