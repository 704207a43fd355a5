//! One model in the list.

use leptos::prelude::*;

use crate::{
    app::{names::time_words, readiness},
    generation::{
        Badge, ModelReference, ProviderKind, Readiness, RunTimes, Span, contract::model_option_id,
    },
    language::{Language, decimal, text},
};

/// One model: its title, its provider, and the details that matter before choosing it.
#[component]
pub fn Row(
    index: usize,
    model: Badge,
    needs_key: bool,
    usual: RunTimes,
    readiness: Option<Readiness>,
    /// The price of a run, as text.
    price: Option<String>,
) -> impl IntoView {
    let Badge { reference, title, description, likes, license, gated, lora, thumbnail } = model;
    let kind = reference.provider();
    let facts = [
        Some(kind.title().to_owned()),
        hint(&reference, &title),
        usual_words(usual),
        price,
        likes.map(likes_words),
        license.filter(|license| is_telling(license)),
        gated.then(|| text!("models-gated")),
        lora.then(|| "LoRA".to_owned()),
        description,
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let picture = match thumbnail {
        Some(address) => view! {
            <img
                class="models__picture"
                src=address
                alt=""
                width="32"
                height="32"
                loading="lazy"
                referrerpolicy="no-referrer"
            />
        }
        .into_any(),
        None => view! {
            <span class="models__picture" aria-hidden="true">{kind.info().glyph}</span>
        }
        .into_any(),
    };
    let state = match (kind, needs_key, readiness) {
        (_, true, _) => Some(("dot dot--warn", text!("models-keyless"))),
        (ProviderKind::Demo, _, _) => Some(("dot dot--free", text!("models-free"))),
        (_, _, Some(readiness)) => {
            Some((readiness::dot(readiness), readiness::words(readiness, &usual)))
        }
        _ => None,
    };
    let state = state.map(|(class, words)| {
        view! { <span class="models__state"><i class=class></i>{words}</span> }
    });
    view! {
        <button
            type="button"
            class="models__row"
            role="option"
            id=model_option_id(index)
            value=reference.to_string()
            tabindex="-1"
            aria-selected="false"
        >
            {picture}
            <span class="models__words">
                <span class="models__title" dir="auto">{title}</span>
                " "
                <small class="models__facts">{facts}</small>
            </span>
            {state}
        </button>
    }
}

/// The usual run time, from runs on this server.
fn usual_words(usual: RunTimes) -> Option<String> {
    let words = |span: Span| time_words(span.median, Language::current());
    match usual {
        RunTimes { warm: Some(warm), .. } => Some(text!("models-usual", usual = words(warm))),
        RunTimes { cold: Some(cold), .. } => Some(text!("models-usual-cold", usual = words(cold))),
        RunTimes { warm: None, cold: None } => None,
    }
}

/// The model's name within the provider, where the title differs.
fn hint(reference: &ModelReference, title: &str) -> Option<String> {
    let named = reference.named();
    let named = named.split_once("://").map_or(named, |(_, rest)| rest);
    let named = named.trim_end_matches('/');
    (!named.is_empty() && named != title).then(|| named.to_owned())
}

/// Whether the licence's name says anything.
fn is_telling(license: &str) -> bool {
    !matches!(license.trim().to_lowercase().as_str(), "" | "other" | "unknown" | "none")
}

/// A count such as `12k likes`, for 12345.
fn likes_words(likes: u64) -> String {
    let short = match likes {
        0..1000 => likes.to_string(),
        1000..10_000 => {
            let tenths = likes / 100;
            text!("models-thousands", number = decimal(tenths as f64 / 10.0, 1))
        }
        _ => text!("models-thousands", number = likes / 1000),
    };
    text!("models-likes", short = short, likes = likes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_cut_short() {
        for (number, words) in [(0, "0"), (999, "999"), (1234, "1.2k"), (12_345, "12k")] {
            assert_eq!(likes_words(number), format!("{words} likes"));
        }
    }

    #[test]
    fn a_title_of_its_own_gets_a_hint_where_it_runs() {
        let hint = |text: &str, title| hint(&text.parse().unwrap(), title);
        assert_eq!(hint("hf:a/b", "a/b"), None);
        assert_eq!(hint("demo", "Demo"), None);
        let app = hint("space:http://127.0.0.1:7860/", "FLUX.1 [schnell]");
        assert_eq!(app.as_deref(), Some("127.0.0.1:7860"));
    }

    #[test]
    fn a_licence_is_told_where_it_says_something() {
        assert!(is_telling("apache-2.0"));
        assert!(!is_telling("Other"));
    }
}
