//! Small responses about the available choices, of which only models are real.

use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    generation::ModelReference,
    server::{
        api_keys::ApiCaller,
        client_address::ClientAddress,
        doors::{api_error::ApiError, body::Incoming, model_names, who::Holder},
        state::AppState,
    },
};

/// The routes that are the same for everybody.
pub fn routes() -> Router<AppState> {
    let nothing = || get(async || Json(json!([])));
    let mut routes = Router::new()
        .route("/sdapi/v1/samplers", get(async || Json(samplers())))
        .route("/sdapi/v1/schedulers", get(async || Json(schedulers())))
        .route("/sdapi/v1/upscalers", get(async || Json(json!([{ "name": "None" }]))))
        .route("/sdapi/v1/scripts", get(async || Json(json!({ "txt2img": [], "img2img": [] }))))
        .route("/sdapi/v1/cmd-flags", get(async || Json(json!({}))))
        .route("/sdapi/v1/embeddings", get(async || Json(json!({ "loaded": {}, "skipped": {} }))))
        .route("/sdapi/v1/memory", get(async || Json(json!({ "ram": {}, "cuda": {} }))))
        .route("/sdapi/v1/refresh-checkpoints", post(async || Json(Value::Null)));
    for name in [
        "latent-upscale-modes",
        "sd-vae",
        "sd-modules",
        "loras",
        "hypernetworks",
        "face-restorers",
        "prompt-styles",
    ] {
        routes = routes.route(&format!("/sdapi/v1/{name}"), nothing());
    }
    routes
}

fn samplers() -> Value {
    json!([{ "name": "Automatic", "aliases": [], "options": {} }])
}

fn schedulers() -> Value {
    json!([{ "name": "automatic", "label": "Automatic" }])
}

/// `GET /sdapi/v1/options`
pub async fn options(
    State(state): State<AppState>,
    Extension(caller): Holder,
) -> Result<Json<Value>, ApiError> {
    let model = chosen(&state, &caller).await?;
    Ok(Json(json!({ "sd_model_checkpoint": model.as_str(), "samples_format": "png" })))
}

/// `POST /sdapi/v1/options`: sets the model of this key; other options are ignored.
///
/// # Errors
///
/// When the key may not use the model.
pub async fn choose(
    State(state): State<AppState>,
    Extension(caller): Holder,
    address: ClientAddress,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    let read = Incoming { state: &state, address }.json(request).await?;
    if let Some(name) = read.fields.get("sd_model_checkpoint").and_then(Value::as_str) {
        let model = model_names::meant(&state, &caller, Some(name))?;
        state.api_keys.choose_model(&caller.key, model.as_str()).await?;
    }
    Ok(Json(Value::Null))
}

/// `GET /sdapi/v1/sd-models`
pub async fn models(State(state): State<AppState>, Extension(caller): Holder) -> Json<Value> {
    let offers = state.offered().map(|offer| offer.reference.to_string());
    let aliases = state.config.engine.aliases.iter().map(|(name, _)| name.clone());
    let may_run = |name: &String| model_names::meant(&state, &caller, Some(name)).is_ok();
    let models = offers.chain(aliases).filter(may_run).map(|name| {
        json!({
            "title": name, "model_name": name, "filename": name,
            "hash": Value::Null, "sha256": Value::Null, "config": Value::Null,
        })
    });
    Json(models.collect())
}

/// The model that this key chose, or the first on offer.
///
/// # Errors
///
/// When there is no model that it may run.
pub async fn chosen(state: &AppState, caller: &ApiCaller) -> Result<ModelReference, ApiError> {
    let name = state.api_keys.chosen_model(&caller.key).await?;
    let kept = name.and_then(|name| model_names::meant(state, caller, Some(&name)).ok());
    match kept {
        Some(model) => Ok(model),
        None => model_names::meant(state, caller, None),
    }
}
