//! Iterates over the chunks of a PNG file, without decompressing or copying anything.

/// The signature of every PNG.
pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// One chunk.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    pub kind: &'a [u8; 4],
    pub contents: &'a [u8],
    /// With length, name and checksum, as in the file.
    pub whole: &'a [u8],
}

/// The chunks up to the end of the picture, or up to where the file is broken.
pub fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = file.strip_prefix(SIGNATURE).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let contents = after.get(..length)?;
        let whole = rest.get(..length.checked_add(12)?)?;
        // Bytes after the end are not part of the picture.
        rest = if kind == b"IEND" { &[] } else { &rest[whole.len()..] };
        Some(Chunk { kind, contents, whole })
    })
}

/// Appends a chunk to `file`.
pub fn push_chunk(file: &mut Vec<u8>, kind: &[u8; 4], contents: &[u8]) {
    let length = u32::try_from(contents.len()).expect("a chunk of ours is small");
    file.extend(length.to_be_bytes());
    let begin = file.len();
    file.extend(kind);
    file.extend(contents);
    let checksum = crc32fast::hash(&file[begin..]);
    file.extend(checksum.to_be_bytes());
}
