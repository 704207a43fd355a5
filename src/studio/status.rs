//! One line that tells the truth, and the error that says what to do.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use super::{browser, form::Form, heart::Heart};
use crate::{
    error::{Billed, GenerateError},
    generation::{Phase, retry::MAX_RETRIES},
};

const TICK_MS: u32 = 250;

/// The status line, the notices under it, and the alert.
#[component]
pub fn Status(heart: Heart, form: Form) -> impl IntoView {
    let now = ticking_now(heart.is_generating);
    let fraction = move || heart.progress.read().fraction().filter(|_| heart.is_generating.get());
    let notices = move || {
        let of_run = heart.progress.read().notices.clone();
        let notices = form.notices().into_iter().chain(of_run);
        notices.map(|notice| view! { <li>{notice}</li> }).collect_view()
    };

    view! {
        <div class="status">
            <div role="status">
                <p class="status__line">
                    {move || sentence(heart)}
                    // The seconds change too often to be read aloud each time.
                    <span class="status__time" aria-hidden="true">{move || time(heart, now.get())}</span>
                </p>
                <ul class="status__notices">{notices}</ul>
            </div>
            <progress
                class="status__bar"
                aria-label="Progress"
                max="1"
                hidden=move || !heart.is_generating.get()
                value=move || fraction().map(|fraction| fraction.to_string())
            ></progress>
            {move || heart.error.get().map(|error| view! { <Alert error/> })}
        </div>
    }
}

#[component]
fn Alert(error: GenerateError) -> impl IntoView {
    let billed = (error.billed() == Billed::Maybe).then_some("It may have been billed.");
    let detail = error.detail().map(str::to_owned);
    let detail = detail.map(|detail| view! { <q class="alert__detail">{detail}</q> });
    let link = error.link().map(|(words, address)| {
        view! { <a href=address target="_blank" rel="noreferrer">{words}</a> }
    });
    view! {
        <div class="alert" role="alert">
            <p class="alert__headline">{capitalised(error.to_string())}"."</p>
            {detail}
            <p>{error.next_step()}" "{billed}" "{link}</p>
        </div>
    }
}

fn capitalised(mut sentence: String) -> String {
    if let Some(first) = sentence.get(..1).map(str::to_ascii_uppercase) {
        sentence.replace_range(..1, &first);
    }
    sentence
}

/// What happens, in a few words; empty before anything did, and when the alert says it.
fn sentence(heart: Heart) -> String {
    if heart.is_generating.get() {
        if heart.retry.read().is_some() {
            let tries = MAX_RETRIES - heart.retry_count.get();
            return format!("The model is loading · try {tries} of {MAX_RETRIES}");
        }
        return heart.progress.read().sentence();
    }
    let has_ended = heart.current.read().as_ref().is_some_and(|current| current.ended_ms.is_some());
    let sentence = match (has_ended, heart.error.read().is_some()) {
        (true, false) if heart.is_cancelled.get() => "Cancelled",
        (true, false) => "Done",
        _ => "",
    };
    sentence.to_owned()
}

/// What the clock adds to the sentence.
fn time(heart: Heart, now_ms: f64) -> String {
    if let Some(wait) = heart.retry.get() {
        let left = ((wait.until_ms - now_ms) / 1000.0).ceil().max(0.0) as u32;
        return format!(" · {left} s left");
    }
    let Some(current) = heart.current.get() else { return String::new() };
    if heart.is_generating.get() {
        let seconds = ((now_ms - current.started_ms) / 1000.0).max(0.0) as u32;
        let is_counting = seconds > 0 && heart.progress.read().phase != Phase::Cancelling;
        return if is_counting { format!(" · {seconds} s") } else { String::new() };
    }
    match current.ended_ms {
        Some(ended) if heart.error.read().is_none() => {
            let tenths = ((ended - current.started_ms) / 100.0).max(0.0) as u32;
            format!(" · {}.{} s", tenths / 10, tenths % 10)
        }
        _ => String::new(),
    }
}

/// The time, moving while something runs.
fn ticking_now(is_running: RwSignal<bool>) -> ReadSignal<f64> {
    let (now, set_now) = signal(0.0);
    let ticks = StoredValue::new_local(None);
    Effect::new(move |_| {
        set_now.set(browser::now_ms());
        let tick = move || set_now.set(browser::now_ms());
        ticks.set_value(is_running.get().then(|| Interval::new(TICK_MS, tick)));
    });
    now
}
