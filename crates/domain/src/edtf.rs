//! Vague dates: the subset of EDTF (ISO 8601-2:2019) that events and questions use.
//!
//! Read are a day, a month, a year, a decade (`202X`), a century (`20XX`), unspecified months and days
//! (`2025-09-XX`, `2025-XX-XX`), and one-of ranges of these (`[2025-02..2025-04]`, `[..2025-09-30]`,
//! `[2025-09-30..]`). A trailing `~`, `?` or `%` is kept in the text and does not widen the date.
//! Intervals (`2025-02/2025-04`), seasons and sets are deliberately not read: a change happens on one day.

use std::fmt;
use std::str::FromStr;

use crate::bounds::Bounds;
use crate::day::Day;

/// Bounds are shown as the dates that mean them.
impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shortest(*self))
    }
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A date as a source gives it: its text, and the bounds that it means.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VagueDate {
    text: Box<str>,
    bounds: Bounds,
}

impl VagueDate {
    /// The earliest and the latest day that the date allows.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The date as the source wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Bounds> for VagueDate {
    fn from(bounds: Bounds) -> VagueDate {
        VagueDate { text: shortest(bounds).into(), bounds }
    }
}

impl fmt::Display for VagueDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for VagueDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that is no date of the subset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADate {
    /// It has the form of no date.
    #[error("`{0}` is not a date")]
    Form(String),
    /// It has the form of a date, but the calendar has no such day.
    #[error("`{0}` is not a date: the calendar has no such day")]
    Calendar(String),
    /// A range whose first date lies after its second.
    #[error("`{0}` is reversed: it ends before it begins")]
    Reversed(String),
    /// A range without a date on either side.
    #[error("`{0}` says nothing")]
    Empty(String),
}

impl NotADate {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        match self {
            NotADate::Reversed(_) => "write the earlier date first, as in [2025-02-01..2025-02-14]",
            NotADate::Empty(_) => "leave the date out where nothing is known of it",
            NotADate::Form(_) | NotADate::Calendar(_) => {
                "write a day 2025-09-30, a month 2025-09, a year 2025, a decade 202X, \
                 or a range [2025-02-01..2025-02-14], [..2025-09-30], [2025-09-30..]"
            }
        }
    }
}

impl FromStr for VagueDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<VagueDate, NotADate> {
        let bounds = match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            None => simple(text, text)?,
            Some(range) => {
                let (from, to) = range.split_once("..").ok_or_else(|| NotADate::Form(text.to_owned()))?;
                let side = |part: &str| if part.is_empty() { Ok(None) } else { simple(part, text).map(Some) };
                let (from, to) = (side(from)?, side(to)?);
                if from.is_none() && to.is_none() {
                    return Err(NotADate::Empty(text.to_owned()));
                }
                Bounds::new(from.and_then(Bounds::earliest), to.and_then(Bounds::latest))
                    .ok_or_else(|| NotADate::Reversed(text.to_owned()))?
            }
        };
        Ok(VagueDate { text: text.into(), bounds })
    }
}

/// The bounds of one date that is no range; `whole` is what an error shows.
fn simple(text: &str, whole: &str) -> Result<Bounds, NotADate> {
    let bare = text.strip_suffix(['~', '?', '%']).unwrap_or(text);
    if let Ok(day) = bare.parse() {
        return Ok(Bounds::on(day));
    }
    let form = || NotADate::Form(whole.get(..whole.floor_char_boundary(80)).unwrap_or(whole).to_owned());
    let mut parts = bare.splitn(3, '-');
    let year = parts.next().unwrap_or_default();
    let (month, day) = (parts.next(), parts.next());
    let digits = year.trim_end_matches('X');
    let unknown = year.len().saturating_sub(digits.len());
    if year.len() != 4 || unknown > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(form());
    }
    let known: i32 = digits.parse().map_err(|_| form())?;
    let span = [1, 10, 100][unknown];
    let (first, last) = (known * span, known * span + span - 1);
    let two_digits = |part: &str| -> Option<u32> {
        let fits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse().ok()).flatten()
    };
    let (earliest, latest) = match (month, day) {
        (None, None) | (Some("XX"), None | Some("XX")) if unknown == 0 || month.is_none() => {
            (Day::from_ymd(first, 1, 1), Day::from_ymd(last, 12, 31))
        }
        (Some(month), None | Some("XX")) if unknown == 0 => {
            let month = two_digits(month).ok_or_else(form)?;
            (Day::from_ymd(first, month, 1), Day::last_of_month(first, month))
        }
        (Some(month), Some(day)) if two_digits(month).is_some() && two_digits(day).is_some() && unknown == 0 => {
            (None, None)
        }
        _ => return Err(form()),
    };
    match (earliest, latest) {
        (Some(earliest), Some(latest)) => Ok(Bounds::new(Some(earliest), Some(latest)).unwrap_or(Bounds::UNKNOWN)),
        _ => Err(NotADate::Calendar(whole.to_owned())),
    }
}

