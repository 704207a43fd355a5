//! The page of an app during one run: the values of its components, from opening to end.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    app::App,
    endpoint::{Call, Endpoint, Parameter, is_visible},
    job::{Job, Session},
    message::JobEvent,
    wire::PROPS,
};
use crate::server::{fault::Fault, json};

/// The limit for opening a page.
const OPENING: Duration = Duration::from_secs(30);
/// The limit for following a change: some apps compute there what a picture shows.
const FOLLOWING: Duration = Duration::from_secs(5 * 60);
/// The limit for what a function may write into one component when the page is opened.
const MAX_BYTES: usize = 1024 * 1024;

/// The values of components by their ids; missing ones have the value that the app described.
#[derive(Default)]
pub struct Page {
    values: HashMap<i64, Value>,
    /// The timers that were stopped or started, by their ids.
    timers: HashMap<i64, bool>,
}

impl Page {
    /// Opens the page in `session`: runs the functions of the app's opening that `endpoint` needs.
    /// The returned endpoint is as the page shows it, with the choices and values that were filled
    /// in. A function that fails changes nothing.
    pub async fn open(app: &App, endpoint: &Endpoint, session: &Session) -> (Self, Endpoint) {
        let (mut page, mut opened) = (Self::default(), endpoint.clone());
        let mut ended = HashMap::new();
        for call in &endpoint.loads {
            if !call.is_next(&ended) {
                continue;
            }
            let mut silently = |_: &JobEvent| {};
            let run = page.run(app, call, session, &mut silently);
            let ran = tokio::time::timeout(OPENING, run).await;
            ended.insert(call.fn_index, matches!(ran, Ok(Ok(_))));
            match ran {
                Ok(Ok(values)) => {
                    page.take(call, &values);
                    opened.parameters.iter_mut().for_each(|one| update(one, call, &values));
                }
                Ok(Err(error)) => tracing::debug!(%error, "an app's page could not be opened"),
                Err(_) => tracing::debug!("an app's page took too long to open"),
            }
        }
        (page, opened)
    }

    /// Runs what the page runs after somebody has changed the components for which `is_set` is
    /// true, and stores what those functions write into other components, or back into the changed
    /// one. Returns the failures, by component.
    pub async fn follow(
        &mut self,
        app: &App,
        endpoint: &Endpoint,
        session: &Session,
        is_set: impl Fn(i64) -> bool,
        mut on_event: impl FnMut(&JobEvent),
    ) -> Vec<(i64, Fault)> {
        let mut failures = Vec::new();
        for change in endpoint.changes.iter().filter(|change| is_set(change.id)) {
            let stays = |id: i64| id != change.id && is_set(id);
            let mut ended = HashMap::new();
            for call in &change.calls {
                if !call.is_next(&ended) {
                    continue;
                }
                let run = self.run(app, call, session, &mut on_event);
                let run = tokio::time::timeout(FOLLOWING, run).await;
                let late = || Fault::Timeout { detail: "it took more than 5 minutes".to_owned() };
                let ran = run.unwrap_or_else(|_| Err(late()));
                ended.insert(call.fn_index, ran.is_ok());
                match ran {
                    Ok(values) => self.take_but(call, &values, &stays),
                    Err(error) => failures.push((change.id, error)),
                }
            }
        }
        failures
    }

    async fn run(
        &self,
        app: &App,
        call: &Call,
        session: &Session,
        on_event: &mut impl FnMut(&JobEvent),
    ) -> Result<Vec<Value>, Fault> {
        let mut job = Job::start(app.clone(), call, session, self.data(app, call)).await?;
        while let Some(event) = job.next().await {
            let event = event?;
            on_event(&event);
            if let JobEvent::Completed(values) = event {
                return Ok(values);
            }
        }
        Err(Fault::Internal)
    }

    /// Sets the value of a parameter.
    pub fn set(&mut self, id: i64, value: Value) {
        self.values.insert(id, value);
    }

    /// The data for `call`: the values of the components that it reads. Values that the app keeps
    /// itself are sent as null.
    pub fn data(&self, app: &App, call: &Call) -> Vec<Value> {
        let value = |id: &i64| {
            let component = app.config().components.get(id);
            if let Some(component) = component.filter(|component| component.skip_api) {
                return component.sent();
            }
            let own = || component.and_then(|component| component.props.get("value")).cloned();
            self.values.get(id).cloned().or_else(own).unwrap_or_default()
        };
        call.inputs.iter().map(value).collect()
    }

