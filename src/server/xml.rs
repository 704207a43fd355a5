//! Checks XML from outside before it is parsed.

/// Whether no element is nested in more than `limit` others. The parser recurses for each level, so
/// a deep file would overflow its stack.
pub fn is_shallow(text: &str, limit: usize) -> bool {
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
        if let Some((begin, end)) = skipped.iter().find(|(begin, _)| rest.starts_with(begin)) {
            let inside = &rest[begin.len()..];
            rest = inside.find(end).map_or("", |at| &inside[at + end.len()..]);
        } else if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !rest.starts_with('!') {
            let (end, is_empty) = end_of_tag(rest);
            rest = &rest[end..];
            if !is_empty {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
        }
    }
    true
}

/// Where a tag ends, and whether it is empty.
fn end_of_tag(tag: &str) -> (usize, bool) {
    let (mut quote, mut before) = (None, 0);
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return (at + 1, before == b'/'),
            (None, _) => {}
        }
        before = byte;
    }
    (tag.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_and_nothing_else() {
        for text in [
            "",
            "<",
            "<a",
            "<a><b/><b></b></a>",
            "<?xml version='1.0'?><!DOCTYPE a><!-- <c><c><c> --><a x='>' y=\"/>\"><b/></a>",
            "<a><![CDATA[<c><c><c>]]></a>",
        ] {
            assert!(is_shallow(text, 2), "{text}");
        }
        assert!(!is_shallow("<a><b><c/>", 1));
        for trick in [
            "<!-- </a> -->",
            "<![CDATA[</a>]]>",
            "<b x='</a>'/>",
            "<?x </a> ?>",
            "<b x='/'><!----></b>",
        ] {
            assert!(!is_shallow(&format!("<a>{trick}").repeat(20), 19), "{trick}");
        }
    }
}
