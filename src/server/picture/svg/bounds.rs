//! Counts what an SVG becomes when all its references are resolved, without resolving them: ten
//! lines that refer to each other can expand to a billion.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

/// The limit for nested elements, including references.
const MAX_DEPTH: usize = 256;

/// The limit for elements after all references are resolved.
const MAX_ELEMENTS: u64 = 200_000;

/// The limit for style rules with references.
const MAX_RULES: usize = 256;

/// The prefix of a reference to an element in the text of a rule or attribute.
const REFERENCE: &str = "url(";

/// Whether the file is within the limits.
pub fn are_kept(document: &Document<'_>) -> bool {
    let elements = || document.descendants().filter(Node::is_element);
    let mut by_id = HashMap::new();
    for element in elements() {
        if let Some(id) = element.attribute("id") {
            by_id.entry(id).or_insert(element);
        }
    }
    let mut rules = Vec::new();
    for style in elements().filter(|element| element.tag_name().name() == "style") {
        for rule in style.text().unwrap_or_default().split('}') {
            if let Some((selector, body)) = rule.split_once('{') {
                let ids: Vec<_> = references(body).collect();
                if !ids.is_empty() {
                    rules.push((selector, ids));
                }
            }
        }
    }
    if rules.len() > MAX_RULES {
        return false;
    }
    let mut count = Count { by_id, rules, known: HashMap::new() };
    count.of(document.root_element(), 0).is_some_and(|count| count <= MAX_ELEMENTS)
}

/// The ids of elements that a text refers to.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split(REFERENCE).skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?.trim().trim_matches(['"', '\'']);
        inside.strip_prefix('#')
    })
}

struct Count<'a, 'i> {
    by_id: HashMap<&'a str, Node<'a, 'i>>,
    /// Selectors, and the references of their rules.
    rules: Vec<(&'a str, Vec<&'a str>)>,
    /// The expanded size of an element; `None` while it is being counted.
    known: HashMap<NodeId, Option<u64>>,
}

impl<'a, 'i> Count<'a, 'i> {
    /// The number of elements that one expands to; `None` when they are too many or too deep.
    fn of(&mut self, element: Node<'a, 'i>, depth: usize) -> Option<u64> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.known.get(&element.id()) {
            Some(Some(known)) => return Some(*known),
            // An element that refers to itself is not rendered.
            Some(None) => return Some(0),
            None => {}
        }
        self.known.insert(element.id(), None);
        let mut sum = 1_u64;
        for inner in element.children().filter(Node::is_element).chain(self.targets(element)) {
            sum = sum.saturating_add(self.of(inner, depth + 1)?);
            if sum > MAX_ELEMENTS {
                return None;
            }
        }
        self.known.insert(element.id(), Some(sum));
        Some(sum)
    }

    /// The elements that one refers to, by URL, attribute or rule.
    fn targets(&self, element: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
        let mut names = Vec::new();
        for attribute in element.attributes() {
            if attribute.name() == "href" {
                names.extend(attribute.value().trim().strip_prefix('#'));
            } else {
                names.extend(references(attribute.value()));
            }
        }
        let classes = || element.attribute("class").unwrap_or_default().split_whitespace();
        for (selector, ids) in &self.rules {
            // Counting more rules than apply is safe.
            let is_named = |word: &str| !word.is_empty() && selector.contains(word);
            let applies = selector.contains(['*', '[', ':'])
                || classes().any(is_named)
                || is_named(element.tag_name().name())
                || element.attribute("id").is_some_and(is_named);
            if applies {
                names.extend(ids);
            }
        }
        names.iter().filter_map(|name| self.by_id.get(name).copied()).collect()
    }
}
