//! Expands `{a|b}` in a prompt into one prompt for each alternative.

/// Expands the prompt, in the order of writing: the last braces vary first. Braces without `|` are
/// plain text. Stops after `most` + 1 prompts; the extra one shows that there are too many.
pub fn alternatives(prompt: &str, most: usize) -> Vec<String> {
    let mut prompts = vec![String::new()];
    let mut rest = prompt;
    while let Some((before, choices, after)) = first_choice(rest) {
        let mut longer = Vec::new();
        'all: for start in &prompts {
            for choice in choices.split('|') {
                longer.push([start.as_str(), before, choice.trim()].concat());
                if longer.len() > most {
                    break 'all;
                }
            }
        }
        (prompts, rest) = (longer, after);
    }
    for prompt in &mut prompts {
        prompt.push_str(rest);
    }
    prompts
}

/// The text before, inside and after the first braces with alternatives.
fn first_choice(text: &str) -> Option<(&str, &str, &str)> {
    let mut open = None;
    for (at, letter) in text.char_indices() {
        match letter {
            // Only the innermost braces count; outer ones are text.
            '{' => open = Some(at),
            '}' => {
                if let Some(start) = open.take()
                    && text[start..at].contains('|')
                {
                    return Some((&text[..start], &text[start + 1..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alternative_makes_a_prompt() {
        for (prompt, expected) in [
            ("a fox", &["a fox"][..]),
            ("a {red|blue} fox", &["a red fox", "a blue fox"]),
            ("{a|b} {1|2}", &["a 1", "a 2", "b 1", "b 2"]),
            // An empty alternative is valid.
            ("a fox{, at night|}", &["a fox, at night", "a fox"]),
            // JSON and single braces are text.
            ("{\"a\": 1} {x}", &["{\"a\": 1} {x}"]),
            ("{ a {b|c}", &["{ a b", "{ a c"]),
            ("a } {b|c", &["a } {b|c"]),
            ("{狐|鹿}", &["狐", "鹿"]),
        ] {
            assert_eq!(alternatives(prompt, 100), expected, "{prompt}");
        }
    }

    #[test]
    fn more_than_anybody_wants_are_not_made() {
        let prompt = "{a|b}".repeat(500);
        let made = alternatives(&prompt, 100);
        assert_eq!(made.len(), 101);
    }
}
