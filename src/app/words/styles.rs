//! Built-in styles. Models understand English best, so the style texts are English; the names are
//! in the person's language.

use crate::{
    generation::{Words, WordsKind},
    language::text,
};

/// The negative prompt for paintings and drawings.
const NO_PHOTO: &str = "photograph, photorealistic, 3d render";

/// The negative prompt for photographs.
const NO_PAINT: &str = "painting, drawing, illustration, cartoon, 3d render";

/// All built-in styles: photographs first, then paintings, drawings, prints and models.
pub fn styles() -> Vec<Words> {
    let style = |name: String, prefix: &str, suffix: &str, negative: &str| Words {
        kind: WordsKind::Style,
        name,
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
        negative: negative.to_owned(),
    };
    vec![
        style(
            text!("words-photograph"),
            "photograph of ",
            ", natural light, sharp focus, 50mm lens",
            NO_PAINT,
        ),
        style(
            text!("words-film"),
            "35mm film photograph of ",
            ", Kodak Portra 400, soft grain, natural colours",
            NO_PAINT,
        ),
        style(
            text!("words-portrait"),
            "studio portrait of ",
            ", softbox lighting, shallow depth of field, 85mm lens",
            NO_PAINT,
        ),
        style(
            text!("words-street"),
            "street photograph of ",
            ", candid moment, overcast light, 35mm lens",
            NO_PAINT,
        ),
        style(
            text!("words-macro"),
            "macro photograph of ",
            ", extreme close-up, fine detail, blurred background",
            NO_PAINT,
        ),
        style(
            text!("words-aerial"),
            "aerial photograph of ",
            ", seen from far above, long shadows",
            NO_PAINT,
        ),
        style(
            text!("words-monochrome"),
            "black and white photograph of ",
            ", high contrast, deep blacks, silver gelatin print",
            "colour",
        ),
        style(
            text!("words-instant"),
            "instant photograph of ",
            ", faded colours, soft focus, light leak",
            NO_PAINT,
        ),
        style(
            text!("words-cinema"),
            "cinematic still of ",
            ", anamorphic lens, dramatic lighting, colour graded",
            NO_PAINT,
        ),
        style(
            text!("words-noir"),
            "film noir still of ",
            ", hard shadows, venetian blinds, rain, black and white",
            "colour, daylight",
        ),
        style(
            text!("words-product"),
            "product photograph of ",
            ", seamless white background, soft shadows, studio lighting",
            "clutter, people",
        ),
        style(
            text!("words-oil"),
            "oil painting of ",
            ", thick brush strokes, rich colours, canvas texture",
            NO_PHOTO,
        ),
        style(
            text!("words-watercolour"),
            "watercolour of ",
            ", wet on wet, soft edges, white paper showing through",
            NO_PHOTO,
        ),
        style(
            text!("words-gouache"),
            "gouache painting of ",
            ", flat opaque colours, matte texture, simple shapes",
            NO_PHOTO,
        ),
        style(
            text!("words-impressionist"),
            "impressionist painting of ",
            ", broken brush strokes, shimmering light",
            NO_PHOTO,
        ),
        style(
            text!("words-ink"),
            "ink drawing of ",
            ", confident brush lines, ink wash, white paper",
            NO_PHOTO,
        ),
        style(
            text!("words-pencil"),
            "pencil sketch of ",
            ", fine hatching, graphite on paper",
            "colour, photograph",
        ),
        style(
            text!("words-charcoal"),
            "charcoal drawing of ",
            ", smudged shadows, rough paper",
            "colour, photograph",
        ),
        style(
            text!("words-pastel"),
            "soft pastel drawing of ",
            ", chalky texture, gentle colours",
            NO_PHOTO,
        ),
        style(
            text!("words-woodcut"),
            "Japanese woodblock print of ",
            ", flat colours, bold outlines, ukiyo-e",
            NO_PHOTO,
        ),
        style(
            text!("words-linocut"),
            "linocut of ",
            ", two colours, carved lines, handmade print",
            NO_PHOTO,
        ),
        style(
            text!("words-etching"),
            "etching of ",
            ", dense cross-hatching, aged paper",
            "colour, photograph",
        ),
        style(
            text!("words-nouveau"),
            "art nouveau poster of ",
            ", flowing lines, ornamental frame, muted gold",
            NO_PHOTO,
        ),
        style(
            text!("words-travel"),
            "vintage travel poster of ",
            ", flat shapes, limited palette, screen print",
            NO_PHOTO,
        ),
        style(
            text!("words-comic"),
            "comic book panel of ",
            ", inked outlines, halftone dots, bold colours",
            NO_PHOTO,
        ),
        style(
            text!("words-anime"),
            "anime illustration of ",
            ", clean lines, cel shading, detailed background",
            NO_PHOTO,
        ),
        style(
            text!("words-book"),
            "children's book illustration of ",
            ", warm colours, gentle shapes, storybook",
            NO_PHOTO,
        ),
        style(
            text!("words-pixel"),
            "pixel art of ",
            ", 16-bit, limited palette, crisp pixels",
            "blurry, photograph",
        ),
        style(
            text!("words-isometric"),
            "isometric illustration of ",
            ", clean geometry, soft shadows, pastel colours",
            "perspective, photograph",
        ),
        style(
            text!("words-lowpoly"),
            "low poly 3d render of ",
            ", faceted surfaces, soft lighting",
            "photograph",
        ),
        style(
            text!("words-clay"),
            "clay model of ",
            ", handmade, fingerprints, stop motion, soft studio light",
            "drawing",
        ),
        style(
            text!("words-paper"),
            "layered paper cut of ",
            ", crisp edges, soft shadows between the layers",
            "photograph",
        ),
        style(
            text!("words-glass"),
            "stained glass window of ",
            ", lead lines, glowing colours",
            "photograph",
        ),
        style(
            text!("words-logo"),
            "minimal vector logo of ",
            ", flat colours, simple shapes, white background",
            "text, gradient, photograph",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn there_are_thirty_styles_that_could_be_kept_in_every_language() {
        for language in Language::ALL {
            let styles = language.of_work(styles);
            assert!(styles.len() >= 30);
            let mut names: Vec<_> = styles.iter().map(|style| style.name.clone()).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), styles.len(), "two have the same name");
            assert!(styles.into_iter().all(|style| style.checked().is_some()));
        }
    }
}
