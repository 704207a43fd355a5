//! The names of the inputs for a picture to edit.

use serde_json::{Map, Value};

/// The inputs that hold the picture: models of one provider name it differently, and ignore names
/// they do not know.
#[derive(Clone, Copy, Debug)]
pub struct PictureNames {
    /// Inputs that hold the picture itself.
    pub one: &'static [&'static str],
    /// Inputs that hold a list with only the picture.
    pub many: &'static [&'static str],
}

impl PictureNames {
    /// Writes `picture`, a URL or a `data:` URL, into a request.
    pub fn write(self, picture: &str, inputs: &mut Map<String, Value>) {
        for name in self.one {
            inputs.insert((*name).to_owned(), picture.into());
        }
        for name in self.many {
            inputs.insert((*name).to_owned(), vec![Value::from(picture)].into());
        }
    }
}
