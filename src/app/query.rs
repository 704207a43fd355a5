//! What the address of the page asks for.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::generation::{GalleryCursor, GalleryFilter, ProviderKind, contract::GalleryQuery};

/// The query of the page's address: a filter of the gallery, and from where on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "Fields")]
pub struct PageQuery {
    pub gallery: GalleryQuery,
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

impl From<Fields> for PageQuery {
    fn from(fields: Fields) -> Self {
        let Fields { search, provider, failed, starred, before } = fields;
        Self {
            gallery: GalleryQuery {
                search,
                provider,
                failed: is_on(&failed),
                starred: is_on(&starred),
                // Another place is no place in the gallery: it begins with the newest.
                before: before.parse().ok(),
                ..GalleryQuery::default()
            },
        }
    }
}

fn is_on(field: &str) -> bool {
    !matches!(field, "" | "false" | "0")
}

impl GalleryQuery {
    /// What it looks for.
    pub fn filter(&self) -> GalleryFilter {
        let search = self.search.trim();
        GalleryFilter {
            search: (!search.is_empty()).then(|| search.to_owned()),
            provider: ProviderKind::ALL
                .into_iter()
                .find(|provider| provider.prefix() == self.provider),
            failed: self.failed,
            starred: self.starred,
        }
    }

    /// The address of the page that shows it.
    pub fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("search", &self.search), ("provider", &self.provider)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        for (name, is_chosen) in [("failed", self.failed), ("starred", self.starred)] {
            if is_chosen {
                query.append_pair(name, "on");
            }
        }
        if let Some(before) = &self.before {
            query.append_pair("before", &before.to_string());
        }
        format!("/?{}", query.finish())
    }

    /// The same from after `before` on.
    pub fn before(&self, before: GalleryCursor) -> Self {
        Self { before: Some(before), until: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::Query, http::Uri};

    use super::*;

    fn parse(address: &str) -> PageQuery {
        let address: Uri = address.parse().unwrap();
        Query::<PageQuery>::try_from_uri(&address).unwrap().0
    }

    #[test]
    fn an_address_leads_back_to_its_part() {
        let query = GalleryQuery {
            search: "红狐 & \"fog\"".to_owned(),
            provider: "space".to_owned(),
            failed: true,
            starred: false,
            before: "1700000000000.01912345-6789-7fff-bfff-ffffffffffff".parse().ok(),
            ..GalleryQuery::default()
        };
        assert!(query.before.is_some());
        assert_eq!(parse(&query.address()).gallery, query);
        assert_eq!(parse("/").gallery, GalleryQuery::default());
    }

    #[test]
    fn what_a_form_leaves_empty_is_not_looked_for() {
        assert!(!parse("/?search=+&provider=&failed=&before=").gallery.is_filtered());
        assert!(parse("/?starred=on").gallery.is_filtered());
        assert_eq!(parse("/?before=yesterday").gallery.before, None);
    }
}
