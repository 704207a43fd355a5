//! What the gallery serves, and to whom.

use std::time::Duration;

use easel::{
    error::GenerateError,
    generation::{GalleryFilter, GalleryItem, GalleryPage, ImageType, InputValue, Recipe},
    server::picture::{content_type, recognise},
};
use futures::StreamExt;
use tempfile::TempDir;

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    server::Server,
};

const FORBIDDEN: Answer<()> = Answer::Bad(GenerateError::NotFound);

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_its_gallery_to_itself_and_shares_what_it_wants() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let at = server.address.as_str();
    let (page, stranger) = (Page::open(at).await, Page::open(at).await);
    let id = new_id();
    let Answer::Good(outcome) = page.finish(at, &id, &request(7, 1)).await else { panic!() };
    let digest = &whole_pictures(&outcome)[0];

    let all = (GalleryFilter::default(), None::<()>);
    let Answer::Good(shown) = page.call::<GalleryPage>(at, "gallery", &all).await else { panic!() };
    assert_eq!((shown.items.len(), &shown.items[0].id, shown.next), (1, &id, None));
    let Answer::Good(none) = stranger.call::<GalleryPage>(at, "gallery", &all).await else {
        panic!()
    };
    assert!(none.items.is_empty());

    // Bytes: for the owner only.
    let original = format!("/api/images/{digest}");
    let thumbnail = format!("/api/thumbnails/{digest}");
    let download = format!("/api/generations/{id}/download/0");
    for path in [&original, &thumbnail, &download] {
        let (status, bytes) = page.get(at, path).await;
        assert_eq!(status, 200, "{path}");
        assert!(content_type(&bytes).is_some(), "{path}");
        assert_eq!(stranger.get(at, path).await.0, 404, "{path}");
    }

    // A download tells how it was made, and the same file fills the form again.
    let (_, file) = page.get(at, &download).await;
    let image = recognise(file.clone()).unwrap();
    assert_eq!((image.content_type, &image.digest == digest), (ImageType::Png, false));
    let (status, recipe) = page.upload(at, "/api/recipes", file).await;
    let recipe: Recipe = postcard::from_bytes(&recipe).unwrap();
    assert_eq!((status, recipe.prompt.as_str()), (200, "a lighthouse"));
    assert_eq!(recipe.inputs["seed"], InputValue::Integer(7));
    let (_, plain) = page.get(at, &original).await;
    assert_eq!(page.upload(at, "/api/recipes", plain).await.0, 204);

    // What is done to it.
    for (function, arguments) in [("delete", &id), ("restore", &id), ("unshare", &id)] {
        assert_eq!(stranger.call(at, function, &(arguments,)).await, FORBIDDEN, "{function}");
    }
    assert_eq!(stranger.call(at, "star", &(&id, true)).await, FORBIDDEN);
    let taken = stranger.call::<String>(at, "share", &(&id, true)).await;
    assert_eq!(taken, Answer::Bad(GenerateError::NotFound));

    // A link, for anyone, until it is taken back.
    let Answer::Good(token) = page.call::<String>(at, "share", &(&id, false)).await else {
        panic!()
    };
    let picture = format!("/api/shared/{token}/images/0");
    let Answer::Good(item) = stranger.call::<GalleryItem>(at, "shared", &(&token,)).await else {
        panic!()
    };
    assert_eq!((item.request.prompt.as_str(), item.request.inputs.len()), ("", 0));
    assert_eq!(stranger.get(at, &picture).await.0, 200);
    assert_eq!(stranger.get(at, &picture.replace("images", "thumbnails")).await.0, 200);
    assert_eq!(page.call(at, "unshare", &(&id,)).await, Answer::Good(()));
    assert_eq!(stranger.get(at, &picture).await.0, 404);

    // The bin.
    assert_eq!(page.call(at, "delete", &(&id,)).await, Answer::Good(()));
    for path in [&original, &thumbnail, &download] {
        assert_eq!(page.get(at, path).await.0, 404, "{path}");
    }
    assert_eq!(page.call(at, "restore", &(&id,)).await, Answer::Good(()));
    assert_eq!(page.get(at, &original).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_open_tab_hears_what_changes_and_no_other_session_does() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let at = server.address.as_str();
    let (page, stranger) = (Page::open(at).await, Page::open(at).await);
    let mut heard = Box::pin(page.stream(at, "/api/gallery/events").await);
    let mut overheard = Box::pin(stranger.stream(at, "/api/gallery/events").await);

    let (mine, theirs) = (new_id(), new_id());
    page.finish(at, &mine, &request(1, 1)).await;
    stranger.finish(at, &theirs, &request(2, 1)).await;
    let limit = Duration::from_secs(10);
    let first = tokio::time::timeout(limit, heard.next()).await.unwrap();
    assert_eq!(first.as_deref(), Some(mine.as_str()));
    let first = tokio::time::timeout(limit, overheard.next()).await.unwrap();
    assert_eq!(first.as_deref(), Some(theirs.as_str()));
}
