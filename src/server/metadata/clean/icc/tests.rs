use super::*;

const WORDS: &[u8] = b"a canary sings in here";

/// A profile of version 4 with wide primaries and a shared curve, and with words wherever they fit.
pub fn profile() -> Vec<u8> {
    let xyz = |values: [u32; 3]| {
        let values = values.iter().flat_map(|value| value.to_be_bytes());
        [b"XYZ \0\0\0\0".to_vec(), values.collect()].concat()
    };
    let curve = [&b"para\0\0\0\0\0\0\0\0"[..], &0x0002_3333_u32.to_be_bytes(), WORDS].concat();
    let text = [b"text\0\0\0\0", WORDS, b"\0"].concat();
    let parts: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", text.clone()),
        (b"rXYZ", xyz([0x83DF, 0x3DBF, 0xFFFF_FFBB])),
        (b"gXYZ", xyz([0x4ABF, 0xB137, 0x0AB9])),
        (b"bXYZ", xyz([0x2838, 0x110B, 0xC8B9])),
        (b"wtpt", xyz([0xF6D6, 0x10000, 0xD32D])),
        (b"rTRC", curve),
        (b"gTRC", Vec::new()),
        (b"bTRC", Vec::new()),
        (b"prvt", text),
    ];
    let begin = HEADER_BYTES + 4 + 12 * parts.len();
    let (mut table, mut data, mut last) = (9_u32.to_be_bytes().to_vec(), Vec::new(), (0, 0));
    for (name, part) in &parts {
        if !part.is_empty() {
            last = (begin + data.len(), part.len());
            data.extend(part);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        table.extend(*name);
        table.extend((last.0 as u32).to_be_bytes());
        table.extend((last.1 as u32).to_be_bytes());
    }
    let mut header = vec![0; HEADER_BYTES];
    header[..4].copy_from_slice(&((begin + data.len()) as u32).to_be_bytes());
    header[8..24].copy_from_slice(b"\x04\x30\0\0mntrRGB XYZ ");
    header[24..36].copy_from_slice(b"canary's day");
    header[36..40].copy_from_slice(b"acsp");
    header[80..84].copy_from_slice(b"bird");
    [header, table, data].concat()
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part == word)
}

#[test]
fn what_converts_colours_stays_and_words_do_not() {
    let profile = profile();
    let cleaned = clean(&profile).unwrap();
    for word in [WORDS, b"canary", b"bird", b"prvt"] {
        assert!(has(&profile, word) && !has(&cleaned, word));
    }
    let wanted = tags(&profile).unwrap();
    assert_eq!(tags(&cleaned).unwrap(), wanted);
    let names: Vec<_> = wanted.iter().map(|(name, _)| name).collect();
    assert_eq!(names, [b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"]);
    assert!(has(&cleaned, b"desc") && has(&cleaned, b"cprt"), "a valid profile has both");
    assert_eq!(clean(&cleaned), Some(cleaned), "it stays so");
}

#[test]
fn what_is_blanked_keeps_its_place() {
    let profile = profile();
    let blanked = blanked(&profile).unwrap();
    assert_eq!(blanked.len(), profile.len());
    for word in [WORDS, b"canary", b"bird", b"prvt"] {
        assert!(!has(&blanked, word));
    }
    assert_eq!(tags(&blanked), tags(&profile));
    assert_eq!(super::blanked(&blanked), Some(blanked), "it stays so");
}

#[test]
fn a_broken_profile_is_none() {
    let profile = profile();
    for cut in 0..profile.len() {
        assert_eq!(clean(&profile[..cut]), None, "{cut}");
    }
    for at in 0..profile.len() {
        for byte in [0, 0x7f, 0xff] {
            let mut broken = profile.clone();
            broken[at] = byte;
            let _ = (clean(&broken), blanked(&broken));
        }
    }
    assert_eq!(clean(&[0; 200]), None);
}
