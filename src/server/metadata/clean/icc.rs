//! Colour profiles: keeps what converts colours, and drops texts, dates, names and makers.
//!
//! Sources: ICC.1:2001-04 (version 2) and ICC.1:2022 (version 4). Programs that draw pictures read
//! the header, the tone curves, the primaries and the tables; description and copyright must be
//! present in a valid profile, so neutral ones are written.

/// The largest colour profile that is kept.
pub const MAX_PROFILE_BYTES: usize = 4 * 1024 * 1024;

const HEADER_BYTES: usize = 128;
const MAX_TAGS: usize = 100;

/// The tags that convert colours, in the order in which they are written.
const DRAWN: [&[u8; 4]; 24] = [
    b"wtpt", b"bkpt", b"chad", b"lumi", b"cicp", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC",
    b"bTRC", b"kTRC", b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"D2B1",
    b"D2B2", b"B2D0", b"B2D1", b"B2D2",
];

/// The profile in `bytes`, of the length in its own first four bytes, without what converts no
/// colours; `None` when it is broken, too long, or converts nothing.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()?;
    let profile = bytes.get(..length).filter(|profile| profile.len() <= MAX_PROFILE_BYTES)?;
    let header = profile.get(..HEADER_BYTES).filter(|header| &header[36..40] == b"acsp")?;
    let found = tags(profile)?;
    if found.is_empty() {
        return None;
    }

    let texts = neutral_text(header[8]);
    let mut elements: Vec<([u8; 4], Vec<u8>)> = vec![(*b"desc", texts.0), (*b"cprt", texts.1)];
    elements.extend(found);
    let mut table = Vec::from(u32::try_from(elements.len()).ok()?.to_be_bytes());
    let (mut data, begin) = (Vec::<u8>::new(), HEADER_BYTES + 4 + 12 * elements.len());
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (index, (name, element)) in elements.iter().enumerate() {
        // Curves are often shared.
        let same = elements[..index].iter().position(|(_, earlier)| earlier == element);
        let place = match same {
            Some(earlier) => places[earlier],
            None => {
                let place = (begin + data.len(), element.len());
                data.extend(element);
                data.resize(data.len().next_multiple_of(4), 0);
                place
            }
        };
        places.push(place);
        table.extend(name);
        table.extend(u32::try_from(place.0).ok()?.to_be_bytes());
        table.extend(u32::try_from(place.1).ok()?.to_be_bytes());
    }
    let mut out = kept_header(header, begin + data.len())?;
    out.extend(table);
    out.extend(data);
    Some(out)
}

/// The same without moving anything, where other bytes must stay where they are: the length stays,
/// and what converts no colours is zero.
pub fn blanked(bytes: &[u8]) -> Option<Vec<u8>> {
    let bytes = bytes.get(..bytes.len().min(MAX_PROFILE_BYTES))?;
    let header = bytes.get(..HEADER_BYTES).filter(|header| &header[36..40] == b"acsp")?;
    let mut out = kept_header(header, bytes.len())?;
    out.resize(bytes.len(), 0);
    let mut is_empty = true;
    for (number, entry) in entries(bytes)?.into_iter().enumerate() {
        let at = HEADER_BYTES + 4 + 12 * number;
        let is_drawn = DRAWN.iter().any(|name| entry.starts_with(*name));
        let (from, length) = place(entry)?;
        let kept = part(bytes, entry).and_then(element).filter(|_| is_drawn);
        let is_text = entry.starts_with(b"desc") || entry.starts_with(b"cprt");
        let name = if kept.is_some() || is_text { &entry[..4] } else { b"none" };
        out.get_mut(at..at + 4)?.copy_from_slice(name);
        out.get_mut(at + 4..at + 12)?.copy_from_slice(&entry[4..]);
        if let Some(kept) = kept {
            is_empty = false;
            out.get_mut(from..from.checked_add(length)?)?[..kept.len()].copy_from_slice(&kept);
        }
    }
    let count = bytes.get(HEADER_BYTES..HEADER_BYTES + 4)?;
    out.get_mut(HEADER_BYTES..HEADER_BYTES + 4)?.copy_from_slice(count);
    (!is_empty).then_some(out)
}

