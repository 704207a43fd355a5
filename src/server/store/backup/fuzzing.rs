//! Entry point for fuzzing the rows of a backup, which may come from anybody.

use super::{Line, Upload, kept::Kept, money::Decided, people::Somebody};

/// A line of `generations.jsonl`, `uploads.jsonl`, `kept.jsonl`, `money.jsonl` or `people.jsonl`.
pub fn rows(data: &[u8]) {
    if let Ok(line) = serde_json::from_slice::<Line>(data) {
        let _ = serde_json::to_string(&line);
    }
    let _ = serde_json::from_slice::<Upload>(data);
    let _ = serde_json::from_slice::<Kept>(data);
    let _ = serde_json::from_slice::<Decided>(data);
    let _ = serde_json::from_slice::<Somebody>(data);
}
