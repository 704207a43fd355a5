//! Words to search by, cut the same way for both databases, whose own ideas of a word differ.

/// The words of `text`, lower-case and parted by single spaces. Of the scripts that are written
/// without spaces every letter is a word, so that a part of a run is found too.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut parted = true;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let alone = is_written_without_spaces(letter);
        if alone || !letter.is_alphanumeric() {
            parted = true;
        }
        if letter.is_alphanumeric() {
            if parted && !words.is_empty() {
                words.push(' ');
            }
            words.push(letter);
            parted = alone;
        }
    }
    words
}

fn is_written_without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0e00..=0x0eff // Thai, Lao
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
            ("praça", "praça"),
            (" ", ""),
        ] {
            assert_eq!(words(text), cut);
        }
    }
}
