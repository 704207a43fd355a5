//! How likely a text box asks for the prompt: by its name and label, by what it says while it is
//! empty, and by how it looks.

use serde_json::Value;

use crate::server::provider::space::{endpoint::Parameter, wire::text};

/// Whether it takes text: a box for it, or an argument of a function without a control.
pub fn takes_text(one: &Parameter) -> bool {
    match one.component.as_str() {
        "textbox" | "textarea" | "text" | "multimodaltextbox" => true,
        "api" => {
            let is_text = one.schema.get("type").is_some_and(|kind| kind == "string");
            is_text && one.schema.get("enum").is_none()
        }
        _ => false,
    }
}

/// Names of the prompt's box, in the languages of many apps.
const PROMPT_WORDS: [&str; 10] = [
    "prompt",
    "提示",
    "プロンプト",
    "프롬프트",
    "описание",
    "промпт",
    "描述",
    "咒语",
    "呪文",
    "指示",
];

/// Parts of what a box says, as its label or inside while it is empty, that asks for a prompt.
const ASKING: [&str; 24] = [
    "prompt",
    "describe",
    "description",
    "imagine",
    "what do you want",
    "what would you like",
    "what should",
    "what to ",
    "scene",
    "your idea",
    "descreva",
    "descri",
    "imagina",
    "beschreib",
    "décri",
    "提示",
    "描述",
    "描写",
    "想象",
    "想像",
    "想要",
    "プロンプト",
    "描いて",
    "描きたい",
];

/// Names of boxes and arguments that mostly hold a prompt.
const USUAL_NAMES: [&str; 12] = [
    "text",
    "query",
    "message",
    "instruction",
    "instructions",
    "input_text",
    "input text",
    "texto",
    "文本",
    "内容",
    "テキスト",
    "文章",
];

/// Words in names of boxes for short texts of other kinds.
const SHORT_TEXTS: [&str; 28] = [
    "artist",
    "author",
    "autor",
    "category",
    "checkpoint",
    "estilo",
    "format",
    "genre",
    "host",
    "idioma",
    "language",
    "lora",
    "model",
    "modelo",
    "name",
    "nome",
    "note",
    "notes",
    "ratio",
    "seed",
    "size",
    "style",
    "styles",
    "tag",
    "tags",
    "title",
    "titulo",
    "título",
];

/// The same in languages that write no spaces.
const SHORT_TEXT_PARTS: [&str; 12] = [
    "名称",
    "名字",
    "名前",
    "风格",
    "風格",
    "スタイル",
    "标题",
    "標題",
    "タイトル",
    "作者",
    "模型",
    "モデル",
];

/// Words in names of boxes for what is never a prompt.
const NO_TEXTS: [&str; 24] = [
    "api",
    "arquivo",
    "caminho",
    "chave",
    "dir",
    "directory",
    "email",
    "endpoint",
    "file",
    "filename",
    "folder",
    "id",
    "key",
    "link",
    "pasta",
    "password",
    "path",
    "secret",
    "senha",
    "token",
    "uri",
    "url",
    "username",
    "webhook",
];

/// The same in languages that write no spaces.
const NO_TEXT_PARTS: [&str; 10] =
    ["文件", "ファイル", "路径", "路徑", "パス", "密钥", "密鑰", "キー", "链接", "网址"];

/// Parts of names of boxes with other text for the model, beside or against the prompt.
const BESIDE_PROMPT: [&str; 40] = [
    "negative",
    "negativ",
    "négati",
    "neg_",
    "neg prompt",
    "avoid",
    "exclude",
    "unwanted",
    "not want",
    "n't want",
    "evitar",
    "indesej",
    "system",
    "sistema",
    "trigger",
    "gatilho",
    "pre prompt",
    "pre-prompt",
    "pre_prompt",
    "post prompt",
    "post-prompt",
    "post_prompt",
    "prefix",
    "suffix",
    "prefixo",
    "sufixo",
    "反向",
    "负",
    "負",
    "反面",
    "不想",
    "排除",
    "除外",
    "ネガティブ",
    "否定",
    "부정",
    "негатив",
    "系统",
    "システム",
    "触发",
];

/// Parts of names of boxes for what a picture should not show.
const NEGATIVE: [&str; 12] = [
    "negative prompt",
    "negative_prompt",
    "neg prompt",
    "neg_prompt",
    "prompt negativ",
    "prompt négati",
    "反向",
    "负面",
    "负向",
    "負面",
    "ネガティブ",
    "негатив",
];

/// Whether the box asks for what the picture should not show.
pub fn is_negative(one: &Parameter) -> bool {
    takes_text(one) && has_any(one, &NEGATIVE)
}

/// Whether name or label is that of a prompt.
pub fn names_it(one: &Parameter) -> bool {
    has_any(one, &PROMPT_WORDS)
}

/// The likelihood that `one` is the prompt; `None` if it never is. `is_submitted` is true for the
/// only box in which Enter begins the function.
pub fn of(one: &Parameter, is_submitted: bool) -> Option<i32> {
    let is_named = names_it(one);
    let is_other = has_word(one, &NO_TEXTS) || has_any(one, &NO_TEXT_PARTS);
    if has_any(one, &BESIDE_PROMPT) || is_other && !is_named {
        return None;
    }
    let says = |name: &str| {
        let said = text(&one.props, name).unwrap_or_default().to_lowercase();
        ASKING.iter().any(|asking| said.contains(asking))
    };
    let is_exactly = |known: &[&str]| words(one).iter().any(|word| known.contains(&bare(word)));
    let is_short = is_other || has_word(one, &SHORT_TEXTS) || has_any(one, &SHORT_TEXT_PARTS);
    let is_filled = text(&one.props, "value").is_some();
    let has_lines = one.props.get("lines").and_then(Value::as_u64).is_some_and(|lines| lines > 1);
    let points = [
        (is_exactly(&["prompt", "提示词", "提示詞", "プロンプト", "프롬프트"]), 100),
        (is_named, 60),
        (says("label") || says("placeholder"), 40),
        (says("info"), 20),
        (one.component == "multimodaltextbox", 20),
        (is_submitted, 15),
        (has_lines, 12),
        (is_exactly(&USUAL_NAMES), 6),
        (is_short, -70),
        (is_filled && !is_named, -30),
    ];
    Some(points.iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum())
}

/// Name and label in lower case.
fn words(one: &Parameter) -> [String; 2] {
    [one.name.to_lowercase(), one.label.to_lowercase()]
}

/// The text without signs and spaces around it.
fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| !letter.is_alphanumeric())
}

fn has_any(one: &Parameter, known: &[&str]) -> bool {
    words(one).iter().any(|word| known.iter().any(|known| word.contains(known)))
}

fn has_word(one: &Parameter, known: &[&str]) -> bool {
    let is_known = |part: &str| known.contains(&part);
    words(one).iter().any(|word| word.split(|letter: char| !letter.is_alphanumeric()).any(is_known))
}
