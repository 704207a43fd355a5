//! Entry point for fuzzing the rows of a backup, which may come from anybody.

use super::{Line, Upload, kept::PersonalEntry, money::MoneyEntry, people::Somebody};

/// A line of `generations.jsonl`, `uploads.jsonl`, `kept.jsonl`, `money.jsonl` or `people.jsonl`.
pub fn rows(data: &[u8]) {
    if let Ok(line) = serde_json::from_slice::<Line>(data) {
        let _ = serde_json::to_string(&line);
    }
    let _ = serde_json::from_slice::<Upload>(data);
    let _ = serde_json::from_slice::<PersonalEntry>(data);
    let _ = serde_json::from_slice::<MoneyEntry>(data);
    let _ = serde_json::from_slice::<Somebody>(data);
}
