//! The outputs of an attempt so far. Each piece is stored when it arrives, so that at most one is
//! in memory.

use std::time::Duration;

use bytes::Bytes;

use super::{Answer, OutputFile, Updates};
use crate::{
    generation::{
        Fact, FactKey, Image, MAX_OUTPUTS, MAX_OUTPUTS_BYTES, Output, OutputValue, StoredImage,
        bound_outputs,
    },
    language::notice,
    server::{
        fault::Fault,
        picture::{self, Undrawn},
        store::FileRow,
    },
};

/// The most pictures that one result may have.
const MAX_IMAGES: usize = 64;
/// No further picture is stored once the pictures of a result have this many bytes.
const MAX_IMAGES_BYTES: u64 = 128 * 1024 * 1024;

/// How many times to ask for a turn to draw an SVG; few are drawn at the same time.
const MAX_TURNS: u32 = 60;
const TURN_INTERVAL: Duration = Duration::from_millis(500);

const MAX_FACTS: usize = 100;
const MAX_NAME_CHARS: usize = 100;
/// As long as the longest prompt, because a rewritten prompt may be a value.
const MAX_VALUE_CHARS: usize = 4_000;

/// Pictures and other outputs of one result. The first ones are kept; the number of those left out
/// is reported.
pub struct AnswerBuilder {
    updates: Updates,
    images: Vec<StoredImage>,
    files: Vec<FileRow>,
    outputs: Vec<Output>,
    left_out: usize,
}

impl AnswerBuilder {
    pub fn new(updates: &Updates) -> Self {
        Self {
            updates: updates.clone(),
            images: Vec::new(),
            files: Vec::new(),
            outputs: Vec::new(),
            left_out: 0,
        }
    }

    /// False when no further picture is stored. Check it before a download, and report pictures
    /// that are not downloaded with [`leave_out`](Self::leave_out).
    pub fn has_room(&self) -> bool {
        let bytes: u64 = self.images.iter().map(|image| image.bytes).sum();
        self.images.len() < MAX_IMAGES && bytes < MAX_IMAGES_BYTES
    }

