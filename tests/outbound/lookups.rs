//! Model lookups from the page: bounded, and cancelled with the request that caused them.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, Request as HttpRequest, header::CONTENT_TYPE},
};
use easel::{
    error::GenerateError,
    generation::{
        Draft, GenerationId, Inputs, Request,
        contract::{Fill, Part},
    },
    server::{config::Config, router::router, state::AppState, store::SessionId},
};
use leptos::config::LeptosOptions;
use tempfile::TempDir;
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};
use tower::ServiceExt;

/// A server, and a host that it may contact and that never answers.
struct World {
    state: AppState,
    router: Router,
    silent: TcpListener,
    address: SocketAddr,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        let mut config = Config::read(|name| {
            (name == "EASEL_ALLOWED_ORIGINS").then(|| format!("http://{address}"))
        })
        .unwrap();
        config.data_dir = folder.path().to_owned();
        let leptos = LeptosOptions::builder().output_name("easel").build();
        let state = AppState::open(config, leptos).await.unwrap();
        Self { router: router(state.clone()), state, silent, address, _folder: folder }
    }

    fn request(&self, path: &str) -> Request {
        Request {
            model: format!("space:http://{}/{path}", self.address).parse().unwrap(),
            prompt: "a fox".to_owned(),
            inputs: Inputs::new(),
        }
    }

    /// Requests the form like the page does.
    async fn form(&self, path: &str) -> String {
        let part = Part::Form { draft: Draft::of(&self.request(path)), fill: Fill::Keep };
        let body = postcard::to_allocvec(&(part,)).unwrap();
        let request = HttpRequest::builder().method(Method::POST).uri("/api/draw");
        let request = request.header(CONTENT_TYPE, "application/x-postcard");
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        // Postcard data surrounds the HTML.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The next request to the silent host.
    async fn contacted(&self) -> TcpStream {
        let (mut stream, _) = self.silent.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
        stream
    }
}

/// Waits until the peer has closed the connection.
async fn closed(mut stream: TcpStream) {
    let end = async { while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {} };
    tokio::time::timeout(Duration::from_secs(2), end).await.expect("it stayed open");
}

#[tokio::test]
async fn a_look_up_ends_with_the_request_that_wanted_it() {
    let world = World::new().await;
    let stream = tokio::select! {
        _ = world.form("a") => panic!("it was answered"),
        stream = world.contacted() => stream,
    };
    closed(stream).await;

    let id = GenerationId::from_parts(1, [1; 10]);
    let session = SessionId::new("ours");
    let stream = tokio::select! {
        _ = world.state.generations.generate(&session, &id, Some(Draft::of(&world.request("b")))) => panic!("answered"),
        stream = world.contacted() => stream,
    };
    closed(stream).await;
    let record = world.state.gallery.item(&session, &id).await;
    assert_eq!(record.err(), Some(GenerateError::NotFound));
}

#[tokio::test]
async fn one_place_is_contacted_once_and_one_client_looks_at_three_places_at_once() {
    let world = World::new().await;
    let forms = ["a", "a", "a", "b", "c"];
    let waiting = async {
        let all = forms.map(|path| world.form(path));
        futures::future::join_all(all).await;
    };
    let check = async {
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(world.contacted().await);
        }
        let more = tokio::time::timeout(Duration::from_millis(200), world.silent.accept()).await;
        assert!(more.is_err(), "one place was contacted twice");
        let refused = world.form("d").await;
        assert!(refused.contains("Too many requests"), "{refused}");
        assert!(refused.contains("5 s"), "{refused}");
    };
    tokio::select! {
        () = waiting => panic!("they were answered"),
        () = check => {}
    }
}
