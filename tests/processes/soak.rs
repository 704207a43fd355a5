//! A soak test: every kind of provider and visitor at the same time, on three installations. Two of
//! them have failures all the time; the third is watched for memory leaks.
//!
//! `EASEL_SOAK_MINUTES` sets the duration; without it the test takes a few seconds, so that it
//! stays in order.

mod load;
mod memory;

use std::{mem, sync::Arc, time::Duration};

use tempfile::TempDir;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use url::Url;

use self::{
    load::{Counts, Guest},
    memory::Memory,
};
use crate::{
    dice::{Dice, number},
    fleet::Fleet,
    page::Page,
    peers::Shared,
    reckoning::{Strictness, reckon, table, unended},
    road::{Road, make_trouble},
    upstream::{Kind, Upstreams},
    visitor::{Ledger, Visitor},
};

const SHORT: Duration = Duration::from_secs(15);
const TEST_TIMEOUT: Duration = Duration::from_secs(180);
const MAX_LIFE_MS: u64 = 20_000;

/// One installation under load.
struct World {
    name: &'static str,
    fleet: Fleet,
    visitors: JoinSet<()>,
    ledger: Ledger,
    counts: Arc<Counts>,
    memory: Memory,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_load_in_all_kinds_of_trouble_loses_nothing_and_leaks_nothing() {
    let minutes: Option<f64> = number("EASEL_SOAK_MINUTES");
    let length = minutes.map_or(SHORT, |minutes| Duration::from_secs_f64(minutes * 60.0));
    let mut dice = Dice::thrown("soak");
    let (shared, upstreams) = tokio::join!(Shared::new(), Upstreams::start());
    let upstreams = Arc::new(upstreams);
    let enough = watch::Sender::new(false);
    let (steady, killed) = (TempDir::new().unwrap(), TempDir::new().unwrap());

    // The third installation's connections to database and bucket fail.
    let [database, store] = ["DATABASE_URL", "AWS_ENDPOINT_URL"];
    let mut variables = shared.variables.clone();
    let database = divert(&mut variables, database, &mut dice).await;
    let store = divert(&mut variables, store, &mut dice).await;
    variables.extend(upstreams.variables());

    let (steady, killed, both) = tokio::join!(
        Fleet::start(1, steady.path(), upstreams.variables()),
        Fleet::start(1, killed.path(), upstreams.variables()),
        Fleet::start(2, shared.folder.path(), variables),
    );
    let mut worlds = Vec::new();
    for (name, fleet) in
        [("left alone", steady), ("killed", killed), ("killed, PostgreSQL and S3 failing", both)]
    {
        worlds.push(World::start(name, fleet, &upstreams, &enough, &mut dice).await);
    }
    let roads = [(database, Duration::from_secs(2)), (store, Duration::from_secs(8))];
    let mut troubles = JoinSet::new();
    for (road, longest) in &roads {
        let enough = enough.subscribe();
        troubles.spawn(make_trouble(road.clone(), dice.child(), *longest, enough));
    }

    let started = Instant::now();
    let pause = (length / 500).clamp(Duration::from_millis(200), Duration::from_secs(5));
    let mut next_kill = dice.pause(MAX_LIFE_MS / 4);
    while started.elapsed() < length {
        sleep(pause).await;
        for world in &mut worlds {
            world.memory.sample(world.fleet.pids());
        }
        if started.elapsed() > next_kill {
            let world = 1 + dice.below(2);
            worlds[world].fleet.kill_one(&mut dice).await;
            next_kill =
                started.elapsed() + dice.pause(MAX_LIFE_MS.min(length.as_millis() as u64 / 3));
        }
    }
    enough.send_replace(true);
    let troubles: usize = troubles.join_all().await.into_iter().sum();

    println!(
        "{:.1} minutes; {troubles} times of trouble on the ways to PostgreSQL and S3, met by {} and {} connections",
        length.as_secs_f64() / 60.0,
        roads[0].0.troubled(),
        roads[1].0.troubled()
    );
    for world in worlds {
        world.finish(&upstreams, length).await;
    }
}

/// Routes `variable` through a proxy of its own.
async fn divert(
    variables: &mut [(&'static str, String)],
    variable: &str,
    dice: &mut Dice,
) -> Arc<Road> {
    let (_, value) = variables.iter_mut().find(|(name, _)| *name == variable).unwrap();
    let mut address: Url = value.parse().unwrap();
    let target = format!("{}:{}", address.host_str().unwrap(), address.port().unwrap());
    let road = Road::to(&target, dice.child()).await;
    let (host, port) = road.address.split_once(':').unwrap();
    address.set_host(Some(host)).unwrap();
    address.set_port(Some(port.parse().unwrap())).unwrap();
    *value = address.to_string().trim_end_matches('/').to_owned();
    Arc::new(road)
}

impl World {
    async fn start(
        name: &'static str,
        fleet: Fleet,
        upstreams: &Arc<Upstreams>,
        enough: &watch::Sender<bool>,
        dice: &mut Dice,
    ) -> Self {
        let (ledger, counts) = (Ledger::default(), Arc::<Counts>::default());
        let mut visitors = JoinSet::new();
        let addresses = fleet.addresses();
        for kind in Kind::ALL {
            let page = Page::open(&addresses.borrow()[0].clone()).await;
            let visitor = Visitor {
                page,
                dice: dice.child(),
                upstreams: upstreams.clone(),
                addresses: addresses.clone(),
                enough: enough.subscribe(),
                ledger: ledger.clone(),
            };
            visitors.spawn(visitor.make_pictures(kind));
        }
        for habit in load::HABITS {
            let page = Page::open(&addresses.borrow()[0].clone()).await;
            let guest = Guest {
                page,
                dice: dice.child(),
                addresses: addresses.clone(),
                ledger: ledger.clone(),
                counts: counts.clone(),
            };
            visitors.spawn(guest.keep_on(habit, enough.subscribe()));
        }
        Self { name, fleet, visitors, ledger, counts, memory: Memory::default() }
    }

    /// Waits for all visitors, checks everything and prints the results.
    async fn finish(mut self, upstreams: &Upstreams, length: Duration) {
        let over =
            async { while self.visitors.join_next().await.transpose().unwrap().is_some() {} };
        if timeout(TEST_TIMEOUT, over).await.is_err() {
            panic!("{}: these do not end: {:#?}", self.name, unended(&self.fleet).await);
        }
        let (heard, kills) = (mem::take(&mut *self.ledger.lock().unwrap()), self.fleet.kills);
        let count = heard.len();
        let is_in_trouble = self.fleet.pids().count() > 1;
        let strictness = if is_in_trouble { Strictness::Trouble } else { Strictness::OnlyKills };
        let ends = reckon(self.fleet, upstreams, heard, strictness).await;
        println!("\n{}: {kills} kills, {count} generations\n{}", self.name, table(&ends));
        println!("{}\n  {}", self.counts, self.memory);
        self.memory.check(kills == 0, length);
        self.counts.check();
    }
}