    /// Stores a picture, if there is room for it.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn image(&mut self, image: Image) -> Result<(), Fault> {
        if !self.has_room() {
            self.left_out += 1;
            return Ok(());
        }
        let Image { bytes, content_type, width, height, digest } = image;
        let size = bytes.len() as u64;
        let digest = self.updates.store_as(digest, bytes).await?;
        let position = u32::try_from(self.images.len()).unwrap_or(u32::MAX);
        let stored = StoredImage { position, digest, content_type, width, height, bytes: size };
        self.images.push(stored);
        Ok(())
    }

    /// Stores a file that the app labels `label`, which may be empty. The provider limits the
    /// number of bytes. An SVG is also rendered as a picture.
    ///
    /// # Errors
    ///
    /// When it could not be stored.
    pub async fn file(&mut self, label: &str, file: OutputFile) -> Result<(), Fault> {
        if self.outputs.len() == MAX_OUTPUTS {
            self.updates.notice(notice!("run-too-many-outputs", count = MAX_OUTPUTS));
            return Ok(());
        }
        if picture::is_svg(&file.bytes) {
            self.drawn(&file.bytes).await?;
        }
        let position = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let (name, bytes) = (file.name().to_owned(), file.bytes.len() as u64);
        let content_type = file.content_type().to_owned();
        let digest = self.updates.store(file.bytes).await?;
        let value = OutputValue::File { position, name: name.clone(), content_type, bytes };
        self.outputs.push(Output::new(label, value));
        self.files.push(FileRow { position, name, digest, bytes });
        Ok(())
    }

    /// Stores a rendering of an SVG; the file itself is never shown, because a page would run its
    /// scripts.
    async fn drawn(&mut self, svg: &Bytes) -> Result<(), Fault> {
        if !self.has_room() {
            self.left_out += 1;
            return Ok(());
        }
        let mut turns = 0;
        let drawn = loop {
            let svg = svg.clone();
            let mut room = self.updates.budget().share(usize::MAX);
            let drawn = match room.grow_where_free(picture::DRAWING_BYTES).await {
                Ok(()) => {
                    let drawing =
                        tokio::task::spawn_blocking(move || picture::rasterise(&svg, room));
                    drawing.await.unwrap_or(Err(Undrawn::TooComplex))
                }
                Err(_) => break Err(Undrawn::Busy),
            };
            turns += 1;
            if drawn.as_ref().err() != Some(&Undrawn::Busy) || turns == MAX_TURNS {
                break drawn;
            }
            tokio::time::sleep(TURN_INTERVAL).await;
        };
        match drawn {
            Ok(image) => self.image(image).await,
            Err(undrawn) => {
                self.updates.notice(match undrawn {
                    Undrawn::TooLarge => notice!("run-svg-too-large"),
                    Undrawn::NoSvg | Undrawn::TooComplex => notice!("run-svg-too-complex"),
                    Undrawn::TooSlow => notice!("run-svg-too-slow"),
                    Undrawn::Busy => notice!("run-svg-busy"),
                });
                Ok(())
            }
        }
    }

    /// Adds text, a number or JSON.
    pub fn output(&mut self, output: Output) {
        self.outputs.push(output);
    }

    /// Counts pictures that were not downloaded, because there was no room.
    pub fn leave_out(&mut self, count: usize) {
        self.left_out += count;
    }

    pub fn images(&self) -> &[StoredImage] {
        &self.images
    }

    /// The total size of all files.
    pub fn file_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.images.is_empty() && self.outputs.is_empty()
    }

    /// The answer, with additional facts.
    pub fn answer(self, mut facts: Vec<Fact>) -> Answer {
        let Self { updates, images, files, mut outputs, left_out } = self;
        bound_outputs(&mut outputs, MAX_OUTPUTS_BYTES);
        if left_out > 0 {
            let count = images.len();
            let made = count + left_out;
            updates.notice(notice!("run-too-many-pictures", made = made, count = count));
        }
        facts.truncate(MAX_FACTS);
        for fact in &mut facts {
            if let FactKey::Other(name) = &mut fact.key {
                cut(name, MAX_NAME_CHARS);
            }
            cut(&mut fact.value, MAX_VALUE_CHARS);
        }
        Answer::Images { images, files, outputs, facts }
    }
}

