//! The server binary: read the configuration, wire the parts, serve until told to stop.

use std::{
    io::{self, Write},
    process::{ExitCode, exit},
    time::Duration,
};

use easel::server::{
    access::Access,
    assets,
    client_address::TrustedProxies,
    command::{self, Command},
    config::Config,
    log, memory, permissions,
    serve::{self, Rules},
    state::AppState,
    store,
};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, runtime::Runtime, signal};
use tokio_util::sync::CancellationToken;

/// What the database gets at the end to bring its log into its file.
const LAST_WRITE: Duration = Duration::from_millis(900);

fn main() -> ExitCode {
    memory::give_back();
    permissions::keep_to_ourselves();
    let runtime = Runtime::new().expect("the system has threads and timers");
    let end = runtime.block_on(run());
    // What a thread still decodes or hashes must not hold up the end.
    runtime.shutdown_background();
    match end {
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
    log::start(config.log);

    if command != Command::Serve {
        return Ok(command.run(&config).await?);
    }
    serve(config).await?;
    Ok(true)
}

async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let access = Access::of(&config)?;
    let listener = TcpListener::bind(config.address)
        .await
        .map_err(|error| format!("LEPTOS_SITE_ADDR {} cannot be used: {error}", config.address))?;
    let address = listener.local_addr()?;
    // Until the process ends.
    let _alone = store::lock(config.database_url.as_ref(), &config.data_dir).await?;
    permissions::close(&config.data_dir);
    let proxies = TrustedProxies::new(config.door.trusted_proxies.clone());
    if access == Access::Open && config.public_url.is_some() && proxies.is_empty() {
        tracing::warn!(
            "EASEL_TRUSTED_PROXIES names no proxy: all who come through one count as one address"
        );
    }
    let options = leptos_options();
    if !assets::has_package(&options) {
        tracing::warn!(
            folder = &*options.site_root,
            "the files of the page are not there: start Easel where it was built, or set LEPTOS_SITE_ROOT"
        );
    }
    let state = AppState::open(config, options).await?;
    state.service.start_duties().await?;
    // Whoever reads that it is there may stop it.
    let stop = hear_signals();
    // Nobody needs to read it.
    let _ = writeln!(io::stdout(), "Easel is at http://{address}\n{}", state.on_offer());
    state.service.registry().check_keys();

    tokio::spawn(state.signer.clone().follow());
    let rules = Rules { limits: serve::limits(), proxies, ..Rules::default() };
    let records = state.service.records().clone();
    serve::serve(listener, state, rules, stop.cancelled()).await;
    if tokio::time::timeout(LAST_WRITE, records.close()).await.is_err() {
        tracing::warn!("the database is still in use; its log stays beside it");
    }
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

/// The first signal cancels what this answers, a second one ends the process at once. Signals are
/// heard from when this returns.
fn hear_signals() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    #[cfg(unix)]
    let (mut terminate, mut interrupt) = {
        use signal::unix::{SignalKind, signal};
        let heard = |kind| signal(kind).expect("a handler for a signal can be installed");
        (heard(SignalKind::terminate()), heard(SignalKind::interrupt()))
    };
    tokio::spawn(async move {
        for is_first in [true, false] {
            #[cfg(unix)]
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            #[cfg(not(unix))]
            let _ = signal::ctrl_c().await;
            if is_first {
                tracing::info!("stopping");
                told.cancel();
            }
        }
        tracing::warn!("stopped at once");
        exit(1);
    });
    stop
}
