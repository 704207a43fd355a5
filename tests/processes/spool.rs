//! A picture store that is unavailable: paid results wait for it, also across a SIGKILL.

use std::{path::Path, time::Duration};

use easel::{
    error::GenerateError,
    generation::{Event, Inputs, PageOutcome, Request},
};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::time;

use crate::{
    bucket::{Bucket, Mood},
    page::{Answer, Page, new_id, whole_pictures},
    server::Server,
};

const TEST_TIMEOUT: Duration = Duration::from_secs(60);

fn request_of(bucket: &Bucket) -> Request {
    let model = format!("hf:{}/model", bucket.address).parse().unwrap();
    Request { model, prompt: "a fox".to_owned(), inputs: Inputs::new() }
}

/// Waits until the condition holds.
async fn until(is_so: impl AsyncFn() -> bool) {
    let looking = async {
        while !is_so().await {
            time::sleep(Duration::from_millis(50)).await;
        }
    };
    time::timeout(TEST_TIMEOUT, looking).await.expect("it becomes so");
}

/// The number of results in the spool of the server on `folder`.
fn spooled(folder: &Path) -> usize {
    let spool = std::fs::read_dir(folder.join("spool")).into_iter().flatten().flatten();
    spool.filter(|entry| entry.path().join("result.json").exists()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_waits_survives_a_kill_and_is_made_once() {
    for mood in [Mood::Forbids, Mood::Resets, Mood::Hangs] {
        let (bucket, folder) = (Bucket::start().await, TempDir::new().unwrap());
        let (variables, request) = (bucket.variables(), request_of(&bucket));
        let server = Server::start(folder.path(), &variables).await;
        let page = Page::open(&server.address).await;
        let answer = page.finish(&server.address, &new_id(), &request).await;
        let Answer::Good(outcome) = answer else { panic!("{answer:?}") };
        whole_pictures(&outcome);
        assert_eq!(page.get(&server.address, "/healthz").await.0, 200);

        // The model always makes the same bytes, and an existing object would not be written again.
        bucket.forget();
        bucket.is(mood);
        let id = new_id();
        let (caller, to, asked, started) =
            (page.clone(), server.address.clone(), request.clone(), id.clone());
        tokio::spawn(async move { caller.finish(&to, &started, &asked).await });
        until(async || spooled(folder.path()) == 1).await;
        assert_eq!(bucket.made(), 2);
        if mood == Mood::Forbids {
            let why = "the picture store refuses the key".to_owned();
            let words = format!("pictures cannot be kept: {why}");
            let health = page.get(&server.address, "/healthz").await;
            assert_eq!(health, (503, words.into_bytes()));
            let answer = page.generate(&server.address, &new_id(), &request).await;
            assert_eq!(answer, Answer::Bad(GenerateError::CannotKeep { detail: why }));
            assert_eq!(bucket.made(), 2, "something was started that could not be kept");
        }

        // The store is still unavailable when the next server starts. With a rejected key no server
        // starts.
        server.kill().await;
        bucket.is(Mood::Fails);
        let server = Server::start(folder.path(), &variables).await;
        let mut events = Box::pin(page.events(&server.address, &id).await);
        let told = async {
            while let Some(event) = events.next().await {
                if matches!(&event.event, Event::Log { text, .. } if text.contains("does not answer"))
                {
                    return;
                }
            }
            panic!("it ended without its picture");
        };
        time::timeout(TEST_TIMEOUT, told).await.expect("it is told that the picture waits");
        assert_eq!(spooled(folder.path()), 1);

        bucket.is(Mood::Well);
        let answer = time::timeout(TEST_TIMEOUT, page.finish(&server.address, &id, &request)).await;
        let Ok(Answer::Good(outcome @ PageOutcome::Done { .. })) = answer else {
            panic!("{answer:?}")
        };
        whole_pictures(&outcome);
        assert_eq!(bucket.made(), 2, "{mood:?}: it was made once more");
        until(async || spooled(folder.path()) == 0).await;
        until(async || page.get(&server.address, "/healthz").await.0 == 200).await;
        assert!(server.stop().await);
    }
}
