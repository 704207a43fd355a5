//! Reads a folder that somebody else may have filled: regular files only, and lines of limited
//! length.

use std::path::Path;

use bytes::Bytes;
use tokio::{
    fs::File,
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
};

use crate::server::store::{StoreError, location::StorageLocation};

/// A longer line cannot be a generation: the limits for prompt and inputs are far lower.
const MAX_LINE_BYTES: u64 = 16 * 1024 * 1024;

/// Larger than any file that Easel stores.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// What a path leads to.
pub(super) enum PathContents<T> {
    Read(T),
    Nothing,
    /// Something else than a regular file of a sensible size; the text says what.
    Refused(String),
}

/// Opens a file, without following a link or blocking on a pipe.
async fn open(path: &Path, max_bytes: u64) -> Result<PathContents<File>, StoreError> {
    let about = match tokio::fs::symlink_metadata(path).await {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(PathContents::Nothing);
        }
        Err(error) => return Err(failed(error, path)),
    };
    let refused = |why: &str| Ok(PathContents::Refused(format!("{} {why}.", path.display())));
    if about.is_symlink() {
        return refused("is a link, and links are not followed");
    }
    if !about.is_file() {
        return refused("is not a regular file");
    }
    if about.len() > max_bytes {
        return refused("is larger than any file that Easel keeps");
    }
    Ok(PathContents::Read(File::open(path).await.map_err(|error| failed(error, path))?))
}

fn failed(error: std::io::Error, path: &Path) -> StoreError {
    StoreError::from(error).at(StorageLocation::Disk(path.display().to_string()))
}

pub(super) async fn read(path: &Path) -> Result<PathContents<Bytes>, StoreError> {
    let file = match open(path, MAX_FILE_BYTES).await? {
        PathContents::Read(file) => file,
        PathContents::Nothing => return Ok(PathContents::Nothing),
        PathContents::Refused(why) => return Ok(PathContents::Refused(why)),
    };
    let mut bytes = Vec::new();
    // It may have grown since its size was read.
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).await.map_err(|error| failed(error, path))?;
    Ok(PathContents::Read(bytes.into()))
}

/// The lines of a file, one at a time, numbered from 1.
pub(super) struct Lines {
    reader: BufReader<File>,
    number: u64,
}

pub(super) enum Line {
    Text { number: u64, bytes: Vec<u8> },
    TooLong { number: u64 },
}

impl Line {
    /// Of what is held of it, in bytes.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Text { bytes, .. } => bytes.len(),
            Self::TooLong { .. } => 0,
        }
    }
}

impl Lines {
    pub(super) async fn open(path: &Path) -> Result<PathContents<Self>, StoreError> {
        Ok(match open(path, u64::MAX).await? {
            PathContents::Read(file) => {
                PathContents::Read(Self { reader: BufReader::new(file), number: 0 })
            }
            PathContents::Nothing => PathContents::Nothing,
            PathContents::Refused(why) => PathContents::Refused(why),
        })
    }

    /// `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Line>, StoreError> {
        let mut bytes = Vec::new();
        let read =
            (&mut self.reader).take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes).await? as u64;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let number = self.number;
        if read < MAX_LINE_BYTES || bytes.ends_with(b"\n") {
            return Ok(Some(Line::Text { number, bytes }));
        }
        // Skips to the end of the line, one buffer at a time.
        loop {
            let piece = self.reader.fill_buf().await?;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let (over, length) = (piece.is_empty() || end.is_some(), piece.len());
            self.reader.consume(end.map_or(length, |end| end + 1));
            if over {
                return Ok(Some(Line::TooLong { number }));
            }
        }
    }
}
