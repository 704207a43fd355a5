//! The days of the gallery, on the person's own clock.

use time::Date;

use crate::{
    generation::{GalleryCursor, GalleryItem, RecordState},
    language::text,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The largest difference between a clock on Earth and UTC, in minutes.
const MAX_OFFSET_MINUTES: i32 = 14 * 60;

/// The Julian day of 1 January 1970.
const EPOCH: i32 = 2_440_588;

/// A day on the person's clock, counted from 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// How far the person's clock is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(i64);

impl Offset {
    /// Clamps to the offsets that exist on Earth.
    pub fn of_minutes(minutes: i32) -> Self {
        Self(i64::from(minutes.clamp(-MAX_OFFSET_MINUTES, MAX_OFFSET_MINUTES)) * 60_000)
    }

    fn local_ms(self, unix_ms: i64) -> i64 {
        unix_ms.saturating_add(self.0)
    }

    /// The time on this clock, such as 17:04.
    pub fn time_of(self, unix_ms: i64) -> String {
        let minutes = self.local_ms(unix_ms).rem_euclid(DAY_MS) / 60_000;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl Day {
    pub fn of(unix_ms: i64, offset: Offset) -> Self {
        Self(offset.local_ms(unix_ms).div_euclid(DAY_MS))
    }

    /// When it begins, in Unix milliseconds.
    pub fn start_ms(self, offset: Offset) -> i64 {
        self.0.saturating_mul(DAY_MS).saturating_sub(offset.0)
    }

    /// When the day after it begins, in Unix milliseconds.
    pub fn end_ms(self, offset: Offset) -> i64 {
        Self(self.0.saturating_add(1)).start_ms(offset)
    }

    /// The name of the day, on the day `today`.
    pub fn words(self, today: Self) -> String {
        if self == today {
            return text!("number-today");
        }
        if self.0 == today.0 - 1 {
            return text!("number-yesterday");
        }
        let (Some(date), Some(now)) = (self.date(), today.date()) else {
            return text!("number-long-ago");
        };
        let (day, month) = (date.day(), text!("number-month", number = u8::from(date.month())));
        if date.year() == now.year() {
            return text!("number-day", day = day, month = month);
        }
        text!("number-day-in-year", day = day, month = month, year = date.year().to_string())
    }

    /// `None` outside the calendar's range.
    fn date(self) -> Option<Date> {
        let day = i32::try_from(self.0).ok()?.checked_add(EPOCH)?;
        Date::from_julian_day(day).ok()
    }
}

/// The generations of one day on one page.
#[derive(Clone, Debug, PartialEq)]
pub struct DayGroup {
    pub day: Day,
    /// Whether the previous page ends on another day.
    pub is_new: bool,
    /// Generations with a result.
    pub done: Vec<GalleryItem>,
    /// Generations that failed or were cancelled.
    pub ended: Vec<GalleryItem>,
}

/// Groups a page that begins after `before` into days. Leaves out running generations, which have
/// cards.
pub fn days(
    items: Vec<GalleryItem>,
    before: Option<&GalleryCursor>,
    offset: Offset,
) -> Vec<DayGroup> {
    let last = before.map(|before| Day::of(before.created_ms, offset));
    let mut days: Vec<DayGroup> = Vec::new();
    for item in items.into_iter().filter(|item| item.state.is_ended()) {
        let day = Day::of(item.created_ms, offset);
        if days.last().is_none_or(|group| group.day != day) {
            let is_new = !days.is_empty() || last != Some(day);
            days.push(DayGroup { day, is_new, done: Vec::new(), ended: Vec::new() });
        }
        if let Some(group) = days.last_mut() {
            match item.state {
                RecordState::Done => group.done.push(item),
                _ => group.ended.push(item),
            }
        }
    }
    days
}

/// A summary such as “2 failed, 1 cancelled”.
pub fn ended_words(ended: &[GalleryItem]) -> String {
    let count = |state| ended.iter().filter(|item| item.state == state).count();
    match (count(RecordState::Failed), count(RecordState::Cancelled)) {
        (failed, 0) => text!("wall-failed", failed = failed),
        (0, cancelled) => text!("wall-cancelled", cancelled = cancelled),
        (failed, cancelled) => {
            text!("wall-failed-and-cancelled", failed = failed, cancelled = cancelled)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{GenerationId, ModelReference, Request};

    const HOUR_MS: i64 = 60 * 60 * 1000;
    /// 28 November 2026, noon in UTC.
    const NOON_MS: i64 = 1_795_867_200_000;

    fn utc() -> Offset {
        Offset::of_minutes(0)
    }

    fn item(created_ms: i64, state: RecordState) -> GalleryItem {
        GalleryItem {
            id: GenerationId::from_parts(created_ms as u64, [0; 10]),
            request: Request {
                model: ModelReference::demo(),
                prompt: String::new(),
                inputs: Default::default(),
            },
            state,
            attempts: 1,
            created_ms,
            started_ms: None,
            ended_ms: None,
            facts: Vec::new(),
            outputs: Vec::new(),
            images: Vec::new(),
            error: None,
            starred: false,
            collection: None,
        }
    }

    #[test]
    fn a_day_is_called_as_people_do() {
        let today = Day::of(NOON_MS, utc());
        for (days_ago, words) in
            [(0, "Today"), (1, "Yesterday"), (7, "21 November"), (365, "28 November 2025")]
        {
            let day = Day::of(NOON_MS - days_ago * DAY_MS, utc());
            assert_eq!(day.words(today), words);
        }
        assert_eq!(Day::of(i64::MIN, utc()).words(today), "Long ago");
    }

    #[test]
    fn a_day_begins_by_the_clock_of_the_person() {
        let tokyo = Offset::of_minutes(9 * 60);
        let evening_ms = NOON_MS + 5 * HOUR_MS;
        assert_eq!(Day::of(evening_ms, tokyo).words(Day::of(NOON_MS, tokyo)), "29 November");
        assert_eq!(tokyo.time_of(evening_ms), "02:00");
        let day = Day::of(NOON_MS, tokyo);
        assert_eq!((NOON_MS - day.start_ms(tokyo)) / HOUR_MS, 21);
        assert_eq!(day.end_ms(tokyo) - day.start_ms(tokyo), DAY_MS);
        // No clock is years ahead.
        assert_eq!(Offset::of_minutes(i32::MAX), Offset::of_minutes(14 * 60));
    }

    #[test]
    fn a_page_has_its_days_with_what_came_to_nothing_aside() {
        let items = vec![
            item(NOON_MS, RecordState::Running),
            item(NOON_MS - 1, RecordState::Done),
            item(NOON_MS - 2, RecordState::Failed),
            item(NOON_MS - 3, RecordState::Done),
            item(NOON_MS - DAY_MS, RecordState::Cancelled),
        ];
        let days = days(items, None, utc());
        let counts: Vec<_> = days.iter().map(|day| (day.done.len(), day.ended.len())).collect();
        assert_eq!(counts, [(2, 1), (0, 1)]);
        assert!(days.iter().all(|day| day.is_new));
    }

    #[test]
    fn a_day_that_a_page_continues_is_not_headed_again() {
        let before =
            GalleryCursor { created_ms: NOON_MS, id: GenerationId::from_parts(0, [0; 10]) };
        let items = || {
            vec![item(NOON_MS - 1, RecordState::Done), item(NOON_MS - DAY_MS, RecordState::Done)]
        };
        let is_new =
            |before| days(items(), before, utc()).iter().map(|day| day.is_new).collect::<Vec<_>>();
        assert_eq!(is_new(Some(&before)), [false, true]);
        assert_eq!(is_new(None), [true, true]);
    }

    #[test]
    fn what_came_to_nothing_is_counted() {
        let ended = [
            item(1, RecordState::Failed),
            item(2, RecordState::Cancelled),
            item(3, RecordState::Failed),
        ];
        assert_eq!(ended_words(&ended), "2 failed, 1 cancelled");
        assert_eq!(ended_words(&ended[1..2]), "1 cancelled");
    }
}
