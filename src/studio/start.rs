//! Starts the page after hydration: restores its state and its running generations.

use std::{cell::Cell, time::Duration};

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use super::{Studio, ask::ask, batch::Batch, events, fresh::follow, loaded::load_once};
use crate::{
    browser,
    generation::{
        Draft, GenerationId,
        contract::{CardData, FieldAct, Part, State},
    },
};

/// The tab's storage key for the generations that it shows: those of a batch side by side, with a
/// comma before the next batch.
const SHOWN: &str = "easel.shown";

/// The tab's storage key for a prompt that was not sent.
const PROMPT: &str = "easel.prompt";

const TICK_MS: u32 = 250;

/// The tab's storage key for the model and its inputs.
const DRAFT: &str = "easel.draft";

/// The id of the container for the notification offer.
pub const NOTIFIER: &str = "notifier";

/// When to offer a notification, counted from the start of a generation.
const LONG: Duration = Duration::from_secs(20);

/// The most cards to restore after a reload.
const MAX_SHOWN: usize = 24;

/// Restores the prompt, requests form and cards, and starts all listeners.
pub fn start(studio: Studio) {
    if let Some(prompt) = browser::remembered(PROMPT)
        && studio.input.with_untracked(String::is_empty)
    {
        studio.input.set(prompt);
    }
    follow(move || {
        browser::remember(PROMPT, Some(&studio.input.get()));
    });
    studio.events.open(studio);
    listen(studio);
    begin(studio, browser::remembered(SHOWN).unwrap_or_default());
    // Drives clocks and countdowns.
    let ticks = Cell::new(None);
    follow(move || {
        let tick = move || studio.now_ms.set(browser::now_ms());
        ticks.set((studio.running.get() > 0).then(|| Interval::new(TICK_MS, tick)));
    });
    // In a long wait, offer a notification, so that the person can look elsewhere.
    let before = Cell::new(0);
    follow(move || {
        let running = studio.running.get();
        match (before.replace(running), running) {
            (0, 1..) => set_timeout(move || offer_notification(studio), LONG),
            // The last run may have changed what the next is expected to take and cost.
            (1.., 0) => catch_up(studio, Vec::new()),
            _ => {}
        }
    });
    // Show what other tabs start.
    follow(move || {
        if let Ok(id) = studio.change.get().parse() {
            untrack(|| show_begun(studio, id));
        }
    });
}

fn offer_notification(studio: Studio) {
    if studio.running.get_untracked() > 0 {
        load_once(studio, NOTIFIER, "");
    }
}

fn begin(studio: Studio, remembered: String) {
    let shown = remembered.split([',', ' ']).filter_map(|id| id.parse().ok()).collect();
    let mut draft = studio.draft();
    // A model in the URL takes precedence over the stored draft.
    let is_brought = browser::address().1.contains("model=");
    if !is_brought && let Some(before) = browser::remembered(DRAFT).as_deref().and_then(kept_draft)
    {
        draft = Draft { prompt: draft.prompt, ..before };
    }
    ask(Part::Start { draft, shown }, move |answer| {
        // Without an answer the page works with what it has; each part sends its own requests
        // later.
        let Ok(drawn) = answer else { return };
        if let State::Start { form, shown } = drawn.state {
            let fields = (!drawn.html.0.is_empty()).then_some(drawn.html);
            studio.show_form(*form, fields);
            show(studio, shown, &remembered);
        }
    });
    // Let the inputs in Settings survive a reload of the tab.
    follow(move || {
        studio.touched.track();
        let draft = studio.draft();
        if !draft.model.is_empty() {
            browser::remember(DRAFT, Some(&[&draft.model, "\n", &kept(draft.inputs)].concat()));
        }
    });
}

fn kept(inputs: Vec<(String, String)>) -> String {
    FieldAct::Set(inputs).to_value()
}

/// Parses a stored model and its inputs.
fn kept_draft(text: &str) -> Option<Draft> {
    let (model, inputs) = text.split_once('\n')?;
    let mut draft = Draft { model: model.to_owned(), ..Draft::default() };
    FieldAct::of_value(inputs)?.apply(&mut draft);
    Some(draft)
}

/// Adds cards for generations that have none, sorted by time. Those that share a part of
/// `remembered` share a card.
fn show(studio: Studio, shown: Vec<CardData>, remembered: &str) {
    studio.batches.update(|batches| {
        for shown in shown {
            let of_card = |batch: &Batch, id: &GenerationId| {
                batch.members.iter().any(|member| member.id == *id)
            };
            if batches.iter().any(|batch| of_card(batch, &shown.id)) {
                continue;
            }
            let mates = remembered.split(',').find(|part| part.contains(shown.id.as_str()));
            let mates = mates.unwrap_or_default();
            match batches.iter_mut().find(|batch| mates.contains(batch.members[0].id.as_str())) {
                Some(batch) => batch.members.extend(Batch::from(shown).members),
                None => {
                    // Ids sort by time.
                    let older = batches.iter().position(|batch| batch.key() < shown.id);
                    batches.insert(older.unwrap_or(batches.len()), Batch::from(shown));
                }
            }
        }
    });
    remember(studio);
}

/// Adds a card for a generation that started elsewhere.
fn show_begun(studio: Studio, id: GenerationId) {
    let is_there = studio.batches.with_untracked(|batches| {
        batches.iter().any(|batch| batch.members.iter().any(|member| member.id == id))
    });
    if is_there {
        return;
    }
    catch_up(studio, vec![id]);
}

/// Adds cards for those of the generations that run, and updates what a run is expected to take and
/// to cost.
fn catch_up(studio: Studio, shown: Vec<GenerationId>) {
    ask(Part::Start { draft: studio.drawn_draft(), shown }, move |answer| {
        let Ok(drawn) = answer else { return };
        if let State::Start { form: told, shown } = drawn.state {
            studio.form.update(|form| {
                if form.model == told.model && !told.is_pending {
                    form.costs = told.costs;
                }
            });
            show(studio, shown.into_iter().filter(|shown| !shown.is_over).collect(), "");
        }
    });
}

/// Stores the ids of the shown generations for the next reload.
pub fn remember(studio: Studio) {
    let mut left = MAX_SHOWN;
    let mut shown = String::new();
    studio.batches.with_untracked(|batches| {
        for batch in batches {
            for member in batch.members.iter().take(left) {
                shown = [&shown, member.id.as_str(), " "].concat();
                left -= 1;
            }
            shown.push(',');
        }
    });
    browser::remember(SHOWN, Some(&shown));
}

/// Watches the connection and the page's visibility.
fn listen(studio: Studio) {
    window_event_listener_untyped("online", move |_| {
        studio.events.online(studio);
    });
    window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            studio.events.hide(studio);
        } else {
            studio.events.open(studio);
            // Changes may have been missed while the page was hidden.
            studio.change.set(events::ANYTHING.to_owned());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_survives_being_kept() {
        let input = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let inputs =
            vec![input("steps", "4"), input("negative prompt", "two\nlines"), input("a", "")];
        let draft = Draft { model: "hf:a/b".to_owned(), inputs, ..Draft::default() };
        let text = format!("{}\n{}", draft.model, kept(draft.inputs.clone()));
        assert_eq!(kept_draft(&text), Some(draft));
        assert_eq!(kept_draft("demo"), None);
    }
}
