//! Reads the files of one language with Fluent.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser::parse,
};

/// The names of the arguments of a message.
pub type Arguments = BTreeSet<String>;

/// All messages of `folder`, with their arguments.
pub fn read(folder: &Path) -> BTreeMap<String, Arguments> {
    let mut messages = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        for (key, arguments) in read_file(&path) {
            let before = messages.insert(key.clone(), arguments);
            assert_eq!(before, None, "{} says {key} again", path.display());
        }
    }
    messages
}

/// All messages of one file.
pub fn read_file(path: &Path) -> BTreeMap<String, Arguments> {
    let mut messages = BTreeMap::new();
    let text = fs::read_to_string(path).unwrap();
    let shown = path.display();
    let resource = parse(text.as_str())
        .unwrap_or_else(|(_, errors)| panic!("{shown} is no Fluent: {errors:?}"));
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let value = message.value.expect("a message has a value");
                assert!(message.attributes.is_empty(), "nothing asks for attributes");
                let mut arguments = Arguments::new();
                of_pattern(&value, &mut arguments);
                let before = messages.insert(message.id.name.to_owned(), arguments);
                assert_eq!(before, None, "{shown} says {} again", message.id.name);
            }
            Entry::Term(term) => panic!("{shown}: nothing asks for the term {}", term.id.name),
            Entry::Junk { content } => panic!("{shown} holds junk: {content}"),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
        }
    }
    messages
}

fn of_pattern(pattern: &Pattern<&str>, arguments: &mut Arguments) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        of_expression(expression, arguments);
    }
}

fn of_expression(expression: &Expression<&str>, arguments: &mut Arguments) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, arguments),
        Expression::Select { selector, variants } => {
            of_inline(selector, arguments);
            variants.iter().for_each(|variant| of_pattern(&variant.value, arguments));
        }
    }
}

fn of_inline(inline: &InlineExpression<&str>, arguments: &mut Arguments) {
    match inline {
        InlineExpression::VariableReference { id } => _ = arguments.insert(id.name.to_owned()),
        InlineExpression::FunctionReference { arguments: given, .. } => {
            given.positional.iter().for_each(|inline| of_inline(inline, arguments));
        }
        InlineExpression::Placeable { expression } => of_expression(expression, arguments),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("messages refer to no others: {other:?}"),
    }
}
