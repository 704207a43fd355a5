//! Searches the Hub's text-to-image models that some inference provider serves.

use reqwest::header::{HeaderMap, LINK};
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded::Serializer};

use super::{
    mapping::{self, Mapping},
    reference::{self, Target},
};
use crate::{
    generation::{Badge, ModelPage},
    server::json::{self, JsonError},
};

const PAGE_SIZE: u32 = 20;
/// The most rows of one page, however many the Hub returns.
const MAX_ROWS: usize = 100;
const MAX_QUERY_LENGTH: usize = 100;

/// Shown while the Hub cannot be reached. Who serves a model is looked up when it runs, never here.
const BUILT_IN: [(&str, &str); 5] = [
    ("black-forest-labs/FLUX.1-schnell", "apache-2.0"),
    ("black-forest-labs/FLUX.1-dev", "other"),
    ("Qwen/Qwen-Image", "apache-2.0"),
    ("stabilityai/stable-diffusion-xl-base-1.0", "openrail++"),
    ("stabilityai/stable-diffusion-3-medium-diffusers", "other"),
];

/// The URL of a page of the list. `cursor` is the query of the next page as the Hub returned it;
/// its host is never used.
pub fn url(hub: &Url, query: &str, cursor: Option<&str>) -> Url {
    let mut url = super::join(hub, "api/models");
    if let Some(cursor) = cursor {
        url.set_query(Some(cursor));
        return url;
    }
    let query: String = query.trim().chars().take(MAX_QUERY_LENGTH).collect();
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("pipeline_tag", "text-to-image").append_pair("inference_provider", "all");
    if !query.is_empty() {
        pairs.append_pair("search", &query);
    }
    pairs.append_pair("sort", "trendingScore").append_pair("limit", &PAGE_SIZE.to_string());
    for field in ["inferenceProviderMapping", "gated", "likes", "tags", "cardData"] {
        pairs.append_pair("expand[]", field);
    }
    url.set_query(Some(&pairs.finish()));
    url
}

/// Reads a page of the list. Models that no provider Easel can call serves are left out.
///
/// # Errors
///
/// The response is not such a list.
pub fn read(hub: &Url, headers: &HeaderMap, body: &[u8]) -> Result<ModelPage, JsonError> {
    let rows: Vec<Value> = json::parse(body)?;
    let models = rows.iter().filter_map(|row| badge(hub, row)).take(MAX_ROWS).collect();
    Ok(ModelPage { models, next: next(headers), ..ModelPage::default() })
}

/// The model or endpoint that `query` itself names, as pasted or typed in full.
pub fn named(query: &str) -> Option<Badge> {
    let query = query.trim();
    let is_ours = query.starts_with("hf:");
    let text = query.strip_prefix("hf:").unwrap_or(query);
    let (title, description) = match reference::parse(text).ok()? {
        Target::Model { id, provider: None, .. } => {
            // A single word is a search text.
            (is_ours || text.contains('/')).then_some((id.to_string(), None))?
        }
        Target::Model { id, provider: Some(provider), .. } => {
            (format!("{id}@{provider}"), Some(format!("Only at {provider}.")))
        }
        // Any other URL may just as well be an app.
        Target::Endpoint(url) => {
            let host = url.host_str().unwrap_or_default();
            let is_endpoint = is_ours
                || host.ends_with(".endpoints.huggingface.cloud")
                || url.path().starts_with("/models/");
            let description = "An endpoint, called at this address.".to_owned();
            is_endpoint.then(|| (url.to_string(), Some(description)))?
        }
    };
    Some(Badge { description, ..bare(&title)? })
}

fn bare(title: &str) -> Option<Badge> {
    Some(Badge::new(format!("hf:{title}").parse().ok()?, title))
}

/// The built-in list, with the reason why the Hub is missing.
pub fn built_in(query: &str, why: &str) -> ModelPage {
    let query = query.trim().to_ascii_lowercase();
    let models = BUILT_IN
        .iter()
        .filter(|(id, _)| id.to_ascii_lowercase().contains(&query))
        .filter_map(|(id, license)| {
            Some(Badge { license: Some((*license).to_owned()), ..bare(id)? })
        })
        .collect();
    let notice = format!("The Hub cannot be reached ({why}). This is Easel's built-in list.");
    ModelPage { models, notice: Some(notice), is_built_in: true, ..ModelPage::default() }
}

