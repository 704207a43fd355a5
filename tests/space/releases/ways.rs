//! Logins, proxies and broken connections.

use easel::server::{fault::Fault, provider::Provider};

use super::{model, old};
use crate::{
    fixture::{RecordedUpdates, failure, job, pictures, provider},
    proxy::Proxy,
    server::Server,
};

pub async fn an_app_with_a_password_is_used_with_its_login(_: &Server, release: &'static str) {
    let server = Server::get(release, "login").await;
    let address = server.address();
    let reference = model(&server, "infer");
    let without = provider(&address, &[]).describe(&reference.parse().unwrap()).await;
    assert!(matches!(without, Err(Fault::MissingKey { .. })), "{without:?}");

    let wrong = format!("{address} painter wrong-password");
    let wrong = provider(&address, &[("EASEL_SPACE_LOGINS", &wrong)]);
    let refused = wrong.describe(&reference.parse().unwrap()).await;
    assert!(matches!(refused, Err(Fault::BadKey { .. })), "{refused:?}");

    let right = format!("{address} painter brush-and-oil");
    let right = provider(&address, &[("EASEL_SPACE_LOGINS", &right)]);
    let (_, updates) = RecordedUpdates::updates();
    let (images, _) = pictures(&right, job(&reference, "a key", &[]), updates).await;
    assert_eq!(images.len(), 1);
}

pub async fn an_app_under_a_prefix_is_used(server: &Server, _: &'static str) {
    let proxy = Proxy::start(server.port, "/studio/demo", None).await;
    let origin = format!("http://127.0.0.1:{}", proxy.port);
    let provider = provider(&origin, &[]);
    for endpoint in ["infer", "run"] {
        let (_, updates) = RecordedUpdates::updates();
        let reference = format!("space:{origin}/studio/demo/#/{endpoint}");
        let (images, _) = pictures(&provider, job(&reference, "a hill", &[]), updates).await;
        assert!(!images.is_empty());
    }
}

pub async fn an_app_that_believes_in_another_root_is_used(_: &Server, release: &'static str) {
    let server = Server::get(release, "root").await;
    let (_, updates) = RecordedUpdates::updates();
    let provider = provider(&server.address(), &[]);
    let (images, _) =
        pictures(&provider, job(&model(&server, "run"), "a root", &[]), updates).await;
    assert!(!images.is_empty());
}

pub async fn a_stream_that_is_cut_is_told_and_joined_once(server: &Server, release: &'static str) {
    let (join, data) = match release.starts_with(['5', '6']) {
        true => ("POST /gradio_api/queue/join", "/gradio_api/queue/data"),
        false if old(release) => ("GET /queue/join", "/queue/join"),
        false => ("POST /queue/join", "/queue/data"),
    };
    // Enough for the head of the response and the first messages.
    let proxy = Proxy::start(server.port, "", Some((data, 500))).await;
    let origin = format!("http://127.0.0.1:{}", proxy.port);
    let provider = provider(&origin, &[]);
    let error = failure(&provider, job(&format!("space:{origin}#infer"), "a cut", &[])).await;
    assert!(matches!(error, Fault::Unknown { .. }), "{error:?}");
    assert_eq!(proxy.count(join), 1);
}
