//! Tests texts of the web UIs, and texts that look like them.

use super::*;
use crate::generation::InputValue;

/// A text of AUTOMATIC1111's web UI 1.10.
const THEIRS: &str = "a fox, (snow:1.2)\nsecond line\nNegative prompt: blurry, \"low\" quality\n\
        worst\nSteps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 3141592653, \
        Size: 832x1216, Model hash: abc, Lora hashes: \"a: 1, b: 2\", Version: v1.10.1";

#[test]
fn their_text_is_read() {
    let recipe = read(THEIRS).unwrap();
    assert_eq!(recipe.prompt, "a fox, (snow:1.2)\nsecond line");
    assert_eq!(recipe.model, None);
    assert_eq!(
        recipe.common,
        [
            (Role::NegativePrompt, InputValue::Text("blurry, \"low\" quality\nworst".to_owned())),
            (Role::Steps, InputValue::Integer(28)),
            (Role::Guidance, InputValue::Number(6.5)),
            (Role::Seed, InputValue::Integer(3_141_592_653)),
            (Role::Width, InputValue::Integer(832)),
            (Role::Height, InputValue::Integer(1216)),
        ]
    );
}

#[test]
fn no_prompt_and_no_negative_prompt_are_fine() {
    let last = "Steps: 20, Seed: 1, Size: 8x8";
    assert_eq!(read(last).unwrap().prompt, "");
    let negative_only = read(&format!("{NEGATIVE} x\n{last}")).unwrap();
    assert_eq!(negative_only.prompt, "");
    assert_eq!(negative_only.common[0], (Role::NegativePrompt, InputValue::Text("x".to_owned())));
}

#[test]
fn other_texts_are_not_parameters() {
    for text in ["", "a fox", "a: 1, b: 2, c: 3", "made with: love\nat: home, by: me, in: 2024"] {
        assert_eq!(read(text), None, "{text}");
    }
}
