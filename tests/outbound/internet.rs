//! A private internet: every name resolves to one TLS server, which answers for all hosts and
//! records the requests to each.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use easel::server::outbound::guard::{Guard, Proxy};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::Url;

/// A request, as a host received it.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    pub host: String,
    pub method: String,
    /// With its query.
    pub path: String,
    /// One `name: value` per line.
    pub headers: String,
    pub body: String,
    pub bytes: Bytes,
}

impl ReceivedRequest {
    /// True when any part of it contains `text`.
    pub fn holds(&self, text: &str) -> bool {
        [&self.path, &self.headers, &self.body].iter().any(|part| part.contains(text))
    }
}

type Answer = Box<dyn Fn(&ReceivedRequest) -> Option<Response> + Send + Sync>;

pub struct Internet {
    pub address: SocketAddr,
    heard: Mutex<Vec<ReceivedRequest>>,
    answer: Answer,
}

impl Internet {
    /// Hosts that answer with `answer`, or with 404 if that returns `None`.
    pub async fn start(
        answer: impl Fn(&ReceivedRequest) -> Option<Response> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let internet =
            Arc::new(Self { address, heard: Mutex::default(), answer: Box::new(answer) });
        let router = Router::new().fallback(handle).with_state(Arc::clone(&internet));
        let listener = Tls { listener, acceptor: acceptor() };
        tokio::spawn(async move { axum::serve(listener, router).await });
        internet
    }

    /// A guard for which `names` are hosts of the public internet.
    pub fn guard(&self, names: &[&str], listed: Vec<Url>, proxy: Option<Proxy>) -> Guard {
        let (address, names) = (self.address, names.iter().map(ToString::to_string));
        let names: Vec<_> = names.collect();
        Guard::with(listed, proxy, move |builder| {
            names
                .iter()
                .fold(builder, |builder, name| builder.resolve(name, address))
                .tls_danger_accept_invalid_certs(true)
        })
    }

    pub fn heard(&self) -> Vec<ReceivedRequest> {
        self.heard.lock().unwrap().clone()
    }
}

async fn handle(State(internet): State<Arc<Internet>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let lines = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    let heard = ReceivedRequest {
        // HTTP/2 has the host in the URI.
        host: parts.uri.host().or(named).unwrap_or_default().to_owned(),
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: lines.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        bytes: body,
    };
    internet.heard.lock().unwrap().push(heard.clone());
    (internet.answer)(&heard).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

pub fn json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn acceptor() -> TlsAcceptor {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["internet.test".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
