//! The hardware for Spaces and its price per hour: as the Hub lists it, never as it was typed.

use serde_json::Value;

use super::wire::text;
use crate::{
    generation::{CopyOptions, FREE_HARDWARE, FieldError},
    server::fault::Fault,
};

/// How many seconds a copy may stay awake without work: the Hub's limits.
const SLEEP_SECONDS: std::ops::RangeInclusive<u32> = 300..=604_800;
/// A longer list is invalid.
const MAX_HARDWARE: usize = 200;

/// An entry of `GET /api/spaces/hardware`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hardware {
    /// `t4-small`.
    pub name: String,
    /// In millionths of a US dollar.
    micro_usd_per_hour: u64,
}

impl Hardware {
    /// Reads the list; entries whose price cannot be read are left out.
    pub fn list(value: &Value) -> Vec<Self> {
        value.as_array().into_iter().flatten().take(MAX_HARDWARE).filter_map(Self::read).collect()
    }

    fn read(value: &Value) -> Option<Self> {
        let per_unit = value.get("unitCostMicroUSD").and_then(Value::as_u64);
        let per_unit = per_unit.or_else(|| {
            let dollars = value.get("unitCostUSD")?.as_f64()?;
            (0.0..1e6).contains(&dollars).then(|| (dollars * 1e6).ceil() as u64)
        })?;
        let units = match text(value, "unitLabel")?.as_str() {
            "minute" => 60,
            "hour" => 1,
            _ => return None,
        };
        Some(Self { name: text(value, "name")?, micro_usd_per_hour: per_unit.checked_mul(units)? })
    }

    /// For example `$0.40`; rounded up, so that the price is never understated.
    fn price(&self) -> String {
        let cents = self.micro_usd_per_hour.div_ceil(10_000);
        format!("${}.{:02}", cents / 100, cents % 100)
    }
}

/// The name of the hardware to order for `options`, where `of_original` is the hardware of the
/// copied Space.
///
/// # Errors
///
/// `InputRejected` for hardware that is not on the Hub's `list`, for a price above the person's
/// limit, and for a sleep time out of bounds.
pub fn check(
    list: &[Hardware],
    options: &CopyOptions,
    of_original: Option<&str>,
) -> Result<String, Fault> {
    let refused = |field: &str, message: String| {
        let fields = vec![FieldError::new(field, message.as_str())];
        Err(Fault::InputRejected { fields, detail: message })
    };
    if !SLEEP_SECONDS.contains(&options.sleep_after_seconds) {
        return refused("minutes", "A copy sleeps after 5 to 10,080 minutes.".to_owned());
    }
    let wanted = options.hardware.as_deref().or(of_original).unwrap_or(FREE_HARDWARE);
    if wanted == FREE_HARDWARE {
        return Ok(wanted.to_owned());
    }
    let Some(hardware) = list.iter().find(|hardware| hardware.name == wanted) else {
        let names: Vec<_> = list.iter().map(|hardware| hardware.name.as_str()).collect();
        let names = if names.is_empty() { FREE_HARDWARE.to_owned() } else { names.join(", ") };
        return refused("hardware", format!("The Hub lists no {wanted:?}, but {names}."));
    };
    let most = u64::from(options.most_cents_per_hour) * 10_000;
    if hardware.micro_usd_per_hour > most {
        return refused(
            "most",
            format!("{wanted} costs {} an hour. Allow that cost first.", hardware.price()),
        );
    }
    Ok(wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list() -> Vec<Hardware> {
        Hardware::list(&json!([
            {"name": "cpu-basic", "unitCostMicroUSD": 0, "unitCostUSD": 0, "unitLabel": "minute"},
            {"name": "zero-a10g", "unitCostMicroUSD": 0, "unitLabel": "minute"},
            {"name": "t4-small", "unitCostMicroUSD": 6667, "unitLabel": "minute"},
            {"name": "a100-large", "unitCostUSD": 2.5, "unitLabel": "hour"},
            {"name": "by-the-year", "unitCostUSD": 1, "unitLabel": "year"},
            {"name": "endless", "unitCostMicroUSD": u64::MAX, "unitLabel": "minute"},
            {"name": "odd", "unitCostUSD": -1, "unitLabel": "hour"},
            {}, null,
        ]))
    }

    fn checked(hardware: Option<&str>, cents: u32) -> Result<String, String> {
        let options = CopyOptions {
            hardware: hardware.map(str::to_owned),
            sleep_after_seconds: 300,
            most_cents_per_hour: cents,
            private: true,
        };
        check(&list(), &options, Some("a100-large")).map_err(|error| match error {
            Fault::InputRejected { detail, .. } => detail,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn hardware_is_of_the_hub_s_list_and_costs_no_more_than_was_said() {
        assert_eq!(checked(Some("cpu-basic"), 0).unwrap(), "cpu-basic");
        assert_eq!(checked(Some("zero-a10g"), 0).unwrap(), "zero-a10g");
        assert_eq!(checked(Some("t4-small"), 41).unwrap(), "t4-small");
        assert_eq!(checked(None, 250).unwrap(), "a100-large");
        for (hardware, cents, words) in [
            (Some("t4-small"), 40, "t4-small costs $0.41 an hour"),
            (None, 0, "a100-large costs $2.50 an hour"),
            (Some("h100x8"), 99_999, "lists no \"h100x8\", but cpu-basic, zero-a10g"),
            (Some("by-the-year"), 99_999, "lists no"),
            (Some("endless"), u32::MAX, "lists no"),
            (Some("odd"), 99_999, "lists no"),
        ] {
            let refused = checked(hardware, cents).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn a_sleep_out_of_bounds_is_refused() {
        for seconds in [0, 299, 604_801] {
            let options = CopyOptions {
                hardware: Some(FREE_HARDWARE.to_owned()),
                sleep_after_seconds: seconds,
                most_cents_per_hour: 0,
                private: true,
            };
            assert!(check(&list(), &options, None).is_err());
        }
    }
}
