//! The audit log that owners can read.

use sqlx::{Row, any::AnyRow};

use super::{Records, SessionId, StoreError, record::unknown, records::Rows, sql::Sql};

/// How long entries are kept, and how many.
const RETENTION_MS: i64 = 400 * 24 * 60 * 60 * 1000;
const MAX_ENTRIES: i64 = 100_000;

/// How much of what anybody can do again and again: the rest is not pushed out by it.
const MAX_OF_MANY: i64 = 50_000;

/// How much is kept of what it is about, in Unicode scalar values.
const MAX_ABOUT_LENGTH: usize = 300;

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    SignedIn,
    /// Followed a link, as a new person or for a new password.
    CameIn,
    SignedOut,
    ChangedPassword,
    Invited,
    TookBackInvitation,
    SetRole,
    RemovedPerson,
    MadeApiKey,
    RevokedApiKey,
    GaveKey,
    RemovedKey,
    SetPrice,
    RemovedPrice,
    SetCurrency,
    SetBudget,
    RemovedBudget,
    Shared,
    Unshared,
    Deleted,
    Restored,
    /// Tried a wrong password.
    FailedSignIn,
    SetLimit,
    SetOffers,
    SetOrigins,
    SetOwnKeys,
    GaveOwnKey,
    RemovedOwnKey,
    /// Had a Space duplicated, on hardware that may cost something.
    CopiedSpace,
    /// Began a generation, which costs something or may.
    Spent,
}

impl Deed {
    const WORDS: [(Self, &'static str); 30] = [
        (Self::SignedIn, "signed-in"),
        (Self::CameIn, "came-in"),
        (Self::SignedOut, "signed-out"),
        (Self::ChangedPassword, "changed-password"),
        (Self::Invited, "invited"),
        (Self::TookBackInvitation, "took-back-invitation"),
        (Self::SetRole, "set-role"),
        (Self::RemovedPerson, "removed-person"),
        (Self::MadeApiKey, "made-api-key"),
        (Self::RevokedApiKey, "revoked-api-key"),
        (Self::GaveKey, "gave-key"),
        (Self::RemovedKey, "removed-key"),
        (Self::SetPrice, "set-price"),
        (Self::RemovedPrice, "removed-price"),
        (Self::SetCurrency, "set-currency"),
        (Self::SetBudget, "set-budget"),
        (Self::RemovedBudget, "removed-budget"),
        (Self::Shared, "shared"),
        (Self::Unshared, "unshared"),
        (Self::Deleted, "deleted"),
        (Self::Restored, "restored"),
        (Self::FailedSignIn, "failed-sign-in"),
        (Self::SetLimit, "set-limit"),
        (Self::SetOffers, "set-offers"),
        (Self::SetOrigins, "set-origins"),
        (Self::SetOwnKeys, "set-own-keys"),
        (Self::GaveOwnKey, "gave-own-key"),
        (Self::RemovedOwnKey, "removed-own-key"),
        (Self::CopiedSpace, "copied-space"),
        (Self::Spent, "spent"),
    ];

    /// What makers, viewers and strangers can do as often as they like.
    const OF_MANY: [Self; 6] = [
        Self::Shared,
        Self::Unshared,
        Self::Deleted,
        Self::Restored,
        Self::SignedIn,
        Self::FailedSignIn,
    ];

    pub fn word(self) -> &'static str {
        let word = Self::WORDS.iter().find(|(deed, _)| *deed == self);
        word.map_or("", |(_, word)| word)
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(deed, _)| *deed)
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    pub at_ms: i64,
    /// The person's name; empty for somebody without one.
    pub who: String,
    pub deed: Deed,
    /// The person or thing concerned, as the person who did it named it.
    pub about: String,
}

/// Where a page of it ends: the next one goes on before this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub at_ms: i64,
    pub id: String,
}

impl Earlier {
    /// Before all of this time.
    pub fn than(at_ms: i64) -> Self {
        Self { at_ms, id: String::new() }
    }
}

