//! Converts what a person filled in to the values of an endpoint's parameters.

mod files;
mod sent;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

pub use self::files::add_files;
use self::sent::{as_taken, fallback, plain_value};
use super::{
    endpoint::Endpoint,
    masks,
    schema::{self, Form, randomises_seed},
};
use crate::{
    generation::{Fact, FactKey, Field, FieldKind, InputValue, Role},
    server::{fault::Fault, provider::Job},
};

/// The values to send, and the facts to report with the result.
pub struct CallValues {
    pub values: BTreeMap<String, Value>,
    /// The seed that Easel chose.
    pub facts: Vec<Fact>,
    /// The parameters that the person or Easel set.
    pub set: HashSet<String>,
}

/// Fills in everything but the files, which need the app. A chosen seed is derived from `random`.
///
/// # Errors
///
/// `InputRejected` for invalid JSON.
pub fn fill(endpoint: &Endpoint, form: &Form, job: &Job, random: u32) -> Result<CallValues, Fault> {
    let mut filled = CallValues { values: BTreeMap::new(), facts: Vec::new(), set: HashSet::new() };
    let request = &job.request;
    for parameter in &endpoint.parameters {
        let name = &parameter.name;
        let value = if form.prompt_parameter.as_ref() == Some(name) {
            let own_words = !request.prompt.is_empty() || parameter.default.is_none();
            let has_files = request.inputs.contains_key(&schema::attachments_name(parameter));
            (own_words || has_files).then(|| match parameter.component.as_str() {
                "multimodaltextbox" => json!({"text": request.prompt, "files": []}),
                _ => Value::from(request.prompt.as_str()),
            })
        } else {
            match request.inputs.get(name) {
                Some(value) => plain_value(name, value)?.map(|value| as_taken(parameter, value)),
                None if randomises_seed(parameter) && has_seed(form, job) => Some(false.into()),
                None => fallback(parameter),
            }
        };
        let is_prompt = form.prompt_parameter.as_ref() == Some(name);
        let is_given =
            [name, &masks::name(parameter)].iter().any(|name| request.inputs.contains_key(*name));
        if is_prompt && value.is_some() || is_given {
            filled.set.insert(name.clone());
        }
        if let Some(value) = value {
            filled.values.insert(name.clone(), value);
        }
    }
    if let Some((name, seed)) = chosen_seed(endpoint, form, job, random) {
        filled.values.insert(name.clone(), seed.into());
        filled.facts.push(Fact::new(FactKey::Seed, seed));
        filled.set.insert(name.clone());
        for flag in endpoint.parameters.iter().filter(|parameter| randomises_seed(parameter)) {
            filled.values.insert(flag.name.clone(), false.into());
            filled.set.insert(flag.name.clone());
        }
    }
    Ok(filled)
}

fn has_seed(form: &Form, job: &Job) -> bool {
    form.schema
        .with_role(Role::Seed)
        .is_some_and(|seed| job.request.inputs.contains_key(&seed.name))
}

/// A seed, so that a picture can be made again: chosen where the person gave none and did not leave
/// the choice to the app.
fn chosen_seed<'f>(
    endpoint: &Endpoint,
    form: &'f Form,
    job: &Job,
    random: u32,
) -> Option<(&'f String, i64)> {
    let Field { name, kind: FieldKind::Integer { min, max, .. }, .. } =
        form.schema.with_role(Role::Seed)?
    else {
        return None;
    };
    let given = &job.request.inputs;
    let left_to_app = endpoint
        .parameters
        .iter()
        .filter(|parameter| randomises_seed(parameter))
        .any(|flag| given.get(&flag.name).and_then(InputValue::as_bool) == Some(true));
    if given.contains_key(name) || left_to_app {
        return None;
    }
    // Values below 0, where allowed, mean “any”.
    let low = min.unwrap_or(0).max(0);
    let high = max.unwrap_or(i128::from(i32::MAX)).min(i128::from(i32::MAX)).max(low);
    let seed = low + i128::from(random) % (high - low + 1);
    Some((name, i64::try_from(seed).ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap as Map;

    use super::*;
    use crate::{
        generation::{GenerationId, Request},
        server::provider::space::{endpoints::endpoints, schema, wire::AppConfig},
    };

    fn endpoint() -> Endpoint {
        let part = |id: u32, kind: &str, label: &str, props: Value| {
            let mut props = props;
            props["label"] = label.into();
            json!({"id": id, "type": kind, "props": props})
        };
        let bounds = json!({"minimum": -1, "maximum": 9, "step": 1, "value": -1});
        let config = json!({
            "dependencies": [{"api_name": "infer", "inputs": [1, 2, 3, 4, 5]}],
            "components": [
                part(1, "textbox", "Prompt", json!({})),
                part(2, "slider", "Seed", bounds),
                part(3, "checkbox", "Randomize seed", json!({"value": true})),
                part(4, "textbox", "Secret", json!({"value": "kept", "visible": false})),
                part(5, "state", "", json!({})),
            ],
        });
        endpoints(&AppConfig::parse(&config).unwrap(), None).remove(0)
    }

    fn filled(inputs: &[(&str, InputValue)]) -> (Vec<Value>, Vec<Fact>) {
        let endpoint = endpoint();
        let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let job = Job {
            id: GenerationId::from_parts(0, [0; 10]),
            session_key: "somebody".to_owned(),
            language: None,
            attempt: 1,
            request: Request {
                model: "space:a/b".parse().unwrap(),
                prompt: "a cat".to_owned(),
                inputs: inputs.collect(),
            },
            files: Map::new(),
            cancelled: Default::default(),
        };
        let filled = fill(&endpoint, &schema::form(&endpoint), &job, 25).unwrap();
        (endpoint.data(filled.values).unwrap(), filled.facts)
    }

    fn sent(seed: i64, randomise: bool) -> Vec<Value> {
        vec!["a cat".into(), seed.into(), randomise.into(), "kept".into(), Value::Null]
    }

    #[test]
    fn a_seed_is_chosen_and_told_where_none_is_given() {
        // Within 0 to 9, although -1 is allowed and means any.
        assert_eq!(filled(&[]), (sent(5, false), vec![Fact::new("Seed", 5)]));
    }

    #[test]
    fn a_given_seed_is_used_unless_the_person_has_it_randomised() {
        let seed = ("param_1", InputValue::Integer(3));
        let randomise = ("param_2", InputValue::Boolean(true));
        assert_eq!(filled(std::slice::from_ref(&seed)), (sent(3, false), Vec::new()));
        assert_eq!(filled(&[seed, randomise.clone()]), (sent(3, true), Vec::new()));
        assert_eq!(filled(&[randomise]), (sent(-1, true), Vec::new()));
    }
}
