//! Reads errors that earlier releases stored.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Value, json};

use super::GenerateError;

impl<'de> Deserialize<'de> for GenerateError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Binary data always comes from this very release.
        if !deserializer.is_human_readable() {
            return Self::deserialize(deserializer);
        }
        let written = as_today(Value::deserialize(deserializer)?);
        Self::deserialize(written).map_err(D::Error::custom)
    }
}

impl Serialize for GenerateError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Earlier releases wrapped an error in `Unbilled` when it certainly cost nothing.
fn as_today(mut written: Value) -> Value {
    while let Some(inner) = written.get_mut("Unbilled").map(Value::take) {
        written = inner;
        if let Some(Value::Object(fields)) =
            written.as_object_mut().and_then(|it| it.values_mut().next())
        {
            fields.insert("billed".to_owned(), json!("No"));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::error::Billed;

    fn read(written: Value) -> GenerateError {
        serde_json::from_value(written).unwrap()
    }

    #[test]
    fn what_earlier_releases_wrote_reads_as_it_was_meant() {
        let timeout = |billed| GenerateError::Timeout { detail: "slow".to_owned(), billed };
        let written = json!({"Timeout": {"detail": "slow"}});
        assert_eq!(read(written.clone()), timeout(Billed::Maybe));
        assert_eq!(read(json!({"Unbilled": written})), timeout(Billed::No));
        assert_eq!(read(json!({"Unbilled": "Internal"})), GenerateError::Internal);
        assert_eq!(read(json!("NotFound")), GenerateError::NotFound);
    }

    #[test]
    fn what_is_written_today_reads_back() {
        for billed in [Billed::No, Billed::Maybe] {
            let error = GenerateError::Unknown { detail: String::new(), billed };
            assert_eq!(read(serde_json::to_value(&error).unwrap()), error);
            let sent = postcard::to_allocvec(&error).unwrap();
            assert_eq!(postcard::from_bytes::<GenerateError>(&sent).unwrap(), error);
        }
    }
}
