//! Assembles a server from its configuration, until it is ready to answer.

use std::{io, net::SocketAddr, time::Duration};

use leptos::config::LeptosOptions;
use tokio::net::TcpListener;

use super::{
    assets::Assets,
    client_address::TrustedProxies,
    command,
    config::{Access, Config, ConfigError},
    doors::webhooks,
    measures,
    people::link_to,
    permissions, series,
    serve::{self, Rules},
    state::AppState,
    store::{self, Lock, StoreError},
};
use crate::{app, error::GenerateError};

/// How long the database may take at shutdown to move its log into its file.
const LAST_WRITE: Duration = Duration::from_millis(900);

/// A server that has its address and its store, but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
    rules: Rules,
    /// Held until it has ended.
    _alone: Option<Lock>,
}

/// Why a server does not start, for its operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("LEPTOS_SITE_ADDR {address} cannot be used: {error}")]
    Address { address: SocketAddr, error: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", app::plain(.0))]
    Duties(#[from] GenerateError),
}

impl Server {
    /// Binds the address and opens the store. `assets` are the files of the page; without them they
    /// are in the folder that the options name.
    ///
    /// # Errors
    ///
    /// When something that it needs cannot be used, with what to do.
    pub async fn open(
        config: Config,
        options: LeptosOptions,
        assets: Option<Assets>,
    ) -> Result<Self, StartError> {
        measures::begin();
        let access = Access::of(&config)?;
        let unusable = |error| StartError::Address { address: config.address, error };
        let listener = TcpListener::bind(config.address).await.map_err(unusable)?;
        let address = listener.local_addr().map_err(unusable)?;
        let alone = store::lock(config.database_url.as_ref(), &config.data_dir).await?;
        permissions::close(&config.data_dir);
        let proxies = TrustedProxies::new(config.door.trusted_proxies.clone());
        let counts_addresses = matches!(access, Access::Open | Access::People);
        if counts_addresses && config.public_url.is_some() && proxies.is_empty() {
            tracing::warn!(
                "EASEL_TRUSTED_PROXIES names no proxy: all who come through one count as one address"
            );
        }
        let mut state = AppState::open(config, options).await?;
        if let Some(assets) = assets {
            state = state.with_assets(assets);
        }
        if let Err(missing) = state.assets.found() {
            tracing::warn!("{missing}");
        }
        state.generations.start_duties().await?;
        let rules = Rules { limits: serve::limits(), proxies, ..Rules::default() };
        Ok(Self { listener, address, state, rules, _alone: alone })
    }

    /// The listen address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The usable models and keys, for its operator.
    pub fn on_offer(&self) -> String {
        self.state.on_offer()
    }

    /// The link that makes the person who started it the owner, where it needs an owner and has
    /// none.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn owner_link(&self) -> Result<Option<String>, StoreError> {
        let token = self.state.people.owner_link().await?;
        let base = command::base(&self.state.config, self.address);
        Ok(token.map(|token| link_to(&base, &token)))
    }

    /// Serves until `stop` resolves, and ends as [`serve::serve`] does.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let Self { listener, state, rules, .. } = self;
        state.registry.check_keys();
        tokio::spawn(state.signer.clone().follow());
        tokio::spawn(state.api_requests.clone().follow());
        tokio::spawn(state.provider_keys.clone().follow());
        tokio::spawn(webhooks::follow(state.clone()));
        tokio::spawn(series::follow(state.clone()));
        tokio::spawn(state.push.clone().follow());
        let generations = state.generations.clone();
        serve::serve(listener, state, rules, stop).await;
        if tokio::time::timeout(LAST_WRITE, generations.close()).await.is_err() {
            tracing::warn!("the database is still in use; its log stays beside it");
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::oneshot,
    };

    use super::*;

    fn config(folder: &tempfile::TempDir, address: &str) -> Config {
        let folder = folder.path().to_str().unwrap().to_owned();
        let variable = move |name: &str| match name {
            "EASEL_DATA_DIR" => Some(folder.clone()),
            "LEPTOS_SITE_ADDR" => Some(address.to_owned()),
            _ => None,
        };
        Config::read(variable).unwrap()
    }

    fn options() -> LeptosOptions {
        LeptosOptions::builder().output_name("easel").build()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_answers_until_it_is_told_to_stop() {
        let folder = tempfile::TempDir::new().unwrap();
        let server = Server::open(config(&folder, "127.0.0.1:0"), options(), None).await.unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server.serve(async move {
            let _ = stopped.await;
        }));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        stop.send(()).unwrap();
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn an_address_in_use_is_named_and_nothing_is_made() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let folder = tempfile::TempDir::new().unwrap();
        let error = Server::open(config(&folder, &address), options(), None).await.err().unwrap();
        assert!(error.to_string().starts_with(&format!("LEPTOS_SITE_ADDR {address}")), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
