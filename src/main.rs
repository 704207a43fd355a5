//! The server binary: read the configuration, wire the parts, serve until told to stop.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use easel::server::{
    assets,
    command::{self, Command},
    config::Config,
    memory,
    router::router,
    state::AppState,
    store,
};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, signal};
use tracing_subscriber::EnvFilter;

/// What running attempts get at the end; the rest is taken up at the next start.
const GRACE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    memory::give_back();
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("easel: {error}");
            ExitCode::FAILURE
        }
    }
}

/// False when a command found something wrong, and said so.
async fn run() -> Result<bool, Box<dyn std::error::Error>> {
    let command = Command::parse(std::env::args().skip(1)).ok_or(command::USAGE)?;
    // Without a .env file everything has its default.
    match dotenvy::dotenv() {
        Ok(_) => {}
        Err(error) if error.not_found() => {}
        Err(error) => return Err(format!(".env cannot be read: {error}").into()),
    }
    let config = Config::read(|name| std::env::var(name).ok())?;
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new("info")),
        )
        .init();

    if command != Command::Serve {
        return Ok(command.run(&config).await?);
    }
    serve(config).await?;
    Ok(true)
}

async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(config.address)
        .await
        .map_err(|error| format!("LEPTOS_SITE_ADDR {} cannot be used: {error}", config.address))?;
    let address = listener.local_addr()?;
    // Until the process ends.
    let _alone = store::lock(config.database_url.as_ref(), &config.data_dir).await?;
    let state = AppState::open(config, leptos_options()).await?;
    state.service.start_duties().await?;
    println!("Easel is at http://{address}\n{}", state.on_offer());
    state.service.registry().check_keys();

    let service = state.service.clone();
    let stopping = service.clone();
    let stop = async move {
        stop_signal().await;
        tracing::info!("stopping");
        stopping.stop_waiting();
    };
    let service_of = router(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service_of).with_graceful_shutdown(stop).await?;
    service.finish(GRACE).await;
    Ok(())
}

/// Where the build put the page. cargo-leptos says it in variables while it watches; the binary
/// alone looks in the usual place.
fn leptos_options() -> LeptosOptions {
    let text =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let mut options = LeptosOptions::builder()
        .output_name("easel")
        .site_root(text("LEPTOS_SITE_ROOT", "target/site"))
        .build();
    options.hash_files = assets::has_hash_file(&options);
    if let Ok(port) = text("LEPTOS_RELOAD_PORT", "3001").parse() {
        options.reload_port = port;
    }
    options
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())
            .expect("a handler for SIGTERM can be installed");
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = signal::ctrl_c().await;
}
