//! The limits in the environment, which an owner cannot change in the page.

use std::collections::BTreeMap;

use super::{ConfigError, error, values::Texts};
use crate::generation::Limit;

/// # Errors
///
/// The first variable that is not a number, or is out of range.
pub(super) fn read(texts: &Texts<'_>) -> Result<BTreeMap<Limit, u32>, ConfigError> {
    let mut limits = BTreeMap::new();
    for limit in Limit::ALL {
        let Some(text) = texts.get(limit.variable()) else { continue };
        let (least, most) = limit.range().into_inner();
        let value = text.parse().ok().filter(|value| limit.range().contains(value));
        let wrong = || format!("must be a whole number from {least} to {most}");
        limits.insert(limit, value.ok_or_else(|| error(limit.variable(), wrong()))?);
    }
    Ok(limits)
}