/// The shortest EDTF that says the bounds; `XXXX` (a wholly unspecified year) where both sides are unknown.
pub fn shortest(bounds: Bounds) -> String {
    match (bounds.earliest(), bounds.latest()) {
        (None, None) => "XXXX".to_owned(),
        (Some(e), None) => format!("[{}..]", beginning(e)),
        (None, Some(l)) => format!("[..{}]", ending(l)),
        (Some(e), Some(l)) => one_date(e, l).unwrap_or_else(|| format!("[{}..{}]", beginning(e), ending(l))),
    }
}

/// The days from `earliest` to `latest` as one date, where there is one.
fn one_date(earliest: Day, latest: Day) -> Option<String> {
    if earliest == latest {
        return Some(earliest.to_string());
    }
    let (year, month, day) = earliest.ymd();
    if day != 1 {
        return None;
    }
    if Day::last_of_month(year, month) == Some(latest) {
        return Some(format!("{year:04}-{month:02}"));
    }
    let years = |span: i32| Day::from_ymd(year + span - 1, 12, 31) == Some(latest) && year % span == 0;
    match month {
        1 if years(1) => Some(format!("{year:04}")),
        1 if years(10) => Some(format!("{:03}X", year / 10)),
        1 if years(100) => Some(format!("{:02}XX", year / 100)),
        _ => None,
    }
}

/// The shortest date that begins on the day.
fn beginning(day: Day) -> String {
    match day.ymd() {
        (year, 1, 1) => format!("{year:04}"),
        (year, month, 1) => format!("{year:04}-{month:02}"),
        _ => day.to_string(),
    }
}

/// The shortest date that ends on the day.
fn ending(day: Day) -> String {
    match day.ymd() {
        (year, 12, 31) => format!("{year:04}"),
        (year, month, _) if Day::last_of_month(year, month) == Some(day) => format!("{year:04}-{month:02}"),
        _ => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{VagueDate, shortest};
    use crate::bounds::Bounds;

    #[test]
    fn dates_mean_bounds() {
        let check = |text: &str, earliest: Option<&str>, latest: Option<&str>, short: &str| {
            let day = |t: &str| t.parse().expect(t);
            let date: VagueDate = text.parse().expect(text);
            assert_eq!(Some(date.bounds()), Bounds::new(earliest.map(day), latest.map(day)), "{text}");
            assert_eq!(shortest(date.bounds()), short, "{text}");
            assert_eq!(date.to_string(), text);
            let again: VagueDate = short.parse().expect(short);
            assert_eq!(again.bounds(), date.bounds(), "{short}");
        };
        check("2025-09-30", Some("2025-09-30"), Some("2025-09-30"), "2025-09-30");
        check("2025-09-30~", Some("2025-09-30"), Some("2025-09-30"), "2025-09-30");
        check("2025-09", Some("2025-09-01"), Some("2025-09-30"), "2025-09");
        check("2024-02-XX", Some("2024-02-01"), Some("2024-02-29"), "2024-02");
        check("2025?", Some("2025-01-01"), Some("2025-12-31"), "2025");
        check("2025-XX-XX", Some("2025-01-01"), Some("2025-12-31"), "2025");
        check("2025-XX", Some("2025-01-01"), Some("2025-12-31"), "2025");
        check("202X", Some("2020-01-01"), Some("2029-12-31"), "202X");
        check("20XX%", Some("2000-01-01"), Some("2099-12-31"), "20XX");
        check("[2025-02-01..2025-02-14]", Some("2025-02-01"), Some("2025-02-14"), "[2025-02..2025-02-14]");
        check("[2025-02..2025-04]", Some("2025-02-01"), Some("2025-04-30"), "[2025-02..2025-04]");
        check("[2025-02-01..2025-02-28]", Some("2025-02-01"), Some("2025-02-28"), "2025-02");
        check("[..2025-09-30]", None, Some("2025-09-30"), "[..2025-09]");
        check("[2025-09-30..]", Some("2025-09-30"), None, "[2025-09-30..]");
        check("[2025..]", Some("2025-01-01"), None, "[2025..]");
        check("[202X..2031-06~]", Some("2020-01-01"), Some("2031-06-30"), "[2020..2031-06]");
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, message) in [
            ("2025-1X", "`2025-1X` is not a date"),
            ("2025-02-30", "`2025-02-30` is not a date: the calendar has no such day"),
            ("2025-13", "`2025-13` is not a date: the calendar has no such day"),
            ("2025-00-10", "`2025-00-10` is not a date: the calendar has no such day"),
            ("", "`` is not a date"),
            ("yesterday", "`yesterday` is not a date"),
            ("2025/2026", "`2025/2026` is not a date"),
            ("2025-XX-10", "`2025-XX-10` is not a date"),
            ("202X-05", "`202X-05` is not a date"),
            ("2XXX", "`2XXX` is not a date"),
            ("X025", "`X025` is not a date"),
            ("2025-09-30~~", "`2025-09-30~~` is not a date"),
            ("30.09.2025", "`30.09.2025` is not a date"),
            ("[2025]", "`[2025]` is not a date"),
            ("[..]", "`[..]` says nothing"),
            ("[2025-03..2025-02]", "`[2025-03..2025-02]` is reversed: it ends before it begins"),
            ("２０２５", "`２０２５` is not a date"),
        ] {
            let error = text.parse::<VagueDate>().expect_err(text);
            assert_eq!(error.to_string(), message);
            assert!(!error.hint().is_empty());
        }
    }
}
