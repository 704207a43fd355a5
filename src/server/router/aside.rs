//! Unnamed files beside the data, for what a client sends or downloads slowly, so that it does not
//! stay in memory.

use std::{
    fs::File,
    io::{self, Seek, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;

/// Writes bytes to a new file and rewinds it.
pub async fn put(folder: &Path, bytes: Bytes) -> io::Result<File> {
    let mut file = new_file(folder.to_owned()).await?;
    blocking(move || {
        file.write_all(&bytes)?;
        file.rewind()?;
        Ok(file)
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
