//! Finds the mask inputs of a model and the picture that each belongs to.

use crate::generation::{Field, FieldKind, Mask};

/// Marks the masks among `fields` and moves each after its picture.
pub fn mark(fields: &mut Vec<Field>) {
    let is_picture = |field: &Field| match &field.kind {
        FieldKind::File { accept } | FieldKind::Files { accept, .. } => accept.contains("image"),
        _ => false,
    };
    let is_mask = |field: &Field| {
        let is_one = matches!(field.kind, FieldKind::File { .. });
        is_one && is_picture(field) && field.name.to_ascii_lowercase().contains("mask")
    };
    let (masks, mut others): (Vec<_>, Vec<_>) = fields.drain(..).partition(is_mask);
    let named_image = others.iter().position(|field| field.name == "image" && is_picture(field));
    let picture = named_image.or_else(|| others.iter().position(is_picture));
    let masks = masks.into_iter().map(|field| {
        let mask = Mask {
            over: picture.map(|picture| others[picture].name.clone()),
            is_inverted: field.help.as_deref().is_some_and(paints_black),
            canvas: None,
        };
        field.with_mask(mask)
    });
    let masks: Vec<_> = masks.collect();
    let place = picture.map_or(0, |picture| picture + 1);
    others.splice(place..place, masks);
    *fields = others;
}

/// Whether the description says that black marks the area to repaint.
fn paints_black(help: &str) -> bool {
    let anew =
        ["inpaint", "edit", "chang", "replac", "fill", "generat", "repaint", "modif", "remov"];
    let help = help.to_ascii_lowercase();
    let clauses = help.split(['.', ',', ';', '\n']).flat_map(|part| part.split(" and "));
    let says = |colour: &str| {
        clauses.clone().any(|clause| {
            let is_kept = ["preserv", "kept", "keep", "unchanged", "not "];
            clause.contains(colour)
                && anew.iter().any(|word| clause.contains(word))
                && !is_kept.iter().any(|word| clause.contains(word))
        })
    };
    says("black") && !says("white")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(name: &str) -> Field {
        Field::new(name, FieldKind::File { accept: "image/*".to_owned() })
    }

    #[test]
    fn a_mask_stands_after_the_picture_that_it_lies_over() {
        let text = Field::new("mask_prompt", FieldKind::Json);
        let mut fields =
            vec![picture("mask"), picture("style"), picture("image"), text, picture("Mask_Image")];
        mark(&mut fields);
        let seen = fields.iter().map(|field| {
            let over = field.mask.as_ref().map(|mask| mask.over.as_deref().unwrap_or("nothing"));
            (field.name.as_str(), over)
        });
        let expected = [
            ("style", None),
            ("image", None),
            ("mask", Some("image")),
            ("Mask_Image", Some("image")),
            ("mask_prompt", None),
        ];
        assert_eq!(seen.collect::<Vec<_>>(), expected);
        let mut alone = vec![picture("mask")];
        mark(&mut alone);
        assert_eq!(alone[0].mask, Some(Mask::default()));
    }

    /// Descriptions of real models.
    #[test]
    fn the_colour_of_what_is_painted_is_as_the_maker_says() {
        for (help, is_black) in [
            ("Black and white image to use as mask for inpainting over the image.", false),
            ("White pixels are inpainted and black pixels are preserved.", false),
            (
                "A black-and-white image that describes the part to inpaint. Black areas will be preserved while white areas will be inpainted.",
                false,
            ),
            (
                "A black and white image. Black pixels are inpainted, white pixels are preserved. The mask will be resized to match the image size.",
                true,
            ),
            ("Mask: black areas get replaced; white areas stay unchanged", true),
            ("Black pixels are not changed.", false),
            ("", false),
        ] {
            assert_eq!(paints_black(help), is_black, "{help}");
        }
    }
}
