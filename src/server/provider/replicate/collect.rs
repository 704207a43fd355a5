//! Brings the outputs of a prediction home before they are deleted.

use std::time::{Duration, SystemTime};

use url::Url;

use super::{
    client::{Client, Download},
    output::{self, Inline, Piece, Source},
    wire::Prediction,
};
use crate::{
    error::GenerateError,
    generation::{Fact, Image},
    server::{
        picture,
        provider::{Job, MadeFile},
        redact,
    },
};

/// The API deletes outputs an hour after the end; we try until shortly before.
const KEPT: Duration = Duration::from_secs(55 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often we look again for an output that was not there.
const TRIES_WHEN_GONE: u32 = 5;

const MIB: usize = 1024 * 1024;
/// The largest file that is no picture.
const MAX_FILE_BYTES: usize = 64 * MIB;
/// All such files of one prediction: they are in memory until they are kept.
const MAX_FILES_BYTES: usize = 128 * MIB;

/// What a prediction made.
#[derive(Debug, Default)]
pub struct Collected {
    pub images: Vec<Image>,
    pub files: Vec<MadeFile>,
    /// Its words, and where the files are that are too large to be kept here.
    pub facts: Vec<Fact>,
}

impl Collected {
    /// How large the next file may be.
    fn room(&self) -> usize {
        let taken: usize = self.files.iter().map(|file| file.bytes.len()).sum();
        // A picture always has room.
        MAX_FILE_BYTES.min(MAX_FILES_BYTES.saturating_sub(taken)).max(picture::MAX_IMAGE_BYTES)
    }

    fn is_empty(&self) -> bool {
        self.images.is_empty() && self.files.is_empty() && self.facts.is_empty()
    }
}

/// What a prediction that succeeded made.
///
/// # Errors
///
/// [`GenerateError::Expired`] when the API has deleted the outputs, [`GenerateError::BadAnswer`]
/// when there never were any.
pub async fn collect(
    client: &Client,
    prediction: &Prediction,
    pieces_of_text: bool,
    job: &Job,
) -> Result<Collected, GenerateError> {
    if prediction.data_removed {
        return Err(expired());
    }
    let pieces = prediction.output.as_ref();
    let pieces = pieces.map(|output| output::walk(output, pieces_of_text)).unwrap_or_default();
    let mut found = Collected::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => found.facts.push(Fact::new("Text", redact::excerpt(&text))),
            Piece::File(Source::Inline(data_url)) => match output::inline(&data_url)? {
                Inline::Image(image) => found.images.push(image),
                Inline::File(file) => found.files.push(file),
            },
            Piece::File(Source::Url(url)) if !client.is_output(&url) => {
                found.facts.push(Fact::new("Text", redact::excerpt(url.as_str())));
            }
            Piece::File(Source::Url(url)) => {
                bring(client, &url, prediction, job, &mut found).await?
            }
        }
    }
    if found.is_empty() {
        let detail = "The model finished without a picture.".to_owned();
        return Err(GenerateError::BadAnswer { detail });
    }
    Ok(found)
}

/// Brings home what is at `url`.
async fn bring(
    client: &Client,
    url: &Url,
    prediction: &Prediction,
    job: &Job,
    found: &mut Collected,
) -> Result<(), GenerateError> {
    let until = prediction.completed_at.unwrap_or_else(SystemTime::now) + KEPT;
    let mut pause = Duration::from_millis(500);
    let mut gone = 0;
    let room = found.room();
    loop {
        let error = match client.download(url, room).await {
            Ok(Download::Image(image)) => {
                found.images.push(image);
                return Ok(());
            }
            Ok(Download::File(bytes)) => {
                found.files.push(MadeFile::new(output::name_at(url), bytes));
                return Ok(());
            }
            Ok(Download::TooLarge) => {
                found.facts.push(too_large(url, room));
                return Ok(());
            }
            Ok(Download::Gone) => {
                gone += 1;
                let told = client.prediction(&prediction.id).await;
                if gone == TRIES_WHEN_GONE || told.is_ok_and(|told| told.data_removed) {
                    return Err(expired());
                }
                expired()
            }
            Err(error @ (GenerateError::NotAllowed { .. } | GenerateError::BadAnswer { .. })) => {
                return Err(error);
            }
            Err(error) => error,
        };
        tracing::warn!(id = prediction.id, %error, "an output could not be fetched yet");
        if SystemTime::now() + pause > until {
            return Err(expired());
        }
        tokio::select! {
            () = job.cancelled.cancelled() => return Err(GenerateError::Cancelled),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The link itself, for it is all that there is.
fn too_large(url: &Url, room: usize) -> Fact {
    let name = format!(
        "File of more than {} MiB, not kept by Easel: it expires an hour after it was made",
        room / MIB
    );
    Fact::new(name, redact::redact(url.as_str()))
}

fn expired() -> GenerateError {
    GenerateError::Expired {
        detail: "Replicate deletes results an hour after they were made.".to_owned(),
    }
}
