//! A paid result is never lost: whatever a response contains is stored, as a picture, as text or as
//! a file.

use axum::{http::StatusCode, response::IntoResponse};
use base64::prelude::{BASE64_STANDARD, Engine};
use easel::{
    app,
    generation::OutputValue,
    server::{fault::Fault, provider::Answer},
};
use serde_json::json;

use crate::{
    classic::endpoint,
    fixture::{PNG, run},
    world::{json_answer, world},
};

const FILM: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x10free\xff\xfe\xfd\xfcmade up for a test of films\xff\xff";

/// The number of pictures, and the names of files, in an answer.
fn kept(answer: Result<Answer, Fault>) -> (usize, Vec<String>) {
    let Ok(Answer::Images { images, files, .. }) = answer else { panic!("{answer:?}") };
    (images.len(), files.into_iter().map(|file| file.name).collect())
}

#[tokio::test]
async fn every_kind_of_bytes_comes_home() {
    let svg =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 4'><path d='M0 0h4v4z'/></svg>";
    let tiff = [b"II*\0".as_slice(), &[0xff; 100]].concat();
    let film = BASE64_STANDARD.encode(FILM);
    for (body, pictures, names) in [
        (PNG.to_vec(), 1, vec![]),
        (FILM.to_vec(), 0, vec!["output.mp4"]),
        (tiff, 0, vec!["output.tif"]),
        (svg.into(), 1, vec!["output.svg"]),
        (json!({"images": [{"b64_json": film}]}).to_string().into(), 0, vec!["output.mp4"]),
        (vec![0xfe; 200], 0, vec!["output.bin"]),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then(body);
        let (answer, said) = run(&hf, &model).await;
        assert_eq!(kept(answer), (pictures, names.iter().map(|&name| name.into()).collect()));
        assert!(!said.stored.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_file_at_an_address_is_kept_under_its_name() {
    let world = world(&["together"]).await;
    let film = json!({"video": {"url": world.images.at("fox.mp4")}});
    world.router.then(json_answer(film));
    world.images.then(FILM);
    let (answer, _) = run(&world.hf, "hf:owner/name").await;
    let Ok(Answer::Images { outputs, .. }) = &answer else { panic!("{answer:?}") };
    let OutputValue::File { content_type, bytes, .. } = &outputs[0].value else { panic!() };
    assert_eq!((content_type.as_str(), *bytes), ("video/mp4", FILM.len() as u64));
    assert_eq!(kept(answer), (0, vec!["fox.mp4".to_owned()]));
}

#[tokio::test]
async fn words_at_an_address_are_not_read_to_the_person() {
    let world = world(&["together"]).await;
    world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
    world.images.then("what only this server can read ".repeat(10));
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    let Err(Fault::BadAnswer { detail }) = answer else { panic!("{answer:?}") };
    assert!(!detail.contains("only this server"), "{detail}");
    assert!(said.stored.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_picture_that_cannot_be_fetched_yet_is_fetched_later() {
    for status in [StatusCode::SERVICE_UNAVAILABLE, StatusCode::NOT_FOUND] {
        let world = world(&["together"]).await;
        world.router.then(json_answer(json!({"data": [{"url": world.images.at("x.png")}]})));
        world.images.then(status).then(status).then(PNG);
        let (answer, _) = run(&world.hf, "hf:owner/name").await;
        assert_eq!(kept(answer), (1, vec![]), "{status}");
        assert_eq!((world.images.heard().len(), world.router.heard().len()), (3, 1));
    }
}

#[tokio::test]
async fn of_several_pictures_one_that_is_gone_takes_no_other_along() {
    let world = world(&["together"]).await;
    let at = |path| json!({"url": world.images.at(path)});
    world.router.then(json_answer(json!({"data": [at("1.png"), at("2.png"), at("3.png")]})));
    world.images.always(|heard| {
        let gone = heard.path == "/2.png";
        Some(if gone { StatusCode::FORBIDDEN.into_response() } else { PNG.into_response() })
    });
    let (answer, said) = run(&world.hf, "hf:owner/name").await;
    assert_eq!(kept(answer), (2, vec![]));
    assert!(
        said.notices()[0].starts_with("One picture could not be fetched"),
        "{:?}",
        said.notices()
    );
}

#[tokio::test]
async fn with_the_hub_out_of_reach_the_hub_is_named_and_not_the_spelling() {
    let world = world(&[]).await;
    world.hub.always(|_| Some(StatusCode::SERVICE_UNAVAILABLE.into_response()));
    for refusal in [
        (StatusCode::NOT_FOUND, r#"{"error":"Not Found"}"#),
        (StatusCode::BAD_REQUEST, r#"{"error":"Model not supported by provider hf-inference"}"#),
    ] {
        world.router.then(refusal);
        let (answer, _) = run(&world.hf, "hf:owner/name").await;
        let Err(error @ Fault::Unreachable { .. }) = answer else { panic!("{answer:?}") };
        assert!(error.detail().unwrap().contains("who serves owner/name"), "{error:?}");
        assert!(!app::next_step(&error.into()).contains("spelling"));
    }
}
