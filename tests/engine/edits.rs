//! Edits of pictures, by a real Gradio app that rotates them.

use base64::{Engine, prelude::BASE64_STANDARD};
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::{
    clients,
    easel::{Answer, Easel},
    space::Server,
};

/// Red on the left, blue on the right.
fn picture() -> Vec<u8> {
    let image = RgbImage::from_fn(8, 8, |x, _| Rgb(if x < 4 { [255, 0, 0] } else { [0, 0, 255] }));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// True if the response is the rotated picture.
fn is_turned(answer: &Answer) -> bool {
    let bytes = BASE64_STANDARD.decode(answer.picture()).unwrap();
    let image = image::load_from_memory(&bytes).unwrap().to_rgb8();
    image.dimensions() == (8, 8)
        && image.get_pixel(0, 0).0[2] > 200
        && image.get_pixel(7, 0).0[0] > 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_comes_as_a_form_or_as_json_in_every_way() {
    let app = Server::get("6.31.0", "plain").await;
    let origin = format!("http://127.0.0.1:{}", app.port);
    let easel = Easel::allowing(&origin).await;
    let model = format!("space:{origin}/#/edit");
    let form = |name: &str| {
        let part = Part::bytes(picture()).file_name("upload");
        let form = Form::new().text("prompt", "turn it").text("model", model.clone());
        form.text("n", "1").part(name.to_owned(), part)
    };
    for name in ["image", "image[]", "image[0]", "images"] {
        let request = easel.ask(Method::POST, "/v1/images/edits").multipart(form(name));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert!(is_turned(&answer), "{name}: {}", answer.text);
    }
    let text = BASE64_STANDARD.encode(picture());
    let data = format!("data:image/png;base64,{text}");
    let part = Part::bytes(picture()).file_name("fox.png");
    let upload = easel.ask(Method::POST, "/v1/files").multipart(Form::new().part("file", part));
    let kept = Answer::of(upload.send().await.unwrap()).await.json()["id"].clone();
    for body in [
        json!({"image": text}),
        json!({"image": [data]}),
        json!({"images": [{"image_url": data}]}),
        json!({"images": [{"file_id": kept}]}),
    ] {
        let mut body = body;
        body["prompt"] = "turn it".into();
        body["model"] = model.clone().into();
        let answer = easel.post("/v1/images/edits", &body).await;
        assert!(is_turned(&answer), "{body}: {}", answer.text);
    }
    let pictures = json!({"model": model, "prompt": "turn it", "ref_images": [text]});
    assert!(is_turned(&easel.post("/v1/images/generations", &pictures).await));
    // As the model's own input, too.
    for value in [json!(data), json!([data]), json!(kept)] {
        let own = json!({"model": model, "prompt": "turn it", "inputs": {"image": value}});
        let request = easel.ask(Method::POST, "/v1/generations").header("prefer", "wait=60");
        let answer = Answer::of(request.json(&own).send().await.unwrap()).await;
        assert_eq!(answer.json()["status"], "succeeded", "{}", answer.text);
        assert_eq!(answer.json()["images"][0]["width"], 8, "{}", answer.text);
    }
    let mask = json!({"model": model, "prompt": "x", "image": text, "mask": text});
    let refused = easel.post("/v1/images/edits", &mask).await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("mask")));
    for (kind, script) in [("python", "openai_client.py"), ("node", "node_client.mjs")] {
        clients::run_with(&easel, kind, script, &model, "edit").await;
    }
}
