//! Pictures that are small as files and large once they are decoded.

use std::{
    io::{Cursor, Read},
    sync::LazyLock,
};

use bytes::Bytes;
use easel::generation::PageOutcome;
use flate2::{Compression, read::ZlibEncoder};
use futures::future::join_all;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;

use crate::target::Target;

/// By name, as they are served.
pub static BOMBS: LazyLock<Vec<(&str, Bytes)>> = LazyLock::new(|| {
    vec![
        ("grey.png", png((9_000, 9_000), 8, 0)),
        ("deep.png", png((4_000, 4_000), 16, 2)),
        ("beyond.png", png((16_000, 16_000), 16, 6)),
        ("photo.jpg", encoded((3_000, 3_000), ImageFormat::Jpeg)),
        ("lossless.webp", encoded((3_000, 3_000), ImageFormat::WebP)),
        ("frames.gif", frames((1_500, 1_500), 500)),
    ]
});

fn chunk(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let named = [&kind[..], contents].concat();
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// Black, in the least that a packer makes of it; of the largest one only a part.
fn png((width, height): (u32, u32), depth: u8, colour: u8) -> Bytes {
    let channels = [1, 0, 3, 0, 2, 0, 4][usize::from(colour)];
    let row = 1 + u64::from(width) * channels * u64::from(depth) / 8;
    let black = std::io::repeat(0).take((row * u64::from(height)).min(128 << 20));
    let mut packed = Vec::new();
    ZlibEncoder::new(black, Compression::fast()).read_to_end(&mut packed).unwrap();
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&sides[..], &[depth, colour, 0, 0, 0]].concat();
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &packed), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat().into()
}

fn encoded((width, height): (u32, u32), format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(width, height)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

/// The same frame again and again.
fn frames(size: (u32, u32), count: usize) -> Bytes {
    let one = encoded(size, ImageFormat::Gif);
    // What comes before the extension that begins a frame, and the byte that ends the file.
    let extension = one.windows(3).position(|start| start == b"\x21\xf9\x04");
    let frame = extension.or_else(|| one.iter().position(|byte| *byte == 0x2c)).unwrap();
    let (head, frame) = (&one[..frame], &one[frame..one.len() - 1]);
    [head, &frame.repeat(count), b"\x3b"].concat().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_decode_to_very_much_take_turns() {
    LazyLock::force(&BOMBS);
    let target = Target::new().await;
    let Ok(PageOutcome::Done { images, .. }) = target.run("hf", "decoders").await else {
        panic!("they are not kept");
    };
    assert_eq!(images.len(), BOMBS.len());
    decode_all(&target).await;
    let thumbnails = images.iter().map(async |image| {
        let path = format!("/api/thumbnails/{}", image.digest);
        target.page.get_status(target.address(), &path).await
    });
    for (status, (name, _)) in join_all(thumbnails).await.into_iter().zip(BOMBS.iter()) {
        // Whoever waited too long is told so.
        assert!(matches!(status, 200 | 503), "{name}: {status}");
    }
    target.survived().await;
}

/// Has them converted, as another tool asks for it.
pub async fn decode_all(target: &Target) {
    let model = format!("hf:{}/hf/decoders", target.upstream.origin);
    let asked = ["jpeg", "webp", "png"].map(|format| {
        let body = json!({"model": model, "prompt": "a fox", "output_format": format,
                          "response_format": "b64_json"});
        target.post_with_key("/v1/images/generations", body.to_string())
    });
    for status in join_all(asked).await {
        assert!(status != 500 && status != 0, "{status}");
    }
}
