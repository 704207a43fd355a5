//! Three processes on one database and one bucket, behind a proxy that distributes requests at
//! random.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use easel::{
    error::GenerateError,
    generation::{Event, NumberedEvent},
    server::store::LEASE_MS,
};
use futures::{Stream, StreamExt};
use rand::seq::SliceRandom;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    page::{Answer, Page, new_id, request, whole_pictures},
    peers::Shared,
    server::Server,
};

/// A lease, the pause between two checks of it, and the time that tests on a busy machine need.
const TAKE_OVER: Duration = Duration::from_millis(LEASE_MS as u64 + 5_000 + 10_000);

pub async fn three(shared: &Shared) -> [Server; 3] {
    let start = || Server::start(shared.folder.path(), &shared.variables);
    futures::future::join_all([start(), start(), start()])
        .await
        .try_into()
        .unwrap_or_else(|_| unreachable!("three were started"))
}

/// Passes each connection on to one of `servers`, or to another one if that is gone.
async fn proxy(servers: &[Server]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let servers: Arc<[String]> = servers
        .iter()
        .map(|server| server.address.trim_start_matches("http://").to_owned())
        .collect();
    tokio::spawn(async move {
        while let Ok((mut page, _)) = listener.accept().await {
            let mut servers = servers.to_vec();
            tokio::spawn(async move {
                servers.shuffle(&mut rand::rng());
                for server in servers {
                    if let Ok(mut server) = TcpStream::connect(server).await {
                        let _ = copy_bidirectional(&mut page, &mut server).await;
                        return;
                    }
                }
            });
        }
    });
    address
}

async fn until(
    events: &mut (impl Stream<Item = NumberedEvent> + Unpin),
    limit: Duration,
    wanted: impl Fn(&Event) -> bool,
) -> Event {
    let found = async {
        while let Some(event) = events.next().await {
            if wanted(&event.event) {
                return event.event;
            }
        }
        panic!("the events ended without it");
    };
    timeout(limit, found).await.expect("the event comes in time")
}

/// Starts a long generation at `address`, and waits past the demo's cold start.
async fn begin(page: &Page, address: &str) -> easel::generation::GenerationId {
    let id = new_id();
    let (page, address, started) = (page.clone(), address.to_owned(), id.clone());
    tokio::spawn(async move { page.finish(&address, &started, &request(1, 50)).await });
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn one_runs_another_tells_and_a_third_cancels() {
    let shared = Shared::new().await;
    let [first, second, third] = three(&shared).await;
    let page = Page::open(&first.address).await;
    let id = begin(&page, &first.address).await;

    let mut events = Box::pin(page.events(&second.address, &id).await);
    let short = Duration::from_secs(15);
    until(&mut events, short, |event| matches!(event, Event::Progress { .. })).await;
    assert_eq!(page.cancel(&third.address, &id).await, Answer::Good(1));
    until(&mut events, short, |event| *event == Event::Cancelled).await;
    for server in [&first, &second, &third] {
        let answer = page.generate(&server.address, &id, &request(1, 50)).await;
        assert_eq!(answer, Answer::Bad(GenerateError::Cancelled));
    }

    // Another person's page neither sees nor stops any of it.
    let id = begin(&page, &second.address).await;
    let mut events = Box::pin(page.events(&third.address, &id).await);
    until(&mut events, short, |event| matches!(event, Event::Progress { .. })).await;
    let stranger = Page::open(&third.address).await;
    for server in [&first, &second] {
        assert_eq!(
            stranger.cancel(&server.address, &id).await,
            Answer::Bad(GenerateError::NotFound)
        );
        let (status, _) =
            stranger.get(&server.address, &format!("/api/generations/{id}/events")).await;
        assert_eq!(status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_runner_is_killed_the_others_say_so_within_the_lease() {
    let shared = Shared::new().await;
    let [first, second, third] = three(&shared).await;
    let page = Page::open(&first.address).await;
    let id = begin(&page, &first.address).await;
    let mut events = Box::pin(page.events(&second.address, &id).await);
    until(&mut events, Duration::from_secs(15), |event| matches!(event, Event::Progress { .. }))
        .await;

    first.kill().await;
    let killed = Instant::now();
    let interrupted = GenerateError::Interrupted { may_be_billed: false };
    let end = until(&mut events, TAKE_OVER, Event::is_final).await;
    assert_eq!(end, Event::Failed { error: interrupted.clone() });
    assert!(killed.elapsed() > Duration::from_millis(LEASE_MS as u64 / 2), "too early");
    let answer = page.generate(&third.address, &id, &request(1, 50)).await;
    assert_eq!(answer, Answer::Bad(interrupted));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_random_proxy_everything_works_as_with_one() {
    let shared = Shared::new().await;
    let servers = three(&shared).await;
    let address = proxy(&servers).await;
    let page = Page::open(&address).await;

    let pages = (0..6).map(|seed| {
        let (page, address) = (page.clone(), address.clone());
        async move {
            let (id, request) = (new_id(), request(seed, 2));
            // A reload in the middle calls with the same id, at any server.
            let (one, other) = tokio::join!(
                page.finish(&address, &id, &request),
                page.finish(&address, &id, &request)
            );
            assert_eq!(one, other);
            let Answer::Good(outcome) = one else { panic!("{one:?}") };
            whole_pictures(&outcome)
        }
    });
    let digests = futures::future::join_all(pages).await.concat();
    assert_eq!(digests.len(), 6);

    let stranger = Page::open(&address).await;
    for server in &servers {
        for digest in &digests {
            let path = format!("/api/images/{digest}");
            let (status, bytes) = page.get(&server.address, &path).await;
            assert_eq!((status, easel::server::picture::digest(&bytes)), (200, digest.clone()));
            assert_eq!(stranger.get(&server.address, &path).await.0, 404);
        }
    }
}
