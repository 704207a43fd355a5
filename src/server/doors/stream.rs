//! Streaming responses: unfinished pictures while they are made, then the finished ones.

use std::{
    convert::Infallible,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event as SseEvent, KeepAlive, Sse},
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::{FutureExt, StreamExt, future, future::join_all, stream};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::timeout};

use super::{
    answer::{self, Form},
    api_error::ApiError,
    made::{self, Picture},
    streaming::Streaming,
    work::{Work, still_running, stopping},
};
use crate::{
    generation::{Event, GalleryItem, Image, ImageType},
    server::{
        api_requests::Ticket, budget::Share, clock::now_ms, completing::Unfinished,
        store::StoreError,
    },
};

/// The interval of keep-alive comments.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How many copies of a picture's bytes are in memory while it is sent.
const COPIES: usize = 4;

/// The stream of all results of `work`. When its last event was sent, the ticket is delivered.
pub fn answer(work: Work, streaming: Streaming, ticket: Ticket) -> Response {
    let headers = answer::told(work.model.as_str(), &work.ids[0], &work.wanted.ignored);
    let (sender, receiver) = mpsc::channel(2);
    let events = stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|event| (Some(event), receiver))
    });
    let is_over = Arc::new(AtomicBool::new(false));
    let carried_out = Carrying { work, streaming, sender, is_over: is_over.clone() }.carry_out();
    // The work is polled with the stream, so that it ends when the client disconnects.
    let silent = carried_out.into_stream().map(|()| None);
    let end = async move {
        match is_over.load(Ordering::Relaxed) {
            true => ticket.deliver(),
            false => drop(ticket),
        }
        None
    };
    let all = stream::select(events, silent).chain(end.into_stream());
    let all = all.filter_map(|event| future::ready(event.map(Ok::<SseEvent, Infallible>)));
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("keep-alive");
    let mut response = Sse::new(all).keep_alive(keep_alive).into_response();
    response.headers_mut().extend(headers);
    let name = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(name, HeaderValue::from_static("no"));
    response
}

/// A streaming request in progress.
struct Carrying {
    work: Work,
    streaming: Streaming,
    sender: mpsc::Sender<SseEvent>,
    /// Whether everything was sent, so that nothing is left for a repeated request.
    is_over: Arc<AtomicBool>,
}

impl Carrying {
    async fn carry_out(self) {
        let limit = Duration::from_secs(self.work.state.config.engine.wait_seconds.into());
        let all = join_all((0..self.work.ids.len()).map(|at| self.one(at)));
        match timeout(limit, all).await {
            Ok(ended) => self.is_over.store(ended.iter().all(|ended| *ended), Ordering::Relaxed),
            Err(_) => self.fail(still_running(&self.work.ids[0])).await,
        }
    }

    /// Follows one generation; false when another process continues it.
    async fn one(&self, at: usize) -> bool {
        let mut previews = pin!(self.previews(at));
        let mut ended = pin!(self.work.one(at));
        let ended = tokio::select! {
            ended = &mut ended => ended,
            () = &mut previews => ended.await,
        };
        let id = &self.work.ids[at];
        match ended {
            Ok(item) => self.finished(at, item).await,
            Err(Unfinished::Failed(error)) => self.fail(ApiError::from(error).of(id)).await,
            Err(Unfinished::Stopping) => {
                self.fail(stopping(id)).await;
                return false;
            }
        }
        true
    }

