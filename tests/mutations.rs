//! Runs every parser of outside data over damaged samples. A parser may refuse an input, but must
//! not panic, hang or fill the memory. `fuzz/` searches the same entry points for longer.
//!
//! `EASEL_SEED` changes the damage, and `EASEL_MUTATIONS` sets its amount.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use easel::server::fuzzing::{DOORS, Door};
use peak_alloc::PeakAlloc;
use rand::{Rng, RngCore, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Per parser.
const MUTATIONS: u64 = 1_500;
const MAX_INPUT_BYTES: usize = 16 * 1024;
/// The most memory for one input of [`MAX_INPUT_BYTES`], beside the input itself.
const MAX_MEMORY_BYTES: usize = 32 * 1024 * 1024;
/// Generous, for a machine that is busy with other work.
const MAX_TIME: Duration = Duration::from_secs(5);
/// The stack of a task of the server.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// Tokens that often break parsers.
const TOKENS: [&[u8]; 18] = [
    b"",
    b"\0",
    b"\n",
    b"\r\n\r\n",
    b"\"",
    b"\\",
    b"\\ud800",
    b"\xff\xff\xff\xff",
    b"\xed\xa0\x80",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"[[[[[[[[",
    b"{\"a\":",
    b"data: ",
    b"\x05\x01\x05\x01\x05\x01",
    b"\x7f\xff\xff\xff",
];

#[test]
fn damaged_data_is_refused_without_a_panic_in_little_time_and_memory() {
    let number = |variable| env::var(variable).ok().and_then(|number| number.parse().ok());
    let seed = number("EASEL_SEED").unwrap_or(1);
    let count = number("EASEL_MUTATIONS").unwrap_or(MUTATIONS);
    println!("EASEL_SEED={seed}");
    for (name, door) in DOORS {
        // A stack overflow prints the name of the thread.
        let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
        let outcome = thread.spawn(move || damage(name, door, seed, count)).unwrap().join();
        assert!(outcome.is_ok(), "{name} failed, see above");
    }
}

fn damage(name: &str, door: Door, seed: u64, count: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let samples: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!samples.is_empty(), "there is no sample for {name}");

    let whole = samples.iter().cloned();
    let damaged = (0..count).map(|round| {
        let mut dice = ChaCha8Rng::seed_from_u64(seed ^ (round << 20));
        let mut bytes = samples.choose(&mut dice).unwrap().clone();
        for _ in 0..dice.random_range(1..=4) {
            mutate(&mut bytes, &samples, &mut dice);
        }
        bytes.truncate(MAX_INPUT_BYTES);
        bytes
    });
    for bytes in whole.chain(damaged) {
        let told = Told { name, bytes: &bytes };
        let (before, started) = (MEMORY.current_usage(), Instant::now());
        MEMORY.reset_peak_usage();
        door(&bytes);
        let (taken, lasted) = (MEMORY.peak_usage().saturating_sub(before), started.elapsed());
        assert!(taken < MAX_MEMORY_BYTES, "it took {taken} bytes");
        assert!(lasted < MAX_TIME, "it took {lasted:?}");
        drop(told);
    }
}

fn mutate(bytes: &mut Vec<u8>, samples: &[Vec<u8>], dice: &mut ChaCha8Rng) {
    let place = dice.random_range(0..=bytes.len());
    let end = (place + dice.random_range(0..64)).min(bytes.len());
    match dice.random_range(0..8) {
        0 => drop(bytes.drain(place..end)),
        1 => bytes.truncate(place),
        2 => {
            let twice = bytes[place..end].repeat(dice.random_range(1..20));
            drop(bytes.splice(place..place, twice));
        }
        3 => {
            let mut random = vec![0; end - place];
            dice.fill_bytes(&mut random);
            drop(bytes.splice(place..end, random));
        }
        4 => {
            let token = TOKENS.choose(dice).unwrap().repeat(dice.random_range(1..4));
            drop(bytes.splice(place..end, token));
        }
        5 => {
            let other = samples.choose(dice).unwrap();
            let from = dice.random_range(0..=other.len());
            drop(bytes.splice(place.., other[from..].iter().copied()));
        }
        _ => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << dice.random_range(0..8);
            }
        }
    }
}

/// Prints the input when a parser panics.
struct Told<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} got b\"{}\"", self.name, self.bytes.escape_ascii());
        }
    }
}
