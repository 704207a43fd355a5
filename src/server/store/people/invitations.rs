//! Single-use links that let a person in.

use sqlx::{Row, any::AnyRow};

use super::{Person, Records, Role, StoreError, alone_with_owners, bound, set_password, set_role};

/// A link that nobody has followed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The SHA-256 of its token, in hex.
    pub digest: String,
    pub role: Role,
    /// The person who gets a new password by it; `None` where it is for a new person.
    pub person: Option<String>,
    /// The owner who made it; `None` where a command did, or the start of a server.
    pub inviter: Option<String>,
    pub created_ms: i64,
    pub expires_ms: i64,
}

/// The result of following a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    Done,
    /// It was used before, has expired, or never existed.
    Gone,
    NameTaken,
}

/// What a row is called, and the column of its name.
const INVITATION: (&str, &str) = ("the invitation", "digest");

/// Each start of a server without an owner prints a link for the first owner. Once one was used,
/// the others are void.
const FIRST_OWNERS_LINKS: &str = "DELETE FROM invitations WHERE role = 'owner' AND person IS NULL \
     AND (SELECT COUNT(*) FROM people WHERE role = 'owner') = 1";

impl Records {
    pub async fn add_invitation(&self, invitation: &Invitation) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM invitations WHERE expires_ms < $1")
            .bind(invitation.created_ms)
            .execute(&self.writer)
            .await?;
        sqlx::query(
            "INSERT INTO invitations (digest, role, person, inviter, created_ms, expires_ms) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&invitation.digest)
        .bind(invitation.role.word())
        .bind(&invitation.person)
        .bind(&invitation.inviter)
        .bind(invitation.created_ms)
        .bind(invitation.expires_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    pub async fn invitation(
        &self,
        digest: &str,
        now_ms: i64,
    ) -> Result<Option<Invitation>, StoreError> {
        let query = sqlx::query("SELECT * FROM invitations WHERE digest = $1 AND expires_ms > $2");
        let row = query.bind(digest).bind(now_ms).fetch_optional(&self.reader).await?;
        row.as_ref().map(invitation_of).transpose()
    }

    /// The links for new people, newest first.
    pub async fn invitations(&self, now_ms: i64) -> Result<Vec<Invitation>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM invitations WHERE expires_ms > $1 AND person IS NULL \
             ORDER BY created_ms DESC, digest LIMIT 200",
        )
        .bind(now_ms);
        self.readable(INVITATION, rows, invitation_of).await
    }

    /// Reads all of them, so that those that cannot be read are known.
    pub(in crate::server::store) async fn look_at_invitations(&self) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT * FROM invitations");
        self.readable(INVITATION, rows, |row| invitation_of(row).map(drop)).await.map(drop)
    }

    pub async fn take_back_invitation(&self, digest: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM invitations WHERE digest = $1")
            .bind(digest)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Uses the link up and adds a new person.
    pub async fn accept_new(
        &self,
        digest: &str,
        person: &Person,
        now_ms: i64,
    ) -> Result<Accepted, StoreError> {
        let mut transaction = self.writer.begin().await?;
        alone_with_owners(&mut transaction).await?;
        let taken = use_up(digest, now_ms).execute(&mut *transaction).await?;
        if taken.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(Accepted::Gone);
        }
        let added = bound(person).execute(&mut *transaction).await?;
        if added.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(Accepted::NameTaken);
        }
        if person.role == Role::Owner {
            sqlx::query(FIRST_OWNERS_LINKS).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(Accepted::Done)
    }

    /// Uses the link up for a person who exists already.
    pub async fn accept_role(
        &self,
        digest: &str,
        person: &str,
        role: Role,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        alone_with_owners(&mut transaction).await?;
        let taken = use_up(digest, now_ms).execute(&mut *transaction).await?;
        if taken.rows_affected() == 0 || !set_role(&mut transaction, person, role).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        if role == Role::Owner {
            sqlx::query(FIRST_OWNERS_LINKS).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Uses the link up for a new password of `person`, who is signed out everywhere. False when it
    /// cannot be.
    pub async fn accept_password(
        &self,
        digest: &str,
        person: &str,
        password: &str,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin().await?;
        let taken = use_up(digest, now_ms).execute(&mut *transaction).await?;
        if taken.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        set_password(&mut transaction, person, password, None).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn use_up(digest: &str, now_ms: i64) -> sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments> {
    sqlx::query("DELETE FROM invitations WHERE digest = $1 AND expires_ms > $2")
        .bind(digest)
        .bind(now_ms)
}

fn invitation_of(row: &AnyRow) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        digest: row.try_get("digest")?,
        role: Role::of_word(row.try_get("role")?).unwrap_or(Role::Viewer),
        person: row.try_get("person")?,
        inviter: row.try_get("inviter")?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
    })
}
