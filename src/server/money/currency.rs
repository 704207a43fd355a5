//! The currency of all prices and budgets of an Easel.

use std::fmt;

/// A code of three letters, as in ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of most providers.
    pub const DOLLAR: Self = Self(*b"USD");

    /// `None` where it is not a code.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 3] = text.trim().to_ascii_uppercase().into_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The sign before an amount, for currencies that are usually written with one.
    pub fn sign(&self) -> Option<&'static str> {
        match &self.0 {
            b"USD" => Some("$"),
            b"EUR" => Some("€"),
            b"GBP" => Some("£"),
            b"BRL" => Some("R$"),
            b"CNY" | b"JPY" => Some("¥"),
            _ => None,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_has_three_letters() {
        assert_eq!(Currency::parse(" usd "), Some(Currency::DOLLAR));
        assert_eq!(Currency::parse("chf").unwrap().to_string(), "CHF");
        for wrong in ["", "US", "USDT", "U$D", "€", "12 "] {
            assert_eq!(Currency::parse(wrong), None, "{wrong}");
        }
    }
}
