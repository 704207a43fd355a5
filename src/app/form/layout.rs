//! The order of a model's inputs in Settings.

use crate::generation::{Field, FieldKind, InputSchema, Role};

/// Indices of fields, by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Width and height, in the section Shape.
    pub size: Option<(usize, usize)>,
    /// Fields that are always visible.
    pub simple: Vec<usize>,
    /// Fields in the folded section.
    pub advanced: Vec<usize>,
}

/// The roles that come first, whatever the model's own order.
const FIRST: [Role; 4] = [Role::Seed, Role::Steps, Role::Guidance, Role::NegativePrompt];

impl Layout {
    pub fn of(schema: &InputSchema) -> Self {
        let with_role = |role: Role| {
            let field = schema.fields.iter().position(|field| field.role == Some(role))?;
            Some(field)
        };
        let size = with_role(Role::Width).zip(with_role(Role::Height));
        let mut simple: Vec<usize> = FIRST.into_iter().filter_map(with_role).collect();
        let mut advanced = Vec::new();
        for (index, field) in schema.fields.iter().enumerate() {
            let is_placed = simple.contains(&index)
                || size.is_some_and(|(width, height)| index == width || index == height);
            if is_placed || is_driven(schema, field) {
                continue;
            }
            // A field that the person has to fill in is never folded away.
            let is_needed = field.required && field.default.is_none();
            if field.advanced && !is_needed { &mut advanced } else { &mut simple }.push(index);
        }
        Self { size, simple, advanced }
    }

    /// All fields from top to bottom.
    pub fn in_order(&self) -> impl Iterator<Item = usize> {
        let size = self.size.into_iter().flat_map(|(width, height)| [width, height]);
        size.chain(self.simple.iter().copied()).chain(self.advanced.iter().copied())
    }
}

/// True for an app's “randomize seed” switch: Easel turns it on when there is no seed, so the form
/// does not show it.
pub fn is_driven(schema: &InputSchema, field: &Field) -> bool {
    let says_so = [&field.name, &field.label].into_iter().any(|words| {
        let words = words.to_lowercase();
        words.contains("random") && (words.contains("seed") || words.starts_with("randomi"))
    });
    field.kind == FieldKind::Boolean && says_so && schema.with_role(Role::Seed).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(names: &[&str]) -> InputSchema {
        let field = |name: &&str| Field::new(*name, FieldKind::Json);
        InputSchema { fields: names.iter().map(field).collect() }
    }

    #[test]
    fn what_all_models_share_comes_first() {
        let mut schema = schema(&["image", "guidance", "height", "seed", "width", "steps"]);
        schema.fields[1].advanced = true;
        schema.fields[0].advanced = true;
        let layout = Layout::of(&schema);
        assert_eq!(layout.size, Some((4, 2)));
        assert_eq!((layout.simple.clone(), layout.advanced.clone()), (vec![3, 5, 1], vec![0]));
        assert_eq!(layout.in_order().collect::<Vec<_>>(), [4, 2, 3, 5, 1, 0]);
        schema.fields[0].required = true;
        assert!(Layout::of(&schema).advanced.is_empty());
    }

    #[test]
    fn the_seed_drives_the_switch_of_an_app() {
        let mut schema = schema(&["seed", "randomize_seed"]);
        schema.fields[1].kind = FieldKind::Boolean;
        assert_eq!(Layout::of(&schema).simple, [0]);
        schema.fields.remove(0);
        assert_eq!(Layout::of(&schema).simple, [0]);
    }
}
