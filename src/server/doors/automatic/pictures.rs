//! `POST /sdapi/v1/txt2img` and `/sdapi/v1/img2img`. Clients send some forty fields that nobody
//! set: inputs that the model lacks are left out, and the others are clamped to its bounds.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use super::{constants::chosen, jobs::Jobs};
use crate::server::{
    client_address::ClientAddress,
    doors::{
        answer::Form,
        api_error::ApiError,
        asking::Asking,
        body::Incoming,
        deliver, infotext,
        parsed_request::MAX_COUNT,
        pictures::Taking,
        who::{self, Holder},
        work::Door,
    },
    state::AppState,
};

/// The fields that are copied unchanged. Others never are: some clients put the key there.
const TAKEN: [&str; 10] = [
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "steps",
    "cfg_scale",
    "seed",
    "init_images",
    "mask",
    "denoising_strength",
];

pub async fn text_to_image(
    State(state): State<AppState>,
    holder: Holder,
    jobs: Extension<Jobs>,
    address: ClientAddress,
    request: Request,
) -> Response {
    let answered = answer(state, holder, jobs, address, request, false).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

pub async fn image_to_image(
    State(state): State<AppState>,
    holder: Holder,
    jobs: Extension<Jobs>,
    address: ClientAddress,
    request: Request,
) -> Response {
    let answered = answer(state, holder, jobs, address, request, true).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

async fn answer(
    state: AppState,
    Extension(caller): Holder,
    Extension(jobs): Extension<Jobs>,
    address: ClientAddress,
    request: Request,
    needs_picture: bool,
) -> Result<Response, ApiError> {
    let told = who::may_start(&state, &caller).await?;
    let headers = request.headers().clone();
    let mut read = Incoming { state: &state, address }.json(request).await?;
    let mut fields = taken(&read.fields)?;
    if !fields.contains_key("model") {
        fields.insert("model".to_owned(), chosen(&state, &caller).await?.as_str().into());
    }
    read.fields.clear();
    let parameters = infotext::parameters(&fields);
    let taking = Taking { state: &state, caller: &caller, address };
    let given = taking.take_from(&mut fields).await?;
    drop(read);
    if needs_picture && given.pictures.is_empty() {
        let error = ApiError::invalid("missing_required_parameter", "Send init_images.");
        return Err(error.about("init_images"));
    }
    let key = caller.key.clone();
    let door = Door::Automatic;
    let asking = Asking { state: state.clone(), caller, address, door, fields, given, headers };
    let (work, ticket) = asking.work(Form::Automatic { parameters }).await?;
    let job = jobs.begin(&key, &work.ids);
    let patience = state.config.engine.keep_alive_seconds;
    let patience = (patience > 0).then(|| Duration::from_secs(patience.into()));
    let answered = async move {
        let answered = work.answered(ticket).await;
        drop(job);
        answered
    };
    let mut response = deliver::kept_alive(answered, patience).await;
    response.headers_mut().extend(told);
    Ok(response)
}

/// The relevant fields of a request, under our own names.
fn taken(fields: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut taken = Map::new();
    for name in TAKEN {
        if let Some(value) = fields.get(name).filter(|value| !is_unset(value)) {
            taken.insert(name.to_owned(), value.clone());
        }
    }
    let number = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Some(1),
        Some(value) => value.as_u64(),
    };
    let count = number("batch_size").zip(number("n_iter"));
    let count = count.map(|(size, rounds)| size.saturating_mul(rounds));
    let count =
        count.filter(|count| (1..=u64::from(MAX_COUNT)).contains(count)).ok_or_else(|| {
            ApiError::field("batch_size", format!("At most {MAX_COUNT} pictures are made at once."))
        })?;
    taken.insert("n".to_owned(), count.into());
    taken.insert("output_format".to_owned(), "png".into());
    let overridden = fields
        .get("override_settings")
        .and_then(|settings| settings.get("sd_model_checkpoint").and_then(Value::as_str));
    let model = fields.get("model").and_then(Value::as_str).or(overridden);
    if let Some(model) = model.filter(|model| !model.is_empty()) {
        taken.insert("model".to_owned(), model.into());
    }
    Ok(taken)
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_clients_send_is_taken_and_their_key_is_not() {
        for (client, body, model) in [
            (
                "open webui",
                json!({"prompt": "x", "batch_size": 2, "width": 512, "height": 512, "steps": 50, "negative_prompt": ""}),
                None,
            ),
            (
                "librechat",
                json!({"prompt": "x", "negative_prompt": "y", "cfg_scale": 4.5, "steps": 22, "width": 1024, "height": 1024, "n_iter": 2}),
                None,
            ),
            (
                "sd.cpp",
                json!({"model": "demo", "prompt": "x", "seed": -1, "sampler_name": "euler", "batch_size": 2}),
                Some("demo"),
            ),
            (
                "sillytavern",
                json!({"prompt": "x", "url": "http://a", "auth": "user:sk-easel-secret", "override_settings": {"sd_model_checkpoint": "hf:a/b"}, "n_iter": 1, "batch_size": 2}),
                Some("hf:a/b"),
            ),
        ] {
            let Value::Object(body) = body else { unreachable!() };
            let taken = taken(&body).unwrap();
            assert_eq!(taken["n"], 2, "{client}");
            assert_eq!(taken.get("model").and_then(Value::as_str), model, "{client}");
            let text = Value::Object(taken).to_string();
            assert!(!text.contains("secret") && !text.contains("sampler"), "{text}");
        }
        let Value::Object(many) = json!({"batch_size": 4, "n_iter": 4}) else { unreachable!() };
        assert!(taken(&many).is_err());
    }
}
