//! Models at Replicate: how to run them, their input schemas, and the list of models.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    client::{Client, Route},
    reference::{Name, Target},
    schema,
};
use crate::{
    generation::{Badge, Example, InputSchema, Model, ModelPage, ModelReference, PromptUse},
    server::{fault::Fault, outbound::cache::Cache, redact},
};

/// How long a model is cached, because it may get a new version.
const MODEL_AGE: Duration = Duration::from_secs(10 * 60);
const COLLECTION_AGE: Duration = Duration::from_secs(3600);
const MAX_CACHED: u64 = 100;
/// The curated list that an empty search shows.
const COLLECTION: &str = "text-to-image";
const PAGE_SIZE: usize = 24;

/// A model and how to run it.
#[derive(Clone, Debug, PartialEq)]
pub struct Runnable {
    pub title: String,
    pub name: Option<Name>,
    pub description: Option<String>,
    pub page: Option<String>,
    pub route: Route,
    /// The version to run where the route does not contain it.
    pub version: Option<String>,
    pub prompt: PromptUse,
    pub schema: InputSchema,
    /// The output is one text in pieces.
    pub text_output: bool,
    /// The example on its page.
    pub example: Option<Example>,
    /// How long the example took, in seconds.
    pub example_seconds: Option<f64>,
}

/// The models, with a cache.
pub struct Models {
    client: Client,
    cache: Cache<Target, Arc<Runnable>>,
    collection: Cache<(), Arc<Vec<Badge>>>,
}

impl Models {
    pub fn new(client: Client) -> Self {
        // A version never changes.
        let age = |target: &Target| (!matches!(target, Target::Version(..))).then_some(MODEL_AGE);
        Self {
            client,
            cache: Cache::with_ages(MAX_CACHED, age),
            collection: Cache::new(1, COLLECTION_AGE),
        }
    }

    /// How to run `target`, which is not a cog server.
    ///
    /// # Errors
    ///
    /// When the request for it fails, or the model has no version that can be run.
    pub async fn find(&self, target: &Target) -> Result<Arc<Runnable>, Fault> {
        let ask = async { self.ask(target).await.map(Arc::new) };
        self.cache.get_or_ask(target.clone(), ask).await
    }

    async fn ask(&self, target: &Target) -> Result<Runnable, Fault> {
        let title = target.title();
        let (name, version) = match target {
            Target::Model(name) => {
                let model = self.model(name).await?;
                return read_model(target, &model);
            }
            Target::Version(name, version) => (name.clone(), version.clone()),
            Target::Deployment(name) => {
                let path = ["deployments", name.owner.as_str(), name.name.as_str()];
                let deployment = self.client.get(&path, &[], &title).await?;
                let release = |member| deployment.pointer(member).and_then(Value::as_str);
                let model =
                    release("/current_release/model").and_then(|model| Name::parse(model).ok());
                let version = release("/current_release/version").map(str::to_owned);
                match (model, version) {
                    (Some(model), Some(version)) => (model, version),
                    _ => return Err(unsupported(&title, "the deployment has no release")),
                }
            }
            Target::Cog(_) => return Err(Fault::Internal),
        };
        let path = ["models", &name.owner, &name.name, "versions", &version];
        let answer = self.client.get(&path, &[], &title).await?;
        let route = match target {
            Target::Deployment(deployment) => Route::Deployment(deployment.clone()),
            _ => Route::Version,
        };
        let (prompt, schema) = read_schema(&answer);
        Ok(Runnable {
            title,
            name: Some(name),
            description: None,
            page: target.page(),
            route,
            version: Some(version),
            prompt,
            schema,
            text_output: answer.get("openapi_schema").is_some_and(schema::output_is_text),
            example: None,
            example_seconds: None,
        })
    }

    async fn model(&self, name: &Name) -> Result<Value, Fault> {
        self.client.get(&["models", &name.owner, &name.name], &[], &name.to_string()).await
    }

    /// Models for the picker: a curated list, or search results; `owner/name` finds itself.
    ///
    /// # Errors
    ///
    /// When the request for the list fails.
    pub async fn search(&self, query: &str, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        let query = query.trim();
        if !self.client.has_token() {
            let notice =
                format!("Set {} to see the models of Replicate.", super::errors::TOKEN_VARIABLE);
            return Ok(ModelPage { notice: Some(notice), ..ModelPage::default() });
        }
        if query.is_empty() {
            return self.browse(cursor).await;
        }
        let mut models = Vec::new();
        if let Ok(Target::Model(name)) = Target::parse(query)
            && let Ok(model) = self.model(&name).await
        {
            models.extend(badge(&model));
        }
        let answer =
            self.client.get(&["search"], &[("query", query), ("limit", "50")], query).await?;
        let found = answer.get("models").and_then(Value::as_array).into_iter().flatten();
        for badge in found.filter_map(|found| badge(found.get("model").unwrap_or(found))) {
            if !models.iter().any(|known: &Badge| known.reference == badge.reference) {
                models.push(badge);
            }
        }
        Ok(ModelPage { models, ..ModelPage::default() })
    }

