//! Text folding: reduces texts that look the same to the same words, as the search compares them.
//! Both databases index this output and nothing else, because they disagree about letters, case and
//! words.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::generation::is_ignorable;

/// The version of the rules below. A change of their output needs the next number, and a migration
/// that marks earlier rows for folding again.
pub(super) const FOLDING: i64 = 3;

/// PostgreSQL counts positions in a text no further.
const MAX_WORDS: usize = 16_000;

/// PostgreSQL accepts words up to 2 kB; a character has up to 4 bytes.
const MAX_WORD_CHARS: usize = 255;

/// PostgreSQL indexes no more than a megabyte of words.
const MAX_BYTES: usize = 128 * 1024;

/// The words of `text`, separated by single spaces, without case, accents and invisible characters,
/// and with the digits of every script as ASCII. Compatible forms, such as full and half width, become one. In scripts that are written without
/// spaces every letter is a word, so that parts of a run are found too; so is every symbol, such as
/// an emoji, except ASCII symbols, which count as punctuation. The result is cut to what both
/// databases can hold.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut count = 0;
    // The length of the current word; a mark without a letter before it belongs to no word.
    let mut length = None;
    let mut parted = true;
    for letter in folded(text) {
        let alone = is_written_without_spaces(letter) || is_symbol(letter);
        if is_mark(letter) {
            if length.is_none() {
                continue;
            }
        } else if !alone && !letter.is_alphanumeric() {
            (length, parted) = (None, true);
            continue;
        } else {
            if parted || alone {
                count += 1;
                if count > MAX_WORDS || words.len() > MAX_BYTES {
                    return words;
                }
                if count > 1 {
                    words.push(' ');
                }
                length = Some(0);
            }
            parted = alone;
        }
        let length = length.get_or_insert(0);
        *length += 1;
        if *length <= MAX_WORD_CHARS {
            words.push(letter);
        }
    }
    words
}

/// Compatible forms, without case, accents and invisible characters.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfkd()
        .default_case_fold()
        .nfkd()
        .filter(|letter| !is_accent(*letter) && !is_invisible(*letter))
        .flat_map(typed_quickly)
        .nfc()
}

/// The letter as people type who have no key for it: without its stroke, or as two. Unicode treats
/// these as letters of their own.
fn typed_quickly(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = match letter {
        letter if letter.is_ascii() => (letter, None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ŋ' => ('n', Some('g')),
        'ⱥ' => ('a', None),
        'ƀ' | 'ɓ' => ('b', None),
        'ȼ' | 'ƈ' => ('c', None),
        'đ' | 'ð' | 'ɖ' | 'ɗ' => ('d', None),
        'ɇ' => ('e', None),
        'ǥ' | 'ɠ' => ('g', None),
        'ħ' => ('h', None),
        'ı' | 'ɨ' => ('i', None),
        'ɉ' | 'ȷ' => ('j', None),
        'ƙ' | 'ꝁ' => ('k', None),
        'ł' | 'ƚ' | 'ⱡ' => ('l', None),
        'ɲ' => ('n', None),
        'ø' | 'ɵ' => ('o', None),
        'ƥ' => ('p', None),
        'ɍ' => ('r', None),
        'ŧ' | 'ƭ' | 'ⱦ' => ('t', None),
        'ʉ' => ('u', None),
        'ɏ' | 'ƴ' => ('y', None),
        'ƶ' | 'ȥ' => ('z', None),
        letter => (ascii_digit(letter).unwrap_or(letter), None),
    };
    std::iter::once(first).chain(second)
}

/// The ASCII digit for a decimal digit of any script. Unicode keeps the ten of a script in a row,
/// and some tens directly after others (Unicode, section 4.6).
fn ascii_digit(letter: char) -> Option<char> {
    let is_digit = |code: u32| {
        char::from_u32(code)
            .is_some_and(|letter| letter.general_category() == GeneralCategory::DecimalNumber)
    };
    let code = u32::from(letter);
    if !is_digit(code) {
        return None;
    }
    let before = (1..=50).take_while(|back| is_digit(code - back)).count();
    char::from_digit(u32::try_from(before % 10).ok()?, 10)
}

/// Marks that people who type quickly leave out: accents and strokes, the points of Hebrew, the
/// short vowels of Arabic and Syriac. The marks of other scripts are letters to their readers.
fn is_accent(letter: char) -> bool {
    matches!(canonical_combining_class(letter), 1 | 10..=36 | 200..=240)
        || letter.general_category() == GeneralCategory::EnclosingMark
}

/// Invisible characters, and the stroke that lengthens an Arabic word.
fn is_invisible(letter: char) -> bool {
    is_ignorable(letter) || letter == '\u{640}'
}

fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && letter.general_category_group() == GeneralCategoryGroup::Mark
}

