//! A client for any Gradio app, 3.x to 6.x: connects, lists endpoints, runs them, reports events,
//! cancels.
//!
//! ```no_run
//! # use std::collections::BTreeMap;
//! # use easel::{server::fault::Fault, server::provider::space::client::*};
//! # async fn paint(network: Network, inputs: BTreeMap<String, serde_json::Value>)
//! #     -> Result<(), Fault> {
//! let address = "https://owner-name.hf.space".parse().expect("an address");
//! let app = App::connect(network, &address, None).await?;
//! let endpoint = app.endpoint(Some("/infer"))?;
//! let mut job = app.submit(endpoint, endpoint.data(inputs)?).await?;
//! while let Some(event) = job.next().await {
//!     match event? {
//!         JobEvent::Queued { rank, .. } => println!("{rank:?} are ahead"),
//!         JobEvent::Completed(values) => println!("{values:?}"),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What it does that the official clients do not: a session for each job, so that a cancel affects
//! this job alone; a cancel that frees the worker on every release; file URLs that are built from
//! the path, and work behind proxies; a token that is sent only to the Hub and to Spaces that need
//! it; memory that is bounded whatever an app sends; no job that is sent twice.
//!
//! [`Hub`](super::hub::Hub) finds Spaces and wakes sleeping ones, and
//! [`duplicate`](super::duplicate::duplicate) copies them.

pub use super::{
    app::{App, Upload},
    endpoint::{Endpoint, Parameter, Return},
    job::Job,
    message::{Bar, JobEvent},
    network::Network,
};
