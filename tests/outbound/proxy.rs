//! Proxies: those in the usual environment variables are ignored, and `EASEL_PROXY` resolves no
//! names.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::response::IntoResponse;
use easel::server::{fault::Fault, outbound::guard::Proxy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::internet::Internet;

/// A SOCKS proxy that connects to IP addresses, and the address types that clients requested: 1 is
/// an IPv4 address, 3 a name.
async fn socks() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let kinds = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&kinds);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, Arc::clone(&seen)));
        }
    });
    (address.to_string(), kinds)
}

/// A SOCKS proxy that connects to `to` whatever the request, and everything that clients sent.
pub async fn listening(to: SocketAddr) -> (Proxy, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(listen_in(client, to, Arc::clone(&heard)));
        }
    });
    (proxy("socks5", &address).unwrap(), sent)
}

async fn listen_in(mut client: TcpStream, to: SocketAddr, sent: Arc<Mutex<Vec<u8>>>) -> Option<()> {
    greet(&mut client).await?;
    read::<6>(&mut client).await?;
    let server = TcpStream::connect(to).await.ok()?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut piece = [0; 4096];
    loop {
        let length = from_client.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        sent.lock().unwrap().extend(&piece[..length]);
        to_server.write_all(&piece[..length]).await.ok()?;
    }
}

/// The SOCKS handshake, up to the type of the requested address.
async fn greet(client: &mut TcpStream) -> Option<u8> {
    let [_, methods] = read::<2>(client).await?;
    client.read_exact(&mut vec![0; methods.into()]).await.ok()?;
    client.write_all(&[5, 0]).await.ok()?;
    let [_, _, _, kind] = read::<4>(client).await?;
    Some(kind)
}

async fn pass(mut client: TcpStream, kinds: Arc<Mutex<Vec<u8>>>) -> Option<()> {
    let kind = greet(&mut client).await?;
    kinds.lock().unwrap().push(kind);
    if kind != 1 {
        return None;
    }
    let (address, port) = (read::<4>(&mut client).await?, client.read_u16().await.ok()?);
    let mut server = TcpStream::connect((std::net::Ipv4Addr::from(address), port)).await.ok()?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

async fn read<const N: usize>(client: &mut TcpStream) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

fn proxy(scheme: &str, address: &str) -> Option<Proxy> {
    Proxy::new(&format!("{scheme}://{address}").parse().unwrap()).ok()
}

#[tokio::test]
async fn a_proxy_is_asked_by_address_after_the_name_was_looked_up_here() {
    let internet = Internet::start(|_| Some("hello".into_response())).await;
    let (address, kinds) = socks().await;
    let guard = internet.guard(&["app.test"], vec![], proxy("socks5", &address));
    let port = internet.address.port();
    let url: Url = format!("https://app.test:{port}/").parse().unwrap();
    let answer = guard.client_for(&url).unwrap().get(url.clone()).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");
    assert_eq!(internet.heard()[0].host, format!("app.test:{port}"));
    assert_eq!(*kinds.lock().unwrap(), [1]);

    // The proxy does not learn a name that is not public.
    let url: Url = "https://nothing.invalid/".parse().unwrap();
    let error = guard.client_for(&url).unwrap().get(url.clone()).send().await.unwrap_err();
    assert!(matches!(guard.unreachable(&url, &error), Fault::Unreachable { .. }));
    assert_eq!(*kinds.lock().unwrap(), [1]);
}

#[tokio::test]
async fn an_http_proxy_looks_names_up_and_is_asked_for_listed_ones_alone() {
    let internet = Internet::start(|_| None).await;
    let listed: Url = "https://mine.test/".parse().unwrap();
    let guard = internet.guard(&[], vec![listed.clone()], proxy("http", "127.0.0.1:9"));
    assert!(guard.client_for(&listed).is_ok());
    let typed = "https://app.test/".parse().unwrap();
    assert!(matches!(guard.client_for(&typed), Err(Fault::NotAllowed { .. })));
}

/// Runs itself again with a proxy in the environment.
#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    const MARK: &str = "EASEL_TEST_HAS_PROXY";
    if std::env::var_os(MARK).is_some() {
        let internet = Internet::start(|_| Some("hello".into_response())).await;
        let guard = internet.guard(&["app.test"], vec!["https://mine.test".parse().unwrap()], None);
        for url in ["https://app.test/", "https://private.test/", "https://mine.test/"] {
            let url: Url = url.parse().unwrap();
            let client = guard.client_for(&url).unwrap();
            let answer = client.get(url.clone()).send().await;
            assert_eq!(answer.is_ok(), url.host_str() == Some("app.test"), "{url}");
        }
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let mut again = tokio::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "proxy::a_proxy_of_the_environment_is_not_asked"]).env(MARK, "yes");
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"] {
        again.env(name, &proxy);
    }
    tokio::select! {
        _ = listener.accept() => panic!("the proxy was asked"),
        ended = again.status() => assert!(ended.unwrap().success()),
    }
}
