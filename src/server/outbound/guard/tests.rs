use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicUsize, Ordering},
};

use futures::FutureExt;

use super::*;

fn refused(guard: &Guard, url: &str) -> bool {
    guard.client_for(&url.parse().unwrap()).is_err()
}

#[test]
fn private_addresses_and_plain_http_are_refused() {
    let guard = Guard::new([]);
    for url in [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://localhost:3000/",
        "https://2130706433/",
        // Loopback in the spellings that some parser understands.
        "https://0.0.0.0/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f000001/",
        "https://127%2e0.0.1/",
        "https://127\u{3002}0.0.1/",
        "https://[::]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:0:127.0.0.1]/",
        // In tunnels: 6to4, Teredo, NAT64 of a site.
        "https://[2002:7f00:1::]/",
        "https://[2001:0:1::]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://user:pw@example.com/",
        "file:///etc/passwd",
    ] {
        assert!(refused(&guard, url), "{url}");
    }
    assert!(!refused(&guard, "https://example.com/x"));
}

#[test]
fn a_listed_place_may_be_contacted_and_its_neighbours_may_not() {
    let guard = Guard::new(["http://127.0.0.1:7860/paint".parse().unwrap()]);
    assert!(!refused(&guard, "http://127.0.0.1:7860/paint/config"));
    for other in ["http://127.0.0.1:7860/", "http://127.0.0.1:7861/paint"] {
        assert!(refused(&guard, other), "{other}");
    }
}

#[test]
fn ports_of_well_known_services_are_refused_unless_listed() {
    let guard = Guard::new(["https://mine.test:444".parse().unwrap()]);
    for (url, is_refused) in [
        ("https://example.com/", false),
        ("https://example.com:7860/", false),
        ("https://example.com:22/", true),
        ("https://example.com:80/", true),
        ("https://mine.test:444/", false),
    ] {
        assert_eq!(refused(&guard, url), is_refused, "{url}");
    }
}

#[test]
fn a_client_is_made_when_it_is_needed_and_once() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let guard = Guard::with([], None, move |builder| {
        count.fetch_add(1, Ordering::Relaxed);
        builder
    });
    assert!(refused(&guard, "https://127.0.0.1/"));
    assert_eq!(made.load(Ordering::Relaxed), 0);
    for _ in 0..2 {
        assert!(!refused(&guard.clone(), "https://example.com/"));
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

/// Unknown names, private ones and closed ports must look the same.
#[tokio::test]
async fn why_a_typed_address_cannot_be_reached_is_not_told() {
    let guard = Guard::with([], None, |builder| {
        // For the guard, this is a name of the public internet.
        builder.resolve("closed.test", ([127, 0, 0, 1], 1).into())
    });
    let mut told = Vec::new();
    for host in ["nothing.invalid", "localhost.", "closed.test"] {
        let url: Url = format!("https://{host}:2000/").parse().unwrap();
        let Ok(client) = guard.client_for(&url) else { continue };
        let error = client.get(url.clone()).send().await.unwrap_err();
        let Fault::Unreachable { detail, .. } = guard.unreachable(&url, &error) else {
            panic!("{error:?}")
        };
        told.push(detail);
    }
    assert_eq!(told, [OUT_OF_REACH; 2]);
}

/// A name server that lets nobody keep its answers, and has another one for whoever asks again.
#[tokio::test]
async fn a_name_that_turns_to_loopback_between_two_looks_leads_to_nobody() {
    let loopback = TcpListener::bind("127.0.0.1:0").unwrap();
    loopback.set_nonblocking(true).unwrap();
    let port = loopback.local_addr().unwrap().port();
    // Of the public internet for this server, and of nobody there.
    let public = SocketAddr::from((Ipv4Addr::new(192, 88, 99, 1), 0));
    let private = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let guard = Guard::with([], None, move |builder| {
        let counted = Arc::clone(&counted);
        let lookup = move |_| {
            let found = match counted.fetch_add(1, Ordering::Relaxed) {
                0 => vec![public],
                // Whoever cannot connect to the first one tries the second one.
                1 => vec![public, private],
                _ => vec![private],
            };
            async move { Ok(found) }.boxed()
        };
        builder.dns_resolver(PublicOnly::asking(lookup)).connect_timeout(Duration::from_millis(200))
    });
    let url: Url = format!("https://turns.test:{port}/").parse().unwrap();
    for looks in 1..=3 {
        let error = guard.client_for(&url).unwrap().get(url.clone()).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert_eq!(asked.load(Ordering::Relaxed), looks, "each connection looks anew");
        let reached = loopback.accept().map_err(|error| error.kind());
        assert_eq!(reached.map(|(_, from)| from), Err(ErrorKind::WouldBlock));
    }
}
