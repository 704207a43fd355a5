//! Outputs beside pictures: text, numbers, JSON, players, downloads.

use leptos::prelude::*;

use super::names;
use crate::{
    generation::{GenerationId, Output, OutputValue},
    server::provider::is_played,
};

/// Longer JSON is folded.
const OPEN_LINES: usize = 12;

/// All outputs of the generation `id`. For a guest with a share link, file URLs contain its
/// `token`.
#[component]
pub fn Outputs(
    outputs: Vec<Output>,
    id: GenerationId,
    #[prop(optional)] token: Option<String>,
) -> impl IntoView {
    if outputs.is_empty() {
        return ().into_any();
    }
    let shown = outputs.into_iter().map(|output| {
        let address = output.value.address(&id).map(|address| match &token {
            Some(token) => {
                address.replacen(&format!("/api/generations/{id}/"), &format!("/s/{token}/"), 1)
            }
            None => address,
        });
        view! { <OneOutput output address/> }
    });
    view! {
        <div class="outputs">
            <link rel="stylesheet" href="/outputs.css"/>
            {shown.collect_view()}
        </div>
    }
    .into_any()
}

/// One output with its label; `address` is the URL of a file.
#[component]
fn OneOutput(output: Output, address: Option<String>) -> impl IntoView {
    let Output { label, value } = output;
    let value = match value {
        OutputValue::Text(text) => {
            view! { <p class="outputs__text" dir="auto">{text}</p> }.into_any()
        }
        OutputValue::Number(number) => view! { <p class="outputs__number">{number}</p> }.into_any(),
        OutputValue::Json(json) => {
            let is_open = json.lines().nth(OPEN_LINES).is_none();
            view! {
                <details class="outputs__json" open=is_open>
                    <summary>"JSON"</summary>
                    <pre dir="auto">{json}</pre>
                </details>
            }
            .into_any()
        }
        OutputValue::File { name, content_type, bytes, .. } => {
            let address = address.unwrap_or_default();
            view! { <File label=label.clone() name content_type bytes address/> }.into_any()
        }
    };
    let label =
        (!label.is_empty()).then(|| view! { <h3 class="outputs__label" dir="auto">{label}</h3> });
    view! { <section class="outputs__one">{label}{value}</section> }
}

#[component]
fn File(
    label: String,
    name: String,
    content_type: String,
    bytes: u64,
    address: String,
) -> impl IntoView {
    let called = if label.is_empty() { name.clone() } else { label };
    let (source, saved_as) = (address.clone(), name.clone());
    let player = if !is_played(&content_type) {
        ().into_any()
    } else if content_type.starts_with("audio/") {
        view! { <audio controls preload="metadata" src=source aria-label=called></audio> }
            .into_any()
    } else {
        view! {
            <video controls preload="metadata" playsinline src=source aria-label=called></video>
        }
        .into_any()
    };
    view! {
        {player}
        <p class="outputs__file">
            <a href=address download=saved_as>{name}</a>
            " "
            <span class="outputs__size">{names::weight(bytes)}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(outputs: Vec<Output>, token: Option<&str>) -> String {
        let (id, token) = (GenerationId::from_parts(0, [0; 10]), token.map(str::to_owned));
        crate::app::html(move || match token {
            Some(token) => view! { <Outputs outputs id token/> }.into_any(),
            None => view! { <Outputs outputs id/> }.into_any(),
        })
    }

    fn file(name: &str, content_type: &str) -> Output {
        let value = OutputValue::File {
            position: 1,
            name: name.to_owned(),
            content_type: content_type.to_owned(),
            bytes: 1_500,
        };
        Output::new("Sound", value)
    }

    #[test]
    fn words_of_an_app_are_text() {
        let outputs = vec![
            Output::text("<i>Note</i>", "<script>alert(1)</script> (type: <class 'str'>)"),
            Output::json("", "{\"a\": \"</pre><script>\"}"),
        ];
        let html = html(outputs, None);
        assert!(!html.contains("<script") && !html.contains("<i>"), "{html}");
        assert!(html.contains("(type: &lt;class 'str'&gt;)"), "{html}");
    }

    #[test]
    fn sounds_and_films_have_a_player_and_all_files_a_download() {
        let sound = html(vec![file("a.wav", "audio/wav")], None);
        assert!(sound.contains("<audio controls") && sound.contains(" download"), "{sound}");
        assert!(html(vec![file("a.mp4", "video/mp4")], None).contains("<video controls"));
        let page = html(vec![file("a.html", "text/html")], Some("abc"));
        assert!(!page.contains("<audio") && !page.contains("<video"), "{page}");
        assert!(page.contains("href=\"/s/abc/files/1/a.html\""), "{page}");
    }

    #[test]
    fn long_json_is_folded() {
        let lines = |count| "x\n".repeat(count);
        let is_open = |json: String| html(vec![Output::json("", json)], None).contains(" open");
        assert!(is_open(lines(3)) && !is_open(lines(300)));
    }
}
