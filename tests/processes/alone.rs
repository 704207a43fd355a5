//! Two servers on one SQLite database.

use easel::generation::{Event, PageOutcome};
use futures::StreamExt;
use tempfile::TempDir;

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    server::Server,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_says_what_to_do_and_leaves_the_first_alone() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let page = Page::open(&server.address).await;
    let (id, long) = (new_id(), request(1, 12));
    let painted = async { page.finish(&server.address, &id, &long).await };
    let second = async {
        // It is running when the second server starts, which could mistake it for abandoned.
        let mut events = Box::pin(page.events(&server.address, &id).await);
        while !matches!(events.next().await.unwrap().event, Event::Progress { .. }) {}
        Server::refused(folder.path(), &[]).await
    };
    let (answer, said) = tokio::join!(painted, second);
    assert_eq!(
        said,
        format!(
            "easel: another Easel is using the folder {}: stop it, or give this one another \
             EASEL_DATA_DIR or DATABASE_URL\n",
            folder.path().display()
        )
    );
    let Answer::Good(outcome) = answer else { panic!("{answer:?}") };
    whole_pictures(&outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_waits_for_the_server_that_is_shutting_down() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]).await;
    let page = Page::open(&server.address).await;
    let (id, address) = (new_id(), server.address.clone());
    let (caller, to, started) = (page.clone(), address.clone(), id.clone());
    tokio::spawn(async move { caller.generate(&to, &started, &request(1, 12)).await });
    let mut events = Box::pin(page.events(&address, &id).await);
    while !matches!(events.next().await.unwrap().event, Event::Progress { .. }) {}

    let (ended_well, next) = tokio::join!(server.stop(), Server::start(folder.path(), &[]));
    assert!(ended_well);
    // The first server had time to finish it.
    let answer = page.generate(&next.address, &id, &request(1, 12)).await;
    assert!(matches!(answer, Answer::Good(PageOutcome::Done { .. })), "{answer:?}");
}
