//! The end of a generation, as it is stored and told.

use super::{FileRow, StoredImage};
use crate::{
    error::GenerateError,
    generation::{Fact, GenerationId, Output, series::SeriesId},
};

/// How a generation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Done { images: Vec<StoredImage>, files: Vec<FileRow>, outputs: Vec<Output>, facts: Vec<Fact> },
    Failed(GenerateError),
    Cancelled,
}

/// Something that ended, in this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Generation(GenerationId),
    /// The last generation of a comparison or a grid.
    Series(SeriesId),
}
