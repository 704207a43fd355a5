//! Bounds the depth, length and number of decoded values.
//!
//! Only decoding needs this: neither postcard nor serde limits how deep a type may nest, and a few
//! bytes per level can overflow the stack.

use std::{cell::Cell, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use super::{InputValue, Inputs};

/// Lists within lists. Forms nest one level.
const MAX_DEPTH: u8 = 8;
const MAX_INPUTS: usize = 256;
/// Items of one list.
const MAX_ITEMS: usize = 1_000;
/// Of one text; a whole request has no more text than this.
const MAX_TEXT_BYTES: usize = 64 * 1024;

thread_local! {
    /// How many nested lists are being decoded.
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// One level of nesting, until it is dropped.
struct Level;

impl Level {
    fn enter<E: Error>() -> Result<Self, E> {
        let depth = DEPTH.get() + 1;
        if depth > MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        DEPTH.set(depth);
        Ok(Self)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

struct Bounded<T>(PhantomData<T>);

/// Deserializes the items of a list.
///
/// # Errors
///
/// Those of the deserializer, and when there are too many items or levels.
pub fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InputValue>, D::Error> {
    let _level = Level::enter()?;
    deserializer.deserialize_seq(Bounded::<Vec<InputValue>>(PhantomData))
}

/// Deserializes all inputs of a request.
///
/// # Errors
///
/// Those of the deserializer, and when there are too many inputs.
pub fn inputs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Inputs, D::Error> {
    deserializer.deserialize_map(Bounded::<Inputs>(PhantomData))
}

/// Deserializes a text of bounded length.
///
/// # Errors
///
/// Those of the deserializer, and when the text is too long.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > MAX_TEXT_BYTES { Err(D::Error::custom("too long")) } else { Ok(text) }
}

/// Deserializes a finite number: JSON can hold no other, and accepted values must read back.
///
/// # Errors
///
/// Those of the deserializer, and when the number is not finite.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if number.is_finite() { Ok(number) } else { Err(D::Error::custom("no number")) }
}

impl<'de> Visitor<'de> for Bounded<Vec<InputValue>> {
    type Value = Vec<InputValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        // Do not reserve by the announced length: it is untrusted.
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if items.len() == MAX_ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            items.push(item);
        }
        Ok(items)
    }
}

impl<'de> Visitor<'de> for Bounded<Inputs> {
    type Value = Inputs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inputs")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut inputs = Inputs::new();
        while let Some((name, value)) = map.next_entry()? {
            if inputs.len() == MAX_INPUTS {
                return Err(A::Error::custom("too many inputs"));
            }
            inputs.insert(name, value);
        }
        Ok(inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{FileReference, ModelReference, Request};

    fn nested(depth: usize) -> InputValue {
        (0..depth).fold(InputValue::Boolean(true), |value, _| InputValue::List(vec![value]))
    }

    fn both_ways(value: &InputValue) -> [bool; 2] {
        let packed = postcard::to_allocvec(value).unwrap();
        let json = serde_json::to_string(value).unwrap();
        let unpacked = postcard::from_bytes::<InputValue>(&packed);
        let read = serde_json::from_str::<InputValue>(&json);
        [unpacked.is_ok_and(|it| it == *value), read.is_ok_and(|it| it == *value)]
    }

    #[test]
    fn values_within_the_bounds_are_read_as_they_were_written() {
        let file = InputValue::File(FileReference::Stored("d".to_owned()));
        for value in [
            nested(8),
            InputValue::List(vec![file; MAX_ITEMS]),
            InputValue::Text("x".repeat(MAX_TEXT_BYTES)),
            InputValue::Json("{\"a\":[1]}".to_owned()),
            InputValue::Number(1e308),
            InputValue::Integer(i128::from(u64::MAX)),
        ] {
            assert_eq!(both_ways(&value), [true; 2], "{value:.60}");
        }
    }

    #[test]
    fn values_beyond_the_bounds_are_refused() {
        for value in [
            nested(9),
            InputValue::List(vec![InputValue::Boolean(true); MAX_ITEMS + 1]),
            InputValue::Text("x".repeat(MAX_TEXT_BYTES + 1)),
            InputValue::Number(f64::NAN),
            InputValue::Number(f64::INFINITY),
        ] {
            assert_eq!(both_ways(&value), [false; 2], "{value:.60}");
        }
        // A refusal resets the nesting depth.
        assert_eq!(both_ways(&nested(8)), [true; 2]);
    }

    #[test]
    fn a_request_has_at_most_256_inputs() {
        let request = |count: usize| Request {
            model: ModelReference::demo(),
            prompt: String::new(),
            inputs: (0..count).map(|i| (i.to_string(), InputValue::Boolean(true))).collect(),
        };
        let packed = |count| postcard::to_allocvec(&request(count)).unwrap();
        assert!(postcard::from_bytes::<Request>(&packed(MAX_INPUTS)).is_ok());
        assert!(postcard::from_bytes::<Request>(&packed(MAX_INPUTS + 1)).is_err());
    }

    /// Any pair of bytes decodes or fails without overflowing the stack or allocating much.
    #[test]
    fn no_pair_of_bytes_leaves_the_stack() {
        let decode_all = || {
            let head = postcard::to_allocvec(&("demo", "a fox", 1_u8, "x")).unwrap();
            for first in 0..=u8::MAX {
                for second in [0, 1, 2, 3, 4, 5, 6, 0x7f, 0x80, 0xff] {
                    let bytes = [first, second].repeat(32 * 1024);
                    let _ = postcard::from_bytes::<InputValue>(&bytes);
                    let _ = postcard::from_bytes::<Request>(&[&head[..], &bytes].concat());
                }
            }
            for open in ["[", "{\"List\":[", "{\"Json\":", "[{", "{\"a\":"] {
                let text = open.repeat(64 * 1024 / open.len());
                assert!(serde_json::from_str::<InputValue>(&text).is_err());
                assert!(serde_json::from_str::<Request>(&text).is_err());
            }
        };
        let small = std::thread::Builder::new().stack_size(256 * 1024);
        small.spawn(decode_all).unwrap().join().unwrap();
    }
}
