//! Estimates how long a model usually takes, from earlier run times.

use std::time::Duration;

/// The fewest run times that allow an estimate.
const MIN_RUNS: usize = 3;

/// A shorter median is not worth mentioning.
const MIN_MEDIAN: Duration = Duration::from_secs(3);

/// The run time of one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunTime {
    /// From the first call of the provider to the last picture.
    pub took_ms: u64,
    /// Whether the model had to be started first.
    pub was_cold: bool,
}

/// The expected run time of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTimes {
    /// When the model is running already.
    pub warm: Option<Span>,
    /// When the model has to be started first.
    pub cold: Option<Span>,
}

/// The distribution of run times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Half of the run times were shorter.
    pub median: Duration,
    /// The range that holds the next run time in four cases out of five; `None` with too few runs.
    pub band: Option<(Duration, Duration)>,
}

impl RunTimes {
    /// The estimate from `times`.
    pub fn of(times: &[RunTime]) -> Self {
        let of = |was_cold| {
            let times = times.iter().filter(|time| time.was_cold == was_cold);
            Span::of(times.map(|time| time.took_ms).collect())
        };
        Self { warm: of(false), cold: of(true) }
    }

    /// The estimate for a generation whose model has to be started first, or does not.
    pub fn of_start(&self, is_cold: bool) -> Option<Span> {
        if is_cold { self.cold } else { self.warm }
    }
}

/// The estimate that the Hub reports for every loading model, however long it has loaded.
const CONSTANT_GUESS: f64 = 20.0;

impl RunTimes {
    /// When a loading model may be ready, in seconds. `told` is the provider's estimate, `before`
    /// its earlier estimates in the same wait, which has lasted for `waited`. An estimate that
    /// never changes is ignored in favour of the usual time, where that is known.
    pub fn ready_in(&self, told: Option<f64>, before: &[f64], waited: Duration) -> Option<f64> {
        let stands = |told: f64| told == CONSTANT_GUESS || before.last() == Some(&told);
        if let Some(told) = told.filter(|told| !stands(*told)) {
            return Some(told);
        }
        let left = self.cold.map(|cold| cold.median.saturating_sub(waited).as_secs_f64());
        // After the usual time, only the provider's estimate is left.
        left.filter(|left| *left > 0.0).or(told)
    }
}

impl Span {
    fn of(mut times: Vec<u64>) -> Option<Self> {
        times.sort_unstable();
        let of_share = |share| quantile(&times, share);
        let median = of_share(0.5).filter(|_| times.len() >= MIN_RUNS)?;
        let band = of_share(0.1).zip(of_share(0.9));
        Some(Self { median, band }).filter(|span| span.median >= MIN_MEDIAN)
    }

    /// Whether the wait is long enough to offer the person something else.
    pub fn is_late(&self, elapsed: Duration) -> bool {
        elapsed > self.median * 2 && elapsed > self.longest()
    }

    /// The longest usual run time.
    pub fn longest(&self) -> Duration {
        self.band.map_or(self.median * 2, |(_, longest)| longest)
    }
}

