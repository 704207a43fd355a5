//! Writes rows of every kind into a data folder, or into an empty PostgreSQL database, as the data
//! of a release for the upgrade tests of later ones.
//!
//! ```sh
//! cargo run --features ssr --example write_release -- FOLDER [postgres://…]
//! ```
//!
//! The ids, times and prompts are the same each time; `upgrade.rs` knows them.

#[path = "kinds.rs"]
mod kinds;

use std::{io::Cursor, path::Path};

use bytes::Bytes;
use easel::{
    generation::{
        Event, Fact, FileReference, GenerationId, InputValue, NumberedEvent, Output, OutputValue,
        Request,
    },
    server::{
        config::Secret,
        picture::recognise,
        store::{Claim, End, FileRow, Images, Records, SessionId, StoredImage},
    },
};
use image::{ImageFormat, Rgb, RgbImage};

const START_MS: i64 = 1_764_000_000_000;

struct Writer {
    records: Records,
    images: Images,
    ann: SessionId,
    /// Counts the rows, for their ids and times.
    count: u8,
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder to write into");
    let database_url = arguments.next().map(Secret::new);
    let records = Records::open(database_url.as_ref(), Path::new(&folder)).await.unwrap();
    let images = Images::open(None, Path::new(&folder)).unwrap();
    records.signing_key(Box::new([7; 64]).into()).await.unwrap();
    Writer { records, images, ann: SessionId::new("ann"), count: 0 }.write().await;
}

impl Writer {
    async fn write(&mut self) {
        self.done().await;
        self.over_without_a_picture().await;
        self.not_over().await;
        let unused = self.images.put(Bytes::from_static(b"an unused upload")).await.unwrap();
        let now_ms = START_MS;
        self.records.add_upload(&self.ann, &unused, "image/png", 16, now_ms).await.unwrap();
    }

    async fn done(&mut self) {
        let upload = self.picture(0).await;
        let (ann, start) = (self.ann.clone(), START_MS);
        self.records
            .add_upload(&ann, &upload.digest, "image/png", upload.bytes, start)
            .await
            .unwrap();

        let mut request = request_of("a red fox, 一只狐狸", "replicate:black-forest-labs/flux-dev");
        request.inputs.extend(kinds::inputs(&upload.digest));
        let id = self.begin(&request).await;
        let mut images = vec![self.picture(1).await, self.picture(2).await];
        images[1].position = 1;
        let film = self.images.put(Bytes::from_static(b"a film")).await.unwrap();
        let files =
            vec![FileRow { position: 0, name: "fox.mp4".to_owned(), digest: film, bytes: 6 }];
        let film = Output::new(
            "Film",
            OutputValue::File {
                position: 0,
                name: "fox.mp4".to_owned(),
                content_type: "video/mp4".to_owned(),
                bytes: 6,
            },
        );
        let facts = vec![Fact::new("Seed", u64::MAX)];
        self.records
            .keep_events(&id, &numbered(&kinds::events(&images[0].digest)), None)
            .await
            .unwrap();
        self.end(&id, End::Done { images, files, outputs: vec![film], facts }).await;
        self.records.set_starred(&self.ann, &id, true).await.unwrap();

        for (prompt, model, shade) in [
            ("shared with its inputs", "demo", 3),
            ("shared without them", "hf:a/b@fal-ai", 4),
            ("in the bin", "space:owner/name#/predict", 5),
            ("made from an earlier picture", "demo", 6),
        ] {
            let mut request = request_of(prompt, model);
            if shade == 6 {
                let earlier = self.picture(1).await.digest;
                let file = InputValue::File(FileReference::Stored(earlier));
                request.inputs.insert("image".to_owned(), file);
            }
            let id = self.begin(&request).await;
            let images = vec![self.picture(shade).await];
            self.end(&id, End::Done { images, files: vec![], outputs: vec![], facts: vec![] })
                .await;
            match shade {
                3 | 4 => drop(self.records.share(&self.ann, &id, shade == 3).await.unwrap()),
                5 => drop(self.records.delete(&self.ann, &id, self.now_ms()).await.unwrap()),
                _ => {}
            }
        }
    }

    async fn over_without_a_picture(&mut self) {
        for error in kinds::errors() {
            let id = self.begin(&request_of(&format!("failed: {error}"), "demo")).await;
            self.records
                .keep_events(&id, &numbered(&[Event::Failed { error: error.clone() }]), None)
                .await
                .unwrap();
            self.end(&id, End::Failed(error)).await;
        }
        let id = self.begin(&request_of("cancelled", "demo")).await;
        self.end(&id, End::Cancelled).await;
    }

    async fn not_over(&mut self) {
        let id = self.begin(&request_of("loading", "hf:a/b")).await;
        self.records.set_loading(&id, Some(20.5)).await.unwrap();
        self.begin(&request_of("waiting for its turn", "demo")).await;
        let id = self.begin(&request_of("running with a handle", "replicate:a/b")).await;
        self.records.remember(&id, "{\"id\":\"prediction\"}").await.unwrap();
        self.begin(&request_of("running", "demo")).await;
    }

    async fn begin(&mut self, request: &Request) -> GenerationId {
        self.count += 1;
        let id = GenerationId::from_parts(self.now_ms().unsigned_abs(), [self.count; 10]);
        let claim =
            self.records.claim_new(&id, &self.ann, request, None, "gone", self.now_ms()).await;
        assert!(matches!(claim, Ok(Claim::Started(_))), "{claim:?}");
        id
    }

    async fn end(&self, id: &GenerationId, end: End) {
        assert!(self.records.finish(id, &end, self.now_ms() + 500).await.unwrap());
    }

    async fn picture(&self, shade: u8) -> StoredImage {
        let mut bytes = Cursor::new(Vec::new());
        let picture = RgbImage::from_pixel(8, 4, Rgb([shade * 40; 3]));
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let image = recognise(bytes.into_inner()).unwrap();
        let stored = StoredImage {
            position: 0,
            digest: image.digest,
            content_type: image.content_type,
            width: image.width,
            height: image.height,
            bytes: image.bytes.len() as u64,
        };
        self.images.put(image.bytes).await.unwrap();
        stored
    }

    fn now_ms(&self) -> i64 {
        START_MS + i64::from(self.count) * 1000
    }
}

fn request_of(prompt: &str, model: &str) -> Request {
    let model = model.parse().unwrap();
    Request { model, prompt: prompt.to_owned(), inputs: Default::default() }
}

fn numbered(events: &[Event]) -> Vec<NumberedEvent> {
    let number = |(event, number): (&Event, u64)| NumberedEvent {
        number,
        at_ms: START_MS.unsigned_abs() + number,
        event: event.clone(),
    };
    events.iter().zip(1..).map(number).collect()
}