fn cut(text: &mut String, chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;

    use super::*;
    use crate::{
        generation::{Event, ImageType},
        server::provider::{Recorder, UpdateSink},
    };

    fn image(bytes: usize) -> Image {
        let digest = String::new();
        Image {
            bytes: vec![0; bytes].into(),
            content_type: ImageType::Png,
            width: 3,
            height: 2,
            digest,
        }
    }

    async fn made(count: usize, bytes: usize) -> (Vec<StoredImage>, Vec<Event>) {
        let recorder = Arc::new(Recorder::default());
        let mut made = AnswerBuilder::new(&Updates::new(recorder.clone()));
        for _ in 0..count {
            made.image(image(bytes)).await.unwrap();
        }
        let Answer::Images { images, .. } = made.answer(Vec::new()) else { unreachable!() };
        assert_eq!(recorder.stored.lock().len(), images.len());
        let events = std::mem::take(&mut *recorder.events.lock());
        (images, events)
    }

    #[tokio::test]
    async fn the_first_pictures_are_kept_and_the_rest_is_told() {
        let (images, events) = made(70, 1).await;
        let positions: Vec<_> = images.iter().map(|image| image.position).collect();
        assert_eq!(positions, (0..64).collect::<Vec<_>>());
        let told = notice!("run-too-many-pictures", made = 70_u32, count = 64_u32);
        assert_eq!(events, [Event::notice(told)]);
    }

    #[tokio::test]
    async fn all_pictures_together_have_a_limit() {
        let (images, events) = made(6, 32 * 1024 * 1024).await;
        assert_eq!((images.len(), events.len()), (4, 1));
    }

    #[tokio::test]
    async fn what_is_within_the_limits_needs_no_words() {
        let (images, events) = made(64, 1).await;
        assert_eq!((images.len(), events.len()), (64, 0));
    }

    #[tokio::test]
    async fn a_file_is_an_output_in_the_order_of_the_app() {
        let recorder = Arc::new(Recorder::default());
        let mut made = AnswerBuilder::new(&Updates::new(recorder));
        made.output(Output::text("Note", "All done."));
        let film = b"\0\0\0\x14ftypisom\0\0\x02\0isom".as_slice();
        made.file("Film", OutputFile::new("clip #1.mp4", film.into())).await.unwrap();
        assert!(!made.is_empty());
        let Answer::Images { files, outputs, .. } = made.answer(Vec::new()) else { unreachable!() };
        let value = OutputValue::File {
            position: 0,
            name: "clip #1.mp4".to_owned(),
            content_type: "video/mp4".to_owned(),
            bytes: 20,
        };
        assert_eq!(outputs, [Output::text("Note", "All done."), Output::new("Film", value)]);
        assert_eq!(files.len(), 1);
    }

    #[tokio::test]
    async fn an_svg_is_a_picture_to_look_at_and_a_file_to_keep() {
        for (svg, pictures) in [
            (
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 4'><path d='M0 0h4v4z'/></svg>",
                1,
            ),
            // It cannot be rendered, but it was paid for.
            ("<svg xmlns='http://www.w3.org/2000/svg'><path", 0),
        ] {
            let recorder = Arc::new(Recorder::default());
            let mut made = AnswerBuilder::new(&Updates::new(recorder.clone()));
            made.file("", OutputFile::new("fox.svg", svg.into())).await.unwrap();
            let Answer::Images { images, files, .. } = made.answer(Vec::new()) else { panic!() };
            assert_eq!((images.len(), files.len()), (pictures, 1), "{svg}");
            assert!(images.iter().all(|image| image.content_type == ImageType::Png));
            assert_eq!(recorder.events.lock().len(), 1 - pictures);
            assert!(recorder.stored.lock().iter().any(|bytes| *bytes == svg));
        }
    }

    /// A sink that trusts the given digests.
    struct Known;

    #[async_trait]
    impl UpdateSink for Known {
        async fn remember(&self, _: &str) -> Result<(), Fault> {
            Ok(())
        }

        fn send(&self, _: Event) {}

        fn preview(&self, _: Image) {}

        async fn store(&self, _: Bytes) -> Result<String, Fault> {
            panic!("the digest of a picture is made a second time")
        }

        async fn store_as(&self, digest: String, _: Bytes) -> Result<String, Fault> {
            Ok(digest)
        }
    }

    #[tokio::test]
    async fn the_digest_of_a_picture_is_made_once() {
        let mut made = AnswerBuilder::new(&Updates::new(Arc::new(Known)));
        let image = Image { digest: "a".repeat(64), ..image(1) };
        made.image(image).await.unwrap();
        assert_eq!(made.images()[0].digest, "a".repeat(64));
    }

    #[test]
    fn facts_are_cut() {
        let made = AnswerBuilder::new(&Updates::new(Arc::new(Recorder::default())));
        let fact = Fact::new("é".repeat(500), "狐".repeat(5_000));
        let Answer::Images { facts, .. } = made.answer(vec![fact; 200]) else { unreachable!() };
        assert_eq!(facts.len(), MAX_FACTS);
        assert_eq!(facts[0], Fact::new("é".repeat(MAX_NAME_CHARS), "狐".repeat(MAX_VALUE_CHARS)));
    }
}
