//! Tests what a run leaves, and how much of it an answer carries.

use super::*;

#[tokio::test]
async fn files_are_kept_before_anyone_hears_of_them_and_told_by_their_address() {
    let Ok(Comes::Made { images, .. }) = picture() else { unreachable!() };
    let files = ["a fox.mp4", "fox.zip"].map(|name| OutputFile::new(name, name.into()));
    let answer = Comes::Made { images, files: files.into(), facts: vec![Fact::new("Seed", 7)] };
    let stage = Stage::with([Turn::Answer(Ok(answer))]).await;
    let Ok(Outcome::Done { outputs, facts, .. }) = stage.generate().await else {
        panic!("not done")
    };
    assert_eq!(facts, [Fact::new("Seed", 7)]);
    let home = format!("/api/generations/{}/files", stage.id);
    let addresses: Vec<_> =
        outputs.iter().filter_map(|output| output.value.address(&stage.id)).collect();
    assert_eq!(addresses, [format!("{home}/0/a-fox.mp4"), format!("{home}/1/fox.zip")]);
    let kept = stage.generations.0.records.get(&stage.id).await.unwrap().unwrap();
    assert_eq!((kept.item.outputs, kept.item.facts), (outputs, facts));
    assert_eq!((kept.files[1].name.as_str(), kept.files[1].bytes), ("fox.zip", 7));
    let bytes = stage.generations.0.images.get(&kept.files[0].digest).await.unwrap();
    assert_eq!(bytes.unwrap(), "a fox.mp4");
}

fn large_picture(seed: u8, bytes: usize) -> Image {
    let bytes = vec![seed; bytes];
    let digest = crate::server::picture::digest(&bytes);
    Image { bytes: bytes.into(), content_type: ImageType::Png, width: 3, height: 2, digest }
}

#[tokio::test]
async fn an_answer_carries_the_first_bytes_and_names_the_rest() {
    let images: Vec<_> = [1, 2, 3].map(|seed| large_picture(seed, 15 << 20)).into();
    let digests: Vec<_> = images.iter().map(|image| image.digest.clone()).collect();
    let answer = Comes::Made { images, files: Vec::new(), facts: Vec::new() };
    let stage = Stage::with([Turn::Answer(Ok(answer))]).await;
    for _ in 0..2 {
        let Ok(Outcome::Done { images, .. }) = stage.generate().await else { panic!("not done") };
        let lengths: Vec<_> = images.iter().map(|image| image.bytes.len() >> 20).collect();
        // The budget of 64 MiB has room for one of them and its encoded copy.
        assert_eq!(lengths, [15, 0, 0]);
        let named: Vec<_> = images.into_iter().map(|image| image.digest).collect();
        assert_eq!(named, digests);
    }
}
