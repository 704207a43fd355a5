//! Which part of the gallery a list shows, and the address where the page asks for it.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::generation::{GalleryCursor, GalleryFilter, InvalidCursor, ProviderKind};

/// A filter, and from where on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Part {
    pub filter: GalleryFilter,
    /// It begins after this generation; `None` is the newest of all.
    pub before: Option<GalleryCursor>,
}

/// As a form sends it: what is not chosen may be empty or missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    search: String,
    provider: String,
    failed: String,
    starred: String,
    before: String,
}

impl TryFrom<Fields> for Part {
    type Error = InvalidCursor;

    fn try_from(fields: Fields) -> Result<Self, InvalidCursor> {
        let before = (!fields.before.is_empty()).then(|| fields.before.parse()).transpose()?;
        let search = fields.search.trim();
        Ok(Self {
            filter: GalleryFilter {
                search: (!search.is_empty()).then(|| search.to_owned()),
                provider: ProviderKind::named(&fields.provider),
                failed: is_on(&fields.failed),
                starred: is_on(&fields.starred),
            },
            before,
        })
    }
}

fn is_on(field: &str) -> bool {
    !matches!(field, "" | "false" | "0")
}

impl Part {
    /// True when it leaves generations out.
    pub fn is_filtered(&self) -> bool {
        self.filter != GalleryFilter::default()
    }

    /// Where the page gets it.
    pub fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        let Self { filter, before } = self;
        if let Some(search) = &filter.search {
            query.append_pair("search", search);
        }
        if let Some(provider) = filter.provider {
            query.append_pair("provider", provider.prefix());
        }
        for (name, is_chosen) in [("failed", filter.failed), ("starred", filter.starred)] {
            if is_chosen {
                query.append_pair(name, "on");
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        format!("/gallery?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::Query, http::Uri};

    use super::*;

    fn parse(address: &str) -> Option<Part> {
        let address: Uri = address.parse().unwrap();
        Query::<Part>::try_from_uri(&address).ok().map(|Query(part)| part)
    }

    #[test]
    fn an_address_leads_back_to_its_part() {
        let cursor: GalleryCursor =
            "1700000000000.01912345-6789-7fff-bfff-ffffffffffff".parse().unwrap();
        let part = Part {
            filter: GalleryFilter {
                search: Some("红狐 & \"fog\"".to_owned()),
                provider: Some(ProviderKind::Space),
                failed: true,
                starred: false,
            },
            before: Some(cursor),
        };
        assert_eq!(parse(&part.address()), Some(part));
        assert_eq!(parse(&Part::default().address()), Some(Part::default()));
    }

    #[test]
    fn what_a_form_leaves_empty_is_not_looked_for() {
        let part = parse("/gallery?search=+&provider=&failed=&before=").unwrap();
        assert!(!part.is_filtered());
        assert!(parse("/gallery?starred=on").unwrap().is_filtered());
    }

    #[test]
    fn a_place_that_is_none_is_refused() {
        assert_eq!(parse("/gallery?before=yesterday"), None);
    }
}
