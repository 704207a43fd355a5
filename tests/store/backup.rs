//! Export, import, and the check of rows against files.

use bytes::Bytes;
use easel::{
    error::GenerateError,
    generation::{Fact, FileReference, GalleryFilter, GenerationId, InputValue},
    server::{
        picture::recognise,
        store::{Checked, End, Moved, RecordState, ResultFile, StoredImage, check, export, import},
    },
};
use image::{ImageFormat, RgbImage};
use tempfile::TempDir;

use crate::place::{Place, new_id, request, session};

impl Place {
    /// A generation with a real picture, made from an uploaded one.
    async fn pictured(&self, prompt: &str, shade: u8) -> (GenerationId, StoredImage) {
        let mut bytes = std::io::Cursor::new(Vec::new());
        RgbImage::from_pixel(8, 4, image::Rgb([shade; 3]))
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let image = recognise(bytes.into_inner()).unwrap();
        let image_row = StoredImage {
            position: 0,
            digest: image.digest.clone(),
            content_type: image.content_type,
            width: image.width,
            height: image.height,
            bytes: image.bytes.len() as u64,
        };
        self.images.put(image.bytes.into()).await.unwrap();

        let upload = self.images.put(Bytes::from(format!("input of {prompt}"))).await.unwrap();
        let a = session("a");
        self.records.add_upload(&a, &upload, "image/webp", 9, 5).await.unwrap();
        let mut request = request(prompt);
        request.inputs.insert("image".into(), InputValue::File(FileReference::Stored(upload)));
        let id = new_id();
        self.records.claim_new(&id, &a, &request, "me", 1000).await.unwrap();
        let facts = vec![Fact::new("seed", 7)];
        let end = End::Done { images: vec![image_row.clone()], files: vec![], facts };
        self.records.finish(&id, &end, 2000).await.unwrap();
        self.records.set_starred(&a, &id, true).await.unwrap();
        (id, image_row)
    }

    async fn check(&self) -> (Checked, Vec<String>) {
        let mut said = Vec::new();
        let checked =
            check(&self.records, &self.images, |what| said.push(what.to_owned())).await.unwrap();
        (checked, said)
    }
}

#[tokio::test]
async fn what_is_exported_comes_back_in_another_place() {
    let (from, to) = (Place::new().await, Place::new().await);
    let (first, image) = from.pictured("一只猫, a cat", 10).await;
    let (second, _) = from.pictured("two", 20).await;
    let running = from.running("me", 3000).await;
    let (binned, _) = from.pictured("in the bin", 30).await;
    assert!(from.records.delete(&session("a"), &binned, 1).await.unwrap());

    let folder = TempDir::new().unwrap();
    let moved = export(&from.records, &from.images, folder.path()).await.unwrap();
    // Two pictures, and three uploads.
    assert_eq!(moved, Moved { generations: 3, files: 5, known: 0, missing: 0, unreadable: 0 });
    let again = export(&from.records, &from.images, folder.path()).await.unwrap();
    assert_eq!(again, Moved { files: 0, ..moved });
    assert!(folder.path().join("files").join(format!("{}.png", image.digest)).exists());

    let read = import(&to.records, &to.images, folder.path()).await.unwrap();
    assert_eq!(read, moved);
    for id in [&first, &second] {
        assert_eq!(to.get(id).await, from.get(id).await);
    }
    let interrupted = to.get(&running.item.id).await;
    assert_eq!(interrupted.item.state, RecordState::Failed);
    assert_eq!(interrupted.item.error, Some(GenerateError::Interrupted { may_be_billed: true }));
    assert_eq!(to.records.get(&binned).await.unwrap(), None);
    let search = GalleryFilter { search: Some("猫".into()), ..Default::default() };
    let found = to.records.list(&session("a"), &search, None, 9).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(to.check().await.0, Checked { generations: 3, files: 5, problems: 0 });

    let twice = import(&to.records, &to.images, folder.path()).await.unwrap();
    assert_eq!((twice.generations, twice.known), (0, 3));
}

