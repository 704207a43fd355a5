//! The binary: reads the command line and the configuration, and runs the requested command.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::{ExitCode, exit},
};

use easel::server::{
    assets::Assets,
    command::{Arguments, Command, Serving, doctor, say},
    config::Config,
    log, memory, permissions,
    startup::Server,
};
use leptos::config::LeptosOptions;
use tokio::{runtime::Runtime, signal, task};
use tokio_util::sync::CancellationToken;

/// The page's files, in a release. script/build builds them first, and then this file with this
/// `cfg`.
#[cfg(easel_embeds_page)]
static PAGE: include_dir::Dir<'static> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/target/page/site");

fn main() -> ExitCode {
    let arguments = Arguments::read();
    memory::give_back();
    permissions::keep_to_ourselves();
    let runtime = Runtime::new().expect("the system has threads and timers");
    let end = runtime.block_on(run(arguments.command()));
    // Do not wait for blocking threads, which may still decode or hash.
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

/// The nearest `.env`, in the current folder or above it.
fn env_file() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    folder.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file())
}

/// Why `.env` is not read. The line may hold a key, so only its number is told.
fn not_read(path: &Path, error: &dotenvy::Error) -> String {
    let dotenvy::Error::LineParse(part, _) = error else {
        return format!("{} cannot be read: {error}", path.display());
    };
    // All of the line, and what follows where a quote is open, or the value alone.
    let part = part.lines().next().unwrap_or_default();
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let number = text.lines().position(|line| line.contains(part)).map_or(1, |index| index + 1);
    format!(
        "{}, line {number}, is not NAME=value. A value with spaces or a # stands between quotes, and \
         each quote is closed",
        path.display()
    )
}

/// Runs the command. Returns false if it found a problem and reported that.
async fn run(command: Command) -> Result<bool, Box<dyn std::error::Error>> {
    if let Command::Completions { shell } = command {
        say(&Arguments::completions(shell));
        return Ok(true);
    }
    // Without a .env file everything has its default.
    if let Some(path) = env_file() {
        dotenvy::from_path(&path).map_err(|error| not_read(&path, &error))?;
    }
    let config = Config::read(|name| std::env::var(name).ok());
    if let Command::Doctor(asked) = command {
        let options = leptos_options();
        let assets = page().unwrap_or_else(|| Assets::in_folder(&options));
        return Ok(doctor::examine(config, &assets, asked).await);
    }
    if let Command::Gen(generate) = command {
        return Ok(generate.run().await);
    }
    let config = config?;
    let traces = log::start(config.log);
    let end = match command {
        Command::Serve(serving) => serve(config, serving).await.map(|()| true),
        command => command.run(&config).await.map_err(Into::into),
    };
    // `end` blocks until the exporter's own thread has finished.
    task::spawn_blocking(|| traces.end()).await?;
    end
}

async fn serve(config: Config, serving: Serving) -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::open(config, leptos_options(), page()).await?;
    // Install the handlers before printing the address: a reader of that line may already stop the
    // server.
    let stop = hear_signals();
    let address = server.address();
    let link = server.owner_link().await?;
    let owner = link.as_ref().map_or_else(String::new, |link| {
        format!(
            "\nNobody owns this Easel yet. The first person to open this link within a day becomes \
             its owner:\n{link}"
        )
    });
    // A closed stdout is no reason to stop.
    let _ = writeln!(io::stdout(), "Easel is at http://{address}\n{}{owner}", server.on_offer());
    if serving.open {
        serving.show(address, link);
    }
    server.serve(stop.cancelled()).await;
    Ok(())
}

/// The files of the page inside this binary, if it is a release.
fn page() -> Option<Assets> {
    #[cfg(easel_embeds_page)]
    return Some(Assets::in_binary(&PAGE));
    #[cfg(not(easel_embeds_page))]
    None
}

/// Leptos' options. While cargo-leptos watches, it sets variables with the location of the page.
fn leptos_options() -> LeptosOptions {
    let text =
        |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let mut options = LeptosOptions::builder()
        .output_name("easel")
        .site_root(text("LEPTOS_SITE_ROOT", "target/site"))
        .build();
    if let Ok(port) = text("LEPTOS_RELOAD_PORT", "3001").parse() {
        options.reload_port = port;
    }
    options
}

/// Installs handlers for SIGINT and SIGTERM. The first signal cancels the returned token; a second
/// signal ends the process immediately.
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
