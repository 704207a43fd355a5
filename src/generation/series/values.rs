//! Parses the values of an input in a grid, as a person lists them.

/// The most values on one side of a grid.
pub const MAX_VALUES: usize = 100;

/// The values in `text`, without duplicates: separated by lines, else by semicolons (so that values
/// may contain commas), else by commas. `4..20/4` stands for the numbers from 4 to 20 in steps of
/// 4. Stops after [`MAX_VALUES`] + 1 values; the extra one shows that there are too many.
pub fn listed(text: &str) -> Vec<String> {
    let separator = ['\n', ';', ','].into_iter().find(|separator| text.trim().contains(*separator));
    let mut values = Vec::new();
    for part in text.split(separator.unwrap_or(',')) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        for value in range(part).unwrap_or_else(|| vec![part.to_owned()]) {
            if values.len() <= MAX_VALUES && !values.contains(&value) {
                values.push(value);
            }
        }
    }
    values
}

/// Parses `1..4` or `0..1/0.25`; `None` for anything else.
fn range(text: &str) -> Option<Vec<String>> {
    let (first, rest) = text.split_once("..")?;
    let (last, step) = rest.split_once('/').unwrap_or((rest, "1"));
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let (first, last, step) = (number(first)?, number(last)?, number(step)?);
    if step <= 0.0 || last < first {
        return None;
    }
    let count = ((last - first) / step + 1e-9).floor();
    let count = if count < MAX_VALUES as f64 { count as usize } else { MAX_VALUES };
    // Rounded to six decimals, because repeated steps of 0.1 would print float errors.
    let round = |number: f64| (number * 1e6).round() / 1e6;
    Some((0..=count).map(|index| round(first + step * index as f64).to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_listed_as_people_write_lists() {
        for (text, expected) in [
            ("4, 8,12", &["4", "8", "12"][..]),
            (" 4 ", &["4"]),
            ("4,,4, 5", &["4", "5"]),
            ("oil, thick; ink", &["oil, thick", "ink"]),
            ("one, two\nthree", &["one, two", "three"]),
            ("4..20/4", &["4", "8", "12", "16", "20"]),
            ("1..3, 9", &["1", "2", "3", "9"]),
            ("0..0.3/0.1", &["0", "0.1", "0.2", "0.3"]),
            // Not ranges.
            ("5..1", &["5..1"]),
            ("1..2/0", &["1..2/0"]),
            ("a..b", &["a..b"]),
            ("", &[]),
        ] {
            assert_eq!(listed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_range_has_an_end() {
        assert_eq!(listed("0..1e300").len(), MAX_VALUES + 1);
        // Steps below the precision of a float give one value.
        assert_eq!(listed("0..1e300/1e-300"), ["0"]);
    }
}
