//! One line that tells the truth, and the error that says what to do.

use std::cell::Cell;

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlProgressElement};

use super::{
    browser, follow,
    form::Form,
    heart::{Heart, Signals},
    page::{draw, find, mark, set, within, write},
};
use crate::{
    error::{Billed, GenerateError},
    generation::{Phase, retry::MAX_RETRIES},
};

const TICK_MS: u32 = 250;

/// Tells what happens for as long as the page lives.
pub fn tell(heart: &'static Heart, form: &'static Form) {
    follow(move || {
        write("#status-line", &sentence(heart));
        write("#status-time", &time(heart));
    });
    follow(move || {
        let mut notices = format!("{}\n{}", form.model_notices.get(), form.list_notice.get());
        for notice in &heart.current().progress.notices {
            notices += "\n";
            notices += notice;
        }
        write("#status-notices", notices.trim());
    });
    follow(move || {
        if let Some(bar) = find("#progress") {
            let is_generating = heart.signals.is_generating.get();
            mark(&bar, "hidden", !is_generating);
            match heart.current().progress.fraction().filter(|_| is_generating) {
                Some(fraction) => bar.unchecked_ref::<HtmlProgressElement>().set_value(fraction),
                None => mark(&bar, "value", false),
            }
        }
    });
    follow(move || {
        // What the form tells beside its inputs is not told twice.
        heart.signals.is_generating.track();
        let current = untrack(|| heart.current());
        let error = current.error.as_ref().filter(|error| !form.tells(error));
        if let Some(place) = find("#alert") {
            place.set_inner_html("");
            if let Some(error) = error {
                alert(&place, error);
            }
        }
    });
    let ticks = Cell::new(None);
    follow(move || {
        let tick = move || {
            write("#status-time", &untrack(|| time(heart)));
        };
        ticks.set(heart.signals.is_generating.get().then(|| Interval::new(TICK_MS, tick)));
    });
}

fn alert(place: &Element, error: &GenerateError) -> Option<()> {
    draw(place, "alert");
    within(place, ".alert__headline")?
        .set_text_content(Some(&format!("{}.", capitalised(error.to_string()))));
    let detail = within(place, ".alert__detail")?;
    match error.detail() {
        Some(words) => detail.set_text_content(Some(words)),
        None => detail.remove(),
    }
    let mut next = error.next_step();
    if error.billed() == Billed::Maybe {
        next += " It may have been billed.";
    }
    within(place, ".alert__next")?.set_text_content(Some(&next));
    let link = within(place, "a")?;
    match error.link() {
        Some((words, address)) => {
            link.set_text_content(Some(words));
            set(&link, "href", &address);
        }
        None => link.remove(),
    }
    None
}

fn capitalised(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// What happens, in a few words; empty before anything did, and when the alert says it.
fn sentence(heart: &Heart) -> String {
    let current = heart.current();
    let Signals { retry, retry_count, is_generating, .. } = heart.signals;
    if is_generating.get() {
        if retry.get().is_some() {
            let tries = MAX_RETRIES - retry_count.get();
            return format!("The model is loading · try {tries} of {MAX_RETRIES}");
        }
        return current.progress.sentence();
    }
    let sentence = match (current.ended_ms.is_some(), current.error.is_some()) {
        (true, false) if current.is_cancelled => "Cancelled",
        (true, false) => "Done",
        _ => "",
    };
    sentence.to_owned()
}

/// What the clock adds to the sentence.
fn time(heart: &Heart) -> String {
    let now_ms = browser::now_ms();
    if let Some(wait) = heart.signals.retry.get() {
        let left = ((wait.until_ms - now_ms) / 1000.0).ceil().max(0.0) as u32;
        return format!(" · {left} s left");
    }
    let current = heart.current();
    if heart.signals.is_generating.get() {
        let seconds = ((now_ms - current.started_ms) / 1000.0).max(0.0) as u32;
        let is_counting = seconds > 0 && !matches!(current.progress.phase, Phase::Cancelling);
        return if is_counting { format!(" · {seconds} s") } else { String::new() };
    }
    match current.ended_ms {
        Some(ended) if current.error.is_none() => {
            let tenths = ((ended - current.started_ms) / 100.0).max(0.0) as u32;
            format!(" · {}.{} s", tenths / 10, tenths % 10)
        }
        _ => String::new(),
    }
}
