//! Checks this Easel and its surroundings, and says what is wrong and what to do. It changes
//! nothing, and no check takes long, even if something does not respond.

mod outside;
mod stores;
mod surroundings;

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::say;
use crate::server::{
    assets::Assets,
    config::{Access, Config, ConfigError},
    redact::redact,
};

/// The limit for one check. Checks of an unreachable network wait in parallel.
const CHECK_TIMEOUT: Duration = Duration::from_secs(8);

/// How to examine.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Print the findings as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Contact no provider
    #[arg(long)]
    pub offline: bool,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    what: String,
    /// What the operator should do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// Worth knowing, but Easel works.
    Note,
    Wrong,
}

impl Finding {
    fn ok(check: &'static str, what: impl Into<String>) -> Self {
        Self { check, state: State::Ok, what: what.into(), next: None }
    }

    fn note(check: &'static str, what: impl Into<String>) -> Self {
        Self { state: State::Note, ..Self::ok(check, what) }
    }

    fn wrong(check: &'static str, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { state: State::Wrong, next: Some(next.into()), ..Self::ok(check, what) }
    }
}

/// Runs all checks and prints the findings; true when nothing is wrong.
pub async fn examine(config: Result<Config, ConfigError>, assets: &Assets, asked: Asked) -> bool {
    let findings = match config {
        Ok(config) => look(&config, assets, asked).await,
        Err(error) => vec![
            Finding::wrong(
                "configuration",
                error.to_string(),
                "Correct it in .env or in the environment; .example.env explains each variable.",
            ),
            Finding::note("everything else", "not checked, without a configuration"),
        ],
    };
    let is_well = findings.iter().all(|finding| finding.state != State::Wrong);
    say(&match asked.json {
        true => serde_json::json!({ "ok": is_well, "findings": findings }).to_string(),
        false => findings.iter().map(line).collect(),
    });
    is_well
}

async fn look(config: &Config, assets: &Assets, asked: Asked) -> Vec<Finding> {
    let (address, folder, disk, database, storage, outside) = tokio::join!(
        bounded("address", surroundings::address(config.address)),
        bounded("data folder", surroundings::folder("data folder", config.data_dir.clone())),
        bounded("disk", surroundings::disk(config.data_dir.clone())),
        bounded("database", stores::database(config)),
        bounded("storage", stores::storage(config)),
        outside::look(config, asked.offline),
    );
    let mut findings = vec![configuration(config), page(assets), address];
    findings.extend([folder, disk, database, storage]);
    findings.extend(outside);
    // No check prints a key; if a response repeats one, it is removed here.
    for finding in &mut findings {
        finding.what = redact(&finding.what);
    }
    findings
}

/// A check that times out is a finding too.
async fn bounded(check: &'static str, looking: impl Future<Output = Finding>) -> Finding {
    tokio::time::timeout(CHECK_TIMEOUT, looking).await.unwrap_or_else(|_| {
        Finding::wrong(
            check,
            format!("no answer within {} seconds", CHECK_TIMEOUT.as_secs()),
            "Check whether the disk, the database or the server behind it hangs.",
        )
    })
}

fn configuration(config: &Config) -> Finding {
    match Access::of(config) {
        Ok(Access::Local) => {
            Finding::ok("configuration", "can be used; for you alone (EASEL_ACCESS=local)")
        }
        Ok(Access::Open) => {
            Finding::ok("configuration", "can be used; anybody may come in (EASEL_ACCESS=open)")
        }
        Ok(Access::People) => Finding::ok(
            "configuration",
            "can be used; people with a password come in (EASEL_ACCESS=people)",
        ),
        Ok(Access::Proxy) => Finding::ok(
            "configuration",
            "can be used; the people that the proxy names come in (EASEL_ACCESS=proxy)",
        ),
        Err(error) => Finding::wrong("configuration", error.to_string(), "Correct it in .env."),
    }
}

fn page(assets: &Assets) -> Finding {
    match assets.found() {
        Ok(what) => Finding::ok("page", what),
        Err(what) => Finding::wrong("page", what, "Use a release, or run script/build."),
    }
}

fn line(finding: &Finding) -> String {
    let word = match finding.state {
        State::Ok => "ok",
        State::Note => "note",
        State::Wrong => "WRONG",
    };
    let mut line = format!("{word:<6} {:<14} {}\n", finding.check, finding.what);
    if let Some(next) = &finding.next {
        line += &format!("{:21} -> {next}\n", "");
    }
    line
}

#[cfg(test)]
mod tests {
    use leptos::config::LeptosOptions;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Config {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(found.1.to_owned())
        };
        Config::read(variable).unwrap()
    }

    async fn findings(variables: &[(&str, &str)]) -> Vec<Finding> {
        let nowhere = LeptosOptions::builder().output_name("easel").site_root("/nowhere").build();
        let asked = Asked { json: false, offline: true };
        look(&read(variables), &Assets::in_folder(&nowhere), asked).await
    }

    fn found<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
        findings.iter().find(|finding| finding.check == check).unwrap()
    }

    #[tokio::test]
    async fn a_new_easel_without_a_network_is_well_and_nothing_is_made() {
        let folder = tempfile::TempDir::new().unwrap();
        let data = folder.path().join("data/deeper");
        let variables =
            [("EASEL_DATA_DIR", data.to_str().unwrap()), ("LEPTOS_SITE_ADDR", "127.0.0.1:0")];
        let findings = findings(&variables).await;
        for check in ["configuration", "address", "data folder", "disk", "storage"] {
            assert_ne!(found(&findings, check).state, State::Wrong, "{findings:?}");
        }
        assert_eq!(found(&findings, "database").state, State::Note);
        // The page's files are missing in tests.
        assert_eq!(found(&findings, "page").state, State::Wrong);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_with_what_to_do() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "no folder").unwrap();
        std::fs::write(folder.path().join("easel.db"), "no database, but long enough").unwrap();
        let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap().to_string();
        // The program on that port does not respond to the request.
        drop(tokio::spawn(async move { while taken.accept().await.is_ok() {} }));
        let broken = format!("sqlite:{}", folder.path().join("easel.db").display());
        let variables = [
            ("EASEL_DATA_DIR", file.to_str().unwrap()),
            ("DATABASE_URL", &broken),
            ("LEPTOS_SITE_ADDR", &address),
        ];
        let findings = findings(&variables).await;
        for check in ["address", "data folder", "database"] {
            let finding = found(&findings, check);
            assert_eq!(finding.state, State::Wrong, "{finding:?}");
            assert!(finding.next.is_some() || finding.what.contains("backup"), "{finding:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_is_a_finding() {
        let finding = bounded("database", std::future::pending()).await;
        assert_eq!(
            (finding.state, finding.what.as_str()),
            (State::Wrong, "no answer within 8 seconds")
        );
    }

    #[test]
    fn a_finding_is_a_line_and_what_to_do_another() {
        let finding = Finding::wrong("disk", "it is full", "Make room.");
        assert_eq!(
            line(&finding),
            "WRONG  disk           it is full\n                      -> Make room.\n"
        );
        assert_eq!(
            serde_json::to_value(&finding).unwrap(),
            serde_json::json!({
                "check": "disk", "state": "wrong", "what": "it is full", "next": "Make room.",
            })
        );
    }
}
