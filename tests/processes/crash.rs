//! SIGKILL at random moments while every kind of provider makes pictures.
//!
//! `EASEL_KILLS` sets the number of kills; `EASEL_SEED` repeats the choices of an earlier run.

use std::{mem, sync::Arc, time::Duration};

use tempfile::TempDir;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    dice::{Dice, number},
    fleet::Fleet,
    page::Page,
    peers::Shared,
    reckoning::{Strictness, reckon, table, unended},
    upstream::{Kind, Upstreams},
    visitor::{Ledger, Visitor},
};

/// As many as a test can afford that runs all day.
const KILLS: usize = 30;
const MAX_LIFE_MS: u64 = 900;
/// Some servers die during their start, or while they resume what the previous one left.
const SHORT_LIFE_MS: u64 = 60;
/// For the rest at the end: a lease that runs out, a picture, a lookup in a list.
const TEST_TIMEOUT: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_half_or_twice_when_the_server_is_killed() {
    let folder = TempDir::new().unwrap();
    let upstreams = Arc::new(Upstreams::start().await);
    let fleet = Fleet::start(1, folder.path(), upstreams.variables()).await;
    kill("one server on SQLite", kills(), fleet, upstreams).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_half_or_twice_when_one_of_two_is_killed() {
    let (shared, upstreams) = tokio::join!(Shared::new(), Upstreams::start());
    let mut variables = shared.variables.clone();
    variables.extend(upstreams.variables());
    let fleet = Fleet::start(2, shared.folder.path(), variables).await;
    // The work of a dead server is resumed only after its lease has run out.
    kill("two servers on PostgreSQL and S3", kills().div_ceil(5), fleet, Arc::new(upstreams)).await;
}

fn kills() -> usize {
    number("EASEL_KILLS").unwrap_or(KILLS)
}

async fn kill(what: &str, kills: usize, mut fleet: Fleet, upstreams: Arc<Upstreams>) {
    let mut dice = Dice::thrown(what);
    let (enough, ledger) = (watch::Sender::new(false), Ledger::default());
    let mut visitors = JoinSet::new();
    for kind in Kind::ALL.into_iter().chain(Kind::ALL) {
        let addresses = fleet.addresses();
        let page = Page::open(&addresses.borrow()[0].clone()).await;
        let visitor = Visitor {
            page,
            dice: dice.child(),
            upstreams: upstreams.clone(),
            addresses,
            enough: enough.subscribe(),
            ledger: ledger.clone(),
        };
        visitors.spawn(visitor.make_pictures(kind));
    }

    for _ in 0..kills {
        let longest = if dice.one_in(6) { SHORT_LIFE_MS } else { MAX_LIFE_MS };
        sleep(dice.pause(longest)).await;
        fleet.kill_one(&mut dice).await;
    }
    enough.send_replace(true);
    let over = async { while visitors.join_next().await.transpose().unwrap().is_some() {} };
    if timeout(TEST_TIMEOUT, over).await.is_err() {
        panic!("{what}: these do not end: {:#?}", unended(&fleet).await);
    }

    let mut starts = mem::take(&mut fleet.starts);
    starts.sort();
    let heard = mem::take(&mut *ledger.lock().unwrap());
    let count = heard.len();
    let ends = reckon(fleet, &upstreams, heard, Strictness::OnlyKills).await;
    println!(
        "{what}: {kills} kills, {count} generations, a start took {:?}, {:?} at worst\n{}",
        starts[starts.len() / 2],
        starts[starts.len() - 1],
        table(&ends)
    );
    let (done, interrupted) = ends
        .values()
        .fold((0, 0), |(done, over), ends| (done + ends.done, over + ends.interrupted));
    assert!(done > 0 && interrupted > 0, "the kills hit nothing: {done} and {interrupted}");
}
