//! Results that wait for the picture store or the database, on this machine's own disk, where a
//! restart finds them.
//!
//! ```text
//! spool/GENERATION/result.json   what its row will say
//! spool/GENERATION/DIGEST        the bytes of each picture and file
//! ```
//!
//! Each file appears completely or not at all, and the result last: a folder without a result
//! belongs to a generation that was still being made.
//! generation that was still being made.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{FileRow, StoreError, StoredImage};
use crate::generation::{Fact, GenerationId, Output};

const RESULT: &str = "result.json";

/// The extension of a file until it is complete.
const PART: &str = "part";

/// A folder without a result and of this age was left by a process that died.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// The result of a generation, as its row will hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResult {
    pub id: GenerationId,
    pub images: Vec<StoredImage>,
    pub files: Vec<FileRow>,
    #[serde(default)]
    pub outputs: Vec<Output>,
    pub facts: Vec<Fact>,
}

impl StoredResult {
    /// The digests of its pictures and of its other files.
    pub fn digests(&self) -> impl Iterator<Item = &str> {
        let images = self.images.iter().map(|image| image.digest.as_str());
        images.chain(self.files.iter().map(|file| file.digest.as_str()))
    }
}

/// The spool of this machine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool(Option<PathBuf>);

impl Spool {
    /// The folder is created when it is first needed.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// A spool that accepts nothing.
    pub fn nowhere() -> Self {
        Self(None)
    }

    /// Adds bytes of a generation. They survive a power cut once this returns.
    pub async fn add(
        &self,
        id: &GenerationId,
        digest: &str,
        bytes: Bytes,
    ) -> Result<(), StoreError> {
        let (spool, folder) = (self.folder()?.to_owned(), self.folder()?.join(id.as_str()));
        let file = folder.join(digest);
        on_disk(move || {
            fs::create_dir_all(&folder)?;
            write(&file, &bytes)?;
            sync(&spool)
        })
        .await
    }

    /// Adds a result whose bytes are here or in the store. From now on the next process resumes it.
    pub async fn keep(&self, made: &StoredResult) -> Result<(), StoreError> {
        let text = serde_json::to_vec(made)?;
        self.add(&made.id, RESULT, text.into()).await
    }

    /// All waiting results. A result that cannot be read stays where it is, and is logged.
    pub async fn all(&self) -> Vec<StoredResult> {
        let Ok(spool) = self.folder().map(Path::to_owned) else { return Vec::new() };
        on_disk(move || Ok(read_all(&spool))).await.unwrap_or_default()
    }

    /// The bytes of a waiting result.
    pub async fn bytes(&self, id: &GenerationId, digest: &str) -> Result<Bytes, StoreError> {
        let path = self.folder()?.join(id.as_str()).join(digest);
        on_disk(move || fs::read(path).map(Bytes::from)).await
    }

    /// Removes a result, once its row holds it; a missing one is no error.
    pub async fn remove(&self, id: &GenerationId) {
        let Ok(folder) = self.folder().map(|spool| spool.join(id.as_str())) else { return };
        let removed = on_disk(move || match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        });
        if let Err(error) = removed.await {
            tracing::warn!(%id, %error, "a result that is kept by now stays in the spool too");
        }
    }

    fn folder(&self) -> Result<&Path, StoreError> {
        self.0.as_deref().ok_or_else(|| StoreError::Unusable("there is no spool folder".to_owned()))
    }
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| StoreError::Unusable("the spool was stopped".to_owned()))??)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension(PART);
    let written = write_through(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // The disk may be full, and half a file helps nobody.
        let _ = fs::remove_file(&part);
    }
    written?;
    path.parent().map_or(Ok(()), sync)
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}

/// File names are durable only once the folder is synced.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn read_all(spool: &Path) -> Vec<StoredResult> {
    let mut found = Vec::new();
    for entry in fs::read_dir(spool).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = match fs::read(entry.path().join(RESULT)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                remove_abandoned(&entry);
                continue;
            }
            text => text,
        };
        match text.and_then(|text| Ok(serde_json::from_slice::<StoredResult>(&text)?)) {
            Ok(made) if made.id.as_str() == name => found.push(made),
            Ok(_) => tracing::warn!(name, "a result in the spool is in the folder of another"),
            Err(error) => tracing::warn!(name, %error, "a result in the spool cannot be read"),
        }
    }
    found
}

fn remove_abandoned(entry: &fs::DirEntry) {
    let written = entry.metadata().and_then(|metadata| metadata.modified());
    let age = written.ok().and_then(|at| SystemTime::now().duration_since(at).ok());
    if age.is_some_and(|age| age > ABANDONED) {
        let _ = fs::remove_dir_all(entry.path());
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{generation::ImageType, server::picture};

    fn made(bytes: &[u8]) -> StoredResult {
        StoredResult {
            id: GenerationId::from_parts(1, [7; 10]),
            images: vec![StoredImage {
                position: 0,
                digest: picture::digest(bytes),
                content_type: ImageType::Png,
                width: 3,
                height: 2,
                bytes: bytes.len() as u64,
            }],
            files: Vec::new(),
            outputs: vec![Output::text("Note", "All done.")],
            facts: vec![Fact::new("Seed", 7)],
        }
    }

    #[tokio::test]
    async fn what_waits_is_found_whole_until_it_is_removed() {
        let folder = TempDir::new().unwrap();
        let spool = Spool::in_folder(folder.path().join("spool"));
        assert_eq!(spool.all().await, []);
        let made = made(b"a picture");
        spool.add(&made.id, "another", Bytes::new()).await.unwrap();
        assert_eq!(spool.all().await, [], "it is still being made");
        for _ in 0..2 {
            let digest = &made.images[0].digest;
            spool.add(&made.id, digest, Bytes::from_static(b"a picture")).await.unwrap();
            spool.keep(&made).await.unwrap();
        }
        assert_eq!(spool.all().await, std::slice::from_ref(&made));
        let bytes = spool.bytes(&made.id, &made.images[0].digest).await.unwrap();
        assert_eq!(bytes, "a picture");
        spool.remove(&made.id).await;
        spool.remove(&made.id).await;
        assert_eq!(spool.all().await, []);
    }

    #[tokio::test]
    async fn what_is_not_whole_or_not_ours_is_passed_over_and_stays() {
        let folder = TempDir::new().unwrap();
        let spool = Spool::in_folder(folder.path().to_owned());
        let made = made(b"x");
        spool.keep(&made).await.unwrap();
        for (name, text) in [("empty", ""), ("other", "{}"), ("another", "{\"id\"")] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(RESULT), text).unwrap();
        }
        fs::write(folder.path().join("a file"), "").unwrap();
        assert_eq!(spool.all().await, [made]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }
}
