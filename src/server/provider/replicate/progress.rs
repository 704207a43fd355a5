//! Reads a model's progress from the tqdm bars in its logs.

use std::sync::LazyLock;

use regex::Regex;

/// The newest bar in the logs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub percent: u8,
    pub done: u64,
    pub total: u64,
    /// The bar has a name before it, as bars for loading weights do.
    pub named: bool,
}

/// `percent|bar| done/total`; the bar itself may be empty.
static BAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?<name>.*?:)?\s*(?<percent>\d{1,3})%\s*\|[^|]*\|\s*(?<done>\d+)/(?<total>\d+)(?:\s|$)",
    )
    .expect("the pattern is a constant")
});

/// Colours and cursor moves of a terminal.
static ESCAPE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\x1b\[[0-9;?]*[ -/]*[@-~]").expect("the pattern is a constant"));

impl Bar {
    /// Finds the last bar without a name, or else the last one with a name. tqdm redraws its line
    /// with `\r`, which newer runtimes forward, so `\r` ends a line too.
    pub fn last_of(logs: &str) -> Option<Self> {
        let logs = ESCAPE.replace_all(logs, "");
        let mut named = None;
        for line in logs.rsplit(['\r', '\n']) {
            match Self::parse(line) {
                Some(bar) if !bar.named => return Some(bar),
                Some(bar) => named = named.or(Some(bar)),
                None => {}
            }
        }
        named
    }

    fn parse(line: &str) -> Option<Self> {
        let found = BAR.captures(line)?;
        let bar = Self {
            percent: found["percent"].parse().ok()?,
            done: found["done"].parse().ok()?,
            total: found["total"].parse().ok()?,
            named: found.name("name").is_some(),
        };
        (bar.percent <= 100 && bar.total > 0 && bar.done <= bar.total).then_some(bar)
    }

    /// The bar to show after `self` when `next` is read: it never goes back while the total is the
    /// same.
    #[must_use]
    pub fn advanced(self, next: Self) -> Self {
        let same = self.total == next.total && self.named == next.named;
        if same && next.done < self.done { self } else { next }
    }
}

/// The log lines that are more than a bar, without what a `\r` overwrote.
pub fn plain_lines(logs: &str) -> Vec<String> {
    let logs = ESCAPE.replace_all(logs, "");
    logs.split('\n')
        .map(|line| line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty() && !BAR.is_match(line))
        .map(str::to_owned)
        .collect()
}

/// The seed that the model chose, from the line that most models print.
pub fn seed_of(logs: &str) -> Option<&str> {
    static SEED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?im)^\s*(?:using|random)?\s*seed(?:\s+set\s+to)?\s*[:=]?\s*(\d+)\s*$")
            .expect("the pattern is a constant")
    });
    Some(SEED.captures(logs)?.get(1)?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(logs: &str) -> Option<(u8, u64, u64, bool)> {
        Bar::last_of(logs).map(|bar| (bar.percent, bar.done, bar.total, bar.named))
    }

    #[test]
    fn the_last_bar_counts() {
        for (logs, expected) in [
            (
                "Using seed..\n  0%|          | 0/3 [00:00<?, ?it/s]\n 33%|███▎      | 1/3 [00:01<00:02]",
                Some((33, 1, 3, false)),
            ),
            (
                "\r  0%|          | 0/3\r 33%|███       | 1/3\r 66%|██████    | 2/3",
                Some((66, 2, 3, false)),
            ),
            (
                " 50%|█████     | 2/4 [00:00<00:00]Traceback (most recent call last):",
                Some((50, 2, 4, false)),
            ),
            (
                "Loading pipeline components...: 100%|██████████| 7/7 [00:01]\n 10%|█         | 2/20",
                Some((10, 2, 20, false)),
            ),
            (
                "Loading pipeline components...: 100%|██████████| 7/7 [00:01]",
                Some((100, 7, 7, true)),
            ),
            ("\x1b[32m 40%|████      | 2/5\x1b[0m", Some((40, 2, 5, false))),
            ("100%|| 5/5", Some((100, 5, 5, false))),
            ("  0%|          | 0/0", None),
            ("150%|██████████| 3/2", None),
            (" 41%|████      | 1.2M/3.0M", None),
            ("", None),
            ("done: 1 file(s)", None),
        ] {
            assert_eq!(last(logs), expected, "{logs}");
        }
    }

    #[test]
    fn it_never_goes_back_unless_the_total_changes() {
        let bar = |done, total| Bar { percent: 0, done, total, named: false };
        assert_eq!(bar(3, 5).advanced(bar(2, 5)), bar(3, 5));
        assert_eq!(bar(3, 5).advanced(bar(4, 5)), bar(4, 5));
        assert_eq!(bar(5, 5).advanced(bar(0, 20)), bar(0, 20));
    }

    #[test]
    fn bars_are_no_log_lines() {
        let logs = "Using seed: 7\r\n  0%|   | 0/2\r 50%|█  | 1/2\nold\rnew\n\n";
        assert_eq!(plain_lines(logs), ["Using seed: 7", "new"]);
    }

    #[test]
    fn the_seed_is_found_in_the_logs() {
        assert_eq!(seed_of("loading\nUsing seed: 12345\n  0%|"), Some("12345"));
        assert_eq!(seed_of("Random seed set to: 77"), Some("77"));
        assert_eq!(seed_of("Seed planted in 2020 gardens"), None);
    }
}
