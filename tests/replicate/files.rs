//! Outputs that are not pictures.

use easel::{
    generation::{ImageType, InputValue, LogLevel},
    server::{fault::Fault, picture, provider::Answer, store::FileRow},
};

use crate::{
    cloud::Switches,
    cog::VERSIONS,
    world::{World, text},
};

const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 4\">\
    <script>1</script><path d=\"M0 0h4v4z\"/></svg>";

fn drawings(count: i128) -> [(&'static str, InputValue); 2] {
    [("output_format", text("svg")), ("num_outputs", InputValue::Integer(count))]
}

fn files(answer: Result<Answer, Fault>) -> Vec<FileRow> {
    let Ok(Answer::Images { files, .. }) = answer else { panic!("{answer:?}") };
    files
}

#[tokio::test]
async fn files_that_are_no_pictures_come_home_with_their_names() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let files = files(world.run(&drawings(2)).await);
        assert_eq!(files.len(), 2);
        for file in files {
            assert_eq!(file.digest, picture::digest(SVG));
            let name = file.name;
            assert!(name.starts_with("cogfix-") && name.ends_with(".svg"), "{version}: {name}");
        }
        assert_eq!(world.cloud.seen().leaked_tokens, 0);
    }
}

#[tokio::test]
async fn a_drawing_is_a_picture_to_look_at_beside_its_file() {
    for version in VERSIONS {
        let world = World::new(version).await;
        for model in ["easel/painter", world.cog.origin.as_str()] {
            let answer = world.start(model, &drawings(1)).end().await;
            let Ok(Answer::Images { images, files, .. }) = answer else { panic!("{answer:?}") };
            assert_eq!((images.len(), files.len()), (1, 1), "{version} {model}");
            assert_eq!(images[0].content_type, ImageType::Png);
        }
    }
}

#[tokio::test]
async fn an_output_that_is_lost_takes_no_other_along() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { lost_output: Some(0), ..Switches::default() });
    let running = world.start("easel/painter", &[("num_outputs", InputValue::Integer(3))]);
    let sink = running.sink.clone();
    let answer = running.end().await;
    let Ok(Answer::Images { images, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(images.len(), 2);
    let notices = sink.lines(LogLevel::Notice);
    assert!(notices[0].starts_with("One part of the result"), "{notices:?}");
}

#[tokio::test]
async fn a_cog_server_may_send_them_within_its_answer() {
    for version in VERSIONS {
        let world = World::new(version).await;
        let answer = world.start(&world.cog.origin, &drawings(1)).end().await;
        let [file] = &files(answer)[..] else { panic!("{version}: no file") };
        assert_eq!(file.digest, picture::digest(SVG));
        assert!(file.name.ends_with(".svg"), "{version}: {}", file.name);
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_stays_a_link_that_says_so() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { deliver_mib: Some(65), ..Switches::default() });
    let answer = world.run(&drawings(1)).await;
    let Ok(Answer::Images { images, files, outputs, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!((images.len(), files.len()), (0, 0));
    assert_eq!(
        outputs[0].label,
        "File of more than 64 MiB, not kept by Easel: it expires an hour after it was made"
    );
    assert!(outputs[0].words().starts_with(&world.cloud.delivery), "{outputs:?}");
}

#[tokio::test]
async fn all_files_of_a_prediction_have_one_limit() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { deliver_mib: Some(60), ..Switches::default() });
    let answer = world.run(&drawings(3)).await;
    let Ok(Answer::Images { files, outputs, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(files.len(), 2);
    assert!(outputs[2].label.starts_with("File of more than 32 MiB"), "{outputs:?}");
}

#[tokio::test]
async fn a_file_that_expired_says_so() {
    let world = World::new(VERSIONS[0]).await;
    world.cloud.switch(Switches { expire_after_ms: Some(0), ..Switches::default() });
    let answer = world.run(&drawings(1)).await;
    let Err(Fault::Expired { detail }) = answer else { panic!("{answer:?}") };
    assert_eq!(detail, "Replicate deletes results an hour after they were made.");
}
