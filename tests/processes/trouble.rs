//! A full disk and an unavailable database: clearly reported, survived, and forgotten once they are
//! back.

use std::{fs::File, io::Write, os::unix::fs::MetadataExt, path::Path, time::Duration};

use easel::{
    error::{Billed, GenerateError},
    generation::{Event, GenerationId, PageOutcome},
};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::{process::Command, time};

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    peers::{Peer, create_database},
    port,
    server::Server,
};

const RECOVERY: Duration = Duration::from_secs(40);

async fn works(page: &Page, address: &str) {
    let answer = page.finish(address, &new_id(), &request(7, 1)).await;
    let Answer::Good(outcome) = answer else { panic!("{answer:?}") };
    whole_pictures(&outcome);
}

/// Starts a generation and waits until it is painting.
async fn painting(page: &Page, address: &str) -> GenerationId {
    let id = new_id();
    let mut events = {
        let (page, address, id) = (page.clone(), address.to_owned(), id.clone());
        let calling = page.clone();
        let (to, started) = (address.clone(), id.clone());
        tokio::spawn(async move { calling.finish(&to, &started, &request(1, 12)).await });
        Box::pin(page.events(&address, &id).await)
    };
    while let Some(event) = events.next().await {
        if matches!(event.event, Event::Progress { .. }) {
            return id;
        }
    }
    panic!("it never painted");
}

/// Calls until the result is final: not a store that is unavailable, and not `Running`.
async fn settled(page: &Page, address: &str, id: &GenerationId) -> Answer<PageOutcome> {
    let settled = async {
        loop {
            match page.generate(address, id, &request(1, 12)).await {
                Answer::Good(PageOutcome::Running) | Answer::Lost | Answer::Later(_) => {}
                Answer::Bad(GenerateError::Storage { detail, .. })
                    if detail.contains("database") => {}
                answer => return answer,
            }
            time::sleep(Duration::from_millis(100)).await;
        }
    };
    time::timeout(RECOVERY, settled).await.expect("it does not stay undecided")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_survived() {
    let folder = TempDir::new().unwrap();
    // A private file system of its own, which needs no root rights.
    let mut command = Command::new("unshare");
    let is_root = File::open("/proc/self").unwrap().metadata().unwrap().uid() == 0;
    if !is_root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "sh", "-c", r#"mount -t tmpfs -o size=8m easel "$1" && exec "$0""#]);
    command.arg(env!("CARGO_BIN_EXE_easel")).arg(folder.path());
    let server = Server::run(command, folder.path(), &[]).await;
    let page = Page::open(&server.address).await;
    works(&page, &server.address).await;

    let running = painting(&page, &server.address).await;
    let inside = format!("/proc/{}/root{}", server.pid(), folder.path().display());
    fill(Path::new(&inside));

    let answer = page.generate(&server.address, &new_id(), &request(2, 1)).await;
    assert_eq!(answer, Answer::Bad(GenerateError::NoRoom));
    // The picture that was being painted waits for space, and reports that.
    let mut events = Box::pin(page.events(&server.address, &running).await);
    let told = async {
        let says_so = |event: &Event| matches!(event, Event::Log { text, .. } if text.contains("the disk is full"));
        while !says_so(&events.next().await.expect("it waits").event) {}
    };
    time::timeout(RECOVERY, told).await.expect("it is told");
    assert_eq!(page.get(&server.address, "/").await.0, 200);
    let (status, words) = page.get(&server.address, "/healthz").await;
    let words = String::from_utf8(words).unwrap();
    assert_eq!((status, words.as_str()), (503, "pictures cannot be kept: the disk is full"));

    std::fs::remove_file(format!("{inside}/filler")).unwrap();
    let Answer::Good(outcome) = settled(&page, &server.address, &running).await else {
        panic!("the picture was lost");
    };
    whole_pictures(&outcome);
    works(&page, &server.address).await;
    assert!(server.stop().await);
}

/// Fills the disk to the last byte.
fn fill(folder: &Path) {
    let mut filler = File::create(folder.join("filler")).unwrap();
    for size in [64 * 1024, 1024, 1] {
        while filler.write_all(&vec![1; size]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_and_waited_for() {
    let (cluster, folder) = (TempDir::new_in("/tmp").unwrap(), TempDir::new().unwrap());
    let port = port::free();
    let postgres = Peer::postgres_in(cluster.path(), port).await;
    let database = create_database(&postgres.address, "easel").await;
    let server = Server::start(folder.path(), &[("DATABASE_URL", database)]).await;
    let page = Page::open(&server.address).await;
    works(&page, &server.address).await;

    let running = painting(&page, &server.address).await;
    postgres.stop().await;
    let away = GenerateError::Storage {
        detail: "the database does not answer".to_owned(),
        billed: Billed::Maybe,
    };
    let answer = page.generate(&server.address, &new_id(), &request(2, 1)).await;
    assert_eq!(answer, Answer::Bad(away));
    assert_eq!(page.get(&server.address, "/healthz").await.0, 503);
    assert_eq!(page.get(&server.address, "/").await.0, 200);

    let postgres = Peer::postgres_in(cluster.path(), port).await;
    works(&page, &server.address).await;
    assert_eq!(page.get(&server.address, "/healthz").await.0, 200);
    // The picture that was finished meanwhile stayed in memory until it could be stored.
    let Answer::Good(outcome) = settled(&page, &server.address, &running).await else {
        panic!("the picture was lost");
    };
    whole_pictures(&outcome);
    assert!(server.stop().await);
    postgres.stop().await;
}
