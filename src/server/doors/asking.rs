//! Turns an API request into work: finds the model, reads the inputs, and recognizes repeated
//! requests.

use axum::http::HeaderMap;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    generation::Model,
    server::{
        api_keys::ApiCaller,
        api_requests::{RequestError, RequestIdentity, Ticket},
        client_address::ClientAddress,
        doors::{
            address,
            answer::Form,
            api_error::ApiError,
            model_names,
            parsed_request::{ParsedRequest, RequestImages},
            promises,
            work::{Door, Work},
        },
        state::AppState,
        visitors::Asker,
    },
};

/// The longest idempotency key.
const MAX_NAME_LENGTH: usize = 255;

/// A request for pictures, read but not interpreted.
pub struct Asking {
    pub state: AppState,
    pub caller: ApiCaller,
    pub address: ClientAddress,
    pub door: Door,
    pub fields: Map<String, Value>,
    pub given: RequestImages,
    pub headers: HeaderMap,
}

impl Asking {
    /// The work, and the client's claim to its result.
    ///
    /// # Errors
    ///
    /// What is wrong with the request, before anything begins.
    pub async fn work(self, form: Form) -> Result<(Work, Ticket), ApiError> {
        let name = self.fields.get("model").and_then(Value::as_str);
        let model = model_names::meant(&self.state, &self.caller, name)?;
        let asked = self.asked()?;
        let requests = &self.state.api_requests;
        let earlier = requests.again(&asked).await.map_err(refused)?;
        let described = self.state.generations.describe_for(&self.caller.session, &model).await;
        let (wanted, drafts) = match (described, &earlier) {
            (Ok(described), _) => {
                let wanted = self.understood(&described)?;
                let drafts = wanted.drafts.clone();
                (wanted, Some(drafts))
            }
            // A generation that has begun is joined, even if its model cannot be described.
            (Err(_), Some(_)) => (ParsedRequest::default(), None),
            (Err(error), None) => return Err(error.into()),
        };
        let count = drafts.as_ref().map_or(0, Vec::len);
        let earlier = earlier.filter(|ticket| count == 0 || ticket.generations().len() == count);
        let ticket = match earlier {
            Some(ticket) => ticket,
            None => requests.new_request(&asked, count).await.map_err(refused)?,
        };
        let base = address::base(&self.state, &self.headers);
        promises::promise(&self.state, &self.caller, ticket.generations(), &base, None).await?;
        let work = Work {
            asker: Asker::holding(&self.caller, self.address),
            ids: ticket.generations().to_vec(),
            is_replay: ticket.is_replay && asked.idempotency.is_some(),
            state: self.state,
            model,
            wanted,
            form,
            drafts,
        };
        Ok((work, ticket))
    }

    fn understood(&self, model: &Model) -> Result<ParsedRequest, ApiError> {
        let mut wanted = ParsedRequest::read(&self.fields, &self.given, model)?;
        if self.door == Door::Automatic {
            wanted.keep_within_bounds(model);
        }
        wanted.check(model)?;
        let is_strict = self.headers.get("x-easel-strict").is_some_and(|value| value == "1");
        let other = wanted.ignored.first().or_else(|| wanted.adjusted.keys().next());
        match other.filter(|_| is_strict) {
            Some(name) => {
                let message = format!("The model cannot do what {name} asks for.");
                Err(ApiError::field(name.clone(), message))
            }
            None => Ok(wanted),
        }
    }

    /// The identity of the request, by which a repetition is recognized.
    fn asked(&self) -> Result<RequestIdentity, ApiError> {
        let mut digest = Sha256::new();
        for part in [self.door.word(), &Value::from(self.fields.clone()).to_string()] {
            digest.update(part);
            digest.update([0]);
        }
        let pictures = self.given.pictures.iter().chain(&self.given.mask);
        pictures.for_each(|picture| digest.update(format!("{picture}\n")));
        let text = |name: &str| self.headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let name = text("idempotency-key");
        let is_right = |name: &str| {
            (1..=MAX_NAME_LENGTH).contains(&name.len())
                && name.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        if name.is_some_and(|name| !is_right(name)) {
            let message = "An Idempotency-Key has 1 to 255 printable characters.";
            return Err(ApiError::invalid("invalid_value", message).about("Idempotency-Key"));
        }
        let retries = text("x-stainless-retry-count").and_then(|count| count.parse::<u32>().ok());
        Ok(RequestIdentity {
            key: self.caller.key.clone(),
            session: self.caller.session.clone(),
            fingerprint: format!("{:x}", digest.finalize()),
            idempotency: name.map(str::to_owned),
            is_retry: retries.is_some_and(|retries| retries > 0),
        })
    }
}

fn refused(refused: RequestError) -> ApiError {
    match refused {
        RequestError::Conflict => crate::error::GenerateError::Conflict.into(),
        RequestError::Store(error) => error.into(),
    }
}