fn is_symbol(letter: char) -> bool {
    !letter.is_ascii() && letter.general_category_group() == GeneralCategoryGroup::Symbol
}

fn is_written_without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff // Thai, Lao
        | 0x1000..=0x109f | 0x1780..=0x17ff // Myanmar, Khmer
        | 0x3040..=0x30ff | 0x31f0..=0x31ff // Kana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff // Han
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_alike_everywhere() {
        for (text, cut) in [
            ("A red-haired Fox, 35mm!", "a red haired fox 35mm"),
            ("hf:black-forest-labs/FLUX.1-dev", "hf black forest labs flux 1 dev"),
            ("一只猫 in Paris", "一 只 猫 in paris"),
            ("praça", "praca"),
            ("गुलाबी हिन्दी", "गुलाबी हिन्दी"),
            ("35mm ٣٥ ३५mm", "35mm 35 35mm"),
            ("น้ำตก", "น\u{e49}\u{e4d} า ต ก"),
            ("a fox🦊in 35°", "a fox 🦊 in 35 °"),
            ("(a+b)<c>|$^~`", "a b c"),
            ("a\0b\u{7}c\u{2028}d", "a b c d"),
            ("\u{300}\u{e49}", ""),
            (" ", ""),
        ] {
            assert_eq!(words(text), cut, "{text}");
        }
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for alike in [
            &["praça", "prac\u{327}a", "PRAÇA", "praca"][..],
            &["ＦＯＸ", "fox", "𝔣𝔬𝔵", "f\u{ad}o\u{200b}x\u{feff}", "f\u{335}o\u{338}x"],
            &["İstanbul", "i\u{307}stanbul", "ISTANBUL", "istanbul"],
            &["STRASSE", "straße", "STRAẞE"],
            &["ΣΊΣΥΦΟΣ", "Σίσυφος", "σισυφοσ"],
            &["한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"],
            &["ガラス", "ｶﾞﾗｽ", "カ\u{3099}ラス"],
            &["ﬁre", "fire", "FIRE"],
            &["שָׁלוֹם", "שלום"],
            &["مُحَمَّد", "محمد", "محـــمد", "م\u{202b}حمد\u{202c}"],
            &["ёлка", "ЕЛКА", "е\u{308}лка"],
            &["Łódź", "lodz", "ŁÓDŹ"],
            &["đẹp", "dep"],
            &["Søndag", "sondag"],
            &["KIRMIZI", "kırmızı", "kirmizi"],
            &[
                "２０２６",
                "2026",
                "٢٠٢٦",
                "۲۰۲۶",
                "२०२६",
                "২০২৬",
                "๒๐๒๖",
                "𝟚𝟘𝟚𝟞",
                "\u{116dc}\u{116da}\u{116dc}\u{116e0}",
            ],
            &["Ærø", "ærø", "aero", "AERO", "Ǽrø"],
            &["œuvre", "ŒUVRE", "oeuvre"],
            &["Þórr", "thorr"],
            &["ƶ ɨ ŋ", "z i ng"],
            &["क़लम", "क\u{93c}लम"],
            &["👩🏽\u{200d}🚀", "👩🏽🚀"],
            &["❤\u{fe0f}", "❤"],
        ] {
            let folded: Vec<_> = alike.iter().map(|text| words(text)).collect();
            assert!(folded.iter().all(|one| *one == folded[0]), "{folded:?}");
            assert_ne!(folded[0], "");
        }
        for (one, other) in
            [("कल", "कुल"), ("か", "が"), ("น้ำ", "นำ"), ("fox", "foxy"), ("🦊", "🐺")]
        {
            assert_ne!(words(one), words(other));
        }
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for text in ["İ ß ﬁ Ⅷ ½ ㎏ ﷽", "Z̷a̴l̶g̵o̸ 한국 ガ น้ำ", "👩🏽‍🚀🏳️‍🌈 ﷺ ǆ ᾳ ͅ"]
        {
            assert_eq!(words(&words(text)), words(text));
        }
    }

    #[test]
    fn no_more_is_written_than_both_databases_take() {
        let long = words(&"a".repeat(100_000));
        assert_eq!(long.len(), MAX_WORD_CHARS);
        let many = words(&"狐".repeat(100_000));
        assert_eq!(many.split(' ').count(), MAX_WORDS);
        assert!(words(&"Ｗｏｒｄｓ９９ ".repeat(100_000)).len() <= MAX_BYTES + 4 * MAX_WORD_CHARS);
    }
}
