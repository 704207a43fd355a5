//! GIF: keeps pictures, their timing and the loop, and nothing after the end.

use super::gif_pixels;

const EXTENSION: u8 = 0x21;
const TIMING: u8 = 0xf9;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;
const PICTURE: u8 = 0x2c;
const END: u8 = 0x3b;

/// How many comments of a file are read.
const MAX_COMMENTS: usize = 16;

/// The file without what is not drawn; `None` when it is not a GIF.
pub fn clean(file: &[u8]) -> Option<Vec<u8>> {
    if !matches!(file.get(..6)?, b"GIF87a" | b"GIF89a") {
        return None;
    }
    let mut out = Vec::with_capacity(file.len());
    let mut reader = Reader(file);
    let header = reader.take(13)?;
    out.extend(header);
    out.extend(reader.take(table_bytes(header[10]))?);
    let table = header.len()..out.len();
    let mut used = [false; 256];
    used[usize::from(header[11])] = true;
    let (mut timing, mut has_picture, mut has_loop) = (None, false, false);
    // A truncated file is drawn up to its end.
    while let Some(block) = reader.block() {
        match block {
            Block::Timing(told) => timing = Some(told),
            Block::Loop(times) if !has_loop => {
                has_loop = true;
                out.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01");
                out.extend(times);
                out.push(0);
            }
            Block::Picture(picture) => {
                let timing: Option<&[u8]> = timing.take();
                if let Some(timing) = timing {
                    out.extend([EXTENSION, TIMING, 4]);
                    out.extend(timing);
                    out.push(0);
                }
                let unseen = timing.filter(|told| told[0] & 1 != 0).map(|told| told[3]);
                let seen = push_picture(&mut out, picture, unseen)?;
                used.iter_mut().zip(seen).for_each(|(used, seen)| *used |= seen);
                has_picture = true;
            }
            Block::Loop(_) | Block::Comment(_) | Block::Other => {}
        }
    }
    blacken(&mut out[table], &used);
    out.push(END);
    has_picture.then_some(out)
}

/// Appends a picture without what follows its pixels, and without colours that it does not use; the
/// colour `unseen` is transparent. Returns the colours that it uses of the table for all pictures.
fn push_picture(out: &mut Vec<u8>, picture: &[u8], unseen: Option<u8>) -> Option<[bool; 256]> {
    let (place, rest) = picture.split_at_checked(10)?;
    let (colours, rest) = rest.split_at_checked(table_bytes(place[9]))?;
    let (bits, parts) = rest.split_first()?;
    let side = |at: usize| usize::from(u16::from_le_bytes([place[at], place[at + 1]]));
    let mut pixels = gif_pixels::drawn(*bits, parts, side(5) * side(7))?;
    if let Some(unseen) = unseen {
        pixels.used[usize::from(unseen)] = false;
    }
    let mut colours = colours.to_vec();
    blacken(&mut colours, &pixels.used);
    out.extend(place);
    out.extend(&colours);
    out.push(*bits);
    out.extend(pixels.parts);
    Some(if colours.is_empty() { pixels.used } else { [false; 256] })
}

/// Sets the colours of a table that are not used to black.
fn blacken(table: &mut [u8], used: &[bool; 256]) {
    let unused = table.chunks_exact_mut(3).zip(used).filter(|(_, is_used)| !**is_used);
    unused.for_each(|(colour, _)| colour.fill(0));
}

/// The comments of a GIF.
pub fn comments(file: &[u8]) -> Vec<Vec<u8>> {
    let mut comments = Vec::new();
    if !file.starts_with(b"GIF8") {
        return comments;
    }
    let mut reader = Reader(file);
    let Some(header) = reader.take(13) else { return comments };
    if reader.take(table_bytes(header[10])).is_none() {
        return comments;
    }
    while let (Some(block), true) = (reader.block(), comments.len() < MAX_COMMENTS) {
        if let Block::Comment(mut parts) = block {
            let mut comment = Vec::new();
            while let Some((length, rest)) = parts.split_first() {
                let Some((part, rest)) = rest.split_at_checked(usize::from(*length)) else { break };
                comment.extend(part);
                parts = rest;
            }
            comments.push(comment);
        }
    }
    comments
}

/// Whether all blocks are present. Some writers leave out the end, and every reader draws that.
pub fn has_end(file: &[u8]) -> bool {
    let mut reader = Reader(file);
    let header = reader.take(13).map(|header| header[10]);
    if header.and_then(|flags| reader.take(table_bytes(flags))).is_none() {
        return false;
    }
    let mut has_picture = false;
    loop {
        let rest = reader.0;
        match reader.block() {
            Some(block) => has_picture |= matches!(block, Block::Picture(_)),
            None => return has_picture && matches!(rest, [] | [END, ..]),
        }
    }
}

enum Block<'a> {
    Picture(&'a [u8]),
    /// The timing and disposal of the next picture.
    Timing(&'a [u8]),
    /// The number of repetitions, in two bytes.
    Loop(&'a [u8]),
    /// Text, in length-prefixed parts.
    Comment(&'a [u8]),
    Other,
}

/// The size in bytes of the colour table that the flags announce.
fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next block before the end.
    fn block(&mut self) -> Option<Block<'a>> {
        let begin = self.0;
        match self.take(1)?[0] {
            PICTURE => {
                let place = self.take(9)?;
                // The colour table, and one byte about the compression of the pixels.
                self.take(table_bytes(place[8]) + 1)?;
                while !self.part()?.is_empty() {}
                Some(Block::Picture(&begin[..begin.len() - self.0.len()]))
            }
            EXTENSION => {
                let kind = self.take(1)?[0];
                let inside = self.0;
                let (mut parts, mut end) = ([&begin[..0]; 2], 0);
                loop {
                    let part = self.part()?;
                    if part.is_empty() {
                        break;
                    }
                    if let Some(slot) = parts.get_mut(end) {
                        *slot = part;
                        end += 1;
                    }
                }
                Some(match (kind, parts) {
                    (COMMENT, _) => Block::Comment(&inside[..inside.len() - self.0.len()]),
                    (TIMING, [told, _]) => told.get(..4).map_or(Block::Other, Block::Timing),
                    (APPLICATION, [b"NETSCAPE2.0" | b"ANIMEXTS1.0", [1, times @ ..]]) => {
                        times.get(..2).map_or(Block::Other, Block::Loop)
                    }
                    _ => Block::Other,
                })
            }
            _ => None,
        }
    }

    /// One run of up to 255 bytes; an empty one ends a block.
    fn part(&mut self) -> Option<&'a [u8]> {
        let length = self.take(1)?[0];
        self.take(usize::from(length))
    }
}
