//! Tests the request to each provider.

use serde_json::json;

use super::*;

fn all() -> Params {
    Params {
        width: Some(1024),
        height: Some(768),
        steps: Some(4),
        guidance: Some(3.5),
        negative_prompt: Some("blurry".to_owned()),
        seed: u64::MAX,
        seed_was_set: true,
        extra: Map::new(),
        picture: None,
    }
}

fn submission(name: &str, id: &str, params: &Params, lora: Option<&Lora>) -> Submission {
    let base = format!("https://router.huggingface.co/{name}").parse().unwrap();
    let order = Order {
        base: &base,
        prompt: "a red fox",
        params,
        hub_id: "owner/name",
        provider_id: id,
        lora,
    };
    submit(find(name).unwrap(), &order)
}

fn body(name: &str, id: &str, params: &Params) -> Value {
    submission(name, id, params, None).call.body.unwrap()
}

/// Provider, its name for the model, the path, the body with no inputs set, the body with all set,
/// and the inputs that were left out of the latter.
type Row = (&'static str, &'static str, &'static str, Value, Value, &'static [&'static str]);

fn rows() -> Vec<Row> {
    vec![
        (
            "hf-inference",
            "owner/name",
            "/hf-inference/models/owner/name",
            json!({"inputs": "a red fox", "parameters": {"seed": 7}}),
            json!({"inputs": "a red fox", "parameters": {
                "width": 1024, "height": 768, "num_inference_steps": 4, "guidance_scale": 3.5,
                "negative_prompt": "blurry", "seed": u64::MAX}}),
            &[],
        ),
        (
            "fal-ai",
            "fal-ai/flux/dev",
            "/fal-ai/fal-ai/flux/dev?_subdomain=queue",
            json!({"prompt": "a red fox", "seed": 7}),
            json!({"prompt": "a red fox", "image_size": {"width": 1024, "height": 768},
                   "num_inference_steps": 4, "guidance_scale": 3.5, "negative_prompt": "blurry",
                   "seed": u64::MAX}),
            &[],
        ),
        (
            "replicate",
            "stability-ai/sdxl",
            "/replicate/v1/models/stability-ai/sdxl/predictions",
            json!({"input": {"prompt": "a red fox", "seed": 7}}),
            json!({"input": {"prompt": "a red fox", "width": 1024, "height": 768,
                   "num_inference_steps": 4, "guidance_scale": 3.5, "negative_prompt": "blurry",
                   "seed": u64::MAX}}),
            &[],
        ),
        (
            "replicate",
            "black-forest-labs/flux-dev",
            "/replicate/v1/models/black-forest-labs/flux-dev/predictions",
            json!({"input": {"prompt": "a red fox", "seed": 7}}),
            json!({"input": {"prompt": "a red fox", "aspect_ratio": "4:3",
                   "num_inference_steps": 4, "guidance": 3.5, "negative_prompt": "blurry",
                   "seed": u64::MAX}}),
            &[],
        ),
        (
            "replicate",
            "owner/sdxl:0123abc",
            "/replicate/v1/predictions",
            json!({"input": {"prompt": "a red fox", "seed": 7}, "version": "0123abc"}),
            json!({"input": {"prompt": "a red fox", "width": 1024, "height": 768,
                   "num_inference_steps": 4, "guidance_scale": 3.5, "negative_prompt": "blurry",
                   "seed": u64::MAX}, "version": "0123abc"}),
            &[],
        ),
        (
            "together",
            "black-forest-labs/FLUX.1-schnell",
            "/together/v1/images/generations",
            json!({"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a red fox",
                   "response_format": "base64", "seed": 7}),
            json!({"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a red fox",
                   "response_format": "base64", "width": 1024, "height": 768, "steps": 4,
                   "guidance_scale": 3.5, "negative_prompt": "blurry", "seed": u64::MAX}),
            &[],
        ),
        (
            "nscale",
            "black-forest-labs/FLUX.1-schnell",
            "/nscale/v1/images/generations",
            json!({"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a red fox",
                   "response_format": "b64_json"}),
            json!({"model": "black-forest-labs/FLUX.1-schnell", "prompt": "a red fox",
                   "response_format": "b64_json", "size": "1024x768"}),
            &["Steps", "Guidance", "Negative prompt", "Seed"],
        ),
        (
            "wavespeed",
            "wavespeed-ai/flux-dev",
            "/wavespeed/api/v3/wavespeed-ai/flux-dev",
            json!({"prompt": "a red fox", "seed": 7}),
            json!({"prompt": "a red fox", "width": 1024, "height": 768, "num_inference_steps": 4,
                   "guidance_scale": 3.5, "negative_prompt": "blurry", "seed": u64::MAX}),
            &[],
        ),
        (
            "zai-org",
            "glm-image",
            "/zai-org/api/paas/v4/async/images/generations",
            json!({"model": "glm-image", "prompt": "a red fox"}),
            json!({"model": "glm-image", "prompt": "a red fox", "size": "1024x768"}),
            &["Steps", "Guidance", "Negative prompt", "Seed"],
        ),
        (
            "deepinfra",
            "black-forest-labs/FLUX-1-dev",
            "/deepinfra/v1/openai/images/generations",
            json!({"model": "black-forest-labs/FLUX-1-dev", "prompt": "a red fox",
                   "response_format": "b64_json"}),
            json!({"model": "black-forest-labs/FLUX-1-dev", "prompt": "a red fox",
                   "response_format": "b64_json", "size": "1024x768"}),
            &["Steps", "Guidance", "Negative prompt", "Seed"],
        ),
    ]
}

#[test]
fn every_provider_gets_its_own_request() {
    for (name, id, path, bare, full, left_out) in rows() {
        let call = submission(name, id, &params(), None);
        let url = call.call.url;
        assert_eq!(url.as_str(), format!("https://router.huggingface.co{path}"));
        assert_eq!((call.call.body, call.left_out), (Some(bare), vec![]), "{name} {id}");

        let call = submission(name, id, &all(), None);
        assert_eq!((call.call.body, call.left_out), (Some(full), left_out.to_vec()), "{name} {id}");
    }
}

#[test]
fn every_provider_in_the_table_has_a_row() {
    for adapter in ADAPTERS {
        assert!(rows().iter().any(|row| row.0 == adapter.name()), "{}", adapter.name());
    }
}

#[test]
fn each_input_alone_changes_only_its_own_field() {
    let alone = [
        Params { width: Some(1024), ..params() },
        Params { height: Some(768), ..params() },
        Params { steps: Some(4), ..params() },
        Params { guidance: Some(3.5), ..params() },
        Params { negative_prompt: Some("blurry".to_owned()), ..params() },
    ];
    for (name, id, _, bare, full, _) in rows() {
        for params in &alone {
            let (sent, text) = (body(name, id, params), body(name, id, params).to_string());
            assert!(!text.contains("null"), "{text}");
            // Each field equals the one in the full or in the bare request, and nothing is added.
            let inner = |body: &Value| {
                let inner = body.get("input").or_else(|| body.get("parameters"));
                inner.unwrap_or(body).as_object().unwrap().clone()
            };
            let (sent, bare, full) = (inner(&sent), inner(&bare), inner(&full));
            let more: Vec<_> = sent.iter().filter(|(key, _)| !bare.contains_key(*key)).collect();
            assert!(more.len() <= 1, "{name}: {more:?}");
            for (key, value) in more {
                assert_eq!(full.get(key), Some(value), "{name}");
            }
            for (key, value) in &bare {
                assert_eq!(sent.get(key), Some(value), "{name}");
            }
        }
    }
}

#[test]
fn half_a_size_is_told_where_it_cannot_be_sent() {
    let half = Params { width: Some(1024), ..params() };
    for name in ["fal-ai", "nscale", "zai-org", "deepinfra"] {
        assert_eq!(submission(name, "x/y", &half, None).left_out, ["Width"], "{name}");
    }
    let odd = Params { width: Some(1000), height: Some(768), ..params() };
    let flux = submission("replicate", "black-forest-labs/flux-dev", &odd, None);
    assert_eq!(flux.left_out, ["Width", "Height"]);
}

#[test]
fn extra_inputs_go_where_the_others_are() {
    let extra = Map::from_iter([("scheduler".to_owned(), Value::from("DDIM"))]);
    let params = Params { extra, ..params() };
    assert_eq!(body("hf-inference", "x", &params)["parameters"]["scheduler"], "DDIM");
    assert_eq!(body("replicate", "a/b", &params)["input"]["scheduler"], "DDIM");
    assert_eq!(body("nscale", "x", &params)["scheduler"], "DDIM");
}

#[test]
fn an_endpoint_is_called_verbatim() {
    let url: Url = "http://127.0.0.1:9/models/x?y=1".parse().unwrap();
    let params = params();
    let order = Order {
        base: &url,
        prompt: "a red fox",
        params: &params,
        hub_id: "",
        provider_id: "",
        lora: None,
    };
    let call = submit(&Endpoint, &order).call;
    assert_eq!(call.url, url);
    assert_eq!(call.body.unwrap().to_string(), r#"{"inputs":"a red fox","parameters":{"seed":7}}"#);
    assert!(call.headers[0].1.starts_with("image/png"));
}

#[test]
fn headers_are_as_each_wants() {
    for (name, headers) in [
        ("replicate", vec![("accept", "application/json"), ("prefer", "wait")]),
        (
            "zai-org",
            vec![
                ("accept", "application/json"),
                ("x-source-channel", "hugging_face"),
                ("accept-language", "en-US,en"),
            ],
        ),
        ("nscale", vec![("accept", "application/json")]),
    ] {
        assert_eq!(submission(name, "x/y", &params(), None).call.headers, headers, "{name}");
    }
}

#[test]
fn a_lora_is_named_as_each_wants() {
    let lora = Lora { weights_path: Some("w.safetensors".to_owned()) };
    let body = |name, id| submission(name, id, &params(), Some(&lora)).call.body.unwrap();
    let path = "https://huggingface.co/owner/name/resolve/main/w.safetensors";
    assert_eq!(
        body("fal-ai", "fal-ai/flux-lora"),
        json!({"prompt": "a red fox", "seed": 7, "loras": [{"path": path, "scale": 1}]})
    );
    assert_eq!(
        body("fal-ai", "fal-ai/lora")["model_name"],
        "stabilityai/stable-diffusion-xl-base-1.0"
    );
    assert_eq!(
        body("replicate", "x/y")["input"]["lora_weights"],
        "https://huggingface.co/owner/name"
    );
    assert_eq!(body("wavespeed", "x/y")["loras"], json!([{"path": "owner/name", "scale": 1}]));
}

#[test]
fn a_picture_that_is_to_be_changed_goes_where_each_provider_takes_it() {
    let params = Params { picture: Some("data:image/png;base64,AA==".to_owned()), ..params() };
    let picture = json!("data:image/png;base64,AA==");
    let list = json!([picture]);
    for (name, id, expected) in [
        ("fal-ai", "fal-ai/kontext", json!({"image_url": picture, "image_urls": list})),
        ("wavespeed", "a/edit", json!({"image": picture, "images": list})),
        ("together", "black-forest-labs/FLUX.1-kontext-dev", json!({"image_url": picture})),
        ("together", "Qwen/Qwen-Image-Edit", json!({"reference_images": list})),
        (
            "replicate",
            "qwen/qwen-image-edit",
            json!({"image": picture, "images": list, "input_image": picture, "input_images": list}),
        ),
    ] {
        let body = body(name, id, &params);
        let inputs = body.get("input").unwrap_or(&body).as_object().unwrap();
        for (input, value) in expected.as_object().unwrap() {
            assert_eq!(inputs.get(input), Some(value), "{name} {id}: {input}");
        }
        assert_eq!(inputs["prompt"], "a red fox", "{name}");
    }
    for name in ["nscale", "deepinfra", "hf-inference"] {
        assert!(!find(name).unwrap().takes_pictures(), "{name}");
        assert!(!body(name, "a/b", &params).to_string().contains("base64,AA"), "{name}");
    }
}