/// The value below which `share` of all runs fall. The next run falls below the k-th of n sorted
/// values in k of n + 1 cases; beyond the first and the last value nothing is known.
fn quantile(sorted: &[u64], share: f64) -> Option<Duration> {
    let place = share * (sorted.len() + 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let lower = *sorted.get(below.checked_sub(1)?)? as f64;
    let upper = match sorted.get(below) {
        Some(upper) => *upper as f64,
        None if part == 0.0 => lower,
        None => return None,
    };
    Some(Duration::from_secs_f64((lower + (upper - lower) * part) / 1000.0))
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::*;

    /// As many run times as the store keeps.
    const MAX_REMEMBERED: usize = 40;

    fn span(ms: impl IntoIterator<Item = u64>) -> Option<Span> {
        Span::of(ms.into_iter().collect())
    }

    #[test]
    fn few_times_and_short_ones_say_nothing() {
        assert_eq!(span([]), None);
        assert_eq!(span([9_000, 9_000]), None);
        assert_eq!(span([900, 1_000, 1_100]), None);
        let three = span([8_000, 9_000, 30_000]).unwrap();
        assert_eq!((three.median, three.band), (Duration::from_secs(9), None));
        assert_eq!(three.longest(), Duration::from_secs(18));
        let nine = span((1..=9).map(|second| second * 1_000)).unwrap();
        assert_eq!(nine.band, Some((Duration::from_secs(1), Duration::from_secs(9))));
    }

    #[test]
    fn starts_stand_apart() {
        let time = |took_ms, was_cold| RunTime { took_ms, was_cold };
        let times = [4_000, 5_000, 6_000].map(|ms| time(ms, false));
        let starts = [80_000, 90_000, 95_000].map(|ms| time(ms, true));
        let usual = RunTimes::of(&[times, starts].concat());
        let median = |is_cold| usual.of_start(is_cold).map(|span| span.median.as_secs());
        assert_eq!((median(false), median(true)), (Some(5), Some(90)));
    }

    #[test]
    fn a_guess_that_never_moves_gives_way_to_what_is_usual() {
        let cold = RunTimes::of(&[RunTime { took_ms: 38_000, was_cold: true }; 3]);
        let after = |seconds| Duration::from_secs(seconds);
        // A provider that counts down is believed.
        assert_eq!(cold.ready_in(Some(41.5), &[], after(0)), Some(41.5));
        assert_eq!(cold.ready_in(Some(31.5), &[41.5], after(10)), Some(31.5));
        // The Hub's constant, any other unchanging estimate, and no estimate.
        assert_eq!(cold.ready_in(Some(20.0), &[], after(0)), Some(38.0));
        assert_eq!(cold.ready_in(Some(20.0), &[20.0], after(20)), Some(18.0));
        assert_eq!(cold.ready_in(Some(60.0), &[60.0], after(30)), Some(8.0));
        assert_eq!(cold.ready_in(None, &[], after(8)), Some(30.0));
        // The wait is longer than usual, or nothing is known about usual waits.
        assert_eq!(cold.ready_in(Some(20.0), &[20.0], after(50)), Some(20.0));
        let unknown = RunTimes::default();
        assert_eq!(unknown.ready_in(Some(20.0), &[20.0], after(20)), Some(20.0));
        assert_eq!(unknown.ready_in(None, &[], after(0)), None);
    }

    /// How many of 1,000 runs of a simulated provider fall into the band computed before each.
    fn held(mut next: impl FnMut(&mut StdRng, usize) -> f64) -> usize {
        let mut rng = StdRng::seed_from_u64(17);
        let mut past = Vec::new();
        let mut held = 0;
        for run in 0..MAX_REMEMBERED + 1_000 {
            let took = next(&mut rng, run) as u64;
            if past.len() == MAX_REMEMBERED {
                let (shortest, longest) = span(past.iter().copied()).unwrap().band.unwrap();
                held += usize::from((shortest..=longest).contains(&Duration::from_millis(took)));
                past.remove(0);
            }
            past.push(took);
        }
        held
    }

    /// Around `middle`: mostly a little more and rarely much more, like queues and networks.
    fn skewed(rng: &mut StdRng, middle: f64) -> f64 {
        let bell = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        middle * (0.25 * bell).exp()
    }

    #[test]
    fn four_of_five_runs_fall_into_the_band() {
        let steady = held(|rng, _| skewed(rng, 38_000.0));
        let uniform = held(|rng, _| rng.random_range(10_000.0..20_000.0));
        let two_kinds = held(|rng, _| {
            let middle = if rng.random_bool(0.5) { 8_000.0 } else { 60_000.0 };
            skewed(rng, middle)
        });
        // Twice as slow after 1,000 runs.
        let drifting = held(|rng, run| skewed(rng, 20_000.0 * (1.0 + run as f64 / 1_000.0)));
        for held in [steady, uniform, two_kinds, drifting] {
            assert!((750..=850).contains(&held), "{held} of 1000");
        }
        assert_eq!(held(|_, _| 20_000.0), 1_000, "what never varies always holds");
    }
}
