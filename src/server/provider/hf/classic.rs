//! The wire that all of this began with: `POST {url}` with `{"inputs", "parameters"}`, answered
//! with the bytes of a picture, or 503 with an `estimated_time` while the model loads. Dedicated
//! endpoints and the router's own `hf-inference` still speak it.

use reqwest::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::{client::Call, params::Params};

/// Image types by preference; JSON last, for endpoints that answer base64.
const ACCEPT: &str = "image/png, image/jpeg;q=0.9, image/webp;q=0.9, application/json;q=0.5";

/// Every input goes out under the task's own name, and only what is set: back ends of this wire
/// reject nulls.
pub fn call(url: Url, prompt: &str, params: &Params) -> Call {
    let mut parameters = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            parameters.insert(name.to_owned(), value);
        }
    };
    set("width", params.width.map(Value::from));
    set("height", params.height.map(Value::from));
    set("num_inference_steps", params.steps.map(Value::from));
    set("guidance_scale", params.guidance.map(Value::from));
    set("negative_prompt", params.negative_prompt.clone().map(Value::from));
    set("seed", Some(params.seed.into()));
    Call {
        method: Method::POST,
        url,
        headers: vec![("accept", ACCEPT)],
        body: Some(json!({ "inputs": prompt, "parameters": parameters })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(params: &Params) -> String {
        let url = "https://h/models/x".parse().unwrap();
        call(url, "a red fox", params).body.unwrap().to_string()
    }

    #[test]
    fn only_what_is_set_is_sent() {
        let nothing = Params {
            width: None,
            height: None,
            steps: None,
            guidance: None,
            negative_prompt: None,
            seed: 7,
            seed_was_set: false,
        };
        assert_eq!(body(&nothing), r#"{"inputs":"a red fox","parameters":{"seed":7}}"#);
        let all = Params {
            width: Some(512),
            height: Some(768),
            steps: Some(20),
            guidance: Some(7.5),
            negative_prompt: Some("blurry".to_owned()),
            seed: u64::MAX,
            seed_was_set: true,
        };
        let sent: Value = serde_json::from_str(&body(&all)).unwrap();
        assert_eq!(
            sent,
            json!({
                "inputs": "a red fox",
                "parameters": {
                    "width": 512, "height": 768, "num_inference_steps": 20,
                    "guidance_scale": 7.5, "negative_prompt": "blurry", "seed": u64::MAX,
                },
            })
        );
    }
}
