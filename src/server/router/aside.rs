//! Files without a name beside the data: what a client sends or fetches slowly waits there, not
//! in memory.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use axum::body::Body;
use bytes::Bytes;
use futures::TryStreamExt;
use tokio::io::AsyncWriteExt;

/// Why a body was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("it is larger than Easel takes")]
    TooLarge,
    #[error("it broke off")]
    BrokeOff,
    #[error("the disk failed")]
    Disk(#[from] io::Error),
}

/// Takes in a body of at most `limit` bytes; answers the file and its length.
pub async fn take_in(folder: &Path, body: Body, limit: u64) -> Result<(File, u64), Refused> {
    let mut file = tokio::fs::File::from_std(new_file(folder.to_owned()).await?);
    let mut pieces = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = pieces.try_next().await.map_err(|_| Refused::BrokeOff)? {
        length += piece.len() as u64;
        if length > limit {
            return Err(Refused::TooLarge);
        }
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    Ok((file.into_std().await, length))
}

/// Puts bytes aside; the file is at its beginning.
pub async fn put(folder: &Path, bytes: Bytes) -> io::Result<File> {
    let mut file = new_file(folder.to_owned()).await?;
    blocking(move || {
        file.write_all(&bytes)?;
        file.rewind()?;
        Ok(file)
    })
    .await
}

/// All that is in a file.
pub async fn read(mut file: File, length: u64) -> io::Result<Vec<u8>> {
    blocking(move || {
        file.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    })
    .await
}

async fn new_file(folder: PathBuf) -> io::Result<File> {
    blocking(move || tempfile::tempfile_in(folder)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
