//! Photos among the uploads: refused when they were cut off on the way, and kept as they are sent,
//! upright and without what tells where and by whom they were taken.

use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::{
    generation::ImageType,
    server::{
        metadata,
        picture::{self, photo},
        store::{Images, StoreError},
    },
};

/// Photos that are in memory at once; a large one takes 160 MB while it is turned.
static TURNS: Semaphore = Semaphore::const_new(1);

/// An upload as it is kept.
pub struct Kept {
    pub digest: String,
    pub bytes: u64,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// What is kept of an upload; `None` when the file was cut off. What it was before belongs to
/// nobody, and the sweep removes it.
pub async fn ready(
    images: &Images,
    kept: Kept,
    content_type: ImageType,
) -> Result<Option<Kept>, StoreError> {
    let _turn = TURNS.acquire().await;
    let Some(file) = images.get(&kept.digest).await? else { return Ok(Some(kept)) };
    let looked = tokio::task::spawn_blocking(move || {
        if metadata::is_cut(&file, content_type) {
            return None;
        }
        let ready = photo::ready(&file, content_type);
        Some(ready.and_then(|ready| Some((picture::size(&ready)?, Bytes::from(ready)))))
    });
    let stopped = |_| StoreError::Unusable("looking at a photo was stopped".to_owned());
    let Some(ready) = looked.await.map_err(stopped)? else { return Ok(None) };
    let Some((size, ready)) = ready else { return Ok(Some(kept)) };
    let mut incoming = images.incoming();
    incoming.write(ready).await?;
    let bytes = incoming.length;
    Ok(Some(Kept { digest: incoming.keep().await?, bytes, size }))
}
