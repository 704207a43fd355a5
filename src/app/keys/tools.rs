//! The settings of other tools, ready to copy.

use leptos::prelude::*;

use crate::language::text;

/// The settings of each tool. Their names and values are the tool's own, in every language.
fn settings(base: &str, key: &str) -> Vec<(&'static str, Vec<String>)> {
    let api = format!("{base}/v1");
    vec![
        ("OpenAI SDK", vec![format!("OPENAI_BASE_URL={api}"), format!("OPENAI_API_KEY={key}")]),
        (
            "Open WebUI",
            vec![
                "ENABLE_IMAGE_GENERATION=true".to_owned(),
                "IMAGE_GENERATION_ENGINE=openai".to_owned(),
                format!("IMAGES_OPENAI_API_BASE_URL={api}"),
                format!("IMAGES_OPENAI_API_KEY={key}"),
                "IMAGE_GENERATION_MODEL=hf:owner/name".to_owned(),
            ],
        ),
        (
            "LibreChat",
            vec![
                format!("IMAGE_GEN_OAI_BASEURL={api}"),
                format!("IMAGE_GEN_OAI_API_KEY={key}"),
                "IMAGE_GEN_OAI_MODEL=hf:owner/name".to_owned(),
            ],
        ),
        (
            "SillyTavern",
            vec![
                "Image Generation → Stable Diffusion Web UI (AUTOMATIC1111)".to_owned(),
                format!("URL: {base}"),
                format!("Authentication: user:{key}"),
            ],
        ),
        (
            "LobeHub",
            vec![
                "Custom provider, SDK type OpenAI; a model of type image".to_owned(),
                format!("API Proxy URL: {api}"),
                format!("API Key: {key}"),
            ],
        ),
        (
            "n8n",
            vec![
                format!("OpenAI credential, Base URL: {api}"),
                format!("API Key: {key}"),
                "Generate an Image, Model: By ID".to_owned(),
            ],
        ),
        (
            "curl",
            vec![format!(
                "curl {api}/images/generations -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '{{\"prompt\":\"a fox\"}}'"
            )],
        ),
    ]
}

/// The settings as a table.
#[component]
pub fn Tools(base: String, key: String) -> impl IntoView {
    let rows = settings(&base, &key).into_iter().map(|(tool, lines)| {
        let lines = lines.into_iter().map(|line| view! { <div><code>{line}</code></div> });
        view! {
            <tr>
                <th scope="row">{tool}</th>
                <td>{lines.collect_view()}</td>
            </tr>
        }
    });
    view! {
        <section aria-label=text!("keys-settings")>
            <h2>{text!("keys-settings")}</h2>
            <p>{text!("keys-settings-model")}</p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{text!("keys-tool")}</th>
                        <th scope="col">{text!("keys-tool-settings")}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
}
