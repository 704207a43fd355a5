//! Result files that are not pictures.

use axum::http::StatusCode;
use easel::generation::contract::GalleryAct;

use crate::{
    drawn::{attribute, texts},
    site::{Answer, SCRIPT, Site},
};

/// Asserts that the file is saved rather than shown, whatever it contains.
fn assert_is_a_harmless_download(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, SCRIPT));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"fox.html\"");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
}

#[tokio::test]
async fn a_file_is_a_download_for_its_owner_alone() {
    let site = Site::new().await;
    let (browser, other) = (site.browser().await, site.browser().await);
    let (id, address) = browser.made_a_file().await;
    assert_is_a_harmless_download(&browser.get(&address).await);
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.stranger(&address).await.status, StatusCode::NOT_FOUND);
    let none = address.replace("/0/", "/1/");
    assert_eq!(browser.get(&none).await.status, StatusCode::NOT_FOUND);

    let (viewer, _) = browser.view(&id).await;
    assert!(viewer.contains(&format!("href=\"{address}\" download")), "{viewer}");
    assert!(viewer.contains(">fox.html</a>"), "{viewer}");

    browser.act(&id, GalleryAct::Delete).await.unwrap();
    assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sound_is_played_where_it_is_shown() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, address) = browser.made_a_sound().await;
    let sound = browser.get(&address).await;
    assert_eq!(sound.header("content-type"), "audio/wav");
    assert_eq!(sound.header("x-content-type-options"), "nosniff");
    assert!(sound.header("content-security-policy").contains("sandbox"));
    let (viewer, _) = browser.view(&id).await;
    assert_eq!(attribute(&viewer, "audio[controls]", "src"), Some(address), "{viewer}");
    assert!(texts(&viewer, "*").contains(&"All done.".to_owned()), "{viewer}");
}

#[tokio::test]
async fn a_guest_gets_a_file_only_where_all_is_shown() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.made_a_file().await;
    let shared = async |how: GalleryAct| {
        browser.act(&id, how).await.unwrap();
        browser.link(&id).await.unwrap()
    };
    let link = shared(GalleryAct::Share).await;
    let address = format!("{link}/files/0/fox.html");
    assert!(!site.stranger(&link).await.text().contains("fox.html"));
    assert_eq!(site.stranger(&address).await.status, StatusCode::NOT_FOUND);

    shared(GalleryAct::ShareInputs).await;
    assert!(site.stranger(&link).await.text().contains(&format!("href=\"{address}\"")));
    assert_is_a_harmless_download(&site.stranger(&address).await);

    browser.act(&id, GalleryAct::Unshare).await.unwrap();
    assert_eq!(site.stranger(&address).await.status, StatusCode::NOT_FOUND);
}
