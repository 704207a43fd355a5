//! Tests what is sent: emptied inputs, and functions that only the page may call or that have none.

use super::*;

/// Runs the only endpoint with `inputs` and returns what was sent in the last join.
async fn sent(app: &Stub, name: &str, inputs: &[(&str, InputValue)]) -> Value {
    let asked = job(&format!("space:{}#{name}", app.origin()), "a fox", inputs);
    let (_, updates) = RecordedUpdates::updates();
    outputs(&provider(&app.origin(), &[]), asked, updates).await;
    joins(app).pop().unwrap()
}

fn done(_: u64) -> Vec<Value> {
    vec![completed(json!(["A fox."]))]
}

#[tokio::test]
async fn what_a_person_emptied_is_sent_empty_and_what_is_hidden_as_it_is() {
    let mut own = part(4, "dropdown", "LoRA", "a".into());
    own["props"]["choices"] = json!(["a", "b"]);
    own["props"]["allow_custom_value"] = json!(true);
    let mut hidden = part(6, "textbox", "Secret", "kept".into());
    hidden["props"]["visible"] = json!(false);
    let components = json!([
        part(1, "textbox", "Prompt", Value::Null),
        part(2, "textbox", "Negative prompt", "blurry".into()),
        part(3, "number", "Shift", 1.5.into()),
        own,
        part(5, "slider", "Strength", 4.into()),
        hidden,
        part(9, "textbox", "Out", Value::Null),
    ]);
    let run = json!({"id": 0, "api_name": "run", "inputs": [1, 2, 3, 4, 5, 6], "outputs": [9]});
    let app = app(config(components, json!([run])), None, done).await;
    let untouched = sent(&app, "run", &[]).await;
    assert_eq!(untouched["data"], json!(["a fox", "blurry", 1.5, "a", 4, "kept"]));

    let provider = provider(&app.origin(), &[]);
    let reference = format!("space:{}#run", app.origin());
    let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
    let emptied = described.schema.fields.iter().map(|field| field.emptied.clone());
    let null = || Some(InputValue::null());
    let text = Some(InputValue::Text(String::new()));
    assert_eq!(emptied.collect::<Vec<_>>(), [text, null(), null(), None]);
    let inputs: Vec<_> = described
        .schema
        .fields
        .iter()
        .filter_map(|field| Some((field.name.as_str(), field.emptied.clone()?)))
        .collect();
    let emptied = sent(&app, "run", &inputs).await;
    assert_eq!(emptied["data"], json!(["a fox", "", null, null, 4, "kept"]));
}

#[tokio::test]
async fn what_only_the_page_may_run_is_run_by_its_number() {
    let components = json!([
        part(1, "textbox", "Prompt", Value::Null),
        part(2, "image", "Result", Value::Null),
        part(3, "button", "Go", "Go".into()),
        part(4, "textbox", "Out", Value::Null),
    ]);
    let click = json!([[3, "click"]]);
    let hidden =
        json!({"id": 5, "api_name": false, "inputs": [1], "outputs": [2, 4], "targets": click});
    let private = json!({"id": 5, "api_name": "false", "api_visibility": "private", "inputs": [1],
        "outputs": [2, 4], "targets": click});
    let other = json!({"id": 2, "api_name": "count", "inputs": [4], "outputs": [4]});
    let follower =
        json!({"id": 6, "api_name": false, "inputs": [1], "outputs": [4], "trigger_after": 5});
    for (dependencies, number) in [
        (json!([hidden, follower]), 5),
        (json!([other, private]), 5),
        // The same under a name.
        (json!([hidden, {"id": 7, "api_name": "paint", "inputs": [1], "outputs": [2, 4]}]), 7),
    ] {
        let app = app(config(components.clone(), dependencies), None, |number| {
            let follower = json!(["A fox."]);
            vec![completed(if number == 6 { follower } else { json!([null, "A fox."]) })]
        })
        .await;
        let asked = job(&format!("space:{}", app.origin()), "a fox", &[]);
        let (_, updates) = RecordedUpdates::updates();
        outputs(&provider(&app.origin(), &[]), asked, updates).await;
        let joined = joins(&app).into_iter().find(|join| join["fn_index"] == number);
        assert_eq!(joined.expect("it was joined")["data"], json!(["a fox"]), "{number}");
    }
}

#[tokio::test]
async fn a_function_without_a_page_is_run_from_its_description() {
    let named = |name: &str, kind: Value, default: Option<Value>| {
        json!({"label": "1st", "parameter_name": name, "type": kind, "component": "Api",
            "parameter_has_default": default.is_some(), "parameter_default": default})
    };
    let told = json!({"named_endpoints": {"/draw": {
        "parameters": [
            named("prompt", json!({"type": "string"}), None),
            named("size", json!({"type": "integer"}), Some(64.into())),
            named("mode", json!({"enum": ["fast", "good"], "type": "string"}), Some("fast".into())),
        ],
        "returns": [{"label": "1st", "component": "Api", "type": {"type": "string"}}],
    }}, "unnamed_endpoints": {}});
    let argument = |id: u32, kind: Value, default: Value| json!({"id": id, "type": "api", "props": {"label": "1st", "value": default}, "api_info": kind});
    let components = json!([
        argument(1, json!({"type": "string"}), Value::Null),
        argument(2, json!({"type": "integer"}), 64.into()),
        argument(3, json!({"enum": ["fast", "good"], "type": "string"}), "fast".into()),
        argument(4, json!({"type": "string"}), Value::Null),
    ]);
    let bare = json!([{"id": 0, "api_name": "draw", "inputs": [], "outputs": [], "targets": []}]);
    let full =
        json!([{"id": 0, "api_name": "draw", "inputs": [1, 2, 3], "outputs": [4], "targets": []}]);
    for (components, dependencies) in [(json!([]), bare), (components, full)] {
        let app = app(config(components, dependencies), Some(told.clone()), done).await;
        let provider = provider(&app.origin(), &[]);
        let reference = format!("space:{}#draw", app.origin());
        let described = provider.describe(&reference.parse().unwrap()).await.unwrap();
        assert_eq!(described.prompt, PromptUse::Required);
        let labels: Vec<_> = described.schema.fields.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(labels, ["size", "mode"]);
        let mode = InputValue::Text("good".to_owned());
        let join = sent(&app, "draw", &[("mode", mode)]).await;
        assert_eq!(join["data"], json!(["a fox", 64, "good"]));
        let asked = job(&reference, "a fox", &[]);
        let (_, updates) = RecordedUpdates::updates();
        let (_, outputs) = outputs(&provider, asked, updates).await;
        assert_eq!(outputs, [Output::text("", "A fox.")]);
    }
}
