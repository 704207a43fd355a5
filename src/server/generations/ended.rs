//! How an attempt ended, as its run and its row record it.

use std::sync::Arc;

use crate::{
    error::GenerateError,
    generation::{Fact, Output, StoredImage},
    server::store::{Record, RecordState},
};

/// How an attempt ended, without the bytes of its pictures, because many callers may wait for it.
#[derive(Clone, Debug)]
pub enum Ended {
    Done {
        images: Arc<[StoredImage]>,
        outputs: Vec<Output>,
        facts: Vec<Fact>,
    },
    Loading {
        estimated_time: Option<f64>,
        attempt: u32,
    },
    /// Another process continues it.
    Elsewhere,
}

/// How the attempt of `record` ended.
pub(super) fn ended(record: Record) -> Result<Ended, GenerateError> {
    let item = record.item;
    match item.state {
        RecordState::Done => {
            let (outputs, facts) = (item.outputs, item.facts);
            Ok(Ended::Done { images: item.images.into(), outputs, facts })
        }
        RecordState::Failed => Err(item.error.unwrap_or(GenerateError::Internal)),
        RecordState::Cancelled => Err(GenerateError::Cancelled),
        RecordState::Loading => {
            let estimated_time = record.estimated_time;
            Ok(Ended::Loading { estimated_time, attempt: item.attempts })
        }
        RecordState::Running => Ok(Ended::Elsewhere),
    }
}
