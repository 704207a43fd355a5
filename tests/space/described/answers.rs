//! Tests answers that are not what they seem.

use axum::http::header;
use base64::prelude::{BASE64_STANDARD, Engine};

use super::*;

/// The number of pictures and the outputs of an app that sends `output`, as text of its own.
async fn answered(component: &str, output: String) -> (usize, Vec<Output>) {
    let components =
        json!([part(1, "textbox", "Prompt", Value::Null), part(2, component, "Out", Value::Null),]);
    let run = json!({"id": 0, "api_name": "run", "inputs": [1], "outputs": [2]});
    let config = config(components, json!([run]));
    let app = Stub::start(move |_, (method, path, _)| {
        let route = path.split(['?', '=']).next().unwrap();
        Some(match (method, route) {
            (&Method::GET, "/config") => answer_json(&config),
            (&Method::POST, "/queue/join") => answer_json(&json!({"event_id": "e"})),
            (&Method::GET, "/queue/data") => {
                let event = format!(
                    r#"data: {{"msg":"process_completed","event_id":"e","success":true,"output":{{"data":[{output}]}}}}"#
                );
                let kind = [(header::CONTENT_TYPE, "text/event-stream")];
                (kind, format!("{event}\n\n")).into_response()
            }
            _ => return None,
        })
    })
    .await;
    let asked = job(&format!("space:{}#run", app.origin()), "a fox", &[]);
    let (_, updates) = RecordedUpdates::updates();
    let (images, outputs) = outputs(&provider(&app.origin(), &[]), asked, updates).await;
    (images.len(), outputs)
}

#[tokio::test]
async fn a_picture_is_found_however_its_bytes_are_written() {
    let plain = BASE64_STANDARD.encode(PIXEL);
    let lines = format!("{}\\r\\n{}", &plain[..20], &plain[20..]);
    for words in [
        plain.clone(),
        lines.clone(),
        format!("b'{plain}'"),
        format!("\u{feff}{plain}"),
        format!("data:image/png;base64,{lines}"),
        format!("data:image/png;base64,{}", plain.trim_end_matches('=')),
    ] {
        for (component, output) in [
            ("image", format!("\"{words}\"")),
            ("textbox", format!("\"{words}\"")),
            ("json", format!("{{\"score\":NaN,\"bytes\":\"{words}\"}}")),
        ] {
            let (pictures, _) = answered(component, output).await;
            assert_eq!(pictures, 1, "{component}: {words}");
        }
    }
}

#[tokio::test]
async fn a_drawing_as_text_is_a_picture_and_a_file() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='80'><rect width='9' height='9'/></svg>";
    for (component, output) in [
        ("image", format!("\"{svg}\"")),
        ("textbox", format!("\"{svg}\"")),
        ("code", format!("\"{svg}\\n\"")),
        ("json", format!("{{\"drawn\":\"{svg}\"}}")),
    ] {
        let (pictures, outputs) = answered(component, output).await;
        assert_eq!((pictures, outputs.len()), (1, 1), "{component}: {outputs:?}");
    }
}

#[tokio::test]
async fn no_digit_of_a_number_is_lost() {
    let digits = "123456789012345678901234567890";
    let (_, outputs) = answered("number", digits.to_owned()).await;
    assert_eq!(outputs, [Output::number("Out", digits)]);
    let (_, outputs) = answered("json", format!("{{\"big\":{digits},\"odd\":-Infinity}}")).await;
    let [Output { value: OutputValue::Json(json), .. }] = &outputs[..] else {
        panic!("{outputs:?}")
    };
    assert!(json.contains(digits) && json.contains("null"), "{json}");
}
