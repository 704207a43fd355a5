//! What starts and replaces runs: Generate, and the buttons that run a request again.

use leptos::prelude::*;

use super::{Pending, Studio, ask::ask, batch::Batch, start};
use crate::{
    browser,
    generation::{
        Draft, FieldError, GenerationId,
        contract::{Drawn, Fill, Part, SeedUse, State},
    },
};

/// A second press of Generate within this time, with the same draft, is a double click.
const DOUBLE_CLICK_MS: f64 = 600.0;

impl Studio {
    /// Runs the current draft; if the form is still being drawn, runs it afterwards.
    pub fn generate(&self) {
        if self.form.with_untracked(|form| form.is_pending) {
            self.pending.update_value(|pending| pending.is_pressed = true);
            return;
        }
        let (draft, now_ms) = (self.draft(), browser::now_ms());
        // A double click starts one generation.
        let mut is_second_click = false;
        self.pending.update_value(|Pending { last_run: (last, at_ms), .. }| {
            is_second_click = *last == draft && now_ms - *at_ms < DOUBLE_CLICK_MS;
            if !is_second_click {
                (*last, *at_ms) = (draft.clone(), now_ms);
            }
        });
        if !is_second_click {
            self.run(draft, self.count());
        }
    }

    /// The next press of Generate is a run of its own, however soon it follows.
    pub fn expect_another_run(&self) {
        self.pending.update_value(|pending| pending.last_run.1 = 0.0);
    }

    /// Runs `draft` `count` times, each time with a different seed.
    pub fn run(&self, draft: Draft, count: usize) {
        self.add(self.form.with_untracked(|form| Batch::new(draft, count, form)), None);
    }

    /// Shows and runs a batch, in place of an `old` card if there is one.
    fn add(&self, batch: Batch, old: Option<GenerationId>) {
        if let Some(old) = &old {
            self.remove(old);
        }
        self.batches.update(|batches| batches.insert(0, batch));
        start::remember(*self);
    }

    /// Runs the request of an earlier generation again, `count` times.
    pub fn run_again(&self, generation: GenerationId, seed: SeedUse, count: usize) {
        self.run_instead(generation, seed, count, None);
    }

    /// Runs the request of an earlier generation again; the new card takes the place of `old`.
    fn run_instead(
        &self,
        generation: GenerationId,
        seed: SeedUse,
        count: usize,
        old: Option<GenerationId>,
    ) {
        let studio = *self;
        ask(Part::DraftOf { generation, seed }, move |answer| match answer {
            Ok(Drawn { state: State::Draft { draft, shown }, .. }) => {
                let seed = studio.form.with_untracked(|form| form.seed.clone());
                studio.add(Batch::again(draft, shown, count, seed.as_deref()), old);
            }
            Ok(_) => {}
            Err(error) => studio.report(error),
        });
    }

    /// Replaces the card of a failed generation by a new run of its request, once that is known.
    pub fn try_again(&self, generation: GenerationId, draft: Option<Draft>) {
        let old = Some(generation.clone());
        match draft {
            Some(draft) => {
                self.add(self.form.with_untracked(|form| Batch::new(draft, 1, form)), old);
            }
            None => self.run_instead(generation, SeedUse::AsItWas, 1, old),
        }
    }

    /// Marks rejected inputs in the form, and removes the generation's card.
    pub fn mark_wrong(&self, generation: Option<GenerationId>, fields: Vec<FieldError>) {
        if let Some(generation) = generation {
            self.remove(&generation);
        }
        self.draw_form(Part::Form { draft: self.drawn_draft(), fill: Fill::Errors(fields) });
    }

    /// Removes the card of a generation.
    fn remove(&self, generation: &GenerationId) {
        self.batches.update(|batches| {
            batches.retain(|batch| batch.members.iter().all(|member| member.id != *generation));
        });
        start::remember(*self);
    }
}
