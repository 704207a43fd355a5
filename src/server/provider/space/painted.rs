//! Computes what an app's own page would have made of a mask: the painted layer, in the colour of
//! the app's brush, and its composite with the picture.

use std::io::Cursor;

use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage,
    imageops::{FilterType, resize},
};
use serde_json::Value;

use crate::server::{budget::Work, picture};

/// A picture that decodes to more is left as it is; a mask that does is refused.
const MAX_DECODED_BYTES: u64 = 48 * 1024 * 1024;

/// A picture is in memory with its layer, and with both.
pub const PAINTING: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 2 };
/// Of a mask, how much is painted stays.
pub const COVERING: Work = Work { most_bytes: MAX_DECODED_BYTES, copies: 0 };

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// A mask in the forms that apps take, as PNG files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Painted {
    /// The colour of the brush where it is painted, transparent elsewhere.
    pub layer: Vec<u8>,
    /// The layer over the picture, or over white.
    pub composite: Vec<u8>,
    /// White where it is painted, black elsewhere.
    pub mask: Vec<u8>,
}

impl Colour {
    /// The initial colour of a component's brush; black where it has none.
    pub fn of_brush(props: &Value) -> Self {
        let brush = props.get("brush");
        let of_brush = |key: &str| brush.and_then(|brush| brush.get(key));
        let first = of_brush("colors").and_then(|colours| colours.get(0));
        // From 6.0 on, a colour may be in a pair with its opacity; until 4.0 it had no brush.
        let first = first.map(|first| first.get(0).unwrap_or(first));
        let named = [of_brush("default_color"), first, props.get("brush_color")];
        let colours = named.into_iter().flatten().filter_map(|name| Self::of_css(name.as_str()?));
        colours.into_iter().next().unwrap_or(Self([0; 3]))
    }

    /// `#rgb`, `#rrggbb`, `rgb(…)` and their forms with an opacity, which is ignored.
    fn of_css(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(hex) = text.strip_prefix('#').filter(|hex| hex.is_ascii()) {
            let digits = if hex.len() < 6 { 1 } else { 2 };
            let channel = |index: usize| {
                let digits = hex.get(index * digits..(index + 1) * digits)?;
                let value = u8::from_str_radix(digits, 16).ok()?;
                Some(if digits.len() == 1 { value * 17 } else { value })
            };
            return Some(Self([channel(0)?, channel(1)?, channel(2)?]));
        }
        let inside = text.split_once('(').filter(|(name, _)| name.starts_with("rgb"))?.1;
        let mut numbers = inside
            .split([',', ' ', '/', ')'])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse::<f64>().ok());
        let mut channel = || Some(numbers.next()??.clamp(0.0, 255.0) as u8);
        Some(Self([channel()?, channel()?, channel()?]))
    }
}

/// All forms of `mask`, in the size of `picture`. Without a mask nothing is painted. `None` where
/// the mask cannot be read, or, without one, the picture's size.
pub fn paint(picture: Option<&[u8]>, mask: Option<&[u8]>, colour: Colour) -> Option<Painted> {
    let size = picture.and_then(picture::size);
    let mask = match mask {
        Some(mask) => covered(decoded(mask)?, size),
        None => size.map(|(width, height)| GrayImage::new(width, height))?,
    };
    let (width, height) = mask.dimensions();
    let Colour([red, green, blue]) = colour;
    let layer = RgbaImage::from_fn(width, height, |x, y| match mask.get_pixel(x, y).0[0] {
        0 => Rgba([0; 4]),
        alpha => Rgba([red, green, blue, alpha]),
    });
    let under = picture.map(decoded);
    let composite = match under {
        Some(Some(under)) if (under.width(), under.height()) == (width, height) => {
            over(under.into_rgba8(), &layer)
        }
        // A picture that cannot be decoded here is passed on unchanged.
        Some(_) => None,
        None => over(RgbaImage::from_pixel(width, height, Rgba([255; 4])), &layer),
    };
    let composite = composite.or_else(|| picture.map(<[u8]>::to_vec))?;
    Some(Painted { layer: png(layer)?, composite, mask: png(mask)? })
}

/// How much of each pixel is painted: white and opaque is painted.
fn covered(mask: DynamicImage, size: Option<(u32, u32)>) -> GrayImage {
    let pixels = mask.into_luma_alpha8();
    let mut covered = GrayImage::new(pixels.width(), pixels.height());
    for (to, from) in covered.pixels_mut().zip(pixels.pixels()) {
        let [white, alpha] = from.0.map(u16::from);
        to.0 = [u8::try_from(white * alpha / 255).unwrap_or(u8::MAX)];
    }
    match size {
        Some((width, height)) if (width, height) != covered.dimensions() => {
            resize(&covered, width, height, FilterType::Nearest)
        }
        _ => covered,
    }
}

