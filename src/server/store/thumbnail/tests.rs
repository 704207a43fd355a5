//! Tests which pictures get a thumbnail, and which are never decoded.

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use std::sync::{Arc, atomic::Ordering};

use super::*;
use crate::{
    generation::ImageType,
    server::{
        budget::Budget,
        picture::{self, recognise},
        store::{
            Spool,
            faulty::{Fault, Faulty},
        },
    },
};

/// Noise, which no format compresses well.
fn noise(x: u32, y: u32) -> [u8; 3] {
    let n = (x ^ y.rotate_left(7)).wrapping_mul(0x9e37_79b9);
    [(n >> 8) as u8, (n >> 16) as u8, (n >> 24) as u8]
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

fn large(format: ImageFormat) -> Bytes {
    encoded(RgbImage::from_fn(1200, 600, |x, y| Rgb(noise(x, y))), format)
}

#[tokio::test]
async fn a_large_picture_gets_a_small_one_that_is_kept() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let images = Images::in_memory();
        let digest = images.put(large(format)).await.unwrap();
        let made = images.thumbnail(&digest).await.unwrap();
        let Some(Thumbnail::Made(small)) = made.clone() else { panic!("{format:?}") };
        let seen = recognise(small.to_vec()).unwrap();
        assert_eq!((seen.width, seen.height), (512, 256), "{format:?}");
        assert_eq!(seen.content_type, ImageType::Jpeg);

        assert!(images.store.head(&thumbnail_location(&digest)).await.is_ok());
        assert_eq!(images.thumbnail(&digest).await.unwrap(), made);
        images.delete(&digest).await.unwrap();
        assert_eq!(images.thumbnail(&digest).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_small_one_that_cannot_be_kept_is_shown_all_the_same() {
    let store = Arc::new(Faulty::default());
    let images = Images::on(store.clone(), Spool::nowhere());
    let digest = images.put(large(ImageFormat::Png)).await.unwrap();
    store.fail(Fault::Full);
    let made = images.thumbnail(&digest).await.unwrap();
    let Some(Thumbnail::Made(small)) = made else { panic!("{made:?}") };
    assert_eq!(recognise(small.to_vec()).unwrap().width, 512);
}

#[tokio::test]
async fn transparent_parts_stay_transparent() {
    let image = RgbaImage::from_fn(700, 700, |x, y| {
        let [r, g, b] = noise(x, y);
        Rgba([r, g, b, if x < 350 { 0 } else { 255 }])
    });
    let small = thumbnail(&encoded(image, ImageFormat::Png)).unwrap();
    assert_eq!(recognise(small.clone()).unwrap().content_type, ImageType::Webp);
    assert_eq!(image::load_from_memory(&small).unwrap().to_rgba8()[(0, 0)].0[3], 0);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_shown_as_it_is() {
    let images = Images::in_memory();
    let small = Bytes::from_static(b"no picture at all");
    let broken = large(ImageFormat::Png).slice(..100_000);
    for bytes in [small, broken] {
        let digest = images.put(bytes).await.unwrap();
        let shown = images.thumbnail(&digest).await.unwrap();
        assert_eq!(shown, Some(Thumbnail::Original));
    }
    assert_eq!(images.thumbnail(&picture::digest(b"none")).await.unwrap(), None);
    assert_eq!(images.thumbnail("../x").await.unwrap(), None);
}

#[test]
fn a_bomb_is_not_decoded() {
    assert_eq!(thumbnail(&bomb(60_000)), None);
}

#[tokio::test]
async fn what_no_browser_should_decode_for_a_tile_is_not_handed_to_it() {
    let images = Images::in_memory();
    let mut bytes = bomb(60_000);
    bytes.resize(SMALL_BYTES + 1, 0);
    let digest = images.put(bytes.into()).await.unwrap();
    assert_eq!(images.thumbnail(&digest).await.unwrap(), Some(Thumbnail::TooLarge));
}

/// Whoever waits for room holds nothing yet.
#[tokio::test(start_paused = true)]
async fn a_picture_is_read_when_there_is_room_for_it() {
    let (store, budget) = (Arc::new(Faulty::default()), Budget::new(8 << 20));
    let images = Images::on(store.clone(), Spool::nowhere()).within(budget.clone());
    let digest = images.put(large(ImageFormat::Png)).await.unwrap();
    let mut others = [budget.share_for_result(usize::MAX), budget.share_for_result(usize::MAX)];
    for others in &mut others {
        // The second one goes beyond what there is.
        others.grow(8 << 20).await.unwrap();
    }
    let mut waiting = std::pin::pin!(images.to_decode(&digest));
    assert!(timeout(Duration::from_secs(20), &mut waiting).await.is_err());
    assert_eq!(store.read.load(Ordering::SeqCst), 0, "it was read too early");
    drop(others);
    assert!(waiting.await.unwrap().is_some());
    assert_eq!(store.read.load(Ordering::SeqCst), 1);
}

/// A valid header that promises so many pixels a side.
fn bomb(side: u32) -> Vec<u8> {
    let mut bomb = encoded(RgbImage::new(8, 8), ImageFormat::Png).to_vec();
    bomb[16..20].copy_from_slice(&side.to_be_bytes());
    bomb[20..24].copy_from_slice(&side.to_be_bytes());
    let sum = crc32fast::hash(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    bomb
}
