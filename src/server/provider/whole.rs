//! Whole numbers in JSON, which providers read as 64 bits.

use serde_json::Value;

use crate::{
    generation::{FieldError, Mistake},
    server::fault::Fault,
};

/// The JSON of a whole number for the input `name`, digit by digit.
///
/// # Errors
///
/// `InputRejected` for numbers that 64 bits cannot hold: rounded, it would be another one.
pub fn whole_json(name: &str, integer: i128) -> Result<Value, Fault> {
    if let Ok(integer) = i64::try_from(integer) {
        return Ok(integer.into());
    }
    u64::try_from(integer).map(Value::from).map_err(|_| {
        let mistake = match integer < 0 {
            true => Mistake::Below(i64::MIN.to_string()),
            false => Mistake::Above(u64::MAX.to_string()),
        };
        let fields = vec![FieldError::of(name, name, mistake)];
        Fault::InputRejected { fields, detail: String::new() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_of_a_whole_number_is_lost() {
        for integer in [0, -1, i128::from(i64::MIN), i128::from(u64::MAX), (1 << 53) + 1] {
            let sent = whole_json("seed", integer).unwrap();
            assert_eq!(sent.to_string(), integer.to_string());
        }
        for integer in [i128::from(u64::MAX) + 1, i128::from(i64::MIN) - 1, i128::MAX, i128::MIN] {
            let Err(Fault::InputRejected { fields, .. }) = whole_json("seed", integer) else {
                panic!("{integer} was not refused");
            };
            assert_eq!(fields[0].field, "seed");
        }
    }
}
