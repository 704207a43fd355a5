//! Runs the facade as a program, in front of its own cog server: `replicate_facade VERSION [PORT]`.
//! Prints its origin and that of its deliveries when it is ready, and serves until its standard
//! input ends, so that it never outlives its parent.

// By path, as in the other tests, so that its submodules are found beside it.
#[path = "cloud.rs"]
mod cloud;
mod cog;
mod port;

use tokio::io::AsyncReadExt;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let version = arguments.next().unwrap_or_else(|| "0.23.1".to_owned());
    let port = arguments.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let cloud = cloud::Cloud::start(port).await;
    let cog = cog::Cog::start(&version, Some(&cloud.upload_url())).await;
    cloud.use_cog(&cog.origin);
    println!("{} {}", cloud.origin, cloud.delivery);
    _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
}
