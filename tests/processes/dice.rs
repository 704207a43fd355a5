//! Reproducible random choices: all of them derive from one seed, which is printed and can be set.
//! What the machine does between them is not reproducible.

use std::{env, str::FromStr, time::Duration};

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of choices, which can create further independent sources.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Starts from `EASEL_SEED`, or from a new seed. Prints the seed, and what it is for.
    pub fn thrown(what: &str) -> Self {
        let seed = number("EASEL_SEED").unwrap_or_else(|| rand::rng().random());
        println!("{what}: EASEL_SEED={seed}");
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Another source, for concurrent choices.
    pub fn child(&mut self) -> Self {
        Self(ChaCha8Rng::seed_from_u64(self.0.next_u64()))
    }

    /// A number from 0 up to, but not including, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// A duration shorter than `longest_ms`.
    pub fn pause(&mut self, longest_ms: u64) -> Duration {
        Duration::from_millis(self.0.random_range(0..longest_ms.max(1)))
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }

    pub fn number(&mut self) -> u32 {
        self.0.next_u32()
    }
}

/// The number in `variable`.
pub fn number<T: FromStr>(variable: &str) -> Option<T> {
    let text = env::var(variable).ok().filter(|text| !text.trim().is_empty())?;
    let number = text.trim().parse().ok();
    Some(number.unwrap_or_else(|| panic!("{variable} is no number: {text}")))
}