    /// Whether a timer runs: as functions have set it, otherwise as the app described it.
    pub fn is_running(&self, app: &App, timer: i64) -> bool {
        self.timers.get(&timer).copied().unwrap_or_else(|| {
            let timer = app.config().components.get(&timer);
            timer.is_some_and(|timer| timer.props.get("active") != Some(&Value::Bool(false)))
        })
    }

    /// Stores what `call` has written.
    pub fn take(&mut self, call: &Call, values: &[Value]) {
        self.take_but(call, values, &|_| false);
    }

    /// The same, except for the components that stay unchanged.
    fn take_but(&mut self, call: &Call, values: &[Value], stays: &impl Fn(i64) -> bool) {
        for (id, value) in call.outputs.iter().zip(values).filter(|(id, _)| !stays(**id)) {
            let value = match value.get("__type__").and_then(Value::as_str) {
                Some("update") => {
                    if let Some(Value::Bool(active)) = value.get("active") {
                        self.timers.insert(*id, *active);
                    }
                    value.get("value")
                }
                _ => Some(value),
            };
            if let Some(value) = value {
                self.values.insert(*id, value.clone());
            }
        }
    }
}

impl App {
    /// `endpoint` as the app's page shows it once it is opened: some apps fill in choices and
    /// values then. The page is opened once per connection.
    pub(super) async fn opened(&self, endpoint: &Endpoint) -> Endpoint {
        if endpoint.loads.is_empty() {
            return endpoint.clone();
        }
        if let Some(opened) = self.opened_before(endpoint) {
            return opened;
        }
        let (_, opened) = Page::open(self, endpoint, &Session::fresh()).await;
        self.remember_opened(opened.clone());
        opened
    }
}

/// Copies what `call` has written into the component of `parameter`.
fn update(parameter: &mut Parameter, call: &Call, values: &[Value]) {
    let written = call.outputs.iter().zip(values).find(|(id, _)| **id == parameter.id);
    let Some((_, written)) = written.filter(|(_, value)| json::weight(value) <= MAX_BYTES) else {
        return;
    };
    let is_update = written.get("__type__").is_some_and(|kind| kind == "update");
    let mut props = (*parameter.props).clone();
    if let Value::Object(props) = &mut props {
        match written {
            Value::Object(fields) if is_update => {
                let known = fields.iter().filter(|(name, _)| PROPS.contains(&name.as_str()));
                props.extend(known.map(|(name, value)| (name.clone(), value.clone())));
            }
            value => {
                props.insert("value".to_owned(), value.clone());
            }
        }
    }
    let value = if is_update { written.get("value") } else { Some(written) };
    if let Some(value) = value.filter(|value| !value.is_null()) {
        parameter.default = Some(value.clone());
    }
    parameter.visible = is_visible(&props);
    parameter.props = Arc::new(props);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_in_when_the_page_opens_is_in_the_form() {
        let mut parameter = Parameter {
            id: 4,
            name: "model".to_owned(),
            label: "Checkpoint".to_owned(),
            component: "dropdown".to_owned(),
            schema: Value::Null,
            default: None,
            visible: true,
            wordings: Arc::default(),
            props: Arc::new(json!({"choices": []})),
        };
        let call = Call {
            fn_index: 1,
            inputs: vec![],
            outputs: vec![4],
            streaming: false,
            queued: None,
            follows: None,
        };
        let written = json!({"__type__": "update", "choices": [["Tiny", "tiny-xl"]], "value": "tiny-xl", "evil": 1});
        update(&mut parameter, &call, &[written]);
        assert_eq!(parameter.default, Some(json!("tiny-xl")));
        assert_eq!(*parameter.props, json!({"choices": [["Tiny", "tiny-xl"]], "value": "tiny-xl"}));
        let large = json!({"__type__": "update", "choices": vec!["x"; 100_000]});
        update(&mut parameter, &call, &[large]);
        assert_eq!(parameter.props["choices"], json!([["Tiny", "tiny-xl"]]));
        update(&mut parameter, &call, &[json!("plain")]);
        assert_eq!(parameter.default, Some(json!("plain")));
    }
}
