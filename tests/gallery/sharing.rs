//! Share links that an owner creates and revokes.

use axum::http::StatusCode;
use easel::{
    error::GenerateError,
    generation::{ImageType, contract::GalleryAct},
};

use crate::{
    drawn::{attribute, texts},
    site::Site,
};

#[tokio::test]
async fn a_link_shows_the_picture_to_anyone_until_it_is_taken_back() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a secret fox").await;
    assert_eq!(browser.link(&id).await, None);

    browser.act(&id, GalleryAct::Share).await.unwrap();
    let link = browser.link(&id).await.unwrap();
    let page = site.stranger(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    let image = format!("{link}/image/0");
    assert_eq!(attribute(&page.text(), "main img", "src").as_ref(), Some(&image));
    assert!(page.headers.get("set-cookie").is_none());
    assert!(!page.header("content-security-policy").contains("script"));
    let picture = site.stranger(&format!("{link}/image/0")).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    let html = page.text();
    assert_eq!(texts(&html, "title"), ["A shared picture · Easel"]);
    let told = |property: &str| attribute(&html, &format!("[property='{property}']"), "content");
    assert_eq!(told("og:title").as_deref(), Some("A shared picture"));
    assert_eq!(told("og:image"), Some(image));
    // Neither the page nor the file contains the prompt.
    assert!(!page.text().contains("secret"));
    assert!(!String::from_utf8_lossy(&picture.bytes).contains("secret"));

    browser.act(&id, GalleryAct::Unshare).await.unwrap();
    for path in [link.clone(), format!("{link}/image/0")] {
        assert_eq!(site.stranger(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_guest_sees_the_inputs_only_if_the_owner_allows_it() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a secret fox").await;
    browser.act(&id, GalleryAct::ShareInputs).await.unwrap();
    let link = browser.link(&id).await.unwrap();
    let page = site.stranger(&link).await.text();
    assert!(page.contains("a secret fox"), "{page}");
    assert!(texts(&page, "dt").contains(&"Seed".to_owned()), "{page}");
    assert!(texts(&page, "dd").iter().any(|value| value.starts_with("42")), "{page}");

    browser.act(&id, GalleryAct::Share).await.unwrap();
    assert!(!site.stranger(&link).await.text().contains("secret"));
}

#[tokio::test]
async fn what_is_deleted_is_no_longer_shared() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a fox").await;
    browser.act(&id, GalleryAct::Share).await.unwrap();
    let link = browser.link(&id).await.unwrap();
    browser.act(&id, GalleryAct::Delete).await.unwrap();
    assert_eq!(site.stranger(&link).await.status, StatusCode::NOT_FOUND);
    let gone = site.stranger("/s/none").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("There is no picture behind this link."));

    browser.act(&id, GalleryAct::Restore).await.unwrap();
    assert_eq!(site.stranger(&link).await.status, StatusCode::NOT_FOUND, "it stays taken back");
    assert_eq!(browser.link(&id).await, None);
}

#[tokio::test]
async fn a_guest_gets_the_same_clean_copy_every_time() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, digest) = browser.done("a secret fox").await;
    browser.act(&id, GalleryAct::Share).await.unwrap();
    let address = format!("{}/image/0", browser.link(&id).await.unwrap());
    let first = site.stranger(&address).await;
    let original = site.state.images().get(&digest).await.unwrap().unwrap();
    assert!(first.status == StatusCode::OK && first.bytes != original);
    assert_eq!(site.stranger(&address).await.bytes, first.bytes);
    assert_eq!(first.header("cache-control"), "no-store");

    // It disappears with the picture.
    site.state.images().delete(&digest).await.unwrap();
    assert_eq!(site.stranger(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_picture_that_cannot_be_cleaned_is_not_shown_without_its_inputs() {
    let site = Site::new().await;
    let browser = site.browser().await;
    // A fragmented file, whose parts have no known ends.
    let mut sequence = include_bytes!("../fixtures/metadata/sequence.avif").to_vec();
    let moov = sequence.windows(4).position(|part| part == b"moov").unwrap();
    sequence[moov..moov + 4].copy_from_slice(b"moof");
    let id = browser.made(sequence.clone(), ImageType::Avif).await;
    let refused = browser.act(&id, GalleryAct::Share).await;
    assert!(matches!(refused, Err(GenerateError::InputRejected { .. })), "{refused:?}");
    assert_eq!(browser.link(&id).await, None);

    browser.act(&id, GalleryAct::ShareInputs).await.unwrap();
    let address = format!("{}/image/0", browser.link(&id).await.unwrap());
    assert_eq!(site.stranger(&address).await.bytes, sequence);
    // A link that is older than this check.
    site.state.gallery.share(&browser.session, &id, false).await.unwrap();
    let refused = site.stranger(&address).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().starts_with("This picture is not shown"), "{}", refused.text());
}
