//! Downloads the outputs of a prediction before they are deleted.

use std::time::{Duration, SystemTime};

use url::Url;

use super::{
    client::{Client, Download},
    output::{self, Inline, Piece, Source},
    wire::Prediction,
};
use crate::{
    error::MAX_DETAIL_CHARS,
    generation::Output,
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        picture,
        provider::{AnswerBuilder, Job, OutputFile, Updates},
        redact,
    },
};

/// The API deletes outputs an hour after the end; downloads are tried until shortly before.
const OUTPUT_TTL: Duration = Duration::from_secs(55 * 60);
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// How many times an output that does not exist is requested again.
const MAX_TRIES_WHEN_GONE: u32 = 5;

const MIB: usize = 1024 * 1024;
/// The largest file that is not a picture.
const MAX_FILE_BYTES: usize = 64 * MIB;
/// The limit for all such files of one prediction.
const MAX_FILES_BYTES: usize = 128 * MIB;

/// Collects what a successful prediction made, its text too, and the URLs of files that are too
/// large to be stored here.
///
/// # Errors
///
/// [`Fault::Expired`] when the API has deleted the outputs, [`Fault::BadAnswer`] when there never
/// were any. What was stored before a failure is kept.
pub async fn collect(
    client: &Client,
    mut prediction: Prediction,
    pieces_of_text: bool,
    job: &Job,
    updates: &Updates,
) -> Result<AnswerBuilder, Fault> {
    if prediction.data_removed {
        return Err(expired());
    }
    let output = prediction.output.take().unwrap_or_default();
    let mut made = AnswerBuilder::new(updates);
    let (mut lost, mut failure) = (0_u32, None);
    for piece in output::walk(output, pieces_of_text) {
        let brought = match piece {
            Piece::Text { name, text } => {
                made.output(Output::text(name, redact::redact(&text)));
                Ok(())
            }
            Piece::Number { name, number } => {
                made.output(Output::number(name, number));
                Ok(())
            }
            Piece::File(Source::Url(url)) if !client.is_output(&url) => {
                made.output(Output::text("", redact::redact(url.as_str())));
                Ok(())
            }
            Piece::File(source) => match source {
                Source::Inline(data_url) => inline(data_url, &mut made).await,
                Source::Url(url) => bring(client, &url, &prediction, job, &mut made).await,
            },
        };
        match brought {
            Ok(()) => {}
            Err(error) if error.is_ours() => return Err(error),
            // The stored outputs are worth more than the cancel.
            Err(Fault::Cancelled) if !made.is_empty() => break,
            Err(Fault::Cancelled) => return Err(Fault::Cancelled),
            // The next file may exist.
            Err(error) => {
                lost += 1;
                failure = Some(error);
            }
        }
    }
    match failure {
        Some(error) if made.is_empty() => return Err(error),
        Some(error) => {
            let error = error.to_string();
            updates.notice(notice!("run-parts-lost", count = lost, error = error));
        }
        None => {}
    }
    if made.is_empty() {
        let detail = "The model finished, but with nothing that can be shown.".to_owned();
        return Err(Fault::BadAnswer { detail });
    }
    Ok(made)
}

async fn inline(data_url: String, made: &mut AnswerBuilder) -> Result<(), Fault> {
    match output::inline(&data_url) {
        Ok(Inline::Image(image)) => made.image(image).await,
        Ok(Inline::File(file)) => made.file("", file).await,
        // Content too long for an error message is kept as it came.
        Err(_) if data_url.len() > MAX_DETAIL_CHARS => {
            made.file("", OutputFile::new("output.txt", data_url.into())).await
        }
        Err(error) => Err(error),
    }
}

/// How large the next file may be; a picture always has room.
fn room(made: &AnswerBuilder) -> usize {
    let taken = usize::try_from(made.file_bytes()).unwrap_or(usize::MAX);
    MAX_FILE_BYTES.min(MAX_FILES_BYTES.saturating_sub(taken)).max(picture::MAX_IMAGE_BYTES)
}

/// Downloads and stores the file at `url`.
async fn bring(
    client: &Client,
    url: &Url,
    prediction: &Prediction,
    job: &Job,
    made: &mut AnswerBuilder,
) -> Result<(), Fault> {
    if !made.has_room() {
        made.leave_out(1);
        return Ok(());
    }
    let until = prediction.completed_at.unwrap_or_else(SystemTime::now) + OUTPUT_TTL;
    let mut pause = Duration::from_millis(500);
    let mut gone = 0;
    let room = room(made);
    loop {
        let error = match client.download(url, room).await {
            Ok(Download::Image(Held { value: image, share: _held })) => {
                return made.image(image).await;
            }
            Ok(Download::File(Held { value: bytes, share: _held })) => {
                return made.file("", OutputFile::new(output::name_at(url), bytes)).await;
            }
            Ok(Download::TooLarge) => {
                made.output(too_large(url, room));
                return Ok(());
            }
            Ok(Download::Gone) => {
                gone += 1;
                let told = client.prediction(&prediction.id).await;
                if gone == MAX_TRIES_WHEN_GONE || told.is_ok_and(|told| told.data_removed) {
                    return Err(expired());
                }
                expired()
            }
            Err(error @ (Fault::NotAllowed { .. } | Fault::BadAnswer { .. })) => {
                return Err(error);
            }
            Err(error) => error,
        };
        tracing::warn!(id = prediction.id, %error, "an output could not be fetched yet");
        if SystemTime::now() + pause > until {
            return Err(expired());
        }
        tokio::select! {
            () = job.cancelled.cancelled() => return Err(Fault::Cancelled),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

/// The link itself, because nothing else is left.
fn too_large(url: &Url, room: usize) -> Output {
    let name = format!(
        "File of more than {} MiB, not kept by Easel: it expires an hour after it was made",
        room / MIB
    );
    Output::text(name, redact::redact(url.as_str()))
}

fn expired() -> Fault {
    Fault::Expired { detail: "Replicate deletes results an hour after they were made.".to_owned() }
}
