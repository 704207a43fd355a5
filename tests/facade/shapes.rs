//! Models with the input schemas of recorded models. The cog server paints for them.

use serde_json::{Map, Value};

/// A model in the namespace `easel/`.
pub struct Shape {
    pub name: &'static str,
    pub version: &'static str,
    openapi: &'static str,
}

const SHAPES: [Shape; 3] = [
    // Enums behind references, whole numbers with float bounds, nothing required.
    Shape {
        name: "classic",
        version: "c1a551c0c1a551c0c1a551c0c1a551c0c1a551c0c1a551c0c1a551c0c1a551c0",
        openapi: include_str!("../fixtures/replicate/classic.json"),
    },
    // Lists, unions, a secret, an object.
    Shape {
        name: "modern",
        version: "30de2a0030de2a0030de2a0030de2a0030de2a0030de2a0030de2a0030de2a00",
        openapi: include_str!("../fixtures/replicate/modern.json"),
    },
    // No prompt, but a picture.
    Shape {
        name: "upscaler",
        version: "0b5ca1e00b5ca1e00b5ca1e00b5ca1e00b5ca1e00b5ca1e00b5ca1e00b5ca1e0",
        openapi: include_str!("../fixtures/replicate/upscaler.json"),
    },
];

pub fn named(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

pub fn with_version(version: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.version == version)
}

impl Shape {
    pub fn openapi(&self) -> Value {
        serde_json::from_str(self.openapi).expect("the fixture is JSON")
    }

    /// The inputs that the cog server understands.
    pub fn for_painter(input: &Value) -> Value {
        let mut known = Map::from_iter([("prompt".to_owned(), Value::from("a picture"))]);
        for name in ["prompt", "mode"] {
            if let Some(value) = input.get(name) {
                known.insert(name.to_owned(), value.clone());
            }
        }
        Value::Object(known)
    }
}
