//! An app's self-description, parsed leniently: every release spells some of it differently, and
//! one odd field must not make an app unusable.

mod component;
mod dependency;
mod translations;
mod version;

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

pub use self::{
    component::{Component, PROPS},
    dependency::{ApiName, Begins, Dependency, When},
    translations::Translations,
    version::Version,
};
use crate::server::json;

/// The transport of jobs (`config.protocol`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// 3.x: a WebSocket for each job.
    Ws,
    /// 4.0 to 4.8: the stream is opened first and then requests the data.
    Sse,
    /// From 4.9: a POST joins the queue, then the session's stream reports events.
    Queue {
        /// Later results of a generator are edits of the previous one (from 4.17).
        diffs: bool,
        /// A lost stream can be opened again (4.17 to 4.21).
        resumes: bool,
    },
}

/// `GET /config`.
#[derive(Clone, Debug)]
pub struct AppConfig {
    pub version: Version,
    pub protocol: Protocol,
    /// Empty, or `/gradio_api` from 5.0; before every route but `/config` and `/login`.
    pub api_prefix: String,
    /// The public URL as the server believes it; only its path is trusted.
    pub root: Option<String>,
    pub title: Option<String>,
    /// The largest upload in bytes.
    pub max_file_size: Option<u64>,
    /// Whether functions are queued that do not say so themselves (3.x).
    pub enable_queue: bool,
    pub dependencies: Vec<Dependency>,
    pub components: HashMap<i64, Component>,
    pub translations: Arc<Translations>,
}

impl AppConfig {
    /// `None` when `value` is not a Gradio configuration.
    pub fn parse(value: &Value) -> Option<Self> {
        let dependencies = value.get("dependencies")?.as_array()?;
        let components = value.get("components")?.as_array()?;
        let translations = Translations::parse(value);
        let mut title = value.get("title").cloned().unwrap_or_default();
        translations.translate(&mut title, "en");
        Some(Self {
            version: value
                .get("version")
                .and_then(Value::as_str)
                .map(Version::parse)
                .unwrap_or_default(),
            protocol: match value.get("protocol").and_then(Value::as_str) {
                None | Some("ws") => Protocol::Ws,
                Some("sse") => Protocol::Sse,
                Some("sse_v1") => Protocol::Queue { diffs: false, resumes: false },
                Some("sse_v2" | "sse_v2.1") => Protocol::Queue { diffs: true, resumes: true },
                // Newer protocols are expected to extend this one.
                Some(_) => Protocol::Queue { diffs: true, resumes: false },
            },
            api_prefix: text(value, "api_prefix")
                .map(|prefix| prefix.trim_end_matches('/').to_owned())
                .filter(|prefix| prefix.starts_with('/'))
                .unwrap_or_default(),
            root: text(value, "root"),
            title: title.as_str().map(str::to_owned).filter(|title| !title.is_empty()),
            max_file_size: value.get("max_file_size").and_then(Value::as_u64),
            enable_queue: value.get("enable_queue").and_then(Value::as_bool).unwrap_or(true),
            dependencies: dependencies
                .iter()
                .zip(0..)
                .map(|(dependency, index)| Dependency::parse(dependency, index))
                .collect(),
            components: components
                .iter()
                .filter_map(|part| {
                    Some((part.get("id")?.as_i64()?, Component::parse(part, &translations)))
                })
                .collect(),
            translations: Arc::new(translations),
        })
    }
}

impl AppConfig {
    /// Whether a part of the page is rendered while it is used, and so not described.
    pub fn draws_itself(&self) -> bool {
        self.dependencies.iter().any(|one| one.renders)
    }

    /// Its approximate size in memory, in bytes.
    pub fn weight(&self) -> usize {
        let components = self.components.values();
        let components = components.map(|part| part.kind.len() + 100 + json::weight(&part.props));
        let dependencies = self.dependencies.iter().map(|dependency| {
            let texts = match &dependency.api_name {
                ApiName::Named(name) => name.len(),
                _ => 0,
            } + dependency.description.as_ref().map_or(0, String::len);
            let ids = dependency.inputs.len()
                + dependency.outputs.len()
                + dependency.cancels.len()
                + dependency.on_change.len()
                + dependency.on_chosen.len()
                + dependency.on_written.len()
                + dependency.on_tick.len();
            200 + texts + 8 * ids
        });
        components.chain(dependencies).sum::<usize>() + self.translations.weight()
    }
}

/// A text that is present and not empty.
pub fn text(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key)?.as_str()?;
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_fields_do_not_make_an_app_unusable() {
        let config = AppConfig::parse(&json!({
            "version": "6.31.0-rc1", "app_id": 14284668302392823050_u64, "protocol": "sse_v9",
            "api_prefix": "/gradio_api/", "title": {"key": "greet", "__type__": "translation_metadata"},
            "components": [{"id": 1, "type": "Textbox"}, {"type": {}}, {"id": "x"}],
            "dependencies": [
                {"api_name": false}, {"api_name": null, "inputs": null},
                {"id": 7, "api_name": "false", "api_visibility": "private"},
                {"id": 9, "api_name": "/infer", "inputs": [1, [2, null]]},
            ],
        }))
        .unwrap();
        assert_eq!(config.version, Version(6, 31, 0));
        assert_eq!(config.title.as_deref(), Some("greet"));
        assert_eq!(config.api_prefix, "/gradio_api");
        assert_eq!(config.protocol, Protocol::Queue { diffs: true, resumes: false });
        let names: Vec<_> =
            config.dependencies.iter().map(|d| (d.fn_index, d.api_name.clone())).collect();
        let named = ApiName::Named("infer".to_owned());
        assert_eq!(
            names,
            [(0, ApiName::Hidden), (1, ApiName::Unnamed), (7, ApiName::Hidden), (9, named)]
        );
        assert_eq!(config.dependencies[3].inputs, [1, 2]);
    }

    #[test]
    fn other_json_is_no_app() {
        for value in [json!(null), json!([]), json!({"detail": "Not Found"})] {
            assert!(AppConfig::parse(&value).is_none());
        }
    }
}
