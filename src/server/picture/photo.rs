//! Prepares photos of cameras and phones to be sent: upright, and without metadata about the
//! location and the author.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    metadata::Orientation,
};

use crate::{
    generation::ImageType,
    server::{budget::Work, metadata},
};

/// Photos that decode to more, above 27 megapixels, are not rotated; the model has to handle their
/// orientation. Rotating holds a photo in memory twice, and one client must not make the server use
/// more than 300 MB.
const MAX_DECODED_BYTES: u64 = 80 * 1024 * 1024;

/// It is in memory as it lies and as it stands.
pub const TURNING: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 1 };

/// The difference to the original cannot be seen.
const JPEG_QUALITY: u8 = 95;

/// A photo that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    AsItIs,
    /// Another file, which holds only the picture.
    Changed(Vec<u8>),
    /// The file may identify a person, and the identifying parts cannot be separated from the
    /// picture.
    Impossible,
}

/// Looks at a file that is whole, which is turned where `work` allows it.
pub fn ready(file: &[u8], content_type: ImageType, work: Work) -> Ready {
    if !metadata::is_private(file, content_type) {
        return Ready::AsItIs;
    }
    let changed = turned(file, content_type, work).or_else(|| metadata::clean(file, content_type));
    changed.map_or(Ready::Impossible, Ready::Changed)
}

/// Whether it lies on its side, or upside down, as far as its head says.
pub fn lies(file: &[u8]) -> bool {
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
    let decoder = reader.ok().and_then(|reader| reader.into_decoder().ok());
    let orientation = decoder.and_then(|mut decoder| decoder.orientation().ok());
    orientation.is_some_and(|orientation| orientation != Orientation::NoTransforms)
}

/// The picture as it is seen; `None` where it stands upright as it is.
fn turned(file: &[u8], content_type: ImageType, work: Work) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(work.most_bytes);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    if orientation == Orientation::NoTransforms || decoder.total_bytes() > work.most_bytes {
        return None;
    }
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    image.apply_orientation(orientation);
    let mut out = Vec::new();
    match content_type {
        ImageType::Jpeg => {
            // Without transparency, which JPEG does not have.
            let encoder = JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY);
            let image = match image {
                DynamicImage::ImageLuma8(_) => image,
                image => image.into_rgb8().into(),
            };
            write(encoder, profile, &image)?;
        }
        ImageType::Png => write(PngEncoder::new(&mut out), profile, &image)?,
        ImageType::Webp => {
            let image = if image.color().has_alpha() {
                image.into_rgba8().into()
            } else {
                image.into_rgb8().into()
            };
            write(WebPEncoder::new_lossless(&mut out), profile, &image)?;
        }
        ImageType::Gif | ImageType::Avif => return None,
    }
    Some(out)
}

fn write(
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
    image: &DynamicImage,
) -> Option<()> {
    // A format without colour profiles means sRGB.
    let _ = profile.map(|profile| encoder.set_icc_profile(profile));
    let color = ExtendedColorType::from(image.color());
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color).ok()
}

#[cfg(test)]
mod tests {
    use exif::{Field, In, Tag, Value, experimental::Writer};
    use image::{ImageFormat, Rgb, RgbImage};
    use img_parts::{ImageEXIF, jpeg::Jpeg, png::Png, webp::WebP};

    use super::*;
    use crate::server::picture::recognise;

    const PHONE: &[u8] = include_bytes!("../../../tests/fixtures/metadata/phone.jpg");

