//! What is known of a day: the earliest and the latest on which it can lie.
//!
//! A vague date means bounds, and the fold works on bounds alone. [`Bounds`] can not be upside down:
//! every operation that narrows either gives bounds that hold at least one day, or says that there are none.

use crate::day::Day;

/// An earliest and a latest day, either of them possibly unknown; never upside down.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bounds {
    earliest: Option<Day>,
    latest: Option<Day>,
}

impl Bounds {
    /// Nothing is known of the day.
    pub const UNKNOWN: Bounds = Bounds { earliest: None, latest: None };

    /// Bounds from both sides, `None` standing for an unknown side; `None` where they would be upside down.
    pub fn new(earliest: Option<Day>, latest: Option<Day>) -> Option<Bounds> {
        match (earliest, latest) {
            (Some(e), Some(l)) if e > l => None,
            _ => Some(Bounds { earliest, latest }),
        }
    }

    /// Exactly that day.
    pub fn on(day: Day) -> Bounds {
        Bounds { earliest: Some(day), latest: Some(day) }
    }

    /// That day or some day before it; with no day, nothing is known.
    pub fn until(latest: Option<Day>) -> Bounds {
        Bounds { earliest: None, latest }
    }

    /// The earliest day, where one is known.
    pub fn earliest(self) -> Option<Day> {
        self.earliest
    }

    /// The latest day, where one is known.
    pub fn latest(self) -> Option<Day> {
        self.latest
    }

    /// The day, where the bounds leave just one.
    pub fn single(self) -> Option<Day> {
        self.earliest.filter(|_| self.earliest == self.latest)
    }

    /// Whether the day can be this one.
    pub fn contains(self, day: Day) -> bool {
        self.earliest.is_none_or(|e| e <= day) && self.latest.is_none_or(|l| day <= l)
    }

    /// The days that both allow; `None` where they are disjoint.
    pub fn intersect(self, other: Bounds) -> Option<Bounds> {
        let earliest = self.earliest.max(other.earliest);
        let latest = match (self.latest, other.latest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Bounds::new(earliest, latest)
    }

    /// Whether some day is allowed by both.
    pub fn overlaps(self, other: Bounds) -> bool {
        self.intersect(other).is_some()
    }

    /// Whether every day allowed here lies before every day allowed there.
    pub fn surely_before(self, other: Bounds) -> bool {
        matches!((self.latest, other.earliest), (Some(l), Some(e)) if l < e)
    }

    /// Of two days, the one that comes later.
    #[must_use]
    pub fn later(self, other: Bounds) -> Bounds {
        let latest = self.latest.zip(other.latest).map(|(one, other)| one.max(other));
        Bounds { earliest: self.earliest.max(other.earliest), latest }
    }

    /// The bounds with the earliest day raised to `day`, where that leaves any.
    #[must_use]
    pub fn raised(self, day: Option<Day>) -> Bounds {
        Bounds::new(self.earliest.max(day), self.latest).unwrap_or(self)
    }

    /// The bounds with the latest day cut to `day`, where that leaves any.
    #[must_use]
    pub fn cut(self, day: Option<Day>) -> Bounds {
        self.intersect(Bounds::until(day)).unwrap_or(self)
    }

    /// How many days beyond the first the bounds allow; `None` where a side is unknown.
    pub fn width(self) -> Option<i32> {
        Some(self.latest?.number() - self.earliest?.number())
    }
}

/// How sure it is, by dates alone, that something was so on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It can have been so on that day.
    Possible,
    /// It was so on that day, if the sources are right.
    Certain,
}

impl Certainty {
    /// Whether an interval with those (vague) ends, half-open, holds the day: contract, section 1.
    pub fn of(start: Bounds, end: Option<Bounds>, day: Day) -> Option<Certainty> {
        let before_end = |bound: fn(Bounds) -> Option<Day>| match end {
            None => true,
            Some(end) => bound(end).is_some_and(|e| day < e),
        };
        let begun = start.latest().is_some_and(|s| s <= day);
        if begun && before_end(Bounds::earliest) {
            return Some(Certainty::Certain);
        }
        let can_have_begun = start.earliest().is_none_or(|s| s <= day);
        let can_last = end.is_none_or(|end| end.latest().is_none_or(|e| day < e));
        (can_have_begun && can_last).then_some(Certainty::Possible)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Certainty};
    use crate::day::Day;
    use crate::edtf::VagueDate;

    fn bounds(edtf: &str) -> Bounds {
        edtf.parse::<VagueDate>().expect(edtf).bounds()
    }

    #[test]
    fn intersection_is_none_where_disjoint() {
        let check = |a: &str, b: &str, both: Option<&str>| {
            let expect = both.map(bounds);
            assert_eq!(bounds(a).intersect(bounds(b)), expect, "{a} with {b}");
            assert_eq!(bounds(b).intersect(bounds(a)), expect, "{b} with {a}");
        };
        check("2025", "2025-02-14", Some("2025-02-14"));
        check("2025-01", "2025-02", None);
        check("[..2025-02]", "[2025-02-10..]", Some("[2025-02-10..2025-02-28]"));
        check("[..2025-02]", "[2025-03..]", None);
    }

    #[test]
    fn the_later_of_two_is_after_both() {
        let check = |a: &str, b: &str, later: &str| {
            assert_eq!(bounds(a).later(bounds(b)), bounds(later), "{a} and {b}");
            assert_eq!(bounds(b).later(bounds(a)), bounds(later), "{b} and {a}");
        };
        check("2025", "2024", "2025");
        check("2025", "2025-06-01", "[2025-06-01..2025-12-31]");
        check("[..2025-03-01]", "2024", "[2024-01-01..2025-03-01]");
        check("[2020..]", "2024", "[2024..]");
    }

    #[test]
    fn certainty_on_each_side_of_each_bound() {
        let check = |start: &str, end: Option<&str>, day: &str, expect: &str| {
            let day: Day = day.parse().expect(day);
            let got = match Certainty::of(bounds(start), end.map(bounds), day) {
                None => "absent",
                Some(Certainty::Possible) => "possible",
                Some(Certainty::Certain) => "certain",
            };
            assert_eq!(got, expect, "{start} to {end:?} on {day}");
        };
        check("2024-05", None, "2024-04-30", "absent");
        check("2024-05", None, "2024-05-30", "possible");
        check("2024-05", None, "2024-05-31", "certain");
        check("2024-05-01", Some("2024-05-01"), "2024-05-01", "absent");
        check("2024-05-01", Some("2024-05-03"), "2024-05-02", "certain");
        check("2024-05-01", Some("2024-06"), "2024-05-31", "certain");
        check("2024-05-01", Some("2024-06"), "2024-06-01", "possible");
        check("2024-05-01", Some("2024-06"), "2024-06-30", "absent");
        check("2024-05-01", Some("[..2024-06-30]"), "2024-05-01", "possible");
        check("[..2024-05-01]", Some("[2024-06-01..]"), "2030-01-01", "possible");
        check("[2024-05-01..]", None, "2030-01-01", "possible");
    }
}
