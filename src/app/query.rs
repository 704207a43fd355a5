//! Parses the query of the page's URL.

use url::form_urlencoded::{Serializer, parse};

use crate::generation::{GalleryCursor, GalleryFilter, ProviderKind};

/// The longest value of a form field in the URL, in Unicode scalar values.
const MAX_BROUGHT_CHARS: usize = 4_000;

/// The query of the page's URL: the gallery's filter and position, and values for the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageQuery {
    pub gallery: GalleryQuery,
    pub brought: Brought,
    /// Whether the page was opened as an installed app.
    pub is_app: bool,
}

/// Form values from the URL. They are only filled in, never run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// A model reference as text; empty for the first on offer.
    pub model: String,
    pub prompt: String,
    /// The digest of a picture stored here, for the first input that takes one.
    pub picture: String,
}

impl Brought {
    /// Reads the form values in a query.
    fn of(query: &str) -> Self {
        let mut brought = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            let value = || value.chars().take(MAX_BROUGHT_CHARS).collect();
            match name.as_ref() {
                "model" => brought.model = value(),
                "prompt" => brought.prompt = value(),
                "picture" => brought.picture = value(),
                _ => {}
            }
        }
        brought
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The URL path with these values.
    pub fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        let parts = [("model", &self.model), ("prompt", &self.prompt), ("picture", &self.picture)];
        for (name, value) in parts {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/?{}", query.finish())
    }
}

impl PageQuery {
    /// Parses a query, without its question mark.
    pub fn of(query: &str) -> Self {
        let is_app = parse(query.as_bytes()).any(|(name, _)| name == "app");
        Self { gallery: GalleryQuery::of(query), brought: Brought::of(query), is_app }
    }
}

/// The gallery's filters and position, as its form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GalleryQuery {
    pub search: String,
    /// The prefix of a provider; empty for all.
    pub provider: String,
    pub starred: bool,
    /// The name of a collection; empty for all.
    pub collection: String,
    pub failed: bool,
    /// The page begins after this generation; `None` is the start of the gallery.
    pub before: Option<GalleryCursor>,
    /// The page ends with this generation; `None` is a page of the usual length.
    pub until: Option<GalleryCursor>,
    /// How far the person's clock is ahead of UTC, in minutes, which decides where days begin.
    pub offset_minutes: i32,
}

impl GalleryQuery {
    /// Parses a query as a form sends it: unset fields may be empty or missing.
    pub fn of(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in parse(query.as_bytes()) {
            match name.as_ref() {
                "search" => asked.search = value.into_owned(),
                "provider" => asked.provider = value.into_owned(),
                "failed" => asked.failed = is_on(&value),
                "collection" => asked.collection = value.into_owned(),
                "starred" => asked.starred = is_on(&value),
                // An invalid cursor shows the gallery from its start.
                "before" => asked.before = value.parse().ok(),
                "until" => asked.until = value.parse().ok(),
                _ => {}
            }
        }
        asked
    }

    /// True when a filter is set.
    pub fn is_filtered(&self) -> bool {
        self.filter() != GalleryFilter::default()
    }

    /// The filter for the store.
    pub fn filter(&self) -> GalleryFilter {
        let search = self.search.trim();
        GalleryFilter {
            search: (!search.is_empty()).then(|| search.to_owned()),
            provider: ProviderKind::named(&self.provider),
            failed: self.failed,
            starred: self.starred,
            collection: self.collection.parse().ok(),
        }
    }

    /// Writes the query that [`of`](Self::of) parses.
    pub fn to_query(&self) -> String {
        let mut query = Serializer::new(String::new());
        let texts = [
            ("search", &self.search),
            ("provider", &self.provider),
            ("collection", &self.collection),
        ];
        for (name, value) in texts {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        for (name, is_chosen) in [("failed", self.failed), ("starred", self.starred)] {
            if is_chosen {
                query.append_pair(name, "on");
            }
        }
        for (name, cursor) in [("before", &self.before), ("until", &self.until)] {
            if let Some(cursor) = cursor {
                query.append_pair(name, &cursor.to_string());
            }
        }
        query.finish()
    }

    /// The URL path of the page.
    pub fn address(&self) -> String {
        format!("/?{}", self.to_query())
    }

    /// The same filters, beginning after `before`.
    pub fn before(&self, before: GalleryCursor) -> Self {
        Self { before: Some(before), until: None, ..self.clone() }
    }
}

fn is_on(field: &str) -> bool {
    !matches!(field, "" | "false" | "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_part() {
        let cursor = |text: &str| Some(text.parse().unwrap());
        let query = GalleryQuery {
            search: "红狐 & \"fog\"".to_owned(),
            provider: "space".to_owned(),
            failed: true,
            starred: false,
            collection: "Foxes & co".to_owned(),
            before: cursor("1700000000000.01912345-6789-7fff-bfff-ffffffffffff"),
            until: cursor("1600000000000.01912345-6789-7fff-bfff-ffffffffffff"),
            offset_minutes: 0,
        };
        assert_eq!(GalleryQuery::of(&query.to_query()), query);
        assert_eq!(query.address(), format!("/?{}", query.to_query()));
        assert_eq!(GalleryQuery::of(""), GalleryQuery::default());
    }

    #[test]
    fn what_an_address_brings_is_bounded_and_no_filter() {
        let brought = Brought {
            model: "hf:a/b".to_owned(),
            prompt: "a fox & \"fog\"".to_owned(),
            picture: "d1".to_owned(),
        };
        let address = brought.address();
        let query = PageQuery::of(address.strip_prefix("/?").unwrap());
        assert_eq!((&query.brought, query.gallery.is_filtered()), (&brought, false));
        assert!(PageQuery::of("search=fox").brought.is_empty());
        let long = PageQuery::of(&format!("prompt={}", "x".repeat(9_999)));
        assert_eq!(long.brought.prompt.len(), MAX_BROUGHT_CHARS);
    }

    #[test]
    fn what_a_form_leaves_empty_is_not_looked_for() {
        assert!(!GalleryQuery::of("search=+&provider=&failed=&before=").is_filtered());
        assert!(GalleryQuery::of("starred=on").is_filtered());
        assert_eq!(GalleryQuery::of("before=yesterday").before, None);
        // An invalid UTF-8 sequence must not fail the page.
        assert!(GalleryQuery::of("search=%F0%9F&x").is_filtered());
    }
}
