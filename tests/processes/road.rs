//! A proxy to a server, with connections that are slow, break, or cannot be opened.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::dice::Dice;

/// With every change for the worse, open connections are reset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Good,
    /// Every connection waits before it transfers anything.
    Slow,
    /// Responses break off in the middle.
    Cut,
    /// Nothing passes.
    Closed,
}

pub struct Road {
    /// The proxy's own `host:port`.
    pub address: String,
    state: watch::Sender<State>,
    troubled: Arc<AtomicUsize>,
}

impl Road {
    /// Starts a proxy to `target`, a `host:port`.
    pub async fn to(target: &str, mut dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let road =
            Self { address, state: watch::Sender::new(State::Good), troubled: Arc::default() };
        let (state, troubled, target) =
            (road.state.subscribe(), road.troubled.clone(), target.to_owned());
        tokio::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                let carried = carry(here, target.clone(), state.clone(), dice.child());
                let troubled = troubled.clone();
                tokio::spawn(async move {
                    troubled.fetch_add(usize::from(carried.await), Ordering::Relaxed);
                });
            }
        });
        road
    }

    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }

    /// How many connections were disturbed.
    pub fn troubled(&self) -> usize {
        self.troubled.load(Ordering::Relaxed)
    }
}

/// Carries one connection; true when it was disturbed.
async fn carry(
    mut here: TcpStream,
    target: String,
    mut state: watch::Receiver<State>,
    mut dice: Dice,
) -> bool {
    let now = *state.borrow_and_update();
    let Ok(mut there) = TcpStream::connect(target).await else { return false };
    // With zero linger, the other side sees a reset instead of a regular close.
    let _ = here.set_zero_linger();
    let go = async {
        match now {
            State::Good => drop(copy_bidirectional(&mut here, &mut there).await),
            State::Slow => {
                sleep(dice.pause(2_000)).await;
                let _ = copy_bidirectional(&mut here, &mut there).await;
            }
            State::Cut => {
                let (mut from_here, mut to_here) = here.split();
                let (from_there, mut to_there) = there.split();
                let mut some = from_there.take(dice.below(4_000) as u64);
                tokio::select! {
                    _ = copy(&mut from_here, &mut to_there) => {}
                    _ = copy(&mut some, &mut to_here) => {}
                }
            }
            State::Closed => {}
        }
    };
    tokio::select! {
        () = go => now != State::Good,
        // A connection that stays open is hit by the next disturbance.
        _ = state.wait_for(|state| *state != now && *state != State::Good) => true,
    }
}

/// Disturbs the proxy again and again, for at most `longest` each, until `enough`.
pub async fn make_trouble(
    road: Arc<Road>,
    mut dice: Dice,
    longest: Duration,
    mut enough: watch::Receiver<bool>,
) -> usize {
    let mut troubles = 0;
    let longest_ms = longest.as_millis() as u64;
    while !*enough.borrow_and_update() {
        let pauses = [dice.pause(longest_ms * 4), dice.pause(longest_ms)];
        for (pause, state) in pauses
            .into_iter()
            .zip([State::Good, *dice.pick(&[State::Slow, State::Cut, State::Cut, State::Closed])])
        {
            road.set(state);
            tokio::select! {
                () = sleep(pause) => {}
                _ = enough.changed() => break,
            }
        }
        troubles += 1;
    }
    road.set(State::Good);
    troubles
}
