//! A value on its way into the browser as postcard in base64: the page carries that decoder
//! anyway, and a JSON decoder for every type would be a third of its size.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

/// Serialized as one text, whatever is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed<T>(pub T);

impl<T: Serialize> Packed<T> {
    pub fn to_text(&self) -> Option<String> {
        Some(BASE64_STANDARD.encode(postcard::to_allocvec(&self.0).ok()?))
    }
}

impl<T: DeserializeOwned> Packed<T> {
    pub fn from_text(text: &str) -> Option<Self> {
        postcard::from_bytes(&BASE64_STANDARD.decode(text).ok()?).ok().map(Self)
    }
}

impl<T: Serialize> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.to_text().ok_or_else(|| serde::ser::Error::custom("not packable"))?;
        serializer.serialize_str(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).ok_or_else(|| serde::de::Error::custom("not packed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_from_its_text() {
        let packed = Packed(vec![Some("é".to_owned()), None]);
        let text = serde_json::to_string(&packed).unwrap();
        assert_eq!(serde_json::from_str::<Packed<Vec<Option<String>>>>(&text).unwrap(), packed);
        assert_eq!(Packed::<u8>::from_text("not base64!"), None);
    }
}
