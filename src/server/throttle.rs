//! Limits how often something happens, for events that come from outside in any number.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets a number of events pass in each window of time; the others wait for the next one.
#[derive(Debug)]
pub struct Throttle {
    many: u32,
    window: Duration,
    begun: Instant,
    passed: u32,
}

impl Throttle {
    pub fn new(many: u32, window: Duration) -> Self {
        Self { many, window, begun: Instant::now(), passed: 0 }
    }

    /// Waits until more may pass, and counts `these`, even if they exceed the room. Cancel-safe.
    pub async fn pass(&mut self, these: u32) {
        let now = Instant::now();
        if now.duration_since(self.begun) >= self.window {
            (self.begun, self.passed) = (now, 0);
        }
        if self.passed >= self.many {
            sleep_until(self.begun + self.window).await;
            (self.begun, self.passed) = (Instant::now(), 0);
        }
        self.passed = self.passed.saturating_add(these);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_so_many_pass_in_a_window() {
        let mut throttle = Throttle::new(10, Duration::from_secs(1));
        let start = Instant::now();
        for _ in 0..10 {
            throttle.pass(1).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..25 {
            throttle.pass(1).await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }
}
