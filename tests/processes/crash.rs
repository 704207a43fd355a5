//! SIGKILL at random moments while pictures are made.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use easel::{
    error::GenerateError,
    generation::{GenerationId, Outcome},
    server::store::{Images, RecordState, Records, check},
};
use rand::Rng;
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet, time};

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    server::Server,
};

const KILLS: usize = 50;
const PAGES: u32 = 4;
const LONGEST_LIFE_MS: u64 = 1_500;

/// What the pages heard, by id.
type Heard = Arc<Mutex<HashMap<GenerationId, Result<Vec<String>, GenerateError>>>>;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_accepted_is_lost_or_half_kept_when_the_server_is_killed() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &[]).await;
    let address = watch::Sender::new(server.address.clone());
    let enough = watch::Sender::new(false);
    let heard = Heard::default();
    let mut pages = JoinSet::new();
    for number in 0..PAGES {
        let page = Page::open(&server.address).await;
        pages.spawn(keep_generating(
            page,
            number,
            address.subscribe(),
            enough.subscribe(),
            heard.clone(),
        ));
    }

    for _ in 0..KILLS {
        let life = rand::rng().random_range(0..LONGEST_LIFE_MS);
        time::sleep(Duration::from_millis(life)).await;
        server.kill().await;
        server = Server::start(folder.path(), &[]).await;
        address.send_replace(server.address.clone());
    }
    enough.send_replace(true);
    while let Some(page) =
        time::timeout(Duration::from_secs(60), pages.join_next()).await.expect("the pages end")
    {
        page.unwrap();
    }
    assert!(server.stop().await, "the server ends well");

    let records = Records::open(None, folder.path()).await.unwrap();
    let images = Images::open(None, folder.path()).unwrap();
    let mut wrong = Vec::new();
    let checked = check(&records, &images, |what| wrong.push(what.to_owned())).await.unwrap();
    assert_eq!(checked.problems, 0, "{wrong:?}");

    let heard = std::mem::take(&mut *heard.lock().unwrap());
    assert_eq!(checked.generations, heard.len() as u64, "each id has one row");
    let (mut done, mut interrupted) = (0, 0);
    for (id, heard) in heard {
        let record = records.get(&id).await.unwrap().unwrap();
        match heard {
            Ok(digests) => {
                let kept: Vec<_> =
                    record.item.images.into_iter().map(|image| image.digest).collect();
                assert_eq!((record.item.state, kept), (RecordState::Done, digests));
                done += 1;
            }
            Err(GenerateError::Interrupted { may_be_billed: false }) => {
                assert_eq!(record.item.state, RecordState::Failed);
                interrupted += 1;
            }
            Err(error) => panic!("{id}: {error:?}"),
        }
    }
    println!("{KILLS} kills: {done} done, {interrupted} interrupted");
    assert!(done > 0 && interrupted > 0, "the kills hit nothing: {done} and {interrupted}");
}

/// One generation after the other, each until its end, over every restart.
async fn keep_generating(
    page: Page,
    number: u32,
    mut address: watch::Receiver<String>,
    enough: watch::Receiver<bool>,
    heard: Heard,
) {
    let mut seed = number;
    while !*enough.borrow() {
        let (id, request) = (new_id(), request(seed, 1 + seed % 5));
        seed += PAGES;
        let end = loop {
            let now = address.borrow_and_update().clone();
            match page.generate(&now, &id, &request).await {
                Answer::Good(Outcome::Loading { .. } | Outcome::Running) => {}
                Answer::Good(outcome) => break Ok(whole_pictures(&outcome)),
                Answer::Bad(error) => break Err(error),
                Answer::Lost => {
                    let _ = time::timeout(Duration::from_secs(30), address.changed()).await;
                }
            }
        };
        heard.lock().unwrap().insert(id, end);
    }
}
