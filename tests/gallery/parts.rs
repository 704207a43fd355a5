//! Tiles, pages and the viewer.

use axum::http::StatusCode;

use crate::site::Site;

/// The ids of the tiles in a fragment, in its order.
fn tiles(html: &str) -> Vec<String> {
    let parts = html.split(" id=\"g-").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

/// The address in the first attribute `data-from` after `mark`.
fn address_after(html: &str, mark: &str) -> Option<String> {
    let rest = html.split_once(mark)?.1.split_once("data-from=\"")?.1;
    Some(rest.split('"').next().unwrap().replace("&amp;", "&"))
}

#[tokio::test]
async fn the_page_shows_the_newest_first_and_names_pictures_by_their_prompt() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (first, _) = browser.done("a fox & a \"hare\"").await;
    let failed = browser.failed("a bear").await;
    let running = browser.begun("a wolf").await;

    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    assert!(html.contains("aria-label=\"Gallery\""));
    assert_eq!(tiles(&html), [running.as_str(), failed.as_str(), first.as_str()]);
    assert!(html.contains("alt=\"a fox &amp; a &quot;hare&quot;\""), "{html}");
    assert!(html.contains("Running") && html.contains("a wolf"));
    // The strict policy of the page leaves no room for styles and scripts in attributes.
    assert!(!html.contains(" style=") && !html.contains(" onclick="));
}

#[tokio::test]
async fn nobody_sees_the_gallery_of_another_session() {
    let site = Site::new().await;
    let (owner, other) = (site.browser().await, site.browser().await);
    let (id, digest) = owner.done("a fox").await;

    assert!(tiles(&other.get("/").await.text()).is_empty());
    assert!(tiles(&other.get("/gallery").await.text()).is_empty());
    for path in [
        format!("/gallery/{id}/0"),
        format!("/api/images/{digest}"),
        format!("/api/thumbnails/{digest}"),
        format!("/api/generations/{id}/download/0"),
    ] {
        assert_eq!(owner.get(&path).await.status, StatusCode::OK, "{path}");
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(site.stranger(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for action in ["star", "delete", "restore", "share", "unshare"] {
        let answer = other.post(&format!("/gallery/{id}/{action}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(tiles(&owner.get("/gallery").await.text()), [id.as_str()]);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_and_can_be_filled_again() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let mut ids = Vec::new();
    for number in 0..130 {
        ids.push(browser.begun(&format!("fox {number}")).await.to_string());
    }
    ids.reverse();

    let mut seen = Vec::new();
    let mut next = Some("/gallery?search=fox".to_owned());
    let mut pages = 0;
    while let Some(address) = next {
        let html = browser.get(&address).await.text();
        let page = tiles(&html);
        // The page's own address leads to the same tiles.
        let again = address_after(&html, "<ul").unwrap();
        assert_eq!(tiles(&browser.get(&again).await.text()), page);
        seen.extend(page);
        next = address_after(&html, "data-action=\"more\"");
        pages += 1;
    }
    assert_eq!(seen, ids);
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn filters_leave_the_rest_out() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (fox, _) = browser.done("a fox").await;
    let bear = browser.failed("a bear").await;
    browser.post(&format!("/gallery/{fox}/star")).await;

    for (address, found) in [
        ("/gallery?failed=on", vec![bear.as_str()]),
        ("/gallery?starred=on", vec![fox.as_str()]),
        ("/gallery?search=bea&provider=demo", vec![bear.as_str()]),
        ("/gallery?provider=replicate", vec![]),
        ("/?search=fox", vec![fox.as_str()]),
    ] {
        assert_eq!(tiles(&browser.get(address).await.text()), found, "{address}");
    }
    assert_eq!(browser.get("/gallery?before=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_viewer_tells_all_and_escapes_what_others_say() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (fox, digest) = browser.done("a fox").await;
    let html = browser.get(&format!("/gallery/{fox}/0")).await.text();
    for part in [
        format!("src=\"/api/images/{digest}\"").as_str(),
        "<dt>Seed</dt><dd>42</dd>",
        "<dt>Attempts</dt><dd>1</dd>",
        "<dt>Provider</dt><dd>Demo</dd>",
        "same seed",
        "new seed",
        "Use as input",
        format!("/api/generations/{fox}/download/0").as_str(),
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }

    let bear = browser.failed("a bear").await;
    let html = browser.get(&format!("/gallery/{bear}/0")).await.text();
    assert!(html.contains("&lt;b&gt;out of memory&lt;/b&gt;"), "{html}");
    assert!(!html.contains("Download"));
}

#[tokio::test]
async fn what_was_deleted_comes_back_by_undo() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, digest) = browser.done("a fox").await;

    let answer = browser.post(&format!("/gallery/{id}/delete")).await.text();
    assert!(answer.contains("role=\"status\"") && answer.contains("Undo"), "{answer}");
    assert!(tiles(&browser.get("/gallery").await.text()).is_empty());
    let picture = browser.get(&format!("/api/images/{digest}")).await;
    assert_eq!(picture.status, StatusCode::NOT_FOUND);

    assert!(answer.contains(&format!("data-to=\"/gallery/{id}/restore\"")));
    browser.post(&format!("/gallery/{id}/restore")).await;
    assert_eq!(tiles(&browser.get("/gallery").await.text()), [id.as_str()]);
}
