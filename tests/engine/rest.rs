//! Easel's own REST API: start, read, follow, list, cancel, delete; and its description.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::easel::{Answer, Easel, client, new_key};

async fn started(easel: &Easel, prompt: &str) -> Value {
    let answer = easel.post("/v1/generations", &easel.request(prompt)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let generation = answer.json();
    assert_eq!(answer.header("location"), generation["links"]["self"]);
    generation
}

async fn ended(easel: &Easel, generation: &Value) -> Value {
    loop {
        let answer = easel.get(generation["links"]["self"].as_str().unwrap()).await;
        let generation = answer.json();
        if !["queued", "loading", "running"].contains(&generation["status"].as_str().unwrap()) {
            return generation;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generation_is_started_and_looked_at_until_its_picture_is_there() {
    let easel = Easel::start().await;
    let generation = started(&easel, "a slow fox at rest").await;
    assert_eq!(
        (&generation["object"], &generation["status"]),
        (&json!("generation"), &json!("running"))
    );
    let ended = ended(&easel, &generation).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!((&ended["images"][0]["width"], &ended["attempts"]), (&json!(4), &json!(1)));
    assert_eq!(ended["images"][0]["content_type"], "image/png");

    // The picture's URL needs no key, and stays the same.
    let address = ended["images"][0]["url"].as_str().unwrap();
    let picture = client().get(address).send().await.unwrap();
    assert_eq!(
        (picture.status().as_u16(), picture.headers()["content-type"].to_str().unwrap()),
        (200, "image/png")
    );
    assert_eq!(picture.headers()["content-disposition"], "inline");
    let picture = picture.bytes().await.unwrap();
    let path = generation["links"]["self"].as_str().unwrap();
    assert_eq!(easel.get(path).await.json()["images"][0]["url"], address);
    let original = easel.ask(Method::GET, &format!("{path}/images/0")).send().await.unwrap();
    assert_eq!(original.bytes().await.unwrap(), picture);
    let part = client().get(address).header("range", "bytes=1-3").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.text().await.unwrap().as_str()), (206, "PNG"));

    // Nobody else can read it.
    let other = new_key(&easel.folder, &["other"]).await;
    for path in [path.to_owned(), format!("{path}/events"), format!("{path}/images/0")] {
        let theirs = client().get(format!("{}{path}", easel.server.address)).bearer_auth(&other);
        let theirs = Answer::of(theirs.send().await.unwrap()).await;
        assert_eq!(
            (theirs.status, theirs.code().as_str()),
            (404, "generation_not_found"),
            "{path}"
        );
    }

    let removed = easel.ask(Method::DELETE, path).send().await.unwrap();
    assert_eq!(Answer::of(removed).await.json()["deleted"], true);
    assert_eq!(easel.get(path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_prefers_to_wait_gets_the_end_and_a_name_is_carried_out_once() {
    let easel = Easel::start().await;
    let ask = async |prompt: &str| {
        let request = easel.ask(Method::POST, "/v1/generations").header("prefer", "wait=30");
        let request = request.header("idempotency-key", prompt.to_owned());
        Answer::of(request.json(&easel.request(prompt)).send().await.unwrap()).await
    };
    let first = ask("a fox at once").await;
    assert_eq!((first.status, &first.json()["status"]), (200, &json!("succeeded")));
    let second = ask("a fox at once").await;
    assert_eq!(second.json()["id"], first.json()["id"]);
    assert_eq!(easel.upstream.runs("a fox at once"), 1);
    let failed = ask("a broken fox at once").await.json();
    assert_eq!(
        (&failed["status"], &failed["error"]["code"]),
        (&json!("failed"), &json!("outcome_unknown"))
    );
    assert_eq!(failed["error"]["easel"]["billed"], "maybe");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_as_it_happens_and_again_from_any_point() {
    let easel = Easel::start().await;
    let body =
        json!({"model": "demo", "prompt": "a fox", "size": "256x256", "inputs": {"steps": 5}});
    let generation = easel.post("/v1/generations", &body).await.json();
    let path = generation["links"]["events"].as_str().unwrap();
    let told = easel.get(path).await.text;
    let words: Vec<_> = told.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!((words.first(), words.last()), (Some(&"accepted"), Some(&"done")), "{told}");
    for word in ["progress", "preview", "image"] {
        assert!(words.contains(&word), "{told}");
    }
    let ids: Vec<u64> =
        told.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    let last = ids[ids.len() - 2];
    let request = easel.ask(Method::GET, path).header("last-event-id", last.to_string());
    let rest = Answer::of(request.send().await.unwrap()).await.text;
    assert_eq!(rest.matches("event: ").count(), 1, "{rest}");
    assert!(rest.contains("event: done"), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gallery_of_a_key_is_listed_page_by_page_and_what_runs_can_be_cancelled() {
    let easel = Easel::start().await;
    let mut made = Vec::new();
    for number in 0..3 {
        let generation = started(&easel, &format!("fox {number}")).await;
        made.push(ended(&easel, &generation).await["id"].clone());
    }
    let first = easel.get("/v1/generations?limit=2").await.json();
    let ids = |page: &Value| {
        let data = page["data"].as_array().unwrap();
        data.iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (ids(&first), &first["has_more"]),
        (vec![made[2].clone(), made[1].clone()], &json!(true))
    );
    let next = first["next"].as_str().unwrap();
    let second = easel.get(&format!("/v1/generations?limit=2&after={next}")).await.json();
    assert_eq!((ids(&second), &second["has_more"]), (vec![made[0].clone()], &json!(false)));

    let running = started(&easel, "a slow fox that nobody wants").await;
    let listed = easel.get("/v1/generations?status=running").await.json();
    assert_eq!(ids(&listed), [running["id"].clone()]);
    let cancel = running["links"]["cancel"].as_str().unwrap();
    assert_eq!(easel.post(cancel, &json!({})).await.status, 202);
    assert_eq!(ended(&easel, &running).await["status"], "cancelled");
    for (query, count) in [
        ("status=cancelled", 1),
        ("status=succeeded", 3),
        ("status=failed", 0),
        (&*format!("model={}", easel.upstream.model()), 4),
        ("model=demo", 0),
    ] {
        let listed = easel.get(&format!("/v1/generations?{query}")).await.json();
        assert_eq!(ids(&listed).len(), count, "{query}");
    }
    for wrong in ["limit=0", "limit=61", "limit=x", "after=x", "status=x", "model=x"] {
        assert_eq!(easel.get(&format!("/v1/generations?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_file_is_known_by_what_it_holds_and_nothing_but_pictures_is_kept() {
    let easel = Easel::start().await;
    let upload = async |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("fox.png");
        let form = reqwest::multipart::Form::new().text("purpose", "vision").part("file", part);
        let request = easel.ask(Method::POST, "/v1/files").multipart(form);
        Answer::of(request.send().await.unwrap()).await
    };
    let picture = std::fs::read("tests/hf/pixel.png").unwrap();
    let kept = upload(picture.clone()).await.json();
    assert_eq!((&kept["object"], kept["id"].as_str().unwrap().len()), (&json!("file"), 64));
    assert_eq!(upload(picture).await.json()["id"], kept["id"]);
    let refused = upload(b"no picture".to_vec()).await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("file")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_that_of_the_router() {
    let easel = Easel::start().await;
    let address = format!("{}/openapi.json", easel.server.address);
    let answer = Answer::of(client().get(&address).send().await.unwrap()).await;
    assert!(answer.status == 200 && answer.text.len() < 60_000, "{}", answer.text.len());
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let (mut names, mut operations) = (HashSet::new(), 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            assert!(names.insert(operation["operationId"].to_string()), "{operation}");
            assert!(
                operation["summary"].as_str().is_some_and(|text| text.len() > 20),
                "{operation}"
            );
            let path = path.replace("{id}", "x").replace("{position}", "0");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            // Every route requires a key before anything else.
            let asked = client().request(method.clone(), format!("{}{path}", easel.server.address));
            assert_eq!(asked.send().await.unwrap().status(), 401, "{method} {path}");
            let known = Answer::of(easel.ask(method.clone(), &path).send().await.unwrap()).await;
            let is_there =
                known.status < 300 || known.code() != "unknown_url" && known.status != 405;
            assert!(is_there, "{method} {path}: {} {}", known.status, known.text);
        }
    }
    assert!(operations >= 12, "{operations}");
}
