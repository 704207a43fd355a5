//! One request and its response: with the token where it belongs, and with limits for time and size.

use std::time::Duration;

use tokio::sync::oneshot;

use super::{Call, Client, Reply, UndoOf};
use crate::server::{
    budget::Held,
    fault::Fault,
    outbound::{guard, on_drop::OnDrop},
};

/// How much of an unsuccessful response is read.
const MAX_ERROR_BYTES: usize = 64 * 1024;
/// The limit for a look-up, a poll or a cancel.
const SHORT_TIMEOUT: Duration = Duration::from_secs(20);
/// The limit for a request that continues although nobody waits for it.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(120);

impl Client {
    /// One request and its response.
    pub(super) async fn exchange(&self, call: &Call, limit: usize) -> Result<Reply, Fault> {
        let response = self.request(call)?.send().await;
        let response = response.map_err(|error| self.guard.unreachable(&call.url, &error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status.is_success() {
            self.guard.read(response, limit).await?
        } else {
            // If the text cannot be read, the status alone must do.
            let words = guard::read_words(response, MAX_ERROR_BYTES).await;
            Held { value: words, share: self.guard.budget().share(0) }
        };
        Ok(Reply { status, headers, body })
    }

    /// The same in a task of its own. When nobody waits for the response any more, or the receiver
    /// drops it, the job is cancelled as soon as its id is known.
    pub(super) async fn exchange_kept(
        &self,
        call: &Call,
        undo: &UndoOf,
    ) -> Result<(Reply, OnDrop), Fault> {
        let (sender, receiver) = oneshot::channel();
        let (client, call, undo) = (self.clone(), call.clone(), undo.clone());
        tokio::spawn(async move {
            let exchange = client.exchange(&call, guard::MAX_ANSWER_BYTES);
            let answer = tokio::time::timeout(ORPHAN_TIMEOUT, exchange).await;
            let answer = answer.unwrap_or_else(|_| Err(timeout())).map(|reply| {
                let undo = if reply.status.is_success() { undo(&reply) } else { None };
                (reply, client.undo(undo))
            });
            // If nobody receives it, it is dropped here, and the job is cancelled.
            let _ = sender.send(answer);
        });
        receiver.await.unwrap_or(Err(Fault::Internal))
    }

    /// A look-up or a cancel: one try, with a short limit.
    ///
    /// # Errors
    ///
    /// Network failures, and `Timeout` at the limit; no status is an error.
    pub async fn fetch(&self, call: &Call) -> Result<Reply, Fault> {
        let exchange = self.exchange(call, guard::MAX_LOOKUP_BYTES);
        tokio::time::timeout(SHORT_TIMEOUT, exchange).await.unwrap_or_else(|_| Err(timeout()))
    }

    /// The same for a job, whose response may hold its pictures.
    ///
    /// # Errors
    ///
    /// As for [`fetch`](Self::fetch).
    pub async fn poll(&self, call: &Call) -> Result<Reply, Fault> {
        let exchange = self.exchange(call, guard::MAX_ANSWER_BYTES);
        tokio::time::timeout(SHORT_TIMEOUT, exchange).await.unwrap_or_else(|_| Err(timeout()))
    }

    fn request(&self, call: &Call) -> Result<reqwest::RequestBuilder, Fault> {
        let client = self.guard.client_for(&call.url)?;
        let mut request = client.request(call.method.clone(), call.url.clone());
        for (name, value) in &call.headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = self.token_for(&call.url) {
            request = request.bearer_auth(token.expose());
        }
        if let Some(bill_to) = &self.bill_to
            && call.url.origin() == self.router.origin()
        {
            request = request.header("x-hf-bill-to", bill_to);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        Ok(request)
    }
}

fn timeout() -> Fault {
    Fault::Timeout { detail: "the server did not answer".to_owned() }
}
