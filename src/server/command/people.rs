//! `easel people`: manages people.

use clap::{Args, Subcommand};

use super::{reachable, say};
use crate::server::{
    api_keys::day,
    clock::now_ms,
    config::{Access, Config},
    happened::Happened,
    people::{folded, invitation_link, link_to, owner_link, reset_link},
    store::{Deed, Person, Records, Role, StoreError},
};

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct People {
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
enum Act {
    /// List everybody, as `easel people` alone does
    List,
    /// Print the link that makes the first person to open it the owner, while there is none
    Link,
    /// Print a link that lets in one person, once
    Invite {
        /// What they may do: owner, maker (makes pictures) or viewer (only looks)
        #[arg(long, value_enum, default_value = "maker")]
        role: Role,
    },
    /// Print a link that lets somebody set a new password
    Reset { name: String },
    /// Change what somebody may do
    Role {
        name: String,
        #[arg(value_enum)]
        role: Role,
    },
    /// Sign somebody out everywhere, revoke their keys and what they shared, and forget them
    Remove { name: String },
    /// Let somebody back in who was removed and whom the proxy still names
    Readmit { name: String },
}

/// The base URL of links, as far as it is known here.
pub fn base(config: &Config, address: std::net::SocketAddr) -> String {
    match &config.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", reachable(address)),
    }
}

impl People {
    /// Whether the database must exist already.
    pub fn must_exist(&self) -> bool {
        !matches!(self.act, Some(Act::Link | Act::Invite { .. }))
    }

    /// Runs the command and prints the result; true when all is well.
    pub async fn carry_out(&self, records: &Records, config: &Config) -> Result<bool, StoreError> {
        let link = |token: &str| say(&link_to(&base(config, config.address), token));
        if !matches!(Access::of(config), Ok(access) if access.knows_names()) {
            eprintln!(
                "Nobody is asked for a name here: set EASEL_ACCESS=people in .env to change that."
            );
        }
        match &self.act {
            None | Some(Act::List) => {
                let people = records.people().await?;
                if people.is_empty() {
                    say("There is nobody yet. `easel people link` prints the link for the owner.");
                }
                people.iter().for_each(|person| say(&line(person)));
                Ok(true)
            }
            Some(Act::Link) => match owner_link(records).await? {
                Some(token) => {
                    eprintln!(
                        "The first person to open this link within a day becomes the owner of \
                         this Easel:"
                    );
                    link(&token);
                    note(records, Deed::Invited, Role::Owner.word()).await;
                    Ok(true)
                }
                None => {
                    eprintln!(
                        "There is an owner. `easel people reset NAME` prints a link for a new \
                         password, `easel people invite --role owner` one for another owner."
                    );
                    Ok(false)
                }
            },
            Some(Act::Invite { role }) => {
                eprintln!("This link lets in one person, once, within 7 days, as {}:", role.word());
                link(&invitation_link(records, *role, None).await?);
                note(records, Deed::Invited, role.word()).await;
                Ok(true)
            }
            Some(Act::Reset { name }) => {
                let Some(person) = found(records, name).await? else { return Ok(false) };
                eprintln!("With this link {} can set a new password, within a day:", person.name);
                link(&reset_link(records, &person).await?);
                note(records, Deed::Invited, &format!("{}, to a new password", person.name)).await;
                Ok(true)
            }
            Some(Act::Role { name, role }) => {
                let Some(person) = found(records, name).await? else { return Ok(false) };
                let is_set = records.set_role(&person.id, *role).await?;
                match is_set {
                    true => {
                        say(&format!("{} is {} now.", person.name, role.word()));
                        let about = format!("{}: {}", person.name, role.word());
                        note(records, Deed::SetRole, &about).await;
                    }
                    false => eprintln!("{} is the only owner, so the role stays.", person.name),
                }
                Ok(is_set)
            }
            Some(Act::Readmit { name }) => {
                let is_readmitted = records.readmit(&folded(name)).await?;
                match is_readmitted {
                    true => say(&format!("{name} may come back, as a maker with a new gallery.")),
                    false => eprintln!("Nobody called “{name}” was removed."),
                }
                Ok(is_readmitted)
            }
            Some(Act::Remove { name }) => {
                let Some(person) = found(records, name).await? else { return Ok(false) };
                let is_removed = records.remove_person(&person, now_ms()).await?;
                match is_removed {
                    true => {
                        say(&format!(
                            "{} was removed, and their links no longer work. What they made \
                             stays, but nobody can see it.",
                            person.name
                        ));
                        note(records, Deed::RemovedPerson, &person.name).await;
                    }
                    false => eprintln!("{} is the only owner, so they stay.", person.name),
                }
                Ok(is_removed)
            }
        }
    }
}

/// Adds an entry to the audit log, as the page does.
async fn note(records: &Records, deed: Deed, about: &str) {
    Happened::new(records.clone()).by_name("easel people", deed, about).await;
}

async fn found(records: &Records, name: &str) -> Result<Option<Person>, StoreError> {
    let person = records.person_named(&folded(name)).await?;
    if person.is_none() {
        eprintln!("Nobody is called “{name}”. `easel people` lists everybody.");
    }
    Ok(person)
}

/// One line of the list of people.
fn line(person: &Person) -> String {
    format!("{}  {}  since {}", person.name, person.role.word(), day(person.created_ms))
}
