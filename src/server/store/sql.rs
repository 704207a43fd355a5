//! SQL assembled at run time, only from literals of this program.

use std::{fmt::Write, ops::RangeInclusive};

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// Literals and numbered placeholders, so that input is never part of a statement; values are
/// bound. The driver's own builder writes placeholders that PostgreSQL does not accept.
#[derive(Clone, Debug)]
pub(super) struct Sql(String);

impl Sql {
    pub(super) fn new(literal: &'static str) -> Self {
        Self(literal.to_owned())
    }

    pub(super) fn push(mut self, literal: &'static str) -> Self {
        self.0.push_str(literal);
        self
    }

    /// Appends `$number`.
    pub(super) fn place(mut self, number: usize) -> Self {
        // Writing to a `String` does not fail.
        let _ = write!(self.0, "${number}");
        self
    }

    /// Appends `$1, $2, …`.
    pub(super) fn places(mut self, numbers: RangeInclusive<usize>) -> Self {
        let first = *numbers.start();
        for number in numbers {
            self = if number > first { self.push(", ") } else { self }.place(number);
        }
        self
    }
}

impl SqlSafeStr for Sql {
    fn into_sql_str(self) -> SqlStr {
        AssertSqlSafe(self.0).into_sql_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_and_parted() {
        let sql = Sql::new("a IN (").places(2..=4).push(") AND b = ").place(1);
        assert_eq!(sql.0, "a IN ($2, $3, $4) AND b = $1");
    }
}
