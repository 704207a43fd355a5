//! The compressed pixels of a GIF: cut where the picture is full, with the colours that they use.
//!
//! Source: GIF89a, appendix F. Codes are read without unpacking them: a colour appears for the first
//! time only as a code of its own.

/// Codes have at most 12 bits.
const MAX_CODES: usize = 4096;

/// The drawn pixels.
pub struct Pixels {
    /// In length-prefixed parts of up to 255 bytes, with the empty one at the end.
    pub parts: Vec<u8>,
    /// The places of the colour table that they use.
    pub used: [bool; 256],
}

/// The first `count` pixels of `parts`, whose codes begin with one bit more than `bits`; `None` when
/// that is no number of bits for a GIF.
pub fn drawn(bits: u8, parts: &[u8], count: usize) -> Option<Pixels> {
    if !(1..=8).contains(&bits) {
        return None;
    }
    let packed = joined(parts);
    let clear = 1_usize << bits;
    let end = clear + 1;
    let mut used = [false; 256];
    // How many pixels a code stands for.
    let mut lengths = vec![1_usize; MAX_CODES];
    let (mut width, mut next, mut before) = (u32::from(bits) + 1, end + 1, None::<usize>);
    let (mut at, mut drawn) = (0, 0);
    let mut has_end = false;
    while let Some(code) = code(&packed, at, width) {
        if code == clear {
            at += width as usize;
            (width, next, before) = (u32::from(bits) + 1, end + 1, None);
            continue;
        }
        has_end = code == end;
        // The picture is full, or the code has no meaning yet: readers stop here.
        let length = match code {
            code if code < clear => 1,
            code if code < next => lengths[code],
            code if code == next => before.map_or(0, |before| before + 1),
            _ => 0,
        };
        if has_end || drawn >= count || length == 0 {
            at += if has_end { width as usize } else { 0 };
            break;
        }
        at += width as usize;
        if let Some(seen) = used.get_mut(code).filter(|_| code < clear) {
            *seen = true;
        }
        if let Some(before) = before
            && next < MAX_CODES
        {
            lengths[next] = before + 1;
            next += 1;
            width += u32::from(next == 1 << width && width < 12);
        }
        before = Some(length);
        drawn = drawn.saturating_add(length);
    }
    let mut kept = Bits::of(&packed, at);
    if !has_end {
        kept.push(end, width);
    }
    Some(Pixels { parts: parted(&kept.bytes), used })
}

fn joined(mut parts: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.len());
    while let Some((length, rest)) = parts.split_first() {
        let Some((part, rest)) = rest.split_at_checked(usize::from(*length)) else { break };
        joined.extend(part);
        parts = rest;
    }
    joined
}

fn parted(bytes: &[u8]) -> Vec<u8> {
    let mut parts = Vec::with_capacity(bytes.len() + bytes.len() / 255 + 2);
    for part in bytes.chunks(255) {
        parts.push(u8::try_from(part.len()).unwrap_or(255));
        parts.extend(part);
    }
    parts.push(0);
    parts
}

/// The code of `width` bits that begins at the bit `at`; the lowest bits come first.
fn code(bytes: &[u8], at: usize, width: u32) -> Option<usize> {
    if at + width as usize > bytes.len() * 8 {
        return None;
    }
    let first = at / 8;
    let three = (0..3).map(|more| usize::from(bytes.get(first + more).copied().unwrap_or(0)));
    let number = three.rev().fold(0, |number, byte| number << 8 | byte);
    Some(number >> (at % 8) & ((1 << width) - 1))
}

struct Bits {
    bytes: Vec<u8>,
    /// How many bits there are.
    count: usize,
}

impl Bits {
    /// The first `count` bits of `bytes`.
    fn of(bytes: &[u8], count: usize) -> Self {
        let mut bytes = bytes[..count.div_ceil(8)].to_vec();
        if let Some(last) = bytes.last_mut().filter(|_| !count.is_multiple_of(8)) {
            *last &= (1 << (count % 8)) - 1;
        }
        Self { bytes, count }
    }

    fn push(&mut self, code: usize, width: u32) {
        for bit in 0..width {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let byte = self.count / 8;
            self.bytes[byte] |= u8::from(code >> bit & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }
}
