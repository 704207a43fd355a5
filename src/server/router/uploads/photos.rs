//! Photos among the uploads: refused when they were cut off on the way, and kept as they are sent,
//! upright and without what tells where and by whom they were taken. The bytes as they came are
//! kept only where they are what is sent.

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
        store::{Arrived, Images, StoreError},
    },
};

/// Photos that are in memory at once; a large one takes 160 MB while it is turned.
static TURNS: Semaphore = Semaphore::const_new(1);

/// What comes of looking at a photo.
enum Seen {
    IsCut,
    AsItIs,
    Changed { file: Bytes, size: (u32, u32) },
    Impossible,
}

/// A photo as it may be kept, and its width and height. `size` is what its head says.
pub async fn ready(
    images: &Images,
    arrived: Arrived,
    content_type: ImageType,
    size: (u32, u32),
) -> Result<(Arrived, (u32, u32)), Refused> {
    let _turn = TURNS.acquire().await;
    let file = arrived.read().await?;
    let looked = tokio::task::spawn_blocking(move || look(&file, content_type)).await;
    let stopped = |_| StoreError::Unusable("looking at a photo was stopped".to_owned());
    let refusal = match looked.map_err(stopped)? {
        Seen::AsItIs => return Ok((arrived, size)),
        Seen::Changed { file, size } => {
            arrived.discard().await?;
            let mut incoming = images.incoming();
            incoming.write(file).await?;
            return Ok((incoming.complete().await?, size));
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
        Ready::Changed(file) => match picture::size(&file) {
            Some(size) => Seen::Changed { file: file.into(), size },
            None => Seen::Impossible,
        },
        Ready::Impossible => Seen::Impossible,
    }
}
