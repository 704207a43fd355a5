//! The command line.

mod generate;
mod keys;
mod people;
mod stored;

pub mod doctor;

use std::{
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use self::{doctor::Asked, stored::Stored};
pub use self::{
    generate::Generate,
    keys::Keys,
    people::{People, base},
};
use super::{config::Config, store::StoreError};

const ENVIRONMENT: &str = "\
Everything else is configured in variables, which may be set in a file .env in the folder where
Easel is started; .example.env explains each. `easel doctor` says what is wrong and what to do.

Exit codes:
  0  all is well; a server was told to stop and did; all pictures were made
  1  something went wrong and was reported: a server cannot start, a check or the doctor found a
     problem, a backup has gaps
  2  the command line was not understood";

/// Everything after the name of the program.
#[derive(Debug, Parser)]
#[command(
    name = "easel",
    version,
    about = "A studio of your own for making pictures from prompts",
    after_help = ENVIRONMENT,
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serving: Serving,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the page; so does easel without a command
    Serve(Serving),
    /// Write pictures and other files to a folder, and rows as JSON Lines
    Export { folder: PathBuf },
    /// Read back what export wrote
    Import { folder: PathBuf },
    /// Compare rows with files, or repair what an earlier check found
    Check(Check),
    /// Have a running server make pictures, and write them to files
    Gen(Generate),
    /// List the keys of other tools; make and revoke them
    Keys(Keys),
    /// List the people who may come in; print links for them, change and remove them
    People(People),
    /// Check network, keys, disk, clock, database and storage: what is wrong and what to do
    Doctor(Asked),
    /// Print completions for a shell
    Completions { shell: Shell },
}

/// How to serve.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Open the page in your browser as soon as it is ready
    #[arg(long)]
    pub open: bool,
}

/// What a check does before it looks.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
#[group(multiple = false)]
pub struct Mend {
    /// Put files that rows need back from lost/
    #[arg(long)]
    restore: bool,
    /// Clear away files that a sweep held back because they were many
    #[arg(long)]
    sweep: bool,
    /// Say that this database is the right one for these files
    #[arg(long)]
    adopt: bool,
    /// Remove what is in lost/ and belongs to no row, for good
    #[arg(long, requires = "yes")]
    remove_orphans: bool,
}

#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    #[command(flatten)]
    mend: Mend,
    /// Confirm --remove-orphans, which cannot be undone
    #[arg(long, requires = "remove_orphans")]
    yes: bool,
    /// Print what was found as one JSON object
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Parses the arguments of this process. Ends it for help, or when they are invalid.
    pub fn read() -> Self {
        Self::parse()
    }

    /// The command; `serve` is the default.
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serving))
    }

    /// The completion script for `shell`.
    pub fn completions(shell: Shell) -> String {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Self::command_for_clap(), "easel", &mut script);
        String::from_utf8_lossy(&script).into_owned()
    }

    fn command_for_clap() -> clap::Command {
        <Self as CommandFactory>::command()
    }
}

impl Command {
    /// Runs a command on the store and prints the result; true when all is well.
    ///
    /// # Errors
    ///
    /// When database or files cannot be used: which, and what to do.
    pub async fn run(&self, config: &Config) -> Result<bool, StoreError> {
        let stored = Stored(config);
        match self {
            Self::Export { folder } => stored.export(folder).await,
            Self::Import { folder } => stored.import(folder).await,
            Self::Check(check) => stored.check(*check).await,
            Self::Keys(keys) => stored.keys(keys).await,
            Self::People(people) => stored.people(people).await,
            // These need no store.
            Self::Serve(_) | Self::Doctor(_) | Self::Gen(_) | Self::Completions { .. } => Ok(true),
        }
    }
}

impl Serving {
    /// Opens a browser at the page, or at `link`, if there is one.
    pub fn show(self, address: SocketAddr, link: Option<String>) {
        let url = link.unwrap_or_else(|| format!("http://{}", reachable(address)));
        if let Err(error) = open::that_detached(&url) {
            tracing::warn!(%error, "no browser could be started: open {url} yourself");
        }
    }
}

/// The address of a server on all interfaces as this machine reaches it.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Prints one or more lines. A closed pipe, as with `head`, is not an error.
pub fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{}", text.trim_end_matches('\n'));
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Command, ErrorKind> {
        let words = std::iter::once("easel").chain(line.split_whitespace());
        let parsed = Arguments::try_parse_from(words);
        parsed.map(Arguments::command).map_err(|error| error.kind())
    }

    #[test]
    fn arguments_say_what_to_do() {
        Arguments::command_for_clap().debug_assert();
        let serve = |open| Ok(Command::Serve(Serving { open }));
        assert_eq!(parse(""), serve(false));
        assert_eq!(parse("serve"), serve(false));
        assert_eq!([parse("--open"), parse("serve --open")], [serve(true), serve(true)]);
        assert_eq!(parse("export backup"), Ok(Command::Export { folder: "backup".into() }));
        assert_eq!(parse("import backup"), Ok(Command::Import { folder: "backup".into() }));
        assert_eq!(
            parse("doctor --offline"),
            Ok(Command::Doctor(Asked { json: false, offline: true }))
        );
        for keys in ["", "new webui", "new webui --model demo --per-minute 9", "revoke webui"] {
            assert!(matches!(parse(&format!("keys {keys}")), Ok(Command::Keys(_))), "{keys}");
        }
        for people in ["list", "link", "invite", "invite --role viewer", "reset Ana", "remove Ana"]
        {
            assert!(
                matches!(parse(&format!("people {people}")), Ok(Command::People(_))),
                "{people}"
            );
        }
        for line in ["gen fox", "gen - -m demo -o fox.png -n 3 --size 8x8", "gen --prompts a.txt"] {
            assert!(matches!(parse(line), Ok(Command::Gen(_))), "{line}");
        }
        for mend in ["", "--restore", "--sweep", "--adopt", "--remove-orphans --yes"] {
            assert!(matches!(parse(&format!("check {mend}")), Ok(Command::Check(_))), "{mend}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in [
            "gen",
            "gen a --prompts b",
            "gen a --set b",
            "gen a -n 0",
            "keys new",
            "keys new a --model dall-e",
            "keys new a --per-minute 0",
            "people invite --role king",
            "people reset",
            "export",
            "check now",
            "chekc",
            "--open check",
            "check --sweep --adopt",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        // An irreversible action needs both options.
        for half in ["check --remove-orphans", "check --yes"] {
            assert_eq!(parse(half), Err(ErrorKind::MissingRequiredArgument), "{half}");
        }
        assert_eq!(parse("--help"), Err(ErrorKind::DisplayHelp));
        assert_eq!(parse("--version"), Err(ErrorKind::DisplayVersion));
    }

    #[test]
    fn every_shell_gets_completions() {
        for shell in <Shell as clap::ValueEnum>::value_variants() {
            assert!(Arguments::completions(*shell).contains("doctor"), "{shell}");
        }
    }

    #[test]
    fn the_browser_is_sent_to_an_address_that_answers() {
        for (listens, shown) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
        ] {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), shown);
        }
    }
}
