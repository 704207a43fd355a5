//! Pictures that are decoded: they become many times their file, so they take turns, and what they
//! become is part of the budget.

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use tokio::sync::OwnedSemaphorePermit;

use super::{Budget, OverBudget, ROOM_TIMEOUT, Share};

/// Pictures that are decoded at once.
pub(super) const AT_ONCE: usize = 2;

/// What goes beyond the budget where no room comes free, one after the other: a photo of
/// 12 megapixels and its file.
const ORDINARY_BYTES: usize = 48 * 1024 * 1024;

/// What a decoder may take to find out how large a picture becomes.
const MAX_LOOK_BYTES: u64 = 16 * 1024 * 1024;

/// What somebody does with a picture.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// In bytes of pixels: what would decode to more is not decoded.
    pub most_bytes: u64,
    /// How often its pixels are in memory beside those that were decoded, in four bytes at most.
    pub copies: usize,
}

/// The turn of somebody who decodes, and the part of the budget for what is in memory meanwhile.
#[derive(Debug)]
pub struct Decoding {
    share: Share,
    _turn: OwnedSemaphorePermit,
}

impl Budget {
    /// Waits for a turn to decode. Take it before the file is read, so that those who wait hold
    /// nothing.
    ///
    /// # Errors
    ///
    /// Never while the server runs.
    pub async fn decoding(&self) -> Result<Decoding, OverBudget> {
        let turn = self.decoders.clone().acquire_owned().await;
        let turn = turn.map_err(|_| OverBudget::Busy)?;
        Ok(Decoding { share: self.share_for_result(usize::MAX), _turn: turn })
    }
}

impl Decoding {
    /// Waits until `bytes` more may be held, such as those of a file. What is no larger than an
    /// ordinary photo goes beyond the budget, like a result, where no room comes free.
    ///
    /// # Errors
    ///
    /// [`OverBudget`].
    pub async fn grow(&mut self, bytes: usize) -> Result<(), OverBudget> {
        match self.share.taken().saturating_add(bytes) {
            ..=ORDINARY_BYTES => {
                let grown = tokio::time::timeout(ROOM_TIMEOUT, self.share.grow(bytes)).await;
                grown.unwrap_or(Err(OverBudget::Busy))
            }
            _ => self.share.grow_where_free(bytes).await,
        }
    }

    /// Waits until `file`, whose own bytes are held already, may be decoded for `work`.
    ///
    /// # Errors
    ///
    /// [`OverBudget::Limit`] for what can never be: it becomes more than there is.
    pub async fn grow_for(&mut self, file: &[u8], work: Work) -> Result<(), OverBudget> {
        let Some(Decoded { bytes, copy_bytes, times }) = decoded(file) else { return Ok(()) };
        if bytes > work.most_bytes {
            return Ok(());
        }
        let copies = copy_bytes.saturating_mul(work.copies as u64);
        let all = bytes.saturating_mul(times).saturating_add(copies);
        self.grow(usize::try_from(all).unwrap_or(usize::MAX)).await
    }
}

/// What a file becomes.
#[derive(Debug, PartialEq)]
struct Decoded {
    /// Of its pixels.
    bytes: u64,
    /// Of another picture of the same size, in the widest kind of pixels that is made here.
    copy_bytes: u64,
    /// How often its decoder holds as much.
    times: u64,
}

/// `None` for what no decoder here reads.
fn decoded(file: &[u8]) -> Option<Decoded> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_LOOK_BYTES);
    reader.limits(limits);
    let times = match reader.format()? {
        // All of its coefficients, in two bytes each, before there is a pixel.
        ImageFormat::Jpeg if is_progressive(file) => 3,
        ImageFormat::Jpeg | ImageFormat::Png => 1,
        // A frame, and what it is drawn on.
        _ => 2,
    };
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let copy_bytes = (u64::from(width) * u64::from(height)).saturating_mul(4);
    Some(Decoded { bytes: decoder.total_bytes(), copy_bytes, times })
}

fn is_progressive(jpeg: &[u8]) -> bool {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, marker, after @ ..] = rest {
        match marker {
            // Fill bytes, and marks that stand alone.
            0xff => rest = &rest[1..],
            0x01 | 0xd0..=0xd8 => rest = after,
            0xc2 | 0xc6 | 0xca | 0xce => return true,
            // Another frame, or the pixels themselves.
            0xc0 | 0xc1 | 0xd9 | 0xda => return false,
            _ => {
                let [high, low, ..] = after else { return true };
                rest = after.get(usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or(&[]);
            }
        }
    }
    // Between its segments may be what only a decoder passes over.
    true
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, ImageBuffer, Rgb, RgbImage};

    use super::*;

    const PHONE: &[u8] = include_bytes!("../../../tests/fixtures/metadata/phone.jpg");

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_a_file_becomes_is_told_by_its_head() {
        let deep = ImageBuffer::<Rgb<u16>, _>::new(30, 20);
        for (file, expected) in [
            (encoded(RgbImage::new(30, 20), ImageFormat::Png), (1_800, 1)),
            (encoded(DynamicImage::from(deep), ImageFormat::Png), (3_600, 1)),
            (encoded(GrayImage::new(30, 20), ImageFormat::Jpeg), (600, 1)),
            (encoded(RgbImage::new(30, 20), ImageFormat::WebP), (1_800, 2)),
            (encoded(RgbImage::new(30, 20), ImageFormat::Gif), (2_400, 2)),
        ] {
            let (bytes, times) = expected;
            assert_eq!(decoded(&file), Some(Decoded { bytes, copy_bytes: 2_400, times }));
        }
        assert_eq!(decoded(b"no picture"), None);
        assert!(!is_progressive(PHONE));
        assert!(is_progressive(b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x0b"));
        assert!(is_progressive(b"\xff\xd8\xff"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_ordinary_picture_goes_beyond_the_budget_and_a_large_one_waits_for_room() {
        let budget = Budget::new(100 * 1024 * 1024);
        let mut others = budget.share(usize::MAX);
        others.grow(80 * 1024 * 1024).await.unwrap();
        let mut first = budget.decoding().await.unwrap();
        assert_eq!(first.grow(ORDINARY_BYTES).await, Ok(()), "it goes beyond the budget");
        let mut second = budget.decoding().await.unwrap();
        assert_eq!(second.grow(ORDINARY_BYTES + 1).await, Err(OverBudget::Busy));
        drop((first, others));
        assert_eq!(second.grow(ORDINARY_BYTES + 1).await, Ok(()));
        let more = 100 * 1024 * 1024;
        assert_eq!(second.grow(more).await, Err(OverBudget::Limit { limit: more }));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_decoded_needs_no_room() {
        let budget = Budget::new(4 * 1024);
        let file = encoded(RgbImage::new(300, 200), ImageFormat::Png);
        let mut decoding = budget.decoding().await.unwrap();
        assert_eq!(decoding.grow_for(&file, Work { most_bytes: 1_000, copies: 1 }).await, Ok(()));
        assert_eq!(decoding.share.taken(), 0);
        let work = Work { most_bytes: 180_000, copies: 1 };
        assert_eq!(decoding.grow_for(&file, work).await, Ok(()));
        assert_eq!(decoding.share.taken(), 420_000);
    }
}