/// The header with version, class, colour spaces, intent and white point. Everything else tells of
/// the program, the device and the day.
fn kept_header(header: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; HEADER_BYTES];
    out[..4].copy_from_slice(&u32::try_from(length).ok()?.to_be_bytes());
    for (from, to) in [(8, 10), (12, 24), (36, 40), (64, 80)] {
        out[from..to].copy_from_slice(&header[from..to]);
    }
    Some(out)
}

/// The tags that convert colours, each cut to what its type needs.
fn tags(profile: &[u8]) -> Option<Vec<([u8; 4], Vec<u8>)>> {
    let entries = entries(profile)?;
    let of = |name: &&[u8; 4]| {
        let entry = entries.iter().find(|entry| entry.starts_with(*name))?;
        Some((**name, element(part(profile, entry)?)?))
    };
    Some(DRAWN.iter().filter_map(of).collect())
}

/// The entries of the table of tags: name, position and length.
fn entries(profile: &[u8]) -> Option<Vec<&[u8]>> {
    let (count, table) = profile.get(HEADER_BYTES..)?.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
    (count <= MAX_TAGS).then(|| table.chunks_exact(12).take(count).collect())
}

/// The position and the length of an entry's bytes.
fn place(entry: &[u8]) -> Option<(usize, usize)> {
    let number = |bytes: &[u8]| usize::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok();
    Some((number(&entry[4..])?, number(&entry[8..])?))
}

fn part<'p>(profile: &'p [u8], entry: &[u8]) -> Option<&'p [u8]> {
    let (from, length) = place(entry)?;
    profile.get(from..from.checked_add(length)?)
}

/// An element without its reserved bytes and what follows it; `None` for types that convert nothing.
fn element(bytes: &[u8]) -> Option<Vec<u8>> {
    let kind: &[u8; 4] = bytes.first_chunk()?;
    let short = |at: usize| {
        let bytes = bytes.get(at..at + 2)?;
        Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    };
    let sides = || Some((usize::from(*bytes.get(8)?), usize::from(*bytes.get(9)?)));
    let cells = || {
        let grid = usize::from(*bytes.get(10)?);
        let cells = grid.checked_pow(u32::try_from(sides()?.0).ok()?)?.checked_mul(sides()?.1)?;
        (cells <= MAX_PROFILE_BYTES).then_some(cells)
    };
    let length = match kind {
        b"XYZ " => 20,
        b"sf32" => 8 + 9 * 4,
        b"cicp" => 12,
        b"curv" => {
            12 + 2 * usize::try_from(u32::from_be_bytes(*bytes.get(8..)?.first_chunk()?)).ok()?
        }
        b"para" => 12 + 4 * *[1, 3, 4, 5, 7].get(short(8)?)?,
        b"mft1" => 48 + 256 * (sides()?.0 + sides()?.1) + cells()?,
        b"mft2" => 52 + 2 * (short(48)? * sides()?.0 + short(50)? * sides()?.1 + cells()?),
        // Made of parts that lie anywhere in them.
        b"mAB " | b"mBA " | b"mpet" => bytes.len(),
        _ => return None,
    };
    let mut element = bytes.get(..length)?.to_vec();
    element[4..8].fill(0);
    if matches!(kind, b"para") {
        element[10..12].fill(0);
    }
    Some(element)
}

/// A description and a copyright without words, in the types of this major version.
fn neutral_text(version: u8) -> (Vec<u8>, Vec<u8>) {
    if version >= 4 {
        let text = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x06\0\0\0\x1c\0i\0c\0c".to_vec();
        return (text.clone(), text);
    }
    // The same in Unicode and for the Macintosh, both empty.
    let mut description = b"desc\0\0\0\0\0\0\0\x04icc\0".to_vec();
    description.resize(description.len() + 4 + 4 + 2 + 1 + 67, 0);
    (description, b"text\0\0\0\0icc\0".to_vec())
}

#[cfg(test)]
pub(super) mod tests;
