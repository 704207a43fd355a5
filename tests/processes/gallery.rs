//! The gallery's responses, and who gets them.

use std::time::Duration;

use easel::server::picture::content_type;
use futures::StreamExt;
use tempfile::TempDir;

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_its_gallery_and_its_pictures_to_itself() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let at = server.address.as_str();
    let (page, stranger) = (Page::open(at).await, Page::open(at).await);
    let id = new_id();
    let Answer::Good(outcome) = page.finish(at, &id, &request(7, 1)).await else { panic!() };
    let digest = &whole_pictures(&outcome)[0];

    for (visitor, is_shown) in [(&page, true), (&stranger, false)] {
        let (status, tiles) = visitor.get(at, "/").await;
        let tiles = String::from_utf8(tiles).unwrap();
        assert_eq!((status, tiles.contains(id.as_str())), (200, is_shown));
    }

    let original = format!("/api/images/{digest}");
    let thumbnail = format!("/api/thumbnails/{digest}");
    let download = format!("/api/generations/{id}/download/0");
    for path in [&original, &thumbnail, &download] {
        let (status, bytes) = page.get(at, path).await;
        assert_eq!(status, 200, "{path}");
        assert!(content_type(&bytes).is_some(), "{path}");
        assert_eq!(stranger.get(at, path).await.0, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_open_tab_hears_what_changes_and_no_other_session_does() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let at = server.address.as_str();
    let (page, stranger) = (Page::open(at).await, Page::open(at).await);
    let mut heard = Box::pin(page.stream(at, "/api/events").await);
    let mut overheard = Box::pin(stranger.stream(at, "/api/events").await);

    let (mine, theirs) = (new_id(), new_id());
    page.finish(at, &mine, &request(1, 1)).await;
    stranger.finish(at, &theirs, &request(2, 1)).await;
    let limit = Duration::from_secs(10);
    let first = tokio::time::timeout(limit, heard.next()).await.unwrap();
    assert_eq!(first.as_deref(), Some(mine.as_str()));
    let first = tokio::time::timeout(limit, overheard.next()).await.unwrap();
    assert_eq!(first.as_deref(), Some(theirs.as_str()));
}
