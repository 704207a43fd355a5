//! Results that wait for the picture store or the database, on this machine's own disk, where a
//! restart finds them.
//!
//! ```text
//! spool/GENERATION/result.json   what its row will say
//! spool/GENERATION/DIGEST        the bytes of each picture and file
//! ```
//!
//! A folder appears whole, under its name, or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{ResultFile, StoreError, StoredImage};
use crate::generation::{Fact, GenerationId};

const RESULT: &str = "result.json";

/// What a folder is called until it is whole.
const PART: &str = "part-";

/// A folder that is not whole and this old was left by a process that died.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// What was made for a generation, as its row will say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub id: GenerationId,
    pub images: Vec<StoredImage>,
    pub files: Vec<ResultFile>,
    pub facts: Vec<Fact>,
}

impl Made {
    /// The digests of its pictures, then of its other files.
    pub fn digests(&self) -> impl Iterator<Item = &str> {
        let images = self.images.iter().map(|image| image.digest.as_str());
        images.chain(self.files.iter().map(|file| file.digest.as_str()))
    }
}

/// The folder of this machine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool(Option<PathBuf>);

impl Spool {
    /// Made when it is first needed.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// Keeps nothing.
    pub fn nowhere() -> Self {
        Self(None)
    }

    /// Keeps a result with the bytes behind its digests. It survives a power cut once this
    /// returns.
    pub async fn keep(&self, made: &Made, bytes: Vec<Bytes>) -> Result<(), StoreError> {
        let spool = self.folder()?.to_owned();
        let made = made.clone();
        on_disk(move || {
            let part = spool.join(format!("{PART}{}", uuid::Uuid::now_v7()));
            let whole = spool.join(made.id.as_str());
            fs::create_dir_all(&part)?;
            let kept = write(&part, &made, &bytes).and_then(|()| replace(&part, &whole));
            if kept.is_err() {
                // The disk may be full, and half of it helps nobody.
                let _ = fs::remove_dir_all(&part);
            }
            kept?;
            sync(&spool)
        })
        .await
    }

    /// Everything that waits. What cannot be read stays where it is, and is told.
    pub async fn all(&self) -> Vec<Made> {
        let Ok(spool) = self.folder().map(Path::to_owned) else { return Vec::new() };
        on_disk(move || Ok(read_all(&spool))).await.unwrap_or_default()
    }

    /// The bytes of a result that waits.
    pub async fn bytes(&self, id: &GenerationId, digest: &str) -> Result<Bytes, StoreError> {
        let path = self.folder()?.join(id.as_str()).join(digest);
        on_disk(move || fs::read(path).map(Bytes::from)).await
    }

    /// Forgets a result, once its row says it; one that is not there is no failure.
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

fn write(folder: &Path, made: &Made, bytes: &[Bytes]) -> io::Result<()> {
    for (digest, bytes) in made.digests().zip(bytes) {
        write_through(&folder.join(digest), bytes)?;
    }
    write_through(&folder.join(RESULT), &serde_json::to_vec(made)?)?;
    sync(folder)
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}

/// An earlier one gives way: it is of the same result.
fn replace(part: &Path, whole: &Path) -> io::Result<()> {
    match fs::remove_dir_all(whole) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::rename(part, whole),
    }
}

/// Names in a folder are on disk only once the folder is.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn read_all(spool: &Path) -> Vec<Made> {
    let mut found = Vec::new();
    for entry in fs::read_dir(spool).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(PART) {
            remove_abandoned(&entry);
            continue;
        }
        let read = fs::read(entry.path().join(RESULT))
            .and_then(|text| Ok(serde_json::from_slice::<Made>(&text)?));
        match read {
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

    fn made(bytes: &[u8]) -> Made {
        Made {
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
            facts: vec![Fact::new("Seed", 7)],
        }
    }

    #[tokio::test]
    async fn what_waits_is_found_whole_until_it_is_removed() {
        let folder = TempDir::new().unwrap();
        let spool = Spool::in_folder(folder.path().join("spool"));
        assert_eq!(spool.all().await, []);
        let made = made(b"a picture");
        for _ in 0..2 {
            spool.keep(&made, vec![Bytes::from_static(b"a picture")]).await.unwrap();
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
        spool.keep(&made, vec![Bytes::from_static(b"x")]).await.unwrap();
        for (name, text) in [("part-1", ""), ("other", "{}"), ("another", "{\"id\"")] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join(RESULT), text).unwrap();
        }
        fs::write(folder.path().join("a file"), "").unwrap();
        assert_eq!(spool.all().await, [made]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }
}
