//! Dates as askers write them: a day, a month, a year, a word that counts from today, and ranges of these.
//!
//! Reading has two steps. [`settled`] puts days for words, where the asker's today is known. Then [`days`] and
//! [`instants`] read what is left, wherever the ledger is. Where one day is needed, a month or a year stands for its
//! last day. Where a range is needed, it stands for all its days: from the end of the day before it to its own end.
//!
//! Deliberately not here: the clock. The caller says which day it is.

use tenure_domain::bounds::Bounds;
use tenure_domain::day::{Day, Instant};
use tenure_domain::edtf::VagueDate;
use tenure_domain::position::Seq;

use crate::error::{DateField, QuestionError};

/// Whether a question is about one point or may be about two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// One point.
    Point,
    /// One point or two.
    Range,
}

/// What a text of a clock stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointOrRange<T> {
    /// One point.
    Point(T),
    /// Two points, the earlier first.
    Range(T, T),
}

impl<T: Copy> PointOrRange<T> {
    /// Both points; they are one where only one is meant.
    pub fn both(self) -> (T, T) {
        match self {
            PointOrRange::Point(one) => (one, one),
            PointOrRange::Range(first, last) => (first, last),
        }
    }

    /// Whether two points are meant.
    pub fn is_range(self) -> bool {
        matches!(self, PointOrRange::Range(..))
    }
}

/// The day on which a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// Where the asker is: what happens on a day goes by it.
    pub here: Day,
    /// In UTC: what was reported or recorded by a day goes by it.
    pub utc: Day,
}

/// Of an asker who goes by UTC.
impl From<Day> for Today {
    fn from(day: Day) -> Today {
        Today { here: day, utc: day }
    }
}

/// Puts days for `today`, `yesterday`, `-30d`, `-6w`, `-18m` and `-2y`, alone or in a range. All else stays.
pub fn settled(text: &str, today: Day) -> String {
    let one = |text: &str| counted(text, today).map_or_else(|| text.to_owned(), |day| day.to_string());
    match ends(text) {
        Some((first, last)) => format!("{}..{}", one(first), one(last)),
        None => one(text),
    }
}

/// The same for the days of a question, where a range without an end ends today.
pub fn settled_days(text: &str, today: Day) -> String {
    let text = settled(text, today);
    match ends(&text) {
        Some((first, "")) if !first.is_empty() => format!("{first}..{today}"),
        Some(_) | None => text,
    }
}

/// Whether a text that begins with a hyphen can be a date: it is a count of days, weeks, months or years back.
pub fn is_count(text: &str) -> bool {
    let first = ends(text).map_or(text, |(first, _)| first);
    counted(first, Day::MAX).is_some()
}

/// The two ends of a range; one in brackets is one date.
fn ends(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('[') { None } else { text.split_once("..") }
}

/// The day that a word counts to from today.
fn counted(text: &str, today: Day) -> Option<Day> {
    match text {
        "today" => return Some(today),
        "yesterday" => return Some(today.previous()),
        _ => {}
    }
    let back = text.strip_prefix('-')?;
    let (number, unit) = back.split_at_checked(back.len().checked_sub(1)?)?;
    let number: i32 = Some(number).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    match unit {
        "d" => Some(Day::from_number(today.number().saturating_sub(number))),
        "w" => Some(Day::from_number(today.number().saturating_sub(number.saturating_mul(7)))),
        "m" => Some(today.months_back(number)),
        "y" => Some(today.months_back(number.saturating_mul(12))),
        _ => None,
    }
}

/// A day, a month or a year: its first and its last day.
fn period(text: &str) -> Option<(Day, Day)> {
    if !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    let bounds = text.parse::<VagueDate>().ok()?.bounds();
    Some((bounds.earliest()?, bounds.latest()?))
}

/// The last day of a day, a month or a year.
fn last_day(text: &str) -> Option<Day> {
    period(text).map(|(_, last)| last)
}

/// The day after which a period begins, as the earlier end of a range; of one day that day.
fn before((first, last): (Day, Day)) -> Day {
    if first == last { first } else { first.previous() }
}

/// The day or the days of a question.
pub fn days(field: DateField, text: &str, span: Span) -> Result<PointOrRange<Day>, QuestionError> {
    let read = |one: &str| period(one).ok_or_else(|| QuestionError::NotADay { field, text: text.to_owned() });
    let Some((first, last)) = ends(text) else {
        let (first, last) = read(text)?;
        let is_range = span == Span::Range && first != last;
        return Ok(if is_range { PointOrRange::Range(before((first, last)), last) } else { PointOrRange::Point(last) });
    };
    let (first, last) = two_ends(field, text, span, first, last)?;
    let first = first.map_or(Ok(Day::MIN), |first| read(first).map(before))?;
    let last = last.map_or(Ok(Day::MAX), |last| read(last).map(|(_, last)| last))?;
    in_order(field, text, first <= last)?;
    Ok(PointOrRange::Range(first, last))
}