fn over(mut under: RgbaImage, layer: &RgbaImage) -> Option<Vec<u8>> {
    image::imageops::overlay(&mut under, layer, 0, 0);
    png(under)
}

fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let fits = decoder.total_bytes() <= MAX_DECODED_BYTES;
    fits.then(|| DynamicImage::from_decoder(decoder).ok()).flatten()
}

/// The picture as a PNG; `None` where it cannot be read, or is too large.
pub fn as_png(picture: &[u8]) -> Option<Vec<u8>> {
    png(decoded(picture)?)
}

fn png(picture: impl Into<DynamicImage>) -> Option<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).ok()?;
    Some(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use image::Luma;
    use serde_json::json;

    use super::*;

    /// The left half is painted.
    fn mask(width: u32, height: u32) -> Vec<u8> {
        let half = |x: u32, _: u32| Luma([if x < width / 2 { 255 } else { 0 }]);
        png(GrayImage::from_fn(width, height, half)).unwrap()
    }

    fn pixels(bytes: &[u8]) -> RgbaImage {
        decoded(bytes).unwrap().into_rgba8()
    }

    #[test]
    fn a_mask_becomes_a_layer_and_a_picture_that_was_painted_on() {
        let green = png(RgbaImage::from_pixel(40, 20, Rgba([0, 200, 0, 255]))).unwrap();
        // Smaller than its picture, as when the picture is too large for a browser's canvas.
        let painted = paint(Some(&green), Some(&mask(20, 10)), Colour([255, 0, 0])).unwrap();
        for (bytes, left, right) in [
            (&painted.layer, [255, 0, 0, 255], [0; 4]),
            (&painted.composite, [255, 0, 0, 255], [0, 200, 0, 255]),
            (&painted.mask, [255; 4], [0, 0, 0, 255]),
        ] {
            let pixels = pixels(bytes);
            assert_eq!(pixels.dimensions(), (40, 20));
            assert_eq!((pixels.get_pixel(19, 19).0, pixels.get_pixel(20, 0).0), (left, right));
        }
    }

    #[test]
    fn a_drawing_without_a_picture_is_on_white() {
        let painted = paint(None, Some(&mask(20, 10)), Colour([0; 3])).unwrap();
        let composite = pixels(&painted.composite);
        assert_eq!(composite.get_pixel(0, 0).0, [0, 0, 0, 255]);
        assert_eq!(composite.get_pixel(19, 9).0, [255; 4]);
    }

    #[test]
    fn nothing_painted_is_an_empty_mask() {
        let picture = png(RgbaImage::new(8, 4)).unwrap();
        let painted = paint(Some(&picture), None, Colour([0; 3])).unwrap();
        assert!(pixels(&painted.mask).pixels().all(|pixel| pixel.0 == [0, 0, 0, 255]));
        assert!(pixels(&painted.layer).pixels().all(|pixel| pixel.0[3] == 0));
        assert_eq!(paint(Some(b"no picture"), None, Colour([0; 3])), None);
        assert_eq!(paint(Some(&picture), Some(b"no picture"), Colour([0; 3])), None);
    }

    #[test]
    fn a_picture_that_cannot_be_read_goes_on_as_it_is() {
        let painted =
            paint(Some(b"GIF89a\x08\0\x04\0"), Some(&mask(8, 4)), Colour([9; 3])).unwrap();
        assert_eq!(painted.composite, b"GIF89a\x08\0\x04\0");
        assert_eq!(pixels(&painted.layer).dimensions(), (8, 4));
    }

    #[test]
    fn transparent_white_is_not_painted() {
        let glass = png(RgbaImage::from_pixel(4, 4, Rgba([255, 255, 255, 0]))).unwrap();
        let painted = paint(None, Some(&glass), Colour([0; 3])).unwrap();
        assert!(pixels(&painted.mask).pixels().all(|pixel| pixel.0[0] == 0));
    }

    #[test]
    fn the_brush_of_every_release_has_its_colour() {
        for (props, colour) in [
            (json!({"brush": {"colors": ["#fff"], "default_color": "auto"}}), [255; 3]),
            (json!({"brush": {"colors": ["#000000"], "default_color": "#12345678"}}), [18, 52, 86]),
            (json!({"brush": {"colors": ["rgb(204, 50, 5)"]}}), [204, 50, 5]),
            (json!({"brush": {"colors": [["rgba(1,2,300,0.5)", 0.5]]}}), [1, 2, 255]),
            (json!({"brush_color": "#0f0"}), [0, 255, 0]),
            (json!({"brush": false}), [0; 3]),
            (json!({"brush": {"colors": ["hsl(10 20% 30%)", "#é"]}}), [0; 3]),
        ] {
            assert_eq!(Colour::of_brush(&props), Colour(colour), "{props}");
        }
    }
}
