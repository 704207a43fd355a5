//! Brings the outputs of a prediction home before they are deleted.

use std::time::{Duration, SystemTime};

use url::Url;

use super::{
    client::{Client, Download},
    output::{self, Piece, Source},
    wire::Prediction,
};
use crate::{
    error::GenerateError,
    generation::{Fact, Image},
    server::{provider::Job, redact},
};

/// The API deletes outputs an hour after the end; we try until shortly before.
const KEPT: Duration = Duration::from_secs(55 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often we look again for an output that was not there.
const TRIES_WHEN_GONE: u32 = 5;

/// The images of a prediction that succeeded, and as facts whatever else it made.
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
) -> Result<(Vec<Image>, Vec<Fact>), GenerateError> {
    if prediction.data_removed {
        return Err(expired());
    }
    let pieces = prediction.output.as_ref();
    let pieces = pieces.map(|output| output::walk(output, pieces_of_text)).unwrap_or_default();
    let (mut images, mut facts) = (Vec::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(text) => facts.push(Fact::new("Text", redact::excerpt(&text))),
            Piece::File(Source::Inline(data_url)) => images.push(output::inline_image(&data_url)?),
            Piece::File(Source::Url(url)) if !client.is_output(&url) => {
                facts.push(Fact::new("Text", redact::excerpt(url.as_str())));
            }
            Piece::File(Source::Url(url)) => match bring(client, &url, prediction, job).await? {
                Some(image) => images.push(image),
                None => {
                    facts.push(Fact::new("File, kept for an hour", redact::redact(url.as_str())))
                }
            },
        }
    }
    if images.is_empty() && facts.is_empty() {
        let detail = "The model finished without a picture.".to_owned();
        return Err(GenerateError::BadAnswer { detail });
    }
    Ok((images, facts))
}

/// The image at `url`; `None` when something else is there.
async fn bring(
    client: &Client,
    url: &Url,
    prediction: &Prediction,
    job: &Job,
) -> Result<Option<Image>, GenerateError> {
    let until = prediction.completed_at.unwrap_or_else(SystemTime::now) + KEPT;
    let mut pause = Duration::from_millis(500);
    let mut gone = 0;
    loop {
        let error = match client.download(url).await {
            Ok(Download::Image(image)) => return Ok(Some(image)),
            Ok(Download::Other) => return Ok(None),
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

fn expired() -> GenerateError {
    GenerateError::Expired {
        detail: "Replicate deletes results an hour after they were made.".to_owned(),
    }
}
