//! Prepares uploaded photos: refuses truncated ones, and turns the others upright and removes
//! metadata such as location and author. The uploaded bytes are stored only if nothing had to
//! change; the recipe is read before.

use axum::http::StatusCode;
use bytes::Bytes;
use tokio::sync::Semaphore;

use super::{Refused, said};
use crate::{
    generation::ImageType,
    server::{
        metadata,
        picture::{
            self,
            photo::{self, Ready},
        },
        recipes,
        store::{Arrived, Images, StoreError},
    },
};

/// How many photos are in memory at the same time; a large one takes 160 MB while it is turned.
static TURNS: Semaphore = Semaphore::const_new(1);

/// The result of inspecting a photo.
enum Seen {
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
    images: &Images,
    arrived: Arrived,
    content_type: ImageType,
    size: (u32, u32),
) -> Result<Photo, Refused> {
    let _turn = TURNS.acquire().await;
    let file = arrived.read().await?;
    let looked = tokio::task::spawn_blocking(move || look(&file, content_type)).await;
    let stopped = |_| StoreError::Unusable("looking at a photo was stopped".to_owned());
    let refusal = match looked.map_err(stopped)? {
        Seen::AsItIs => return Ok(Photo { file: arrived, size, recipe: None }),
        Seen::Changed { file, size, recipe } => {
            arrived.discard().await?;
            let mut incoming = images.incoming();
            incoming.write(file).await?;
            return Ok(Photo { file: incoming.complete().await?, size, recipe: Some(recipe) });
        }
        Seen::IsCut => "this file was cut off on its way: its end is missing; add it again",
        Seen::Impossible => {
            "where and by whom this photo was taken cannot be removed from it: save it as another \
             PNG or JPEG, and add that"
        }
    };
    arrived.discard().await?;
    Err(said(StatusCode::UNPROCESSABLE_ENTITY, refusal))
}

fn look(file: &[u8], content_type: ImageType) -> Seen {
    if metadata::is_cut(file, content_type) {
        return Seen::IsCut;
    }
    match photo::ready(file, content_type) {
        Ready::AsItIs => Seen::AsItIs,
        Ready::Changed(changed) => match picture::size(&changed) {
            Some(size) => Seen::Changed { file: changed.into(), size, recipe: recipes::told(file) },
            None => Seen::Impossible,
        },
        Ready::Impossible => Seen::Impossible,
    }
}
