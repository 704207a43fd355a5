//! Rows of people.

mod adopting;
mod attempts;
mod browsers;
mod invitations;

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{Records, SessionId, StoreError, Whose};

pub use self::{
    browsers::PersonBrowser,
    invitations::{Accepted, Invitation},
};

/// A person with a name here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// The name in the form that is compared; unique.
    pub folded: String,
    pub role: Role,
    /// A PHC string; `None` where a proxy identifies the person.
    pub password: Option<String>,
    /// The session id in the rows of their gallery.
    pub gallery: SessionId,
    pub created_ms: i64,
}

/// What somebody may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Everything.
    Owner,
    /// Make pictures with the models on offer.
    Maker,
    /// Look at what is there.
    Viewer,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Owner, Self::Maker, Self::Viewer];

    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Maker => "maker",
            Self::Viewer => "viewer",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

const INSERT: &str = "INSERT INTO people (id, name, folded, role, password, gallery, created_ms) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";

/// The last owner stays an owner.
const NOT_THE_LAST_OWNER: &str =
    "(role <> 'owner' OR (SELECT COUNT(*) FROM people WHERE role = 'owner') > 1)";

impl Records {
    /// Adds a person. False when the name is taken.
    pub async fn add_person(&self, person: &Person) -> Result<bool, StoreError> {
        let added = bound(person).execute(&self.writer).await?;
        Ok(added.rows_affected() == 1)
    }

