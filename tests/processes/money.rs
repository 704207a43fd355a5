//! A budget counts across all servers on one database.

use std::time::Duration;

use easel::{
    error::GenerateError,
    generation::{BudgetLimit, PageOutcome},
};
use futures::future::join_all;
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

use crate::{
    page::{Answer, Page, new_id, request},
    peers::Shared,
    server::Server,
    several::three,
};

/// Longer than a busy machine takes for all of them.
const TEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Sets a budget of ten cents in the page, where a picture costs one.
async fn set_budget(page: &Page, server: &Server) {
    let form = b"whose=all&period=month&amount=0.10&generations=".to_vec();
    let kind = "application/x-www-form-urlencoded";
    let answer = page.send(&server.address, reqwest::Method::POST, "/money/budget", kind, form);
    let (status, body) = answer.await.unwrap();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
}

/// Starts a generation and waits for its end. With so many in parallel, the database of a busy
/// machine may fail to answer; then the call is repeated, as a person would do.
async fn finish(page: &Page, address: &str, number: u32) -> Answer<PageOutcome> {
    let (id, request) = (new_id(), request(number, 1));
    let asked = async {
        let mut wait = Duration::from_secs(1);
        loop {
            match page.finish(address, &id, &request).await {
                Answer::Bad(GenerateError::Storage { .. } | GenerateError::CannotKeep { .. }) => {}
                answer => return answer,
            }
            // Increasing pauses, because repeating all at the same time would overload it again.
            sleep(wait).await;
            wait *= 2;
        }
    };
    timeout(TEST_TIMEOUT, asked).await.expect("the database answers in the end")
}

/// How many of 200 that start in parallel, spread over the servers, are made. Tests run this one at
/// a time.
async fn made(servers: &[Server]) -> usize {
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let page = Page::open(&servers[0].address).await;
    set_budget(&page, &servers[0]).await;
    let starts = (0..200).map(|number: u32| {
        let (page, address) =
            (page.clone(), servers[number as usize % servers.len()].address.clone());
        async move { finish(&page, &address, number).await }
    });
    let (mut made, mut refused) = (0, 0);
    for answer in join_all(starts).await {
        match answer {
            Answer::Good(PageOutcome::Done { .. }) => made += 1,
            Answer::Bad(GenerateError::BudgetSpent { budget }) => {
                assert_eq!(budget.limit, BudgetLimit::Money("0.10 USD".to_owned()));
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(made + refused, 200);
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_starts_at_three_servers_a_budget_of_ten_lets_ten() {
    let mut shared = Shared::new().await;
    let prices = shared.folder.path().join("prices");
    std::fs::write(&prices, "demo 0.01 image\n").unwrap();
    shared.variables.push(("EASEL_PRICES", prices.display().to_string()));
    assert_eq!(made(&three(&shared).await).await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_on_its_own_lets_ten_too() {
    let folder = tempfile::TempDir::new().unwrap();
    let prices = folder.path().join("prices");
    std::fs::write(&prices, "demo 0.01 image\n").unwrap();
    let variables = [("EASEL_PRICES", prices.display().to_string())];
    let server = Server::start(folder.path(), &variables).await;
    assert_eq!(made(&[server]).await, 10);
}
