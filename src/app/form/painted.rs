//! The data for painting a mask: the picture below it, and its current contents.

use super::{
    control::id_of,
    filled::FilledForm,
    values::{self, Values},
};
use crate::generation::{Field, Mask};

/// A mask input, with the data to paint it.
#[derive(Clone, Debug)]
pub struct PaintedField {
    pub field: Field,
    /// The id of its control.
    pub id: String,
    /// The URL of the picture below the mask.
    pub picture: Option<String>,
    /// The URL of the current mask.
    pub mask: Option<String>,
    /// The size of an empty canvas, for painting without a picture, in pixels.
    pub canvas: Option<(u32, u32)>,
    pub is_inverted: bool,
}

impl FilledForm {
    /// The mask input named `input`; `None` if it is not a mask, or has nothing below it.
    pub fn painted(&self, input: &str) -> Option<PaintedField> {
        let fields = &self.schema()?.fields;
        let index = fields.iter().position(|field| field.name == input)?;
        let field = fields[index].clone();
        let Mask { over, is_inverted, canvas } = field.mask.clone()?;
        let picture = over.and_then(|over| address_of(&self.values, &over));
        if picture.is_none() && canvas.is_none() {
            return None;
        }
        // The browser must not read pixels of a cross-origin picture, so such a mask cannot be
        // continued.
        let mask = address_of(&self.values, input).filter(|address| address.starts_with('/'));
        Some(PaintedField { field, id: id_of(index), picture, mask, canvas, is_inverted })
    }
}

/// The URL of the last picture in an input.
fn address_of(values: &Values, input: &str) -> Option<String> {
    let of_input = values.iter().rev().filter(|(name, _)| name == input);
    let (_, text) = of_input.into_iter().find(|(_, text)| !text.trim().is_empty())?;
    Some(match values::digest_of(text) {
        Some(digest) => format!("/api/images/{digest}"),
        None => text.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{FieldKind, InputSchema, Model, ModelReference, PromptUse};

    fn form(mask: Mask, values: &[(&str, &str)]) -> FilledForm {
        let file = |name: &str| Field::new(name, FieldKind::File { accept: "image/*".to_owned() });
        let fields = vec![file("image"), file("mask").with_mask(mask)];
        let reference = ModelReference::demo();
        let model = Model {
            reference: reference.clone(),
            title: String::new(),
            description: None,
            page: None,
            prompt: PromptUse::None,
            schema: InputSchema { fields },
            example: None,
            notices: Vec::new(),
        };
        let values = values.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        FilledForm {
            reference,
            model: Some(Ok(model)),
            values: values.collect(),
            prompt: None,
            errors: Vec::new(),
            notices: Vec::new(),
            app: None,
            file_names: Default::default(),
            costs: Vec::new(),
            readiness: None,
        }
    }

    fn over(input: &str) -> Mask {
        Mask { over: Some(input.to_owned()), ..Mask::default() }
    }

    #[test]
    fn a_mask_is_painted_over_its_picture() {
        let values = [("image", "stored:a"), ("mask", "stored:m"), ("image", " ")];
        let painted = form(over("image"), &values).painted("mask").unwrap();
        assert_eq!(painted.id, "input-1");
        assert_eq!(painted.picture.as_deref(), Some("/api/images/a"));
        assert_eq!(painted.mask.as_deref(), Some("/api/images/m"));
    }

    #[test]
    fn a_mask_from_elsewhere_is_painted_anew() {
        let values = [("image", "https://h/a.png"), ("mask", "https://h/m.png")];
        let painted = form(over("image"), &values).painted("mask").unwrap();
        assert_eq!(painted.picture.as_deref(), Some("https://h/a.png"));
        assert_eq!(painted.mask, None);
    }

    #[test]
    fn there_is_something_to_paint_on() {
        assert!(form(over("image"), &[]).painted("mask").is_none());
        assert!(form(over("image"), &[("image", "stored:a")]).painted("image").is_none());
        let canvas = Mask { canvas: Some((640, 480)), ..over("image") };
        assert_eq!(form(canvas, &[]).painted("mask").unwrap().canvas, Some((640, 480)));
    }
}
