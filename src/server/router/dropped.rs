//! Reads what a picture says that was dropped on the page.

use axum::{body::Body, http::StatusCode};
use tokio::sync::Semaphore;

use super::{aside, uploads::MAX_UPLOAD_BYTES};
use crate::{
    generation::Recipe,
    server::{client_address::ClientAddress, metadata, picture, state::AppState},
};

/// Dropped pictures that are in memory at once.
static READERS: Semaphore = Semaphore::const_new(2);

/// How the picture in the body was made, or a sentence for the person.
pub async fn recipe(
    state: &AppState,
    address: ClientAddress,
    body: Body,
) -> Result<Recipe, (StatusCode, String)> {
    let busy = || {
        let words = "the server is busy with other files; try again in a minute";
        (StatusCode::SERVICE_UNAVAILABLE, words.to_owned())
    };
    let _turn = state.uploads.turn(address).await.ok_or_else(busy)?;
    // However slowly it comes, it is not in memory before all of it is there.
    let taken = aside::take_in(&state.config.data_dir, body, MAX_UPLOAD_BYTES as u64).await;
    let (file, length) = taken.map_err(|refused| {
        let status = match refused {
            aside::Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            aside::Refused::BrokeOff => StatusCode::BAD_REQUEST,
            aside::Refused::Disk(_) => StatusCode::INSUFFICIENT_STORAGE,
        };
        (status, format!("the picture was not read: {refused}"))
    })?;
    let reader = READERS.acquire().await;
    let mut share = state.budget.share(MAX_UPLOAD_BYTES);
    share.grow(usize::try_from(length).unwrap_or(usize::MAX)).await.map_err(|_| busy())?;
    let bytes = aside::read(file, length).await.map_err(|_| busy())?;
    let read = tokio::task::spawn_blocking(move || {
        let _held = (reader, share);
        metadata::extract(&bytes).map_err(|unread| match picture::is_heic(&bytes) {
            true => picture::HEIC_WORDS.to_owned(),
            false => unread.to_string(),
        })
    });
    let read = read.await.unwrap_or_else(|_| Err(metadata::Unread::Silent.to_string()));
    read.map_err(|words| (StatusCode::UNPROCESSABLE_ENTITY, words))
}
