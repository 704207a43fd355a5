//! `easel keys`: keys of other tools.

use clap::{Args, Subcommand};

use super::say;
use crate::{
    generation::ModelReference,
    server::{
        api_keys::new_key,
        service::now_ms,
        store::{ApiKey, Records, Scope, StoreError},
    },
};

/// The longest name of a key, in Unicode scalar values.
const LONGEST_NAME: usize = 100;

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
enum Act {
    /// Make a key and print it, this once: Easel keeps only what it is known again by
    New {
        /// What you call it, such as the program that gets it
        #[arg(value_parser = name)]
        name: String,
        /// A model that it may run, may be given several times; without it all
        #[arg(long = "model", value_name = "MODEL", value_parser = model)]
        models: Vec<String>,
        /// It may look at what it made, and start nothing
        #[arg(long)]
        read_only: bool,
        /// How many requests that start something it may make in a minute
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
        per_minute: Option<u32>,
    },
    /// Take a key back: from now on it opens nothing
    Revoke { name: String },
}

fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_right = !text.is_empty()
        && text.chars().count() <= LONGEST_NAME
        && !text.contains(char::is_control);
    is_right
        .then(|| text.to_owned())
        .ok_or_else(|| "give it a name of at most 100 letters".to_owned())
}

fn model(text: &str) -> Result<String, String> {
    let model = text.parse::<ModelReference>();
    model.map(String::from).map_err(|error| error.to_string())
}

impl Keys {
    /// Whether a database must be there already.
    pub fn must_exist(&self) -> bool {
        !matches!(self.act, Some(Act::New { .. }))
    }

    /// Does it and prints how it went; true when all is well.
    pub async fn carry_out(&self, records: &Records) -> Result<bool, StoreError> {
        match &self.act {
            None => {
                let keys = records.api_keys().await?;
                if keys.is_empty() {
                    say("There are no keys. `easel keys new NAME` makes one.");
                }
                keys.iter().for_each(|key| say(&line(key)));
                Ok(true)
            }
            Some(Act::New { name, models, read_only, per_minute }) => {
                let models = (!models.is_empty()).then(|| models.clone());
                let scope = Scope { models, read_only: *read_only, per_minute: *per_minute };
                let (key, text) = new_key(name, scope);
                if !records.add_api_key(&key).await? {
                    eprintln!("There is a key called “{name}”. Revoke it, or choose another name.");
                    return Ok(false);
                }
                eprintln!("This is the key “{name}”. It is shown this once:");
                say(&text);
                Ok(true)
            }
            Some(Act::Revoke { name }) => {
                let revoked = records.revoke_api_key(name, now_ms()).await?;
                match revoked {
                    true => say(&format!("The key “{name}” opens nothing any more.")),
                    false => eprintln!("No key that counts is called “{name}”."),
                }
                Ok(revoked)
            }
        }
    }
}

/// One key in the list.
fn line(key: &ApiKey) -> String {
    let day = |at_ms: i64| {
        let at = std::time::UNIX_EPOCH
            + std::time::Duration::from_millis(u64::try_from(at_ms).unwrap_or(0));
        let text = humantime::format_rfc3339_seconds(at).to_string();
        text.split('T').next().unwrap_or_default().to_owned()
    };
    let mut line = format!("{}  …{}  made {}", key.name, key.ending, day(key.created_ms));
    line += &key.used_ms.map_or("  never used".to_owned(), |used| format!("  used {}", day(used)));
    if let Some(models) = &key.scope.models {
        line += &format!("  only {}", models.join(", "));
    }
    if key.scope.read_only {
        line += "  read-only";
    }
    if let Some(per_minute) = key.scope.per_minute {
        line += &format!("  {per_minute} a minute");
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
