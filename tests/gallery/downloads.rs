//! Files that tell how they were made, and the way back.

use axum::http::StatusCode;
use easel::{
    generation::{GenerationId, InputValue, Request},
    server::metadata,
    studio::Packed,
};

use crate::site::{Site, png};

#[tokio::test]
async fn a_download_tells_how_it_was_made() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, digest) = browser.done("a red fox").await;
    let download = browser.get(&format!("/api/generations/{id}/download/0")).await;
    let name = download.header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"a-red-fox-"), "{name}");
    assert!(name.ends_with(".png\""), "{name}");
    let recipe = metadata::extract(&download.bytes).unwrap();
    assert_eq!(recipe.prompt, "a red fox");
    assert_eq!(recipe.inputs.get("seed"), Some(&InputValue::Integer(42)));
    // The original is left as it came.
    assert_eq!(browser.get(&format!("/api/images/{digest}")).await.bytes, png("a red fox"));

    let gone = browser.get(&format!("/api/generations/{id}/download/1")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_switch_keeps_the_metadata_out() {
    let site = Site::with(&[("EASEL_METADATA", "off")]).await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let download = browser.get(&format!("/api/generations/{id}/download/0")).await;
    assert_eq!(download.bytes, png("a red fox"));
}

async fn read(site: &Site, file: Vec<u8>) -> Request {
    let answer = site.browser().await.post_bytes("/api/read-metadata?model=demo", file).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let Packed((_, request)) =
        Packed::<(GenerationId, Request)>::from_text(&answer.text()).unwrap();
    request
}

#[tokio::test]
async fn a_file_of_ours_gives_its_request_back() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let file = browser.get(&format!("/api/generations/{id}/download/0")).await.bytes;
    let request = read(&site, file).await;
    assert_eq!((request.model.as_str(), request.prompt.as_str()), ("demo", "a red fox"));
    assert_eq!(request.inputs.get("seed"), Some(&InputValue::Integer(42)));
}

#[tokio::test]
async fn a_file_of_another_tool_fills_what_the_chosen_model_understands() {
    let site = Site::new().await;
    let file = include_bytes!("../fixtures/metadata/a1111.png").to_vec();
    let theirs = metadata::extract(&file).unwrap();
    let request = read(&site, file).await;
    assert_eq!(request.model.as_str(), "demo");
    assert_eq!(request.prompt, theirs.prompt);
    assert!(matches!(request.inputs.get("seed"), Some(InputValue::Integer(_))));
}

#[tokio::test]
async fn a_file_that_says_nothing_is_answered_in_words() {
    let site = Site::new().await;
    for file in [png("a fox"), b"<html>".to_vec(), Vec::new()] {
        let answer = site.browser().await.post_bytes("/api/read-metadata", file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.text(), "This file does not say how it was made.");
    }
}