/// The point or the points of knowledge of a question: none stands for everything. A period is a range where `span`
/// says so, and else its last day.
pub fn instants(
    field: DateField,
    text: &str,
    span: Span,
    whole: Span,
) -> Result<PointOrRange<Option<Instant>>, QuestionError> {
    let unread = || QuestionError::NotAnInstant { field, text: text.to_owned() };
    let until = |one: &str| match period(one) {
        Some((_, last)) => Ok(Instant::last_of(last)),
        None => one.parse().map_err(|_| unread()),
    };
    let Some((first, last)) = ends(text) else {
        return Ok(match period(text) {
            Some((first, last)) if whole == Span::Range && first != last => {
                PointOrRange::Range(Some(Instant::last_of(first.previous())), Some(Instant::last_of(last)))
            }
            Some(_) | None => PointOrRange::Point(Some(until(text)?)),
        });
    };
    let (first, last) = two_ends(field, text, span, first, last)?;
    let first = match first {
        None => Instant::midnight(Day::MIN),
        Some(first) => match period(first) {
            Some(period) => Instant::last_of(before(period)),
            None => first.parse().map_err(|_| unread())?,
        },
    };
    let last = last.map(until).transpose()?;
    in_order(field, text, last.is_none_or(|last| first <= last))?;
    Ok(PointOrRange::Range(Some(first), last))
}

/// A date of which the first or the last day is meant.
pub fn vague(field: DateField, text: &str) -> Result<VagueDate, QuestionError> {
    text.parse().map_err(|problem| QuestionError::NotADate { field, text: text.to_owned(), problem })
}

/// What a text of `recorded` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Everything up to a position.
    Up(Seq),
    /// Everything that was recorded by an instant.
    By(Instant),
}

/// A position, or an instant or a UTC day by which something was recorded.
pub fn recorded(text: &str) -> Result<Recorded, QuestionError> {
    if let Ok(number) = text.parse() {
        return Ok(Recorded::Up(Seq::new(number)));
    }
    match last_day(text) {
        Some(day) => Ok(Recorded::By(Instant::last_of(day))),
        None => text.parse().map(Recorded::By).map_err(|_| QuestionError::NotAPosition { text: text.to_owned() }),
    }
}

/// The ends of a range where one may be asked for; none for an open one.
fn two_ends<'t>(
    field: DateField,
    text: &str,
    span: Span,
    first: &'t str,
    last: &'t str,
) -> Result<(Option<&'t str>, Option<&'t str>), QuestionError> {
    if span == Span::Point {
        return Err(QuestionError::NotOnePoint { field, text: text.to_owned() });
    }
    if first.is_empty() && last.is_empty() {
        return Err(QuestionError::NoEnd { field, text: text.to_owned() });
    }
    // Before a month or a year is widened to what lies before it.
    if let (Some((begins, _)), Some((_, ends))) = (period(first), period(last)) {
        in_order(field, text, begins <= ends)?;
    }
    let end = |text: &'t str| Some(text).filter(|text| !text.is_empty());
    Ok((end(first), end(last)))
}

fn in_order(field: DateField, text: &str, in_order: bool) -> Result<(), QuestionError> {
    if in_order { Ok(()) } else { Err(QuestionError::Reversed { field, text: text.to_owned() }) }
}

/// The last instant of a day as its day, and any other as it is: `known` takes either.
pub fn day_or_instant(instant: &str) -> &str {
    instant.strip_suffix("T23:59:59.999999Z").unwrap_or(instant)
}

/// A point of knowledge in words: a whole day by its name.
fn in_words(instant: &str) -> String {
    let short = day_or_instant(instant);
    if short == instant { instant.to_owned() } else { format!("the end of {short}") }
}

/// What was known, in words, as the basis of an answer has it.
pub(crate) fn known_in_words(known: Option<&str>) -> String {
    let Some(known) = known else { return "everything known".to_owned() };
    match ends(known) {
        None => format!("known by {}", in_words(known)),
        Some(("", last)) => format!("known from the beginning to {}", in_words(last)),
        Some((first, "")) => format!("known from {} on", in_words(first)),
        Some((first, last)) => format!("known from {} to {}", in_words(first), in_words(last)),
    }
}