    /// All people, in the order in which they joined.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let sql = "SELECT * FROM people ORDER BY created_ms, id LIMIT 10000";
        self.readable(("the person", "id"), sqlx::query(sql), person_of).await
    }

    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        let query = sqlx::query("SELECT * FROM people WHERE id = $1").bind(id);
        query.fetch_optional(&self.reader).await?.as_ref().map(person_of).transpose()
    }

    pub async fn person_named(&self, folded: &str) -> Result<Option<Person>, StoreError> {
        let query = sqlx::query("SELECT * FROM people WHERE folded = $1").bind(folded);
        query.fetch_optional(&self.reader).await?.as_ref().map(person_of).transpose()
    }

    /// The person who owns this gallery, if there is one.
    pub async fn person_with_gallery(
        &self,
        gallery: &SessionId,
    ) -> Result<Option<Person>, StoreError> {
        let query = sqlx::query("SELECT * FROM people WHERE gallery = $1").bind(gallery.as_str());
        query.fetch_optional(&self.reader).await?.as_ref().map(person_of).transpose()
    }

    /// Whether somebody of this name was removed, and may not come again by being named.
    pub async fn is_kept_out(&self, folded: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT gallery FROM former_people WHERE folded = $1 LIMIT 1");
        Ok(query.bind(folded).fetch_optional(&self.reader).await?.is_some())
    }

    /// Lets somebody come again who was removed. False when nobody of this name was.
    pub async fn readmit(&self, folded: &str) -> Result<bool, StoreError> {
        let readmitted = sqlx::query("UPDATE former_people SET folded = '' WHERE folded = $1")
            .bind(folded)
            .execute(&self.writer)
            .await?;
        Ok(readmitted.rows_affected() > 0)
    }

    pub async fn has_people(&self) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT id FROM people LIMIT 1");
        Ok(query.fetch_optional(&self.reader).await?.is_some())
    }

    pub async fn has_owner(&self) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT id FROM people WHERE role = 'owner' LIMIT 1");
        Ok(query.fetch_optional(&self.reader).await?.is_some())
    }

    /// False when there is no such person, or no other owner. Links of somebody who is no owner any more
    /// let nobody in.
    pub async fn set_role(&self, id: &str, role: Role) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        alone_with_owners(&mut transaction).await?;
        let is_set = set_role(&mut transaction, id, role).await?;
        transaction.commit().await?;
        Ok(is_set)
    }

    /// Sets a new password. All browsers of this person except `kept` are signed out.
    pub async fn set_password(
        &self,
        id: &str,
        password: &str,
        kept: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        set_password(&mut transaction, id, password, kept).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Removes a person: signs them out everywhere and revokes their keys. Their generations stay,
    /// but nobody sees them any more. False when there is no such person, or no other owner.
    pub async fn remove_person(&self, person: &Person, now_ms: i64) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        alone_with_owners(&mut transaction).await?;
        let sql =
            super::sql::Sql::new("DELETE FROM people WHERE id = $1 AND ").push(NOT_THE_LAST_OWNER);
        let removed = sqlx::query(sql).bind(&person.id).execute(&mut *transaction).await?;
        if removed.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(
            "UPDATE api_keys SET revoked_ms = $1 WHERE session = $2 AND revoked_ms IS NULL",
        )
        .bind(now_ms)
        .bind(person.gallery.as_str())
        .execute(&mut *transaction)
        .await?;
        end_links_of(&mut transaction, &person.id).await?;
        sqlx::query(
            "INSERT INTO former_people (gallery, name, folded, removed_ms) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (gallery) DO NOTHING",
        )
        .bind(person.gallery.as_str())
        .bind(&person.name)
        .bind(&person.folded)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        // Nobody is there who could take it back.
        for shared in [
            "UPDATE generations SET share_token = NULL WHERE session = $1 AND share_token IS NOT NULL",
            "UPDATE series SET share_token = NULL WHERE session = $1 AND share_token IS NOT NULL",
        ] {
            let unshared = sqlx::query(shared).bind(person.gallery.as_str());
            unshared.execute(&mut *transaction).await?;
        }
        sqlx::query("DELETE FROM push_browsers WHERE session = $1")
            .bind(person.gallery.as_str())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM budgets WHERE whose = $1")
            .bind(Whose::Of(person.gallery.as_str().to_owned()).word())
            .execute(&mut *transaction)
            .await?;
        // The gallery may be a browser's own session too, and that cookie would open it again.
        sqlx::query(
            "INSERT INTO ended_sessions (session, ended_ms) VALUES ($1, $2) \
             ON CONFLICT (session) DO NOTHING",
        )
        .bind(person.gallery.as_str())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// From here to the end of the transaction nobody else counts owners, on any server.
async fn alone_with_owners(connection: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE budgets SET touched = touched + 1 WHERE whose = ''")
        .execute(connection)
        .await?;
    Ok(())
}

async fn set_role(
    connection: &mut AnyConnection,
    id: &str,
    role: Role,
) -> Result<bool, StoreError> {
    let sql =
        super::sql::Sql::new("UPDATE people SET role = $1 WHERE id = $2 AND ($1 = 'owner' OR ")
            .push(NOT_THE_LAST_OWNER)
            .push(")");
    let set = sqlx::query(sql).bind(role.word()).bind(id).execute(&mut *connection).await?;
    let is_set = set.rows_affected() == 1;
    if is_set && role != Role::Owner {
        end_links_of(connection, id).await?;
    }
    Ok(is_set)
}

async fn end_links_of(connection: &mut AnyConnection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM invitations WHERE inviter = $1").bind(id).execute(connection).await?;
    Ok(())
}

async fn set_password(
    connection: &mut AnyConnection,
    id: &str,
    password: &str,
    kept: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE people SET password = $1 WHERE id = $2")
        .bind(password)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM person_sessions WHERE person = $1 AND digest <> $2")
        .bind(id)
        .bind(kept.unwrap_or_default())
        .execute(connection)
        .await?;
    Ok(())
}

/// The statement that keeps `person`.
fn bound(person: &Person) -> sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments> {
    sqlx::query(INSERT)
        .bind(&person.id)
        .bind(&person.name)
        .bind(&person.folded)
        .bind(person.role.word())
        .bind(&person.password)
        .bind(person.gallery.as_str())
        .bind(person.created_ms)
}

fn person_of(row: &AnyRow) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        folded: row.try_get("folded")?,
        // An unknown role grants no more than viewing.
        role: Role::of_word(row.try_get("role")?).unwrap_or(Role::Viewer),
        password: row.try_get("password")?,
        gallery: SessionId::new(row.try_get::<String, _>("gallery")?),
        created_ms: row.try_get("created_ms")?,
    })
}

#[cfg(test)]
mod tests;
