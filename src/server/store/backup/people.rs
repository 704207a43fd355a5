//! People in a backup: with their passwords as they are stored, and without their browsers, which
//! sign in again.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::writing::write_line;
use crate::server::{
    clock::now_ms,
    store::{
        Deed, Happening, Person, PersonBrowser, Records, Role, SessionId, StoreError,
        images::is_digest,
    },
};

pub(super) const PEOPLE: &str = "people.jsonl";

/// The prefix of password hashes that Easel makes. Other parameters could demand any amount of
/// memory when a password is checked.
const KEPT_SO: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// The most browsers of one person, and the longest name of one in bytes.
const MAX_BROWSERS: usize = 200;
const MAX_AGENT_LENGTH: usize = 1_200;

/// One of them.
#[derive(Serialize, Deserialize)]
pub(super) struct Somebody {
    id: String,
    name: String,
    folded: String,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    gallery: String,
    created_ms: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    browsers: Vec<Browser>,
}

/// A browser, by the digest of what its cookie says.
#[derive(Serialize, Deserialize)]
struct Browser {
    digest: String,
    agent: String,
    created_ms: i64,
    used_ms: i64,
}

impl From<Person> for Somebody {
    fn from(person: Person) -> Self {
        let Person { id, name, folded, role, password, gallery, created_ms } = person;
        let (role, gallery) = (role.word().to_owned(), gallery.as_str().to_owned());
        let browsers = Vec::new();
        Self { id, name, folded, role, password, gallery, created_ms, browsers }
    }
}

impl From<PersonBrowser> for Browser {
    fn from(browser: PersonBrowser) -> Self {
        let PersonBrowser { digest, agent, created_ms, used_ms } = browser;
        Self { digest, agent, created_ms, used_ms }
    }
}

/// Writes the people into `folder`, if there are any.
pub(super) async fn write(records: &Records, folder: &Path) -> Result<(), StoreError> {
    let people = records.people().await?;
    let (part, whole) = (folder.join("people.part"), folder.join(PEOPLE));
    if people.is_empty() {
        return match tokio::fs::remove_file(whole).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        };
    }
    let mut out = BufWriter::new(tokio::fs::File::create(&part).await?);
    for person in people {
        let browsers = records.browsers_of(&person.id).await?;
        let browsers = browsers.into_iter().map(Browser::from).collect();
        write_line(&mut out, &Somebody { browsers, ..Somebody::from(person) }).await?;
    }
    out.flush().await?;
    Ok(tokio::fs::rename(part, whole).await?)
}

impl Records {
    /// Adds a person of a backup. Returns a message for the operator.
    pub(super) async fn insert_somebody(&self, somebody: Somebody) -> Result<String, String> {
        let Somebody { id, name, folded, role, password, gallery, created_ms, browsers } = somebody;
        let is_sound =
            |text: &str| (1..=400).contains(&text.len()) && !text.contains(char::is_control);
        if ![&id, &name, &folded, &gallery].into_iter().all(|text| is_sound(text)) {
            return Err("Somebody was left out: their name is not valid.".to_owned());
        }
        let Some(role) = Role::of_word(&role) else {
            return Err(format!("{name} was left out: “{role}” is not a role."));
        };
        let password = password.filter(|kept| kept.starts_with(KEPT_SO) && kept.len() < 200);
        let gallery = SessionId::new(gallery);
        let told = format!("{name} may come in, as {}.", role.word());
        let about = format!("{name}: {}", role.word());
        let person = Person { id, name, folded, role, password, gallery, created_ms };
        match self.add_person(&person).await {
            Ok(true) => {
                self.insert_browsers(&person, browsers).await.map_err(|error| {
                    format!("The browsers of {} were left out: {error}.", person.name)
                })?;
                let (who, deed, at_ms) = ("easel import".to_owned(), Deed::SetRole, now_ms());
                let written = self.note(&Happening { at_ms, who, deed, about }).await;
                written.map(|()| told).map_err(|error| error.to_string())
            }
            Ok(false) => Ok(String::new()),
            Err(error) => Err(format!("{} was left out: {error}.", person.name)),
        }
    }

    /// Nobody is signed in by it who was not before: of a cookie it holds the digest alone.
    async fn insert_browsers(
        &self,
        person: &Person,
        browsers: Vec<Browser>,
    ) -> Result<(), StoreError> {
        for Browser { digest, mut agent, created_ms, used_ms } in
            browsers.into_iter().take(MAX_BROWSERS)
        {
            let is_known = self.person_at(&digest, i64::MIN).await?.is_some();
            if !is_digest(&digest) || is_known {
                continue;
            }
            agent.retain(|letter| !letter.is_control());
            agent.truncate(agent.floor_char_boundary(MAX_AGENT_LENGTH));
            // Nobody is signed in for longer than from now on.
            let used_ms = used_ms.min(now_ms());
            let browser = PersonBrowser { digest, agent, created_ms, used_ms };
            self.add_browser(&person.id, &browser).await?;
        }
        Ok(())
    }
}
