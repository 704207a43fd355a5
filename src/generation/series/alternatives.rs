//! `{a|b}` in a prompt: each of the alternatives makes a prompt of its own.

/// What the prompt comes to, in the order in which it is written: the last braces vary first. Braces
/// without `|` between them are text. At most `most` are made, and one more that tells that there
/// are more.
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

/// What stands before the first braces with alternatives, in them, and after them.
fn first_choice(text: &str) -> Option<(&str, &str, &str)> {
    let mut open = None;
    for (at, letter) in text.char_indices() {
        match letter {
            // The innermost braces: others around them are text.
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
            // Nothing is an alternative too.
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
