//! Prints the progress of a generation on one line, which is overwritten.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

/// The line on the terminal; without a terminal, nothing is printed.
pub struct Line {
    is_shown: bool,
    length: usize,
}

impl Line {
    pub fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal(), length: 0 }
    }

    pub fn show(&mut self, words: &str) {
        if self.is_shown {
            let words: String =
                words.chars().filter(|letter| !letter.is_control()).take(100).collect();
            let length = words.chars().count();
            let blank = " ".repeat(self.length.saturating_sub(length));
            let _ = write!(io::stderr(), "\r{words}{blank}");
            let _ = io::stderr().flush();
            self.length = length;
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.show("");
        if self.is_shown {
            let _ = write!(io::stderr(), "\r");
        }
    }
}

/// A sentence about an event, where there is something to say.
pub fn words(event: &str, data: &Value) -> Option<String> {
    let number = |name: &str| data[name].as_f64();
    Some(match event {
        "accepted" => "Starting…".to_owned(),
        "waking" => "The model is being started…".to_owned(),
        "loading" => "The model is loading…".to_owned(),
        "queued" => match number("place") {
            Some(place) => format!("Waiting: place {place} in the queue"),
            None => "Waiting for its turn…".to_owned(),
        },
        "progress" => match (number("step"), number("total"), number("fraction")) {
            (Some(step), Some(total), _) => format!("Step {step} of {total}"),
            (_, _, Some(fraction)) => format!("{:.0} %", fraction * 100.0),
            _ => data["label"].as_str().unwrap_or("At work…").to_owned(),
        },
        "log" if data["level"] == "notice" => data["text"].as_str()?.to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_become_sentences() {
        for (event, data, said) in [
            ("queued", json!({"place": 3}), Some("Waiting: place 3 in the queue")),
            ("progress", json!({"step": 9, "total": 20}), Some("Step 9 of 20")),
            ("progress", json!({"fraction": 0.5}), Some("50 %")),
            ("preview", json!({"number": 1}), None),
        ] {
            assert_eq!(words(event, &data).as_deref(), said, "{event}");
        }
    }
}
