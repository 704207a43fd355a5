//! The texts of XMP, which is XML about a file.

use roxmltree::{Document, ParsingOptions};

use super::{PARAMETERS, Texts};
use crate::server::xml::is_shallow;

/// The keyword of XMP in PNG; [`SEGMENT`] is its prefix in a segment of JPEG.
pub const KEYWORD: &str = "XML:com.adobe.xmp";
pub const SEGMENT: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// How many elements of a file are read.
const MAX_NODES: u32 = 20_000;

/// The limit for nested elements; XMP has ten levels.
const MAX_DEPTH: usize = 64;

/// The properties in which tools store a recipe, with their names here.
fn name_of(property: &str) -> Option<&'static str> {
    match property {
        "UserComment" | "parameters" | "Parameters" => Some(PARAMETERS),
        "description" | "Description" | "ImageDescription" => Some("Description"),
        "CreatorTool" | "Software" => Some("Software"),
        "prompt" => Some("prompt"),
        "workflow" => Some("workflow"),
        "invokeai_metadata" => Some("invokeai_metadata"),
        _ => None,
    }
}

/// Adds the values of the properties, as elements or attributes. Invalid XML is ignored.
pub fn read(xmp: &str, texts: &mut Texts) {
    let end = xmp.rfind('>').map_or(0, |end| end + 1);
    let xmp = xmp[..end].trim_start_matches('\u{feff}');
    if !is_shallow(xmp, MAX_DEPTH) {
        return;
    }
    // Entities are not needed, and can expand to a lot.
    let options = ParsingOptions { nodes_limit: MAX_NODES, allow_dtd: false };
    let Ok(document) = Document::parse_with_options(xmp, options) else { return };
    let mut left = xmp.len();
    let mut push = |name: &str, text: &str| {
        // Nested texts must not be counted again and again.
        if let Some(rest) = left.checked_sub(text.len()) {
            left = rest;
            texts.push(name, text.to_owned());
        }
    };
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        for attribute in element.attributes() {
            if let Some(name) = name_of(attribute.name()) {
                push(name, attribute.value());
            }
        }
        let Some(name) = name_of(element.tag_name().name()) else { continue };
        let words = element.descendants().filter(roxmltree::Node::is_text);
        words.filter_map(|words| words.text()).for_each(|words| push(name, words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_as_elements_and_as_attributes() {
        let xmp = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
                xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
                xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
                xmp:CreatorTool="Draw Things"><exif:UserComment><rdf:Alt>
                <rdf:li xml:lang="x-default">a &lt;fox&gt;&#xA;Steps: 1</rdf:li></rdf:Alt></exif:UserComment>
            </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#;
        let mut texts = Texts::default();
        read(xmp, &mut texts);
        assert_eq!(texts.get("Software"), Some("Draw Things"));
        assert_eq!(texts.parameters().collect::<Vec<_>>(), ["a <fox>\nSteps: 1"]);
    }

    #[test]
    fn entities_and_what_is_no_xml_say_nothing() {
        for xmp in ["", "<", "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><description>&b;</description>"] {
            let mut texts = Texts::default();
            read(xmp, &mut texts);
            assert_eq!(texts.get("Description"), None);
        }
        let deep =
            format!("{}words{}", "<description>".repeat(40_000), "</description>".repeat(40_000));
        let mut texts = Texts::default();
        read(&deep, &mut texts);
        assert_eq!(texts.get("Description"), None);
    }
}