fn badge(hub: &Url, row: &Value) -> Option<Badge> {
    let id = row.get("id")?.as_str()?;
    let Ok(Target::Model { id: model, .. }) = reference::parse(id) else { return None };
    // A row without the field may still have providers.
    let mapping = match row.get("inferenceProviderMapping") {
        Some(_) => Mapping::deserialize(row).ok(),
        None => None,
    };
    let candidates = match &mapping {
        Some(mapping) => mapping.candidates(&model, None).ok()?,
        None => Vec::new(),
    };
    let card = row.get("cardData");
    let lora = !candidates.is_empty() && candidates.iter().all(|entry| entry.lora.is_some());
    let served_by: Vec<_> = candidates
        .iter()
        .filter(|entry| entry.health == mapping::Health::Live)
        .map(|entry| entry.provider.as_str())
        .collect();
    let trigger = card.and_then(|card| card.get("instance_prompt")).and_then(Value::as_str);
    let sentences: Vec<_> = [
        (!served_by.is_empty()).then(|| format!("Served by {}.", served_by.join(", "))),
        trigger
            .filter(|words| lora && !words.trim().is_empty())
            .map(|words| format!("Say “{}” in the prompt.", words.trim())),
    ]
    .into_iter()
    .flatten()
    .collect();
    Some(Badge {
        reference: format!("hf:{model}").parse().ok()?,
        title: model.to_string(),
        description: (!sentences.is_empty()).then(|| sentences.join(" ")),
        likes: row.get("likes").and_then(Value::as_u64),
        license: license(row),
        gated: row
            .get("gated")
            .is_some_and(|gated| !matches!(gated, Value::Bool(false) | Value::Null)),
        lora,
        thumbnail: card.and_then(|card| thumbnail(hub, &model.to_string(), card)),
    })
}

fn license(row: &Value) -> Option<String> {
    let from_card = row.pointer("/cardData/license").and_then(|license| match license {
        Value::String(name) => Some(name.as_str()),
        Value::Array(names) => names.first()?.as_str(),
        _ => None,
    });
    let tags = row.get("tags").and_then(Value::as_array).into_iter().flatten();
    let mut from_tags = tags.filter_map(|tag| tag.as_str()?.strip_prefix("license:"));
    from_card.or_else(|| from_tags.next()).map(str::to_owned)
}

/// The model card's own picture: an https URL, or a file of the repository.
fn thumbnail(hub: &Url, id: &str, card: &Value) -> Option<String> {
    let from_widget = || {
        card.get("widget")?
            .as_array()?
            .iter()
            .find_map(|example| example.pointer("/output/url")?.as_str())
    };
    let address = card.get("thumbnail").and_then(Value::as_str).or_else(from_widget)?;
    if address.contains("://") {
        let url: Url = address.parse().ok()?;
        return (url.scheme() == "https" && url.username().is_empty()).then(|| url.to_string());
    }
    let file = address.trim_start_matches("./");
    if file.starts_with('/') || file.split('/').any(|step| step == "..") {
        return None;
    }
    Some(super::join(hub, &format!("{id}/resolve/main/{file}")).to_string())
}

