//! The end of a generation, as it is stored.

use super::{FileRow, StoredImage};
use crate::{
    error::GenerateError,
    generation::{Fact, Output},
};

/// How a generation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Done { images: Vec<StoredImage>, files: Vec<FileRow>, outputs: Vec<Output>, facts: Vec<Fact> },
    Failed(GenerateError),
    Cancelled,
}