/// `since` and `until` as bounds.
pub(crate) fn between(since: Option<&str>, until: Option<&str>) -> Result<Bounds, QuestionError> {
    let read = |field, text: Option<&str>| match text {
        None => Ok(Bounds::UNKNOWN),
        Some(text) => vague(field, text).map(|date| date.bounds()),
    };
    let (since, until) = (read(DateField::Since, since)?, read(DateField::Until, until)?);
    Bounds::new(since.earliest(), until.latest()).ok_or(QuestionError::SinceAfterUntil)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        "2024-03-31".parse().expect("a day")
    }

    #[test]
    fn words_count_from_today() {
        for (text, settled_to) in [
            ("today", "2024-03-31"),
            ("yesterday", "2024-03-30"),
            ("-0d", "2024-03-31"),
            ("-30d", "2024-03-01"),
            ("-2w", "2024-03-17"),
            ("-1m", "2024-02-29"),
            ("-18m", "2022-09-30"),
            ("-2y", "2022-03-31"),
            ("-99999999y", "0000-01-01"),
            ("-30d..yesterday", "2024-03-01..2024-03-30"),
            ("..-1y", "..2023-03-31"),
            ("2024-01-01..", "2024-01-01.."),
            ("2024-01", "2024-01"),
            ("[..2024-01-01]", "[..2024-01-01]"),
            ("-30", "-30"),
            ("-d", "-d"),
            ("--known", "--known"),
            ("-", "-"),
            ("", ""),
            ("-3日", "-3日"),
        ] {
            assert_eq!(settled(text, today()), settled_to, "{text}");
        }
        assert_eq!(settled_days("-1y..", today()), "2023-03-31..2024-03-31");
        assert_eq!(settled_days("..", today()), "..");
        assert!(is_count("-30d") && is_count("-30d..-1d"));
        assert!(!is_count("--known") && !is_count("-q"));
    }

    #[test]
    fn a_month_or_a_year_is_a_period() {
        let read = |text: &str, span| match days(DateField::At, text, span) {
            Ok(PointOrRange::Point(day)) => day.to_string(),
            Ok(PointOrRange::Range(first, last)) => format!("{first}..{last}"),
            Err(error) => error.to_string(),
        };
        for (text, point, range) in [
            ("2024-07-01", "2024-07-01", "2024-07-01"),
            ("2024-07", "2024-07-31", "2024-06-30..2024-07-31"),
            ("2023", "2023-12-31", "2022-12-31..2023-12-31"),
            ("2024-13", "at 2024-13: not a calendar day", "at 2024-13: not a calendar day"),
            ("202X", "at 202X: not a calendar day", "at 202X: not a calendar day"),
            ("", "at : not a calendar day", "at : not a calendar day"),
        ] {
            assert_eq!((read(text, Span::Point).as_str(), read(text, Span::Range).as_str()), (point, range), "{text}");
        }
        for (text, range) in [
            ("2024-07-01..2024-07-31", "2024-07-01..2024-07-31"),
            ("2024-07-01..2024-07-01", "2024-07-01..2024-07-01"),
            ("2024-07..2024-09", "2024-06-30..2024-09-30"),
            ("2024-07-15..2024-07", "2024-07-15..2024-07-31"),
            ("..2023", "0000-01-01..2023-12-31"),
            ("2024-07-31..2024-07-01", "at 2024-07-31..2024-07-01: the range is reversed"),
            ("2020-12..2020-11", "at 2020-12..2020-11: the range is reversed"),
            ("2022..2021", "at 2022..2021: the range is reversed"),
            ("..", "at ..: a range has at least one end"),
        ] {
            assert_eq!(read(text, Span::Range), range, "{text}");
        }
    }

    #[test]
    fn knowledge_is_told_in_days_where_it_is_of_days() {
        let read = |text: &str, whole| match instants(DateField::Known, text, Span::Range, whole).expect(text) {
            PointOrRange::Point(Some(one)) => known_in_words(Some(&one.to_string())),
            PointOrRange::Range(Some(first), Some(last)) => known_in_words(Some(&format!("{first}..{last}"))),
            PointOrRange::Range(Some(first), None) => known_in_words(Some(&format!("{first}.."))),
            open @ (PointOrRange::Point(None) | PointOrRange::Range(..)) => panic!("{open:?}"),
        };
        for (text, told) in [
            ("2016", "known by the end of 2016-12-31"),
            ("2016-05-01T06:00:00Z", "known by 2016-05-01T06:00:00Z"),
            ("2016-05-01..2016", "known from the end of 2016-05-01 to the end of 2016-12-31"),
            ("2016..", "known from the end of 2015-12-31 on"),
        ] {
            assert_eq!(read(text, Span::Point), told, "{text}");
        }
        assert_eq!(read("2016", Span::Range), "known from the end of 2015-12-31 to the end of 2016-12-31");
        assert_eq!(read("2016-05-01", Span::Range), "known by the end of 2016-05-01");
        assert_eq!(known_in_words(None), "everything known");
    }
}
