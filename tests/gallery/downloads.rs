//! Downloads with embedded settings, and forms filled from them.

use axum::http::StatusCode;
use easel::{
    error::GenerateError,
    generation::{Draft, ImageType, InputValue, contract::Part},
    server::{access::Caller, metadata},
};

use crate::{
    drawn::{Drawn, asker, draw_for},
    handing::upload_to,
    site::{Site, png},
};

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
    // The original stays unchanged.
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

/// Draws the form with the settings of an uploaded file.
async fn read(site: &Site, file: &[u8]) -> Result<Drawn, GenerateError> {
    let browser = site.browser().await;
    let uploaded =
        upload_to(&browser, "/api/uploads", ("a.png", "application/octet-stream"), file).await;
    assert_eq!(uploaded.status, StatusCode::OK);
    let uploaded: serde_json::Value = serde_json::from_slice(&uploaded.bytes).unwrap();
    let digest = uploaded["digest"].as_str().unwrap().to_owned();
    let draft = Draft { model: "demo".to_owned(), ..Draft::default() };
    let part = Part::FormOfPicture { draft, digest };
    draw_for(site, &asker(&browser, Caller::Operator), part).await
}

#[tokio::test]
async fn a_file_of_ours_gives_its_request_back() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let file = browser.get(&format!("/api/generations/{id}/download/0")).await.bytes;
    let drawn = read(&site, &file).await.unwrap();
    assert_eq!(drawn.form().model, "demo");
    assert_eq!(drawn.form().prompt.as_deref(), Some("a red fox"));
    assert_eq!(drawn.text("Seed"), "42");
}

#[tokio::test]
async fn a_file_of_another_tool_fills_what_the_chosen_model_understands() {
    let site = Site::new().await;
    let file = include_bytes!("../fixtures/metadata/a1111.png");
    let theirs = metadata::extract(file).unwrap();
    let drawn = read(&site, file).await.unwrap();
    assert_eq!(drawn.form().model, "demo");
    assert_eq!(drawn.form().prompt, Some(theirs.prompt));
    assert!(drawn.text("Seed").parse::<u64>().is_ok());
}

#[tokio::test]
async fn a_file_that_says_nothing_is_answered_in_words() {
    let site = Site::new().await;
    let phone = include_bytes!("../fixtures/metadata/phone.jpg");
    for file in [&png("a fox")[..], b"<html>", phone] {
        let drawn = read(&site, file).await.unwrap();
        assert_eq!(drawn.form().notices, ["This file carries no settings."]);
        assert_eq!(drawn.form().prompt, None);
    }
}

/// The stored copy of a photo contains no metadata: it is read before cleaning.
#[tokio::test]
async fn a_file_that_is_cleaned_fills_in_the_form_all_the_same() {
    let site = Site::new().await;
    for name in [
        "fooocus.jpg",
        "fooocus.webp",
        "a1111.jpg",
        "a1111.webp",
        "II-utf-16-be.jpg",
        "unicode-code-utf8.jpg",
        "ascii-code-utf8.webp",
    ] {
        let file = std::fs::read(format!("tests/fixtures/metadata/{name}")).unwrap();
        let theirs = metadata::extract(&file).unwrap();
        let drawn = read(&site, &file).await.unwrap();
        assert_eq!(drawn.form().prompt, Some(theirs.prompt), "{name}");
        assert!(drawn.text("Seed").parse::<u64>().is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_clean_download_tells_nothing_in_any_type() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let gif = [
        &b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x21\xfe\x06canary\0"[..],
        b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3bcanary",
    ];
    let file = |name: &str| std::fs::read(format!("tests/fixtures/metadata/{name}")).unwrap();
    for (bytes, content_type, word) in [
        (file("a1111.png"), ImageType::Png, "Steps"),
        (file("fooocus.jpg"), ImageType::Jpeg, "fooocus"),
        (file("fooocus.webp"), ImageType::Webp, "fooocus"),
        (gif.concat(), ImageType::Gif, "canary"),
        (file("words.avif"), ImageType::Avif, "canary"),
        ([file("sequence.avif"), b"canary".to_vec()].concat(), ImageType::Avif, "canary"),
    ] {
        let says = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(says(&bytes), "{word}");
        let id = browser.made(bytes, content_type).await;
        let download = browser.get(&format!("/api/generations/{id}/download/0?clean")).await;
        assert_eq!(download.status, StatusCode::OK, "{}", download.text());
        assert!(!says(&download.bytes), "{content_type:?}");
        assert!(metadata::extract(&download.bytes).is_err());
        let name = download.header("content-disposition");
        assert!(name.starts_with("attachment; filename=\"picture-"), "{name}");
    }
}
