//! Stores what an app has made, immediately, because apps delete their files when they restart.

use std::time::Duration;

use super::{
    app::App,
    files::{self, FetchedFile},
    found::{self, Item, MediaFile},
};
use crate::{
    generation::Fact,
    language::notice,
    server::{
        budget::Held,
        fault::Fault,
        outbound::retry::Policy,
        picture,
        provider::{Answer, AnswerBuilder, OutputFile, Updates},
    },
};

const MIB: usize = 1024 * 1024;
/// The largest file that is not a picture.
const MAX_FILE_BYTES: usize = 64 * MIB;
/// The limit for all such files of one result.
const MAX_FILES_BYTES: usize = 128 * MIB;

/// The retries of a download that fails for a moment.
const FETCHES: Policy = Policy {
    retries: 7,
    first: Duration::from_millis(500),
    longest: Duration::from_secs(10),
    jitter: (1.0, 1.2),
    longest_asked: Duration::from_secs(10),
    budget: Duration::from_secs(60),
};
/// A missing file may be known to another replica of the app, or appear in a moment.
const MAX_TRIES_WHEN_GONE: u32 = 4;

/// Stores `items`, with the facts that Easel has `chosen`.
///
/// # Errors
///
/// When there are no items, or none of them could be downloaded.
pub async fn download(
    app: &App,
    items: Vec<Item>,
    chosen: Vec<Fact>,
    updates: &Updates,
) -> Result<Answer, Fault> {
    let mut made = AnswerBuilder::new(updates);
    let (mut facts, mut captions) = (Vec::new(), Vec::new());
    let (mut lost, mut failure) = (0_u32, None);
    let mut media = items.iter().filter(|item| matches!(item, Item::Media(_))).count();
    for item in items {
        let found = match item {
            Item::Said(output) => {
                made.output(output);
                continue;
            }
            Item::Told(fact) => {
                facts.push(fact);
                continue;
            }
            // A page may embed anything; only the app's own files are its result.
            Item::Media(found) if found.is_embedded && !files::is_own(app, &found.place) => {
                media -= 1;
                continue;
            }
            Item::Media(found) => found,
        };
        if found.is_picture && !made.has_room() {
            made.leave_out(1);
            continue;
        }
        let before = made.images().len();
        match fetch(app, &found, &mut made).await {
            Ok(()) if made.images().len() > before => {
                captions.extend(found::caption(made.images().len(), &found));
            }
            Ok(()) => {}
            Err(_) if found.is_embedded => media -= 1,
            Err(error @ (Fault::CannotKeep { .. } | Fault::Storage { .. })) => {
                return Err(error);
            }
            Err(error) => {
                lost += 1;
                failure = Some(error);
            }
        }
    }
    if let Some(error) = failure {
        if made.is_empty() {
            return Err(error);
        }
        let error = error.to_string();
        updates.notice(notice!("run-files-lost", lost = lost, count = media, error = error));
    }
    if made.is_empty() && facts.is_empty() {
        let detail = "The app answered, but with nothing that can be shown.".to_owned();
        return Err(Fault::BadAnswer { detail });
    }
    // The app knows best which seed it used.
    let untold = |fact: &Fact| facts.iter().all(|told: &Fact| told.key != fact.key);
    let chosen: Vec<_> = chosen.into_iter().filter(untold).collect();
    facts.extend(captions);
    facts.extend(chosen);
    Ok(made.answer(facts))
}

async fn fetch(app: &App, found: &MediaFile, made: &mut AnswerBuilder) -> Result<(), Fault> {
    let taken = usize::try_from(made.file_bytes()).unwrap_or(usize::MAX);
    let limit = match found.is_picture {
        true => picture::MAX_IMAGE_BYTES,
        false => MAX_FILE_BYTES.min(MAX_FILES_BYTES.saturating_sub(taken)),
    };
    let mut tries = FETCHES.retries();
    let fetched = loop {
        let error = match files::fetch(app, &found.place, limit).await {
            Ok(fetched) => break fetched,
            Err(error) => error,
        };
        // Retried whatever the app says: the output may have cost something.
        let may_pass = match &error {
            Fault::NotAllowed { .. } | Fault::BadAnswer { .. } => false,
            Fault::Expired { .. } => tries.made() + 1 < MAX_TRIES_WHEN_GONE,
            _ => true,
        };
        let Some(pause) = tries.next(None).filter(|_| may_pass) else { return Err(error) };
        tries.sleep(pause).await;
    };
    let Held { value, share: _held } = fetched;
    match value {
        FetchedFile::Image(image) => made.image(image).await,
        // An output, perhaps paid for, is kept whatever it is.
        FetchedFile::File(bytes) => {
            let name = found.name.as_deref().unwrap_or("file");
            let label = found.caption.as_deref().unwrap_or(&found.label);
            made.file(label, OutputFile::new(name, bytes)).await
        }
    }
}