impl Records {
    /// Adds an entry.
    pub async fn note(&self, happening: &Happening) -> Result<(), StoreError> {
        let about: String = happening
            .about
            .chars()
            .filter(|letter| !letter.is_control())
            .take(MAX_ABOUT_LENGTH)
            .collect();
        sqlx::query(
            "INSERT INTO happenings (id, at_ms, who, what, about) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(uuid::Uuid::now_v7().to_string())
        .bind(happening.at_ms)
        .bind(&happening.who)
        .bind(happening.deed.word())
        .bind(about)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The entries before `before_ms`, newest first, including spending.
    pub async fn happenings(
        &self,
        before: &Earlier,
        limit: u32,
    ) -> Result<(Vec<Happening>, Option<Earlier>), StoreError> {
        let rows = sqlx::query(
            "SELECT id, at_ms, who, what, about FROM \
             (SELECT id, at_ms, who, what, about FROM happenings WHERE at_ms <= $1 \
             UNION ALL SELECT generation AS id, charges.created_ms AS at_ms, \
             COALESCE(people.name, former_people.name, '') AS who, 'spent' AS what, model AS about \
             FROM charges LEFT JOIN people ON people.gallery = charges.payer \
             LEFT JOIN former_people ON former_people.gallery = charges.payer \
             WHERE charges.created_ms <= $1) AS happened \
             WHERE at_ms < $1 OR id < $2 ORDER BY at_ms DESC, id DESC LIMIT $3",
        )
        .bind(before.at_ms)
        .bind(&before.id)
        .bind(i64::from(limit));
        let Rows { rows, passed_over } = self.rows(rows).await?;
        let is_full = rows.len() + passed_over == limit as usize;
        let place = |row: &AnyRow| {
            Ok::<_, sqlx::Error>(Earlier { at_ms: row.try_get("at_ms")?, id: row.try_get("id")? })
        };
        let last = rows.iter().rev().find_map(|row| place(row).ok());
        // What a newer version wrote is left out.
        let told = rows.iter().filter_map(|row| happening_of(row).ok()).collect();
        Ok((told, last.filter(|_| is_full)))
    }

    /// The name of the person who owns this gallery; empty where nobody does.
    pub async fn name_of(&self, session: &SessionId) -> Result<String, StoreError> {
        let person = self.person_with_gallery(session).await?;
        Ok(person.map(|person| person.name).unwrap_or_default())
    }

    /// Deletes entries that are too old or too many.
    pub(super) async fn forget_old_happenings(&self, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM happenings WHERE at_ms < $1")
            .bind(now_ms - RETENTION_MS)
            .execute(&self.writer)
            .await?;
        sqlx::query("DELETE FROM former_people WHERE removed_ms < $1")
            .bind(now_ms - 2 * RETENTION_MS)
            .execute(&self.writer)
            .await?;
        self.forget_happenings_beyond("IN", MAX_OF_MANY).await?;
        self.forget_happenings_beyond("NOT IN", MAX_ENTRIES).await
    }

    /// Of those that many can do, or of all others.
    async fn forget_happenings_beyond(
        &self,
        which: &'static str,
        most: i64,
    ) -> Result<(), StoreError> {
        let sql =
            Sql::new("DELETE FROM happenings WHERE id IN (SELECT id FROM happenings WHERE what ")
                .push(which)
                .push(" (")
                .places(2..=Deed::OF_MANY.len() + 1)
                .push(") ORDER BY id DESC LIMIT 1000000 OFFSET ")
                .place(1)
                .push(")");
        let mut query = sqlx::query(sql).bind(most);
        for deed in Deed::OF_MANY {
            query = query.bind(deed.word());
        }
        query.execute(&self.writer).await?;
        Ok(())
    }
}

fn happening_of(row: &AnyRow) -> Result<Happening, StoreError> {
    Ok(Happening {
        at_ms: row.try_get("at_ms")?,
        who: row.try_get("who")?,
        deed: Deed::of_word(row.try_get("what")?).ok_or_else(|| unknown("what"))?,
        about: row.try_get("about")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happening(at_ms: i64, deed: Deed) -> Happening {
        Happening { at_ms, who: "Ana".to_owned(), deed, about: "Bo".to_owned() }
    }

    #[test]
    fn every_deed_has_a_word_of_its_own() {
        for (deed, word) in Deed::WORDS {
            assert_eq!((deed.word(), Deed::of_word(word)), (word, Some(deed)));
        }
    }

    #[tokio::test]
    async fn what_happened_is_told_from_the_newest_on_and_has_an_end() {
        let records = Records::in_memory().await.unwrap();
        for (at_ms, deed) in [(1, Deed::Invited), (2, Deed::CameIn), (RETENTION_MS, Deed::SetRole)]
        {
            records.note(&happening(at_ms, deed)).await.unwrap();
        }
        let long = Happening { about: "x\n".repeat(999), ..happening(3, Deed::Shared) };
        records.note(&long).await.unwrap();
        let told = async |before_ms, limit| {
            let before = Earlier::than(before_ms);
            let happenings = records.happenings(&before, limit).await.unwrap().0.into_iter();
            happenings.map(|happening| happening.deed).collect::<Vec<_>>()
        };
        assert_eq!(told(i64::MAX, 2).await, [Deed::SetRole, Deed::Shared]);
        assert_eq!(told(3, 9).await, [Deed::CameIn, Deed::Invited]);
        let about = records.happenings(&Earlier::than(4), 1).await.unwrap().0.remove(0).about;
        assert_eq!(about, "x".repeat(MAX_ABOUT_LENGTH));
        records.forget_old_happenings(RETENTION_MS + 3).await.unwrap();
        assert_eq!(told(i64::MAX, 9).await, [Deed::SetRole, Deed::Shared]);
    }

    #[tokio::test]
    async fn of_what_happened_at_one_moment_a_page_loses_nothing() {
        let records = Records::in_memory().await.unwrap();
        for number in 0..10 {
            let about = format!("{number}");
            records.note(&Happening { about, ..happening(5, Deed::SetRole) }).await.unwrap();
        }
        let (mut before, mut told) = (Earlier::than(i64::MAX), Vec::new());
        loop {
            let (page, more) = records.happenings(&before, 3).await.unwrap();
            told.extend(page.into_iter().map(|happening| happening.about));
            match more {
                Some(more) => before = more,
                None => break,
            }
        }
        told.sort();
        assert_eq!(told, (0..10).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_many_do_pushes_out_nothing_else() {
        let records = Records::in_memory().await.unwrap();
        for (deed, number) in [(Deed::SetRole, 2), (Deed::Shared, 3), (Deed::FailedSignIn, 3)] {
            for _ in 0..number {
                records.note(&happening(5, deed)).await.unwrap();
            }
        }
        records.forget_happenings_beyond("IN", 2).await.unwrap();
        let (left, _) = records.happenings(&Earlier::than(9), 99).await.unwrap();
        let left: Vec<_> = left.into_iter().map(|happening| happening.deed).collect();
        assert_eq!(left, [Deed::FailedSignIn, Deed::FailedSignIn, Deed::SetRole, Deed::SetRole]);
    }
}
