//! `GET /v1/models`: the models on offer, from cached descriptions; no provider is contacted.

use std::sync::LazyLock;

use axum::{
    Extension, Json,
    extract::{Path, State},
};

use serde_json::{Map, Value, json};

use crate::{
    generation::{Field, FieldKind, Model, ModelReference, Role, texts_of},
    server::{
        api_keys::ApiCaller,
        clock::now_ms,
        doors::{api_error::ApiError, model_names, schemas::Failure},
        state::AppState,
    },
};

/// When this server began, in seconds: OpenAI's clients expect a time for each model.
static BEGAN_S: LazyLock<i64> = LazyLock::new(|| now_ms() / 1000);

/// OpenAI's parameters that every model supports.
const ALWAYS: [&str; 6] =
    ["prompt", "n", "response_format", "output_format", "stream", "partial_images"];

/// List the models that can be run, with what is known about them.
#[utoipa::path(
    get, path = "/v1/models", operation_id = "listModels", tag = "models",
    responses(
        (status = 200, description = "The models on offer", body = Object),
        (status = "4XX", description = "It is refused", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<ApiCaller>,
) -> Json<Value> {
    let may_run = |model: &ModelReference| {
        let models = caller.scope.models.as_ref();
        models.is_none_or(|models| models.iter().any(|allowed| allowed == model.as_str()))
    };
    let offers: Vec<_> = state.offered().filter(|offer| may_run(&offer.reference)).collect();
    let registry = &state.registry;
    let mut data = Vec::new();
    for offer in &offers {
        let known = registry.known(&offer.reference).await;
        data.push(item(offer.reference.as_str(), &offer.reference, &offer.title, known.as_ref()));
    }
    for (name, model) in state.config.engine.aliases.iter().filter(|(_, model)| may_run(model)) {
        data.push(item(name, model, name, registry.known(model).await.as_ref()));
    }
    Json(json!({ "object": "list", "data": data }))
}

/// Get one model: `inputs` is a JSON Schema of its own inputs.
#[utoipa::path(
    get, path = "/v1/models/{id}", operation_id = "getModel", tag = "models",
    params(("id" = String, Path, description = "A model reference, such as hf:owner/name")),
    responses(
        (status = 200, description = "The model", body = Object),
        (status = "4XX", description = "There is no model of this name", body = Failure),
        (status = "5XX", description = "The request may be repeated", body = Failure),
    )
)]
pub async fn one(
    State(state): State<AppState>,
    Extension(caller): Extension<ApiCaller>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let model = model_names::meant(&state, &caller, Some(&id))?;
    let described = state.generations.describe_for(&caller.session, &model).await?;
    let mut item = item(&id, &model, &described.title, Some(&described));
    item["inputs"] = inputs(&described);
    Ok(Json(item))
}

fn item(id: &str, model: &ModelReference, title: &str, known: Option<&Model>) -> Value {
    let takes_pictures = known.is_some_and(|model| {
        model.schema.fields.iter().any(|field| {
            matches!(&field.kind, FieldKind::File { accept } | FieldKind::Files { accept, .. }
                if accept.contains("image/") || accept.contains("*/*"))
        })
    });
    let owner = match model.provider().prefix() {
        "demo" => "easel",
        prefix => prefix,
    };
    let mut item = json!({
        "id": id,
        "object": "model",
        "created": *BEGAN_S,
        "owned_by": owner,
        "name": title,
        "type": "image",
        "mode": "image_generation",
        "capabilities": if takes_pictures { json!(["image", "image_edit"]) } else { json!(["image"]) },
        "architecture": {
            "input_modalities": if takes_pictures { json!(["text", "image"]) } else { json!(["text"]) },
            "output_modalities": ["image"],
        },
    });
    if let Some(known) = known {
        if let Some(description) = &known.description {
            item["description"] = description.as_str().into();
        }
        let own = known.schema.fields.iter().map(|field| field.name.as_str());
        let size = known.schema.with_role(Role::Width).map(|_| "size");
        let all: Vec<_> = ALWAYS.into_iter().chain(size).chain(own).collect();
        item["supported_parameters"] = json!(all);
        let sizes = known
            .schema
            .fields
            .iter()
            .filter(|field| matches!(field.name.as_str(), "size" | "image_size"));
        let sizes: Vec<_> = sizes.flat_map(choices).collect();
        if !sizes.is_empty() {
            item["supported_sizes"] = json!(sizes);
        }
    }
    item
}

fn choices(field: &Field) -> Vec<String> {
    match &field.kind {
        FieldKind::Choice { options, .. } | FieldKind::Choices { options, .. } => {
            options.iter().map(|option| texts_of(&option.value).concat()).collect()
        }
        _ => Vec::new(),
    }
}

/// A JSON Schema of the model's own fields.
fn inputs(model: &Model) -> Value {
    let mut properties = Map::new();
    for field in &model.schema.fields {
        let mut property = kind(field);
        property.insert("title".to_owned(), field.label.as_str().into());
        if let Some(help) = &field.help {
            property.insert("description".to_owned(), help.as_str().into());
        }
        if let Some(default) = &field.default {
            property.insert("default".to_owned(), texts_of(default).concat().into());
        }
        properties.insert(field.name.clone(), Value::Object(property));
    }
    let required = model.schema.fields.iter().filter(|field| field.required);
    let required: Vec<_> = required.map(|field| field.name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn kind(field: &Field) -> Map<String, Value> {
    let mut property = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            property.insert(name.to_owned(), value);
        }
    };
    let whole = |number: Option<i128>| number.and_then(|number| i64::try_from(number).ok());
    match &field.kind {
        FieldKind::Integer { min, max, step } => {
            set("type", "integer".into());
            set("minimum", json!(whole(*min)));
            set("maximum", json!(whole(*max)));
            set("multipleOf", json!(whole(*step).filter(|step| *step > 1)));
        }
        FieldKind::Number { min, max, .. } => {
            set("type", "number".into());
            set("minimum", json!(min));
            set("maximum", json!(max));
        }
        FieldKind::Boolean => set("type", "boolean".into()),
        FieldKind::Choice { custom, .. } => {
            set("type", "string".into());
            set(if *custom { "examples" } else { "enum" }, json!(choices(field)));
        }
        FieldKind::Choices { custom, max, .. } => {
            set("type", "array".into());
            let list = if *custom { "examples" } else { "enum" };
            set("items", json!({ "type": "string", list: choices(field) }));
            set("maxItems", json!(max));
        }
        FieldKind::Files { max, .. } => {
            set("type", "array".into());
            set("items", json!({ "type": "string" }));
            set("maxItems", json!(max));
        }
        FieldKind::List { numbers } => {
            set("type", "array".into());
            set("items", json!({ "type": if *numbers { "number" } else { "string" } }));
        }
        FieldKind::Text { min_length, max_length, .. } => {
            set("type", "string".into());
            set("minLength", json!(min_length));
            set("maxLength", json!(max_length));
        }
        FieldKind::DateTime { .. } | FieldKind::Colour | FieldKind::File { .. } => {
            set("type", "string".into());
        }
        FieldKind::Json => {}
    }
    property
}
