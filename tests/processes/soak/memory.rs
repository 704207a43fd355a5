//! How much memory the servers use, and whether it grows.

use std::{fmt, fs, time::Duration};

/// The most memory of a server, whatever visitors do.
const MAX_MB: f64 = 300.0;
/// The most growth of a warm server over the whole test.
const MAX_GROWTH_MB: f64 = 32.0;
/// Shorter tests show only the warm-up.
const MIN_DURATION: Duration = Duration::from_secs(10 * 60);

/// One sample per check.
#[derive(Default)]
pub struct Memory(Vec<f64>);

impl Memory {
    /// Samples the largest of `processes`.
    pub fn sample(&mut self, processes: impl Iterator<Item = u32>) {
        let largest = processes.filter_map(resident_mb).fold(0.0, f64::max);
        // A process that was just killed has no memory.
        if largest > 0.0 {
            self.0.push(largest);
        }
    }

    /// Panics when it is too much, or when it grows in a server that ran all the time.
    pub fn check(&self, ran_all_the_time: bool, length: Duration) {
        assert!(self.most() < MAX_MB, "a server held {:.0} MB", self.most());
        if ran_all_the_time && length >= MIN_DURATION {
            let growth = self.growth();
            assert!(growth < MAX_GROWTH_MB, "the memory grew by {growth:.0} MB");
        }
    }

    fn most(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    /// The growth after the first quarter, by linear regression.
    fn growth(&self) -> f64 {
        let warm = &self.0[self.0.len() / 4..];
        let middle = (warm.len().saturating_sub(1)) as f64 / 2.0;
        let mean = warm.iter().sum::<f64>() / warm.len().max(1) as f64;
        let (mut covariance, mut variance) = (0.0, 0.0);
        for (at, sample) in warm.iter().enumerate() {
            let distance = at as f64 - middle;
            covariance += distance * (sample - mean);
            variance += distance * distance;
        }
        if variance > 0.0 { covariance / variance * (warm.len() - 1) as f64 } else { 0.0 }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, last] = [self.0.first(), self.0.last()].map(|mb| mb.copied().unwrap_or(0.0));
        write!(
            f,
            "memory in MB: {first:.0} at first, {last:.0} at last, {:.0} at most, {:+.1} after the first quarter",
            self.most(),
            self.growth()
        )
    }
}

fn resident_mb(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1e3)
}

#[test]
fn growth_is_what_the_line_through_the_warm_samples_says() {
    let rising = Memory((0..100).map(|at| 100.0 + f64::from(at)).collect());
    assert!((rising.growth() - 74.0).abs() < 1e-9);
    // A jump during the warm-up does not count.
    let warm = Memory((0..100).map(|at| if at < 20 { 30.0 } else { 90.0 }).collect());
    assert!(warm.growth().abs() < 1e-9);
}