/// The query of the next page, from `<https://…?cursor=…>; rel="next"`.
fn next(headers: &HeaderMap) -> Option<String> {
    let link = headers.get(LINK)?.to_str().ok()?;
    let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
    let address = next.split_once('<')?.1.split_once('>')?.0;
    let (_, query) = address.split_once('?')?;
    Some(query.to_owned())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    fn hub() -> Url {
        "https://huggingface.co".parse().unwrap()
    }

    fn rows(rows: Value) -> Vec<Badge> {
        read(&hub(), &HeaderMap::new(), rows.to_string().as_bytes()).unwrap().models
    }

    fn served(adapter: Option<&str>) -> Value {
        json!([{"provider": "fal-ai", "status": "live", "providerId": "fal-ai/x",
                "task": "text-to-image", "adapter": adapter}])
    }

    #[test]
    fn only_served_text_to_image_models_are_asked_for() {
        let asked = url(&hub(), " a fox & co ", None);
        assert_eq!(
            asked.as_str(),
            "https://huggingface.co/api/models?pipeline_tag=text-to-image&inference_provider=all\
             &search=a+fox+%26+co&sort=trendingScore&limit=20\
             &expand%5B%5D=inferenceProviderMapping&expand%5B%5D=gated&expand%5B%5D=likes\
             &expand%5B%5D=tags&expand%5B%5D=cardData"
        );
        assert!(!url(&hub(), "  ", None).as_str().contains("search="));
    }

    #[test]
    fn a_row_becomes_a_badge() {
        let badge = &rows(json!([{
            "_id": "x", "id": "owner/name", "likes": 12, "gated": "auto",
            "inferenceProviderMapping": served(Some("lora")),
            "cardData": {"license": "apache-2.0", "instance_prompt": "TOK",
                         "widget": [{"text": "x"}, {"output": {"url": "images/1.png"}}]},
        }]))[0];
        assert_eq!(
            *badge,
            Badge {
                reference: "hf:owner/name".parse().unwrap(),
                title: "owner/name".to_owned(),
                description: Some("Served by fal-ai. Say “TOK” in the prompt.".to_owned()),
                likes: Some(12),
                license: Some("apache-2.0".to_owned()),
                gated: true,
                lora: true,
                thumbnail: Some(
                    "https://huggingface.co/owner/name/resolve/main/images/1.png".to_owned()
                ),
            }
        );
    }

    #[test]
    fn rows_may_be_sparse_and_what_cannot_run_is_left_out() {
        let found = rows(json!([
            {"id": "a/sparse"},
            {"id": "b/nobody", "inferenceProviderMapping": []},
            {"id": "c/other-task", "inferenceProviderMapping": [{"provider": "fal-ai",
                "status": "live", "providerId": "x", "task": "image-to-image"}]},
            {"id": "d/odd", "gated": false, "inferenceProviderMapping": served(None),
             "tags": ["license:mit"], "cardData": {"thumbnail": "javascript://x", "license": []}},
            {"id": "../x"},
            {"likes": 1},
        ]));
        let titles: Vec<_> = found.iter().map(|badge| badge.title.as_str()).collect();
        assert_eq!(titles, ["a/sparse", "d/odd"]);
        assert_eq!(found[1].license.as_deref(), Some("mit"));
        assert_eq!((found[1].gated, found[1].lora, &found[1].thumbnail), (false, false, &None));
        assert!(read(&hub(), &HeaderMap::new(), b"{}").is_err());
    }

    #[test]
    fn the_next_page_is_asked_on_the_hub_whatever_host_it_names() {
        let mut headers = HeaderMap::new();
        let link = "<https://evil.example/api/models?limit=20&cursor=abc>; rel=\"next\"";
        headers.insert(LINK, HeaderValue::from_static(link));
        let page = read(&hub(), &headers, b"[]").unwrap();
        let cursor = page.next.unwrap();
        assert_eq!(
            url(&hub(), "x", Some(&cursor)).as_str(),
            "https://huggingface.co/api/models?limit=20&cursor=abc"
        );
    }

    #[test]
    fn a_name_or_an_address_names_itself() {
        let reference = |query| named(query).map(|badge| badge.reference.to_string());
        for (query, named) in [
            ("owner/name", "hf:owner/name"),
            (" hf:gpt2 ", "hf:gpt2"),
            ("owner/name@fal-ai", "hf:owner/name@fal-ai"),
            ("https://huggingface.co/owner/name", "hf:owner/name"),
            ("https://x.endpoints.huggingface.cloud/", "hf:https://x.endpoints.huggingface.cloud/"),
            ("http://127.0.0.1:9/models/x", "hf:http://127.0.0.1:9/models/x"),
            ("hf:https://h/x", "hf:https://h/x"),
        ] {
            assert_eq!(reference(query).as_deref(), Some(named), "{query}");
        }
        for query in ["", "flux", "red fox", "space:a/b", "https://a-b.hf.space", "replicate:a/b"] {
            assert_eq!(reference(query), None, "{query}");
        }
    }

    #[test]
    fn the_built_in_list_says_what_it_is() {
        let page = built_in("flux", "502 Bad Gateway");
        assert_eq!(page.models.len(), 2);
        assert!(page.is_built_in && page.notice.unwrap().contains("built-in list"));
    }
}
