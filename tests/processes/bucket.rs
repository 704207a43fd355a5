//! A bucket that fails on request, and a model beside it that counts its runs.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, sync::watch};

const PNG: &[u8] = include_bytes!("../hf/pixel.png");

/// How the bucket answers everything but reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    Forbids,
    Fails,
    Hangs,
    /// Closes the connection without an answer.
    Resets,
}

#[derive(Clone)]
pub struct Bucket {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    world: Arc<World>,
}

struct World {
    objects: Mutex<HashMap<String, Bytes>>,
    mood: watch::Sender<Mood>,
    made: AtomicUsize,
    /// Writes that arrived while it hung.
    waiting: AtomicUsize,
}

impl Bucket {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let world = Arc::new(World {
            objects: Mutex::default(),
            mood: watch::Sender::new(Mood::Well),
            made: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(answer).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, world }
    }

    pub fn is(&self, mood: Mood) {
        self.world.mood.send_replace(mood);
    }

    /// Waits until `writes` writes are pending, while it hangs.
    pub async fn was_asked(&self, writes: usize) {
        while self.world.waiting.load(Ordering::SeqCst) < writes {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    /// Deletes everything.
    pub fn forget(&self) {
        self.world.objects.lock().unwrap().clear();
    }

    /// How many pictures the model was asked for.
    pub fn made(&self) -> usize {
        self.world.made.load(Ordering::SeqCst)
    }

    /// The variables that make a server use this bucket and the model.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("STORAGE_URL", "s3://easel/pictures".to_owned()),
            ("AWS_ENDPOINT_URL", self.address.clone()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("HF_MODEL", format!("{}/model", self.address)),
            ("EASEL_ALLOWED_ORIGINS", self.address.clone()),
        ]
    }
}

async fn answer(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    if path == "/model" {
        world.made.fetch_add(1, Ordering::SeqCst);
        return ([(header::CONTENT_TYPE, "image/png")], PNG).into_response();
    }
    let is_read = matches!(method, Method::GET | Method::HEAD);
    if !is_read {
        if *world.mood.borrow() == Mood::Hangs {
            world.waiting.fetch_add(1, Ordering::SeqCst);
        }
        let mut mood = world.mood.subscribe();
        let mood = *mood.wait_for(|mood| *mood != Mood::Hangs).await.unwrap();
        match mood {
            Mood::Forbids => return StatusCode::FORBIDDEN.into_response(),
            Mood::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            // What serves the connection ends with it.
            Mood::Resets => std::panic::resume_unwind(Box::new("reset")),
            Mood::Well | Mood::Hangs => {}
        }
    }
    let mut objects = world.objects.lock().unwrap();
    match method {
        Method::PUT => {
            let is_new = headers.get(header::IF_NONE_MATCH).is_some();
            if is_new && objects.contains_key(&path) {
                return StatusCode::PRECONDITION_FAILED.into_response();
            }
            objects.insert(path, body);
            [(header::ETAG, "\"tag\"")].into_response()
        }
        Method::GET if uri.query().is_some_and(|query| query.contains("list-type=2")) => {
            let nothing = "<ListBucketResult><Name>easel</Name><KeyCount>0</KeyCount>\
                           <IsTruncated>false</IsTruncated></ListBucketResult>";
            nothing.into_response()
        }
        Method::GET | Method::HEAD => match objects.get(&path) {
            Some(bytes) => {
                let now = httpdate::fmt_http_date(SystemTime::now());
                let body =
                    if method == Method::GET { Body::from(bytes.clone()) } else { Body::empty() };
                Response::builder()
                    .header(header::CONTENT_LENGTH, bytes.len())
                    .header(header::LAST_MODIFIED, now)
                    .header(header::ETAG, "\"tag\"")
                    .body(body)
                    .unwrap()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
