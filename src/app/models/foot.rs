//! The line below the list of models.

use leptos::prelude::*;

use crate::language::{reported, text};

/// The line below the list: a notice, the number of models, and the button for more.
#[component]
pub fn Foot(
    notice: Option<Notice>,
    count: usize,
    has_more: bool,
    /// Whether the notice is all that there is to read.
    is_open: bool,
) -> impl IntoView {
    let words = match count {
        0 => text!("models-nothing"),
        count => text!("models-found", count = count),
    };
    view! {
        {notice.map(|notice| view! { <FoldedNotice notice is_open/> })}
        <span>{words}</span>
        {has_more.then(|| view! {
            <button type="button" class="chip chip--quiet">{text!("models-more")}</button>
        })}
    }
}

/// A notice about the list, in a provider's own words.
pub struct Notice {
    pub words: String,
    pub is_built_in: bool,
}

/// The notice as one line; the provider's own text unfolds.
#[component]
fn FoldedNotice(notice: Notice, is_open: bool) -> impl IntoView {
    let line = match notice.is_built_in {
        true => text!("models-offline"),
        false => text!("models-partly"),
    };
    view! {
        <details class="models__notice" open=is_open>
            <summary>{line}</summary>
            <p dir="auto">{reported(&notice.words)}</p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::html;

    #[test]
    fn raw_words_of_a_failure_are_folded_away() {
        let words = "The Hub cannot be reached (dns <error>).".to_owned();
        let notice = Notice { words: words.clone(), is_built_in: true };
        let shown = html(|| view! { <FoldedNotice notice is_open=false/> });
        assert!(shown.contains("Offline: showing Easel's built-in list."), "{shown}");
        assert!(shown.contains("dns &lt;error&gt;"), "{shown}");
        let partly = Notice { words, is_built_in: false };
        let partly = html(|| view! { <FoldedNotice notice=partly is_open=false/> });
        assert!(!partly.contains("built-in list"), "{partly}");
    }
}
