//! The URL of a picture.

use serde::{Deserialize, Serialize};

use crate::generation::GenerationId;

/// One picture of a generation, as the viewer's URL names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureAddress {
    /// The generation that made it.
    pub id: GenerationId,
    /// Its position in the result, from 0.
    pub position: u32,
}

impl PictureAddress {
    /// The path of the page that shows it. The query counts pictures from 1.
    pub fn path(&self) -> String {
        match self.position {
            0 => "/p/".to_owned() + self.id.as_str(),
            position => ["/p/", self.id.as_str(), "?n=", &(position + 1).to_string()].concat(),
        }
    }

    /// Parses the picture's path and the query, with or without its question mark.
    pub fn of(path: &str, query: &str) -> Option<Self> {
        let id = path.strip_prefix("/p/")?.parse().ok()?;
        let number =
            query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("n="));
        let number: u32 = number.and_then(|number| number.parse().ok()).unwrap_or(1);
        Some(Self { id, position: number.saturating_sub(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_an_address_that_leads_back() {
        let id = GenerationId::from_parts(1, [2; 10]);
        for position in [0, 1, 7] {
            let picture = PictureAddress { id: id.clone(), position };
            let path = picture.path();
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            assert_eq!(PictureAddress::of(path, query), Some(picture));
        }
        let odd = PictureAddress::of(&format!("/p/{id}"), "?a=b&n=0");
        assert_eq!(odd.map(|picture| picture.position), Some(0));
        assert_eq!(PictureAddress::of("/p/fox", ""), None);
        assert_eq!(PictureAddress::of("/", ""), None);
    }
}