#[tokio::test]
async fn a_check_names_what_is_missing_damaged_or_another_picture() {
    let place = Place::new().await;
    let (_, missing) = place.pictured("missing", 1).await;
    let (_, damaged) = place.pictured("damaged", 2).await;
    let (well, _) = place.pictured("well", 3).await;
    assert_eq!(place.check().await, (Checked { generations: 3, files: 6, problems: 0 }, vec![]));

    place.images.delete(&missing.digest).await.unwrap();
    place.overwrite(&damaged.digest, b"half").await;
    let wrong_size =
        StoredImage { width: 9, position: 1, ..place.get(&well).await.item.images[0].clone() };
    let liar = place.running("me", 1).await.item.id;
    let other = StoredImage {
        digest: place.images.put(Bytes::from_static(b"<svg>")).await.unwrap(),
        ..wrong_size
    };
    let end = End::Done { images: vec![other.clone()], files: vec![], facts: vec![] };
    place.records.finish(&liar, &end, 2).await.unwrap();
    place.images.put(Bytes::from_static(b"orphan")).await.unwrap();

    let (checked, said) = place.check().await;
    assert_eq!(checked, Checked { generations: 4, files: 7, problems: 3 });
    for what in [
        format!("the picture {} is missing.", missing.digest),
        format!("the picture {} is damaged.", damaged.digest),
        format!("{} is another picture than its row says.", other.digest),
        "1 files belong to no row; they go after an hour.".to_owned(),
    ] {
        assert!(said.iter().any(|said| said.ends_with(&what)), "{what} is not in {said:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_picture_is_exported_imported_and_checked() {
    let (from, to) = (Place::new().await, Place::new().await);
    let record = from.running("me", 1).await;
    let digest = from.images.put(Bytes::from_static(b"a film")).await.unwrap();
    let file = ResultFile { digest: digest.clone(), bytes: 6, ..crate::lifecycle::file(0) };
    let facts = vec![Fact::file(&record.item.id, 0, &file.name)];
    let end = End::Done { images: vec![], files: vec![file], facts };
    from.records.finish(&record.item.id, &end, 2).await.unwrap();

    let folder = TempDir::new().unwrap();
    let moved = export(&from.records, &from.images, folder.path()).await.unwrap();
    assert_eq!(moved, Moved { generations: 1, files: 1, known: 0, missing: 0, unreadable: 0 });
    assert!(folder.path().join("files").join(format!("{digest}.mp4")).exists());
    assert_eq!(import(&to.records, &to.images, folder.path()).await.unwrap(), moved);
    assert_eq!(to.get(&record.item.id).await, from.get(&record.item.id).await);
    assert_eq!(to.images.get(&digest).await.unwrap().unwrap(), "a film");
    assert_eq!(to.check().await.0, Checked { generations: 1, files: 1, problems: 0 });

    to.images.delete(&digest).await.unwrap();
    let said = format!("{}: the file {digest} is missing.", record.item.id);
    assert_eq!(to.check().await, (Checked { generations: 1, files: 1, problems: 1 }, vec![said]));
}

#[tokio::test]
async fn damaged_files_are_not_imported() {
    let (from, to) = (Place::new().await, Place::new().await);
    let (_, image) = from.pictured("x", 1).await;
    let folder = TempDir::new().unwrap();
    export(&from.records, &from.images, folder.path()).await.unwrap();
    let file = folder.path().join("files").join(format!("{}.png", image.digest));
    std::fs::write(file, "half").unwrap();

    let read = import(&to.records, &to.images, folder.path()).await.unwrap();
    assert_eq!((read.generations, read.files, read.missing), (1, 1, 2));
    assert_eq!(to.images.get(&image.digest).await.unwrap(), None);
    assert_eq!(to.check().await.0.problems, 1);
}
