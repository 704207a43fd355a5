//! Calls of the server functions: their session, the status of unreadable calls, and the memory
//! budget of a response until it is sent.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use axum::{
    Extension,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use server_fn::error::FromServerFnError;

use super::failures::{status_of, when_again};
use crate::{
    api::Door,
    app::{self, refusal},
    error::GenerateError,
    generation::{
        Draft, GenerationId, PageOutcome, Refusal,
        contract::{Drawn, GalleryAct, Part},
    },
    server::{
        access::Caller,
        budget::{Sending, Share},
        client_address::ClientAddress,
        session::IsNew,
        state::AppState,
        store::SessionId,
        visitors::Asker,
    },
};

pub async fn server_function(
    State(state): State<AppState>,
    Extension(session): Extension<SessionId>,
    caller: Caller,
    address: ClientAddress,
    request: Request,
) -> Response {
    let is_new = request.extensions().get::<IsNew>().is_some();
    let asker = Asker { session, caller, address, is_new, key: None };
    let call = Arc::new(Call {
        state,
        asker,
        sending: Sending::default(),
        was_read: AtomicBool::default(),
    });
    let door = Arc::clone(&call);
    let context = move || provide_context::<Arc<dyn Door>>(Arc::clone(&door) as _);
    let response = leptos_axum::handle_server_fns_with_context(context, request).await;
    let response = response.into_response();
    // Leptos responds with 500 to a body that it cannot decode, before the function is called.
    let was_read = call.was_read.load(Ordering::Relaxed);
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !was_read {
        return (StatusCode::BAD_REQUEST, refusal(&unreadable_call()).ser()).into_response();
    }
    held_until_sent(response, call.sending.take())
}

/// One call of a server function: its session, and the operations behind it.
struct Call {
    state: AppState,
    asker: Asker,
    sending: Sending,
    /// Whether the arguments could be parsed.
    was_read: AtomicBool,
}

#[async_trait]
impl Door for Call {
    async fn generate(
        &self,
        id: GenerationId,
        draft: Option<Draft>,
    ) -> Result<PageOutcome, Refusal> {
        self.was_read.store(true, Ordering::Relaxed);
        let outcome = answered(self.state.generate_or_replace(&self.asker, &id, draft).await)?;
        self.sending.keep(outcome.share);
        Ok(outcome.value.into())
    }

    async fn draw(&self, part: Part) -> Result<Drawn, Refusal> {
        self.was_read.store(true, Ordering::Relaxed);
        answered(app::draw(&self.state, &self.asker, part).await)
    }

    async fn act(
        &self,
        ids: Vec<GenerationId>,
        act: GalleryAct,
        collection: String,
    ) -> Result<u32, Refusal> {
        self.was_read.store(true, Ordering::Relaxed);
        answered(self.asker.caller.must_make())?;
        answered(self.state.act(&self.asker.session, &ids, act, &collection).await)
    }
}

/// Sets the status for an error; server functions alone would respond with 500.
fn answered<T>(answer: Result<T, GenerateError>) -> Result<T, Refusal> {
    answer.map_err(|error| {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.set_status(status_of(&error));
            for (name, value) in &when_again(&error) {
                options.insert_header(name.clone(), value.clone());
            }
        }
        refusal(&error)
    })
}

fn unreadable_call() -> GenerateError {
    let detail = "the server could not read what the page sent; reload the page".to_owned();
    GenerateError::InputRejected { fields: Vec::new(), detail }
}

/// The same response, whose share of the budget is returned with its last byte.
fn held_until_sent(response: Response, shares: Vec<Share>) -> Response {
    if shares.is_empty() {
        return response;
    }
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    let pieces = body.into_data_stream().map(move |piece| {
        let _held = &shares;
        piece
    });
    Response::from_parts(head, Body::from_stream(pieces))
}
