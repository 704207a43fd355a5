//! How long a model usually takes, from its last runs on this server.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

const RUNS: usize = 9;
const MAX_MODELS: usize = 500;

/// The seconds of the last runs of each model.
#[derive(Default)]
pub struct Usual(Mutex<HashMap<String, VecDeque<f64>>>);

impl Usual {
    pub fn record(&self, model: &str, seconds: f64) {
        let mut models = self.0.lock();
        if models.len() >= MAX_MODELS && !models.contains_key(model) {
            return;
        }
        let runs = models.entry(model.to_owned()).or_default();
        if runs.len() == RUNS {
            runs.pop_front();
        }
        runs.push_back(seconds);
    }

    /// The median.
    pub fn seconds(&self, model: &str) -> Option<f64> {
        let models = self.0.lock();
        let mut runs: Vec<_> = models.get(model)?.iter().copied().collect();
        runs.sort_by(f64::total_cmp);
        runs.get(runs.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_median_of_the_last_runs() {
        let usual = Usual::default();
        assert_eq!(usual.seconds("a/b"), None);
        for seconds in [100.0, 8.0, 9.0] {
            usual.record("a/b", seconds);
        }
        assert_eq!(usual.seconds("a/b"), Some(9.0));
        for _ in 0..RUNS {
            usual.record("a/b", 5.0);
        }
        assert_eq!(usual.seconds("a/b"), Some(5.0));
    }
}
