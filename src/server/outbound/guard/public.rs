//! Recognizes addresses of the public internet.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use futures::{FutureExt, future::BoxFuture};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Proxy;

/// The resolver's error for a name without a public address.
const PRIVATE: &str = "only private addresses";

/// The addresses of a name, as a name server tells them at that moment.
type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Resolves names, but only to public addresses.
pub struct PublicOnly {
    /// The host name of the proxy, which may have any address; the guard prevents other requests
    /// from using it.
    proxy: Option<String>,
    lookup: Lookup,
}

impl PublicOnly {
    pub fn but_for(proxy: Option<&Proxy>) -> Self {
        let system = |name: String| {
            async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) }.boxed()
        };
        let proxy = proxy.and_then(|proxy| proxy.name().map(str::to_owned));
        Self { proxy, lookup: Arc::new(system) }
    }

    /// Asks `lookup` instead of the system.
    #[cfg(test)]
    pub fn asking(
        lookup: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { proxy: None, lookup: Arc::new(lookup) }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let may_be_private = self.proxy.as_deref() == Some(name.as_str());
        let found = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await?;
            let public = match may_be_private {
                true => found,
                false => public_among(found.into_iter()),
            };
            if public.is_empty() {
                return Err(format!("{} has {PRIVATE}", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// What is connected to: whoever answers otherwise the next time is asked and looked at anew.
fn public_among(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    found.filter(|address| is_public(address.ip())).collect()
}

/// True for addresses of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // 2000::/3 is all that is routed, except networks that embed an IPv4 address or are for
    // documentation.
    segments[0] & 0xe000 == 0x2000
        && segments[0] != 0x2002
        && !(segments[0] == 0x2001 && (segments[1] == 0 || segments[1] == 0x0db8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_resolves_to_a_private_address_is_refused() {
        let name: Name = "localhost".parse().unwrap();
        let Err(error) = PublicOnly::but_for(None).resolve(name).await else {
            panic!("it resolved")
        };
        assert!(error.to_string().contains(PRIVATE));
    }

    #[test]
    fn of_a_name_with_public_and_private_addresses_the_public_ones_are_left() {
        let found = ["127.0.0.1:0", "93.184.215.14:0", "[::ffff:10.0.0.1]:0", "[2606:2800::1]:0"];
        let found = found.map(|address| address.parse().unwrap());
        assert_eq!(public_among(found.into_iter()), [found[1], found[3]]);
        assert_eq!(public_among([found[0], found[2]].into_iter()), []);
    }
}