    async fn browse(&self, cursor: Option<&str>) -> Result<ModelPage, Fault> {
        let ask = async {
            let answer = self.client.get(&["collections", COLLECTION], &[], COLLECTION).await?;
            let models = answer.get("models").and_then(Value::as_array).into_iter().flatten();
            Ok::<_, Fault>(Arc::new(models.filter_map(badge).collect::<Vec<_>>()))
        };
        let badges = self.collection.get_or_ask((), ask).await?;
        let start = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0).min(badges.len());
        let end = (start + PAGE_SIZE).min(badges.len());
        Ok(ModelPage {
            models: badges[start..end].to_vec(),
            next: (end < badges.len()).then(|| end.to_string()),
            ..ModelPage::default()
        })
    }
}

impl Runnable {
    /// The model as the page shows it.
    pub fn describe(&self, reference: &ModelReference) -> Model {
        Model {
            reference: reference.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            page: self.page.clone(),
            prompt: self.prompt,
            schema: self.schema.clone(),
            example: self.example.clone(),
            notices: Vec::new(),
        }
    }
}

/// Reads a model: official ones have a route of their own, others run their newest version.
fn read_model(target: &Target, model: &Value) -> Result<Runnable, Fault> {
    let title = target.title();
    let version = model.get("latest_version").filter(|version| !version.is_null());
    let id = version.and_then(|version| version.get("id")).and_then(Value::as_str);
    let is_official = model.get("is_official").and_then(Value::as_bool).unwrap_or(false);
    let route = match target {
        Target::Model(name) if is_official => Route::Model(name.clone()),
        _ if id.is_some() => Route::Version,
        _ => return Err(unsupported(&title, "it has no version that could be run")),
    };
    let (prompt, schema) = read_schema(version.unwrap_or(&Value::Null));
    let seconds = model.pointer("/default_example/metrics/predict_time").and_then(Value::as_f64);
    let example =
        model.pointer("/default_example/input").map(|input| schema::example(&schema, input));
    Ok(Runnable {
        name: match target {
            Target::Model(name) => Some(name.clone()),
            _ => None,
        },
        description: description(model),
        page: target.page(),
        route,
        // “hidden” and the like are not versions that can be requested.
        version: id.filter(|id| id.len() == 64).map(str::to_owned),
        prompt,
        schema,
        text_output: version
            .and_then(|version| version.get("openapi_schema"))
            .is_some_and(schema::output_is_text),
        example,
        example_seconds: seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0),
        title,
    })
}

fn read_schema(version: &Value) -> (PromptUse, InputSchema) {
    schema::read(version.get("openapi_schema").unwrap_or(&Value::Null))
}

fn description(model: &Value) -> Option<String> {
    let text = model.get("description").and_then(Value::as_str).map(redact::excerpt)?;
    Some(text).filter(|text| !text.is_empty())
}

fn badge(model: &Value) -> Option<Badge> {
    let text = |member: &str| model.get(member).and_then(Value::as_str);
    let name = Name::parse(&format!("{}/{}", text("owner")?, text("name")?)).ok()?;
    // Without a version there is nothing to run; search results do not contain the versions.
    if model.get("latest_version").is_some_and(Value::is_null)
        && model.get("is_official").and_then(Value::as_bool) != Some(true)
    {
        return None;
    }
    let reference = format!("replicate:{name}").parse().ok()?;
    Some(Badge {
        description: description(model),
        likes: model.get("run_count").and_then(Value::as_u64),
        thumbnail: text("cover_image_url")
            .filter(|url| url.starts_with("https://"))
            .map(str::to_owned),
        ..Badge::new(reference, name.to_string())
    })
}

fn unsupported(model: &str, detail: &str) -> Fault {
    Fault::UnsupportedModel { model: model.to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    pub fn runnable(name: &str) -> Runnable {
        Runnable {
            title: name.to_owned(),
            name: Name::parse(name).ok(),
            description: None,
            page: None,
            route: Route::Version,
            version: Some("0".repeat(64)),
            prompt: PromptUse::Required,
            schema: InputSchema::default(),
            text_output: false,
            example: None,
            example_seconds: None,
        }
    }

    fn read(model: Value) -> Result<Runnable, Fault> {
        read_model(&Target::parse("a/b").unwrap(), &model)
    }

    #[test]
    fn official_models_have_their_own_route() {
        let official =
            read(json!({"is_official": true, "latest_version": {"id": "hidden"}})).unwrap();
        assert_eq!(official.route, Route::Model(Name::parse("a/b").unwrap()));
        assert_eq!(official.version, None);
        let version = "f".repeat(64);
        let community = read(json!({"latest_version": {"id": version}})).unwrap();
        assert_eq!((community.route, community.version), (Route::Version, Some(version)));
    }

    #[test]
    fn a_model_without_a_version_cannot_be_run() {
        assert!(matches!(
            read(json!({"latest_version": null})),
            Err(Fault::UnsupportedModel { .. })
        ));
    }

    #[test]
    fn a_row_of_the_picker_needs_an_owner_and_something_to_run() {
        let good = json!({"owner": "a", "name": "b", "run_count": 7, "cover_image_url": ""});
        assert_eq!(badge(&good).unwrap().title, "a/b");
        assert_eq!(badge(&json!({"name": "b"})), None);
        assert_eq!(badge(&json!({"owner": "a", "name": "b", "latest_version": null})), None);
    }
}
