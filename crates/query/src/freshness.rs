//! How old the evidence of a tenure may be (contract, section 5, `--seen-within`).
//!
//! A tenure that no source has ended is in force for ever, by its dates. An asker can say how long that is believed
//! without a source that sees it in force.

use std::str::FromStr;

use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::day::Day;

/// The longest period, in days: the days of all years that can be written.
const MOST_DAYS: u32 = 3_652_425;
/// The longest period, in months.
const MOST_MONTHS: u32 = 120_000;

/// Within which time before the day asked about a source must have seen a tenure in force, where it has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenWithin {
    /// So many days.
    Days(u32),
    /// So many months of the calendar; a year is twelve.
    Months(u32),
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a period")]
pub struct NotAPeriod(pub String);

impl FromStr for SeenWithin {
    type Err = NotAPeriod;

    /// Reads `90d`, `18m` or `2y`.
    fn from_str(text: &str) -> Result<SeenWithin, NotAPeriod> {
        let unfit = || NotAPeriod(text.chars().take(40).collect());
        let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unfit());
        }
        let number: u32 = number.parse().map_err(|_| unfit())?;
        match text.as_bytes().last() {
            Some(b'd') if number <= MOST_DAYS => Ok(SeenWithin::Days(number)),
            Some(b'm') if number <= MOST_MONTHS => Ok(SeenWithin::Months(number)),
            Some(b'y') if number <= MOST_MONTHS / 12 => Ok(SeenWithin::Months(number * 12)),
            _ => Err(unfit()),
        }
    }
}

impl SeenWithin {
    /// The first day of the period that ends on `at`. A day that the month does not have is its last one.
    pub(crate) fn first(self, at: Day) -> Day {
        match self {
            SeenWithin::Days(days) => Day::from_number(at.number() - i32::try_from(days).unwrap_or(i32::MAX / 2)),
            SeenWithin::Months(months) => at.months_back(i32::try_from(months).unwrap_or(i32::MAX)),
        }
    }

    /// How sure it is that a tenure is in force on `at`, where its dates alone say `sure`.
    pub(crate) fn aged(self, end: Option<Bounds>, attested: Option<Day>, at: Day, sure: Certainty) -> Certainty {
        if end.is_none() && attested < Some(self.first(at)) { Certainty::Possible } else { sure }
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::{Bounds, Certainty};
    use tenure_domain::day::Day;

    use super::SeenWithin;

    fn day(text: &str) -> Day {
        text.parse().expect(text)
    }

    #[test]
    fn periods_are_read_and_counted_back() {
        let check = |text: &str, at: &str, first: &str| {
            let within: SeenWithin = text.parse().expect(text);
            assert_eq!(within.first(day(at)).to_string(), first, "{text} before {at}");
        };
        check("0d", "2024-03-01", "2024-03-01");
        check("90d", "2024-03-01", "2023-12-02");
        check("1m", "2024-03-31", "2024-02-29");
        check("18m", "2024-03-15", "2022-09-15");
        check("2y", "2024-02-29", "2022-02-28");
        check("9999y", "2024-02-29", "0000-01-01");
        check("3652425d", "2024-02-29", "0000-01-01");
        for text in ["", "d", "2", "2 y", "-2y", "+2y", "2w", "2Y", "１y", "99999999999d", "10001y", "两y"] {
            assert!(text.parse::<SeenWithin>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_not_seen_in_time_is_possible_at_most() {
        let within: SeenWithin = "2y".parse().expect("a period");
        let check = |end: Option<&str>, attested: Option<&str>, sure: Certainty, expect: Certainty| {
            let end = end.map(|end| Bounds::on(day(end)));
            assert_eq!(within.aged(end, attested.map(day), day("2020-01-01"), sure), expect, "{end:?} {attested:?}");
        };
        check(None, Some("2018-01-01"), Certainty::Certain, Certainty::Certain);
        check(None, Some("2017-12-31"), Certainty::Certain, Certainty::Possible);
        check(None, Some("2021-01-01"), Certainty::Certain, Certainty::Certain);
        check(None, None, Certainty::Certain, Certainty::Possible);
        check(None, Some("2018-01-01"), Certainty::Possible, Certainty::Possible);
        check(Some("2020-06-01"), Some("2010-01-01"), Certainty::Certain, Certainty::Certain);
    }
}
