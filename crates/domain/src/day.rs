//! Civil days and instants: the two ways in which the ledger tells time.
//!
//! A [`Day`] is a day of the proleptic Gregorian calendar without a time zone; the effective clock runs
//! on days. An [`Instant`] is a point of UTC; the reported and recorded clocks run on instants.
//! Nothing here reads a clock.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};

/// A civil day, counted from 1970-01-01. Years 0000 to 9999, as EDTF level 0 writes them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A text that is no civil day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a calendar day (YYYY-MM-DD)")]
pub struct NotADay(pub String);

impl Day {
    /// 0000-01-01, the first day that can be written.
    pub const MIN: Day = Day(-719_528);
    /// 9999-12-31, the last day that can be written.
    pub const MAX: Day = Day(2_932_896);

    /// The day of a calendar date; `None` where the calendar has no such day or the year is not 0..=9999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        if !(0..=9999).contains(&year) {
            return None;
        }
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(Day(date.to_epoch_days()))
    }

    /// The last day of a month; `None` for a month outside 1..=12 or a year outside 0..=9999.
    pub fn last_of_month(year: i32, month: u32) -> Option<Day> {
        if month == 12 {
            return Day::from_ymd(year, 12, 31);
        }
        Day::from_ymd(year, month + 1, 1).map(|first| Day(first.0 - 1))
    }

    /// Days since 1970-01-01, negative before it.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day with that number (see [`Day::number`]), held within [`Day::MIN`] and [`Day::MAX`].
    pub fn from_number(number: i32) -> Day {
        Day(number.clamp(Day::MIN.0, Day::MAX.0))
    }

    /// The same day so many months before, or the last one of that month where it has no such day.
    #[must_use]
    pub fn months_back(self, months: i32) -> Day {
        let (year, month, day) = self.ymd();
        let month = i32::try_from(month).unwrap_or(1) - 1;
        let all = year.saturating_mul(12).saturating_add(month).saturating_sub(months);
        let (year, month) = (all.div_euclid(12), u32::try_from(all.rem_euclid(12) + 1).unwrap_or(1));
        Day::from_ymd(year, month, day).or_else(|| Day::last_of_month(year, month)).unwrap_or(Day::MIN)
    }

    /// The day after; the last day of all stays.
    #[must_use]
    pub fn next(self) -> Day {
        Day::from_number(self.0 + 1)
    }

    /// The day before; the first day of all stays.
    #[must_use]
    pub fn previous(self) -> Day {
        Day::from_number(self.0 - 1)
    }

    /// Year, month (1..=12) and day of the month (1..=31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).expect("a day lies within chrono's range")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Answers are full of days, and the formatter of numbers takes longer than all else in them.
        let (year, month, day) = self.ymd();
        let mut text = *b"0000-00-00";
        let mut write = |ends_at: usize, mut number: u32| {
            for digit in text[..ends_at].iter_mut().rev() {
                if number == 0 {
                    break;
                }
                *digit = b"0123456789"[(number % 10) as usize];
                number /= 10;
            }
        };
        write(4, year.unsigned_abs());
        write(7, month);
        write(10, day);
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Day, NotADay> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(NotADay(text.to_owned()));
        }
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0_u32, |n, b| n * 10 + u32::from(b - b'0'));
        let year = i32::try_from(number(0..4)).expect("four digits fit");
        Day::from_ymd(year, number(5..7), number(8..10)).ok_or_else(|| NotADay(text.to_owned()))
    }
}

/// A point of UTC, counted in microseconds from 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 instant (2025-09-30T06:00:00Z)")]
pub struct NotAnInstant(pub String);

const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Instant {
    /// The instant that many microseconds after 1970-01-01T00:00:00Z.
    pub fn from_micros(micros: i64) -> Instant {
        let (first, last) = (Instant::midnight(Day::MIN), Instant::last_of(Day::MAX));
        Instant(micros.clamp(first.0, last.0))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Midnight UTC at which the day begins.
    pub fn midnight(day: Day) -> Instant {
        Instant(i64::from(day.number()) * MICROS_PER_DAY)
    }

    /// The last instant of the UTC day.
    pub fn last_of(day: Day) -> Instant {
        Instant(i64::from(day.number()) * MICROS_PER_DAY + (MICROS_PER_DAY - 1))
    }

    /// The UTC day that holds this instant.
    pub fn day(self) -> Day {
        let day = i32::try_from(self.0.div_euclid(MICROS_PER_DAY)).expect("instants are held within days");
        Day::from_number(day)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::<Utc>::from_timestamp_micros(self.0).expect("instants are held within days");
        f.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = NotAnInstant;

    /// Reads RFC 3339; parts of a second beyond microseconds are cut off.
    fn from_str(text: &str) -> Result<Instant, NotAnInstant> {
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| NotAnInstant(text.to_owned()))?;
        let at = at.with_timezone(&Utc);
        if !(0..=9999).contains(&at.year()) {
            return Err(NotAnInstant(text.to_owned()));
        }
        Ok(Instant(at.timestamp_micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Instant};

    #[test]
    fn a_month_that_lacks_a_day_has_its_last_one() {
        let check = |day: &str, months: i32, expect: &str| {
            assert_eq!(day.parse::<Day>().expect(day).months_back(months).to_string(), expect, "{day}, {months}");
        };
        check("2024-03-31", 1, "2024-02-29");
        check("2024-03-31", 13, "2023-02-28");
        check("2024-01-15", 1, "2023-12-15");
        check("2024-01-15", 0, "2024-01-15");
        check("2024-01-15", i32::MAX, "0000-01-01");
    }

    #[test]
    fn days_read_and_print_alike() {
        for text in ["0000-01-01", "1970-01-01", "2024-02-29", "9999-12-31"] {
            let day: Day = text.parse().expect(text);
            assert_eq!(day.to_string(), text);
        }
        assert_eq!("0000-01-01".parse(), Ok(Day::MIN));
        assert_eq!("9999-12-31".parse(), Ok(Day::MAX));
        for text in ["2025-02-29", "2025-13-01", "2025-1-1", "２０２５-01-01", "2025-09-30T", ""] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_knows_its_utc_day() {
        for (text, day) in [
            ("2025-09-30T23:59:59+08:00", "2025-09-30"),
            ("2025-10-01T07:59:59+08:00", "2025-09-30"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31"),
        ] {
            let at: Instant = text.parse().expect(text);
            assert_eq!(at.day().to_string(), day, "{text}");
        }
        let day: Day = "2025-09-30".parse().expect("a day");
        assert_eq!(Instant::last_of(day).micros() + 1, Instant::midnight(day.next()).micros());
    }
}
