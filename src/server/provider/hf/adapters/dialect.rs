//! A provider's names for the common inputs, and how their values are written.

use serde_json::{Map, Value, json};

use crate::server::provider::hf::params::Params;

/// A provider's names for the common inputs; [`None`] where it does not take an input.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub size: Size,
    pub steps: Option<&'static str>,
    pub guidance: Option<&'static str>,
    pub negative_prompt: Option<&'static str>,
    pub seed: Option<&'static str>,
}

/// How a size is written.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// `"width": w, "height": h`
    Fields,
    /// `"image_size": {"width": w, "height": h}`
    Object(&'static str),
    /// `"size": "WxH"`
    Text(&'static str),
    /// `"aspect_ratio": "3:2"`, where the ratio is a known one.
    Ratio(&'static str),
}

impl Dialect {
    /// The names of the task's own specification.
    pub const STANDARD: Self = Self {
        size: Size::Fields,
        steps: Some("num_inference_steps"),
        guidance: Some("guidance_scale"),
        negative_prompt: Some("negative_prompt"),
        seed: Some("seed"),
    };

    /// The image route that some providers copied from OpenAI: a size and nothing more.
    pub const OPENAI: Self = Self {
        size: Size::Text("size"),
        steps: None,
        guidance: None,
        negative_prompt: None,
        seed: None,
    };

    /// What the person set, under this provider's names, and the labels of inputs that it does not
    /// take.
    pub fn write(&self, params: &Params) -> (Map<String, Value>, Vec<&'static str>) {
        let mut inputs = Map::new();
        let mut left_out = Vec::new();
        let mut set = |name: Option<&str>, value: Option<Value>, label| match (name, value) {
            (Some(name), Some(value)) => _ = inputs.insert(name.to_owned(), value),
            (None, Some(_)) => left_out.push(label),
            (_, None) => {}
        };
        let (width, height) = (params.width, params.height);
        match (self.size, width, height) {
            (Size::Fields, _, _) => {
                set(Some("width"), width.map(Value::from), "Width");
                set(Some("height"), height.map(Value::from), "Height");
            }
            (Size::Object(name), Some(width), Some(height)) => {
                set(Some(name), Some(json!({ "width": width, "height": height })), "");
            }
            (Size::Text(name), Some(width), Some(height)) => {
                set(Some(name), Some(format!("{width}x{height}").into()), "");
            }
            (Size::Ratio(name), Some(width), Some(height)) if ratio(width, height).is_some() => {
                set(Some(name), ratio(width, height).map(Value::from), "");
            }
            // Only one side of a size, or a size that cannot be written.
            _ => {
                set(None, width.map(Value::from), "Width");
                set(None, height.map(Value::from), "Height");
            }
        }
        set(self.steps, params.steps.map(Value::from), "Steps");
        set(self.guidance, params.guidance.map(Value::from), "Guidance");
        let negative_prompt = params.negative_prompt.clone().map(Value::from);
        set(self.negative_prompt, negative_prompt, "Negative prompt");
        if self.seed.is_some() || params.seed_was_set {
            set(self.seed, Some(params.seed.into()), "Seed");
        }
        (inputs, left_out)
    }
}

/// The ratios that FLUX on Replicate accepts.
fn ratio(width: u32, height: u32) -> Option<&'static str> {
    const RATIOS: [(u32, u32, &str); 11] = [
        (1, 1, "1:1"),
        (16, 9, "16:9"),
        (21, 9, "21:9"),
        (3, 2, "3:2"),
        (2, 3, "2:3"),
        (4, 5, "4:5"),
        (5, 4, "5:4"),
        (3, 4, "3:4"),
        (4, 3, "4:3"),
        (9, 16, "9:16"),
        (9, 21, "9:21"),
    ];
    let same = |(w, h)| u64::from(width) * u64::from(h) == u64::from(height) * u64::from(w);
    RATIOS.iter().find(|(w, h, _)| same((*w, *h))).map(|(_, _, name)| *name)
}
