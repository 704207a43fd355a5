//! Prepares uploaded photos: refuses truncated ones, and turns the others upright and removes
//! metadata such as location and author. The uploaded bytes are stored only if nothing had to
//! change; the recipe is read before.

use bytes::Bytes;

use super::{UploadError, UploadRefusal};
use crate::{
    generation::ImageType,
    server::{
        budget::{OverBudget, Work},
        files::Files,
        metadata,
        picture::{
            self,
            photo::{self, Ready},
        },
        recipes,
        store::{Arrived, StoreError},
    },
};

/// What comes of looking at a photo.
enum Inspection {
    IsCut,
    AsItIs,
    Changed { file: Bytes, size: (u32, u32), recipe: String },
    Impossible,
}

/// A photo ready to be stored.
pub struct Photo {
    pub file: Arrived,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The recipe, where the file does not contain it any more; see [`recipes::told`].
    pub recipe: Option<String>,
}

/// Prepares a photo. `size` is the size in its header.
pub async fn ready(
    files: &Files,
    arrived: Arrived,
    content_type: ImageType,
    size: (u32, u32),
) -> Result<Photo, UploadError> {
    let mut decoding = files.budget().decoding().await.map_err(busy)?;
    // The file, and the one that may be made of it.
    let length = usize::try_from(arrived.length).unwrap_or(usize::MAX);
    decoding.grow(length.saturating_mul(2)).await.map_err(busy)?;
    let file = arrived.read().await?;
    let as_it_lies = Work { most_bytes: 0, ..photo::TURNING };
    let work = match photo::lies(&file) {
        false => as_it_lies,
        true => match decoding.grow_for(&file, photo::TURNING).await {
            Ok(()) => photo::TURNING,
            Err(OverBudget::Limit { .. }) => as_it_lies,
            Err(error) => return Err(busy(error)),
        },
    };
    let looked = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        look(&file, content_type, work)
    });
    let looked = looked.await;
    let stopped = |_| StoreError::Unusable("looking at a photo was stopped".to_owned());
    let refusal = match looked.map_err(stopped)? {
        Inspection::AsItIs => return Ok(Photo { file: arrived, size, recipe: None }),
        Inspection::Changed { file, size, recipe } => {
            arrived.discard().await?;
            let mut incoming = files.incoming();
            incoming.write(file).await?;
            return Ok(Photo { file: incoming.complete().await?, size, recipe: Some(recipe) });
        }
        Inspection::IsCut => UploadRefusal::Truncated,
        Inspection::Impossible => UploadRefusal::Personal,
    };
    arrived.discard().await?;
    Err(refusal.into())
}

fn busy(_: OverBudget) -> UploadError {
    UploadRefusal::ManyPictures.into()
}

fn look(file: &[u8], content_type: ImageType, work: Work) -> Inspection {
    if metadata::is_cut(file, content_type) {
        return Inspection::IsCut;
    }
    match photo::ready(file, content_type, work) {
        Ready::AsItIs => Inspection::AsItIs,
        Ready::Changed(changed) => match picture::size(&changed) {
            Some(size) => {
                Inspection::Changed { file: changed.into(), size, recipe: recipes::told(file) }
            }
            None => Inspection::Impossible,
        },
        Ready::Impossible => Inspection::Impossible,
    }
}