    /// Sends unfinished pictures, spread over the run; of several in between, only the newest.
    async fn previews(&self, at: usize) {
        let (generations, session) = (&self.work.state.generations, &self.work.asker.session);
        let id = &self.work.ids[at];
        if self.streaming.partial == 0 {
            return;
        }
        let Ok(events) = generations.watch(session, id, 0).await else { return };
        let mut events = pin!(events);
        let (mut sent, mut fraction) = (0, None);
        while let Some(event) = events.next().await {
            match event.event {
                Event::Progress { step, total, fraction: told, .. } => {
                    let counted = step.zip(total).map(|(step, total)| step / total.max(1.0));
                    fraction = told.or(counted).or(fraction);
                }
                Event::Preview { number } => {
                    let due = (sent + 1) as f64 / (self.streaming.partial + 1) as f64;
                    if fraction.is_some_and(|fraction| fraction < due) {
                        continue;
                    }
                    if let Some(preview) = generations.preview(session, id, number) {
                        self.partial(at, &preview, sent).await;
                        sent += 1;
                    }
                    if sent == self.streaming.partial {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    async fn partial(&self, at: usize, preview: &Image, index: u64) {
        let Some(_room) = self.room(preview.bytes.len()).await else { return };
        let mut event = self.event("partial_image", at, preview.content_type);
        event["b64_json"] = BASE64_STANDARD.encode(&preview.bytes).into();
        event["partial_image_index"] = index.into();
        event["size"] = format!("{}x{}", preview.width, preview.height).into();
        self.send("partial_image", &event).await;
    }

    async fn finished(&self, at: usize, item: GalleryItem) {
        let pictures = made::pictures(&[item], self.work.wanted.format);
        if pictures.is_empty() {
            let message = "The model made something, but no picture.";
            let status = StatusCode::FAILED_DEPENDENCY;
            let error = ApiError::new(status, "provider_error", "no_image", message);
            return self.fail(error.of(&self.work.ids[at])).await;
        }
        for picture in &pictures {
            if let Err(error) = self.completed(at, picture).await {
                self.fail(error).await;
            }
        }
    }

    async fn completed(&self, at: usize, picture: &Picture) -> Result<(), ApiError> {
        let mut event = self.event("completed", at, picture.format);
        event["size"] = format!("{}x{}", picture.image.width, picture.image.height).into();
        // Typed clients expect these members here, and only here.
        event["usage"] = json!({
            "total_tokens": 0, "input_tokens": 0, "output_tokens": 0,
            "input_tokens_details": { "text_tokens": 0, "image_tokens": 0 },
        });
        match &self.work.form {
            Form::Address(base) => {
                let address = made::address(&self.work.state, base, picture).await?;
                event["url"] = address.into();
                self.send("completed", &event).await;
            }
            Form::Base64 | Form::Automatic { .. } => {
                let size = usize::try_from(picture.image.bytes).unwrap_or(usize::MAX / COPIES);
                let mut room = self.room(size).await.ok_or_else(|| {
                    let detail = "there is no memory for another picture".to_owned();
                    StoreError::Unusable(detail)
                })?;
                let bytes = made::bytes_of(&self.work.state, picture, &mut room).await?;
                event["b64_json"] = BASE64_STANDARD.encode(bytes).into();
                self.send("completed", &event).await;
            }
        }
        Ok(())
    }

    /// The members that all events share.
    fn event(&self, word: &str, at: usize, format: ImageType) -> Value {
        let mut event = json!({
            "type": format!("{}.{word}", self.streaming.door.word()),
            "created_at": now_ms() / 1000,
            "output_format": made::format_name(format),
            "quality": "auto",
            "background": "auto",
            "easel": { "id": self.work.ids[at].as_str() },
        });
        if self.work.ids.len() > 1 {
            event["easel"]["position"] = at.into();
        }
        event
    }

    async fn room(&self, bytes: usize) -> Option<Share> {
        let mut share = self.work.state.budget.share(usize::MAX);
        share.grow(bytes.saturating_mul(COPIES)).await.ok().map(|()| share)
    }

    async fn send(&self, word: &str, event: &Value) {
        let name = format!("{}.{word}", self.streaming.door.word());
        let _ = self.sender.send(SseEvent::default().event(name).data(event.to_string())).await;
    }

    async fn fail(&self, error: ApiError) {
        let mut data = error.body();
        data["type"] = "error".into();
        let _ = self.sender.send(SseEvent::default().event("error").data(data.to_string())).await;
    }
}
