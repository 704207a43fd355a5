//! `easel keys`: manages API keys.

use clap::{Args, Subcommand};
use url::Url;

use super::say;
use crate::{
    generation::ModelReference,
    server::{
        api_keys::{checked_name, day, new_key},
        clock::now_ms,
        happened::Happened,
        store::{AddedKey, ApiKey, Deed, Records, Scope, StoreError},
        webhook_signature::new_secret,
    },
};

/// The name in the audit log.
const COMMAND: &str = "easel keys";

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
enum Act {
    /// Make a key and print it, only this once: Easel keeps only a digest of it
    New {
        /// What you call it, such as the program that will use it
        #[arg(value_parser = name)]
        name: String,
        /// A model that it may run, may be given several times; without it all
        #[arg(long = "model", value_name = "MODEL", value_parser = model)]
        models: Vec<String>,
        /// It may read what it made, but not start anything
        #[arg(long)]
        read_only: bool,
        /// How many requests that start something it may make in a minute, at each server
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
        per_minute: Option<u32>,
        /// An address that is told when a generation of this key has ended
        #[arg(long, value_name = "ADDRESS", value_parser = address)]
        webhook: Option<String>,
    },
    /// Revoke a key: from now on it opens nothing
    Revoke {
        name: String,
        /// Its last letters, where several people have one of this name
        #[arg(long)]
        ending: Option<String>,
    },
}

fn name(text: &str) -> Result<String, String> {
    checked_name(text).ok_or_else(|| "give it a name of at most 100 characters".to_owned())
}

/// Checks only the scheme; whether messages may be sent there is checked when they are sent.
fn address(text: &str) -> Result<String, String> {
    let url = text.parse::<Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.map(String::from).ok_or_else(|| "give an address that begins with https://".to_owned())
}

fn model(text: &str) -> Result<String, String> {
    let model = text.parse::<ModelReference>();
    model.map(String::from).map_err(|error| error.to_string())
}

impl Keys {
    /// Whether the database must exist already.
    pub fn must_exist(&self) -> bool {
        !matches!(self.act, Some(Act::New { .. }))
    }

    /// Runs the command and prints the result; true when all is well.
    pub async fn carry_out(&self, records: &Records) -> Result<bool, StoreError> {
        match &self.act {
            None => {
                let keys = records.api_keys(None).await?;
                if keys.is_empty() {
                    say("There are no keys. `easel keys new NAME` makes one.");
                }
                keys.iter().for_each(|key| say(&line(key)));
                Ok(true)
            }
            Some(Act::New { name, models, read_only, per_minute, webhook }) => {
                let models = (!models.is_empty()).then(|| models.clone());
                let scope = Scope { models, read_only: *read_only, per_minute: *per_minute };
                let (key, text) = new_key(name, scope);
                // Each has a gallery of its own, and commands name a key by its name alone.
                let is_free = records.api_keys_called(name).await?.is_empty();
                if !is_free || records.add_api_key(&key).await? != AddedKey::Kept {
                    eprintln!("There is a key called “{name}”. Revoke it, or choose another name.");
                    return Ok(false);
                }
                if let Some(url) = webhook {
                    let hook = records.api_hook(&key.id, &new_secret()).await?;
                    records.set_api_hook(&key.id, Some(url)).await?;
                    eprintln!("Messages to {url} are signed with {}", hook.secret);
                }
                Happened::new(records.clone()).by_name(COMMAND, Deed::MadeApiKey, name).await;
                eprintln!("This is the key “{name}”. It is shown only this once:");
                say(&text);
                Ok(true)
            }
            Some(Act::Revoke { name, ending }) => {
                let called = records.api_keys_called(name).await?;
                let named = match ending {
                    Some(ending) => {
                        called.into_iter().filter(|key| key.ending == *ending).collect()
                    }
                    None => called,
                };
                let [key] = &named[..] else {
                    match named.len() {
                        0 => eprintln!("No active key is called “{name}”."),
                        _ => {
                            eprintln!(
                                "Several keys have this name. Say which one by its last letters, \
                                 as in --ending abcd:"
                            );
                            named.iter().for_each(|key| say(&line(key)));
                        }
                    }
                    return Ok(false);
                };
                let revoked = records.revoke_api_key(&key.id, None, now_ms()).await?.is_some();
                if revoked {
                    let happened = Happened::new(records.clone());
                    happened.by_name(COMMAND, Deed::RevokedApiKey, name).await;
                    say(&format!("The key “{name}” no longer works."));
                }
                Ok(revoked)
            }
        }
    }
}

/// One line of the list of keys.
fn line(key: &ApiKey) -> String {
    let mut line = format!("{}  …{}  made {}", key.name, key.ending, day(key.created_ms));
    line += &key.used_ms.map_or("  never used".to_owned(), |used| format!("  used {}", day(used)));
    for words in key.scope.words() {
        line += &format!("  {words}");
    }
    if let Some(revoked) = key.revoked_ms {
        line += &format!("  REVOKED {}", day(revoked));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_what_a_key_may_and_not_what_it_is() {
        let scope =
            Scope { models: Some(vec!["demo".to_owned()]), read_only: true, per_minute: Some(9) };
        let (key, text) = new_key("webui", scope);
        let key = ApiKey { created_ms: 0, revoked_ms: Some(86_400_000), ..key };
        let line = line(&key);
        assert_eq!(
            line,
            format!(
                "webui  …{}  made 1970-01-01  never used  only demo  read-only  9 a minute  \
                 REVOKED 1970-01-02",
                &text[text.len() - 4..]
            )
        );
        assert!(!line.contains(&text));
    }
}
