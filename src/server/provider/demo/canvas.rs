//! The canvas: colours in full precision, filled through tiny-skia's coverage masks.
//!
//! tiny-skia computes in integers how much of each pixel a shape covers; colours are mixed here,
//! because its own blending depends on the vector unit of the processor.

use tiny_skia::{FillRule, Mask, Path, Transform};

use super::dice::{lerp, speck};

/// Red, green and blue in sRGB encoding, from 0 to 1.
pub(super) type Rgb = [f32; 3];

pub(super) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)]
}

/// Lays light over a colour; it never gets brighter than white.
pub(super) fn glow(under: Rgb, light: Rgb, strength: f32) -> Rgb {
    let add = |i: usize| under[i] + light[i] * strength * (1.0 - under[i]).max(0.0);
    [add(0), add(1), add(2)]
}

/// Eight-bit red, green and blue, row by row.
pub(super) struct Bitmap {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Canvas {
    pub fn new(width: u32, height: u32, paper: Rgb) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![paper; width * height] }
    }

    /// Sets every pixel from its position and its present colour.
    pub fn wash(&mut self, shade: impl Fn(f32, f32, Rgb) -> Rgb) {
        self.wash_rows(0.0, self.height as f32, shade);
    }

    /// As [`wash`](Self::wash), for the rows from `top` to `bottom` only.
    pub fn wash_rows(&mut self, top: f32, bottom: f32, shade: impl Fn(f32, f32, Rgb) -> Rgb) {
        let last = (bottom.max(0.0) as usize).min(self.height);
        let first = (top.max(0.0) as usize).min(last);
        for y in first..last {
            let row = &mut self.pixels[y * self.width..(y + 1) * self.width];
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = shade(x as f32, y as f32, *pixel);
            }
        }
    }

    /// Fills `path`; `shade` gives the colour and the opacity at a position.
    pub fn fill(&mut self, path: &Path, shade: impl Fn(f32, f32) -> (Rgb, f32)) {
        let bounds = path.bounds();
        let left = (bounds.left().floor() - 1.0).max(0.0) as usize;
        let top = (bounds.top().floor() - 1.0).max(0.0) as usize;
        let right = ((bounds.right() + 2.0).max(0.0) as usize).min(self.width);
        let bottom = ((bounds.bottom() + 2.0).max(0.0) as usize).min(self.height);
        if left >= right || top >= bottom {
            return;
        }
        let Some(mut mask) = Mask::new((right - left) as u32, (bottom - top) as u32) else {
            return;
        };
        let place = Transform::from_translate(-(left as f32), -(top as f32));
        mask.fill_path(path, FillRule::Winding, true, place);

        for (y, coverage) in (top..bottom).zip(mask.data().chunks_exact(right - left)) {
            let row = &mut self.pixels[y * self.width + left..y * self.width + right];
            for (x, (pixel, &covered)) in (left..right).zip(row.iter_mut().zip(coverage)) {
                if covered > 0 {
                    let (color, opacity) = shade(x as f32, y as f32);
                    *pixel = mix(*pixel, color, opacity * f32::from(covered) / 255.0);
                }
            }
        }
    }

    /// Fills `path` with one opaque colour.
    pub fn fill_flat(&mut self, path: &Path, color: Rgb) {
        self.fill(path, |_, _| (color, 1.0));
    }

    /// As [`wash_rows`](Self::wash_rows), when much of the work is the same for a whole column.
    pub fn wash_columns<C>(&mut self, top: f32, bottom: f32, column: impl Fn(f32) -> C)
    where
        C: Fn(f32, Rgb) -> Rgb,
    {
        let columns: Vec<C> = (0..self.width).map(|x| column(x as f32)).collect();
        self.wash_rows(top, bottom, |x, y, under| columns[x as usize](y, under));
    }

    /// A soft point of light; its centre is brightest and it ends at `radius`.
    pub fn dot(&mut self, x: f32, y: f32, radius: f32, light: Rgb, strength: f32) {
        let reach = radius + 0.7;
        let columns =
            (x - reach).max(0.0) as usize..((x + reach + 1.0).max(0.0) as usize).min(self.width);
        for row in
            (y - reach).max(0.0) as usize..((y + reach + 1.0).max(0.0) as usize).min(self.height)
        {
            for column in columns.clone() {
                let (dx, dy) = (column as f32 + 0.5 - x, row as f32 + 0.5 - y);
                let near = (1.0 - (dx * dx + dy * dy) / (reach * reach)).max(0.0);
                let pixel = &mut self.pixels[row * self.width + column];
                *pixel = glow(*pixel, light, near * near * strength);
            }
        }
    }

    pub fn width(&self) -> f32 {
        self.width as f32
    }

    pub fn height(&self) -> f32 {
        self.height as f32
    }

    /// A copy of the rows above `bottom`.
    pub fn rows_above(&self, bottom: f32) -> Self {
        let height = (bottom.max(1.0) as usize).min(self.height);
        let pixels = self.pixels[..height * self.width].to_vec();
        Self { width: self.width, height, pixels }
    }

    /// The colour at a position, or at the nearest one inside the canvas.
    pub fn at(&self, x: f32, y: f32) -> Rgb {
        let x = (x.max(0.0) as usize).min(self.width - 1);
        let y = (y.max(0.0) as usize).min(self.height - 1);
        self.pixels[y * self.width + x]
    }

    /// The finished picture, with a fine grain that also hides the steps of eight-bit gradients.
    pub fn develop(&self, salt: u32) -> Bitmap {
        let mut rgb = Vec::with_capacity(self.pixels.len() * 3);
        for (i, pixel) in self.pixels.iter().enumerate() {
            let (x, y) = ((i % self.width) as i32, (i / self.width) as i32);
            let grain = speck(x, y, salt) + speck(x, y, salt ^ 0x5bd1_e995) - 1.0;
            rgb.extend(pixel.map(|channel| (channel * 255.0 + grain * GRAIN + 0.5) as u8));
        }
        Bitmap { width: self.width as u32, height: self.height as u32, rgb }
    }

    /// A small picture of the work so far, its longest side at most `longest` pixels.
    pub fn preview(&self, longest: u32) -> Bitmap {
        let shrink = self.width.max(self.height).div_ceil(longest as usize).max(1);
        let (width, height) = ((self.width / shrink).max(1), (self.height / shrink).max(1));
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let mut sum = [0.0; 3];
                for row in y * shrink..(y + 1) * shrink {
                    for pixel in &self.pixels[row * self.width + x * shrink..][..shrink] {
                        sum = [sum[0] + pixel[0], sum[1] + pixel[1], sum[2] + pixel[2]];
                    }
                }
                let count = (shrink * shrink) as f32;
                rgb.extend(sum.map(|channel| (channel / count * 255.0 + 0.5) as u8));
            }
        }
        Bitmap { width: width as u32, height: height as u32, rgb }
    }
}

/// In steps of an eight-bit channel: enough to hide gradients' steps and to feel like paper, little
/// enough for a small file.
const GRAIN: f32 = 1.6;

impl Bitmap {
    /// Encodes as png: small enough, and fast.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::with_capacity(self.rgb.len() / 2);
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }
}
