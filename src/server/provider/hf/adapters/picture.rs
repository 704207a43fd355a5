//! Where a provider takes the picture that is to be changed.

use serde_json::{Map, Value};

/// The inputs that hold it: models of one provider call it differently, and pass over what they do not
/// know.
#[derive(Clone, Copy, Debug)]
pub struct PictureNames {
    /// Each holds the picture.
    pub one: &'static [&'static str],
    /// Each holds a list of it alone.
    pub many: &'static [&'static str],
}

impl PictureNames {
    /// Puts `picture`, an address or a `data:` address, into a request.
    pub fn write(self, picture: &str, inputs: &mut Map<String, Value>) {
        for name in self.one {
            inputs.insert((*name).to_owned(), picture.into());
        }
        for name in self.many {
            inputs.insert((*name).to_owned(), vec![Value::from(picture)].into());
        }
    }
}
