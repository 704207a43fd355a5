//! Random numbers and noise that are the same on every machine.
//!
//! Only arithmetic that IEEE 754 defines to the last bit is used, and `libm` in software for sines:
//! those of the platform differ in their last digits.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// A random stream seeded by a digest. Ranges are computed here and not by `rand`, whose
/// distributions may change between versions.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(digest: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(digest))
    }

    /// From 0 to just under 1.
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    pub fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.0.next_u32()) * count as u64) >> 32) as usize
    }

    pub fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// 1 or -1.
    pub fn sign(&mut self) -> f32 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// A seed for [`noise`].
    pub fn salt(&mut self) -> u32 {
        self.0.next_u32()
    }
}

/// Hashes lattice coordinates into 32 evenly distributed bits.
pub(super) fn hash(x: i32, y: i32, salt: u32) -> u32 {
    let mut h = salt
        ^ (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).rotate_left(16).wrapping_mul(0x85eb_ca77);
    h = (h ^ (h >> 16)).wrapping_mul(0x7feb_352d);
    h = (h ^ (h >> 15)).wrapping_mul(0x846c_a68b);
    h ^ (h >> 16)
}

/// [`hash`] as a number from 0 to 1.
pub(super) fn speck(x: i32, y: i32, salt: u32) -> f32 {
    (hash(x, y, salt) >> 8) as f32 / 16_777_216.0
}

/// Smooth gradient noise, about -1 to 1, with features about one unit wide.
pub(super) fn noise(x: f32, y: f32, salt: u32) -> f32 {
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let (ix, iy) = (x0 as i32, y0 as i32);
    let corner = |dx: i32, dy: i32| {
        let h = hash(ix.wrapping_add(dx), iy.wrapping_add(dy), salt);
        let gx = (h & 0xffff) as f32 / 32_768.0 - 1.0;
        let gy = (h >> 16) as f32 / 32_768.0 - 1.0;
        gx * (fx - dx as f32) + gy * (fy - dy as f32)
    };
    let (u, v) = (fade(fx), fade(fy));
    let top = lerp(corner(0, 0), corner(1, 0), u);
    let bottom = lerp(corner(0, 1), corner(1, 1), u);
    lerp(top, bottom, v) * 1.5
}

/// Several octaves of [`noise`], about -1 to 1.
pub(super) fn fractal(x: f32, y: f32, octaves: u32, salt: u32) -> f32 {
    let (mut sum, mut height, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += height * noise(x * scale, y * scale, salt.wrapping_add(octave * 7919));
        total += height;
        height *= 0.5;
        scale *= 2.03;
    }
    sum / total
}

pub(super) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// 0 below `low`, 1 above `high`, smooth between; reversed where `low > high`.
pub(super) fn smooth(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

pub(super) fn sin(turns: f32) -> f32 {
    libm::sinf(turns * std::f32::consts::TAU)
}

pub(super) fn cos(turns: f32) -> f32 {
    libm::cosf(turns * std::f32::consts::TAU)
}

fn fade(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}