    /// Red on the left, blue on the right.
    fn picture(format: ImageFormat) -> Vec<u8> {
        let image =
            RgbImage::from_fn(
                32,
                16,
                |x, _| {
                    if x < 16 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) }
                },
            );
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// With an orientation, a location and a serial number.
    fn exif(turn: u16) -> Vec<u8> {
        let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
        let words = |words: &str| Value::Ascii(vec![words.as_bytes().to_vec()]);
        let fields = [
            field(Tag::Orientation, Value::Short(vec![turn])),
            field(Tag::Model, words("canary-phone")),
            field(Tag::GPSLatitudeRef, words("canary-north")),
            field(Tag::BodySerialNumber, words("canary-serial")),
            field(Tag::MakerNote, Value::Undefined(b"canary-maker".to_vec(), 0)),
        ];
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut block = Cursor::new(Vec::new());
        writer.write(&mut block, false).unwrap();
        block.into_inner()
    }

    fn photo(format: ImageFormat, turn: u16) -> Vec<u8> {
        let (bytes, block) = (picture(format).into(), exif(turn).into());
        let bytes = match format {
            ImageFormat::Jpeg => {
                let mut file = Jpeg::from_bytes(bytes).unwrap();
                file.set_exif(Some(block));
                file.encoder().bytes()
            }
            ImageFormat::Png => {
                let mut file = Png::from_bytes(bytes).unwrap();
                file.set_exif(Some(block));
                file.encoder().bytes()
            }
            _ => {
                let mut file = WebP::from_bytes(bytes).unwrap();
                file.set_exif(Some(block));
                file.encoder().bytes()
            }
        };
        bytes.to_vec()
    }

    fn changed(file: &[u8], content_type: ImageType) -> Vec<u8> {
        match ready(file, content_type, TURNING) {
            Ready::Changed(sent) => sent,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_seen_is_what_is_sent_whatever_the_turn() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            for turn in 1..=8 {
                let file = photo(format, turn);
                let image = recognise(file.clone()).unwrap();
                let sent = changed(&file, image.content_type);
                let says = |word: &[u8]| sent.windows(word.len()).any(|part| part == word);
                assert!(!says(b"canary") && !says(b"Exif") && !says(b"EXIF"), "{format:?} {turn}");
                // Rotated as a browser shows the original.
                let mut seen = image::load_from_memory(&file).unwrap();
                seen.apply_orientation(Orientation::from_exif(turn as u8).unwrap());
                let sent = image::load_from_memory(&sent).unwrap();
                assert_eq!((sent.width(), sent.height()), (seen.width(), seen.height()));
                let (seen, sent) = (seen.into_rgb8(), sent.into_rgb8());
                for (seen, sent) in seen.pixels().zip(sent.pixels()) {
                    let differs = |at: usize| seen.0[at].abs_diff(sent.0[at]) > 40;
                    assert!(!differs(0) && !differs(2), "{format:?} {turn}");
                }
            }
        }
    }

    #[test]
    fn a_phones_photo_is_sent_upright() {
        let sent = changed(PHONE, ImageType::Jpeg);
        let sent = image::load_from_memory(&sent).unwrap().into_rgb8();
        assert_eq!(sent.dimensions(), (480, 640));
        let Rgb([red, _, blue]) = *sent.get_pixel(240, 10);
        assert!(red > 150 && blue < 100);
    }

    #[test]
    fn what_tells_nothing_is_sent_as_it_is() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let image = recognise(picture(format)).unwrap();
            assert_eq!(
                ready(&image.bytes, image.content_type, TURNING),
                Ready::AsItIs,
                "{format:?}"
            );
        }
        // The recipe of a generated picture is not about a person.
        let made = include_bytes!("../../../tests/fixtures/metadata/a1111.png");
        assert_eq!(ready(made, ImageType::Png, TURNING), Ready::AsItIs);
    }

    #[test]
    fn what_cannot_be_cleaned_is_not_sent() {
        // The segment that defines the colour channels is truncated.
        let comment = b"\xff\xfe\x00\x08canary";
        let adobe = b"\xff\xee\x00\x07Adobe";
        let mut file = picture(ImageFormat::Jpeg);
        file.splice(2..2, [&comment[..], adobe].concat());
        assert_eq!(ready(&file, ImageType::Jpeg, TURNING), Ready::Impossible);
    }
}
