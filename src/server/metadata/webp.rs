//! Iterates over the chunks of a WebP file.

/// One chunk.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    pub kind: &'a [u8; 4],
    pub contents: &'a [u8],
}

/// The contents of the container; empty when it is not a WebP. Bytes after the container are left
/// out.
pub fn body(file: &[u8]) -> &[u8] {
    let Some(after) = file.strip_prefix(b"RIFF") else { return &[] };
    let Some((length, after)) = after.split_first_chunk::<4>() else { return &[] };
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let after = &after[..length.min(after.len())];
    after.strip_prefix(b"WEBP").unwrap_or_default()
}

/// The chunks in the body of a file or of a frame, up to where it is broken.
pub fn chunks(body: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let contents = after.get(..length)?;
        // An odd length is padded.
        rest = after.get(length + length % 2..).unwrap_or_default();
        Some(Chunk { kind, contents })
    })
}

/// Appends a chunk to the body of a file or of a frame.
pub fn push_chunk(body: &mut Vec<u8>, kind: &[u8; 4], contents: &[u8]) {
    body.extend(kind);
    body.extend(u32::try_from(contents.len()).expect("a chunk fits its file").to_le_bytes());
    body.extend(contents);
    if contents.len() % 2 == 1 {
        body.push(0);
    }
}

/// A file with this body.
pub fn file(body: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(body.len() + 12);
    file.extend(b"RIFF");
    file.extend(u32::try_from(body.len() + 4).expect("a file is small").to_le_bytes());
    file.extend(b"WEBP");
    file.extend(body);
    file
}
