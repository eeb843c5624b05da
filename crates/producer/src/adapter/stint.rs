//! Stints as registers give them: loose start and end dates, of which it must be decided which belong together, and
//! whether an end is the last day or the first day after.
//!
//! No day is made up here: where a register does not say, the bounds are as wide as what it leaves open.

use std::cmp::Reverse;

use serde::Deserialize;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::name_id::name_id;
use tenure_domain::wire::{self, Json};

/// What the date of an end means in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ending {
    /// The last day or the first day after: the source does not say which.
    #[default]
    Either,
    /// The last day.
    Inclusive,
    /// The first day after.
    Exclusive,
}

impl Ending {
    /// The first day after the end, by the date of the end.
    pub(super) fn to(self, date: Bounds) -> Bounds {
        let (earliest, latest) = (date.earliest(), date.latest());
        let moved = match self {
            Ending::Exclusive => return date,
            Ending::Inclusive => day_after(date),
            Ending::Either => Bounds::new(earliest, latest.map(Day::next)),
        };
        moved.unwrap_or(date)
    }
}

/// The day after one that is known to these bounds; none after the last day that there is.
fn day_after(date: Bounds) -> Option<Bounds> {
    Bounds::new(date.earliest().map(Day::next), date.latest().map(Day::next))
}

/// The last day on which a post began of which only a period is known that ended then: before the day, the month or the year
/// of that end, in which the next period began. None where that leaves no more than the day on which it can have begun at
/// the earliest.
pub(super) fn began_before(ended: Bounds, earliest: Option<Day>) -> Option<Day> {
    let last = ended.earliest()?.previous();
    earliest.is_none_or(|earliest| earliest < last).then_some(last)
}

/// Some day: that there is one is known, and nothing else.
pub(super) fn some_day() -> Bounds {
    Bounds::new(Some(Day::MIN), None).unwrap_or(Bounds::UNKNOWN)
}

/// A beginning and an end, each known to some bounds or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stint {
    pub(super) from: Option<Bounds>,
    pub(super) to: Option<Bounds>,
}

impl Stint {
    /// The latest day that the dates speak of.
    pub(super) fn latest(&self) -> Option<Day> {
        [self.from, self.to].into_iter().flatten().flat_map(|b| [b.earliest(), b.latest()]).flatten().max()
    }

    /// Writes the dates into an event.
    pub(super) fn write(&self, event: &mut Json<'_>) {
        if let Some(from) = self.from {
            event.set("from", shortest(from));
        }
        if let Some(to) = self.to {
            event.set("to", shortest(to));
        }
    }
}

/// A start and an end of one stint of which the end lies before the start, as the source dates them. Of several, none
/// is known to belong together.
pub(super) fn inverted(starts: &[Bounds], ends: &[Bounds]) -> Option<(Bounds, Bounds)> {
    match (&narrowest(starts)[..], &narrowest(ends)[..]) {
        ([start], [end]) if end.surely_before(*start) => Some((*start, *end)),
        _ => None,
    }
}

/// Finds which starts and ends belong together. `ends` are as the source dates them, `ending` says what they mean.
///
/// Of dates that hold each other only the narrowest counts. Each start takes the first end that is not before it. An end
/// that none took goes to the last start that is not after it, as another claim, or stands alone. A start after all
/// ends stays open. A single start and a single end are one stint even where they are reversed, which the ledger refuses.
pub(super) fn paired(starts: &[Bounds], ends: &[Bounds], ending: Ending) -> Vec<Stint> {
    let (starts, ends) = (narrowest(starts), narrowest(ends));
    if let ([start], [end]) = (starts.as_slice(), ends.as_slice()) {
        return vec![Stint { from: Some(*start), to: Some(ending.to(*end)) }];
    }
    let mut taken = vec![false; ends.len()];
    let mut stints = Vec::new();
    // Neither list has a date that holds another one, so both ascend at both ends.
    let mut next = 0;
    for start in &starts {
        next += ends[next..].iter().take_while(|end| end.surely_before(*start)).count();
        if let Some(taken) = taken.get_mut(next) {
            *taken = true;
        }
        stints.push(Stint { from: Some(*start), to: ends.get(next).map(|end| ending.to(*end)) });
    }
    for (end, _) in ends.iter().zip(taken).filter(|(_, taken)| !taken) {
        let begun = starts.partition_point(|start| !end.surely_before(*start));
        stints.push(Stint { from: starts[..begun].last().copied(), to: Some(ending.to(*end)) });
    }
    stints
}

/// The dates in their order, without those that hold another one.
pub(super) fn narrowest(dates: &[Bounds]) -> Vec<Bounds> {
    let mut dates = dates.to_vec();
    // Of those that begin on one day the longest comes first, so that a date holds only dates after it.
    dates.sort_by_key(|date| (date.earliest(), Reverse(date.latest().map_or((true, None), |day| (false, Some(day))))));
    dates.dedup();
    let mut ends_first: Option<Bounds> = None;
    let mut kept = Vec::new();
    for date in dates.into_iter().rev() {
        if ends_first.is_none_or(|other| date.intersect(other) != Some(other)) {
            kept.push(date);
            ends_first = Some(date);
        }
    }
    kept.reverse();
    kept
}

/// The bounds that hold all of the dates, of those that hold each other the narrowest: of several that differ, one is
/// right, and it is not known which.
pub(super) fn covering(dates: &[Bounds]) -> Option<Bounds> {
    let dates = narrowest(dates);
    let (first, last) = (dates.first()?, dates.last()?);
    Bounds::new(first.earliest(), last.latest())
}

/// Gives an event an id that begins with the register's own id of the statement, and changes with what it says: the
/// same statement read again is the same event, an altered one restates it.
pub(super) fn identify(event: &mut Json<'_>, statement: &str) {
    let hash = |content: &Json<'_>| name_id(&wire::NAMESPACE, content.to_string().as_bytes()).simple().to_string();
    let hash = if event["source"]["retrieved_at"].is_null() {
        hash(event)
    } else {
        let mut content = event.by_ref();
        content.field_mut("source").and_then(|source| source.take("retrieved_at"));
        hash(&content)
    };
    event.set("id", format!("{statement}~{}", &hash[..12]));
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::Bounds;
    use tenure_domain::edtf::{VagueDate, shortest};

    use super::{Ending, covering, narrowest, paired};

    fn dates(texts: &str) -> Vec<Bounds> {
        texts.split_whitespace().map(|text| text.parse::<VagueDate>().expect(text).bounds()).collect()
    }

    #[test]
    fn of_dates_the_narrowest_stay() {
        let check = |given: &str, expect: &str| {
            assert_eq!(narrowest(&dates(given)), dates(expect), "{given}");
        };
        check("2002 2001", "2001 2002");
        check("2001 2001-03 2001-03-04 2002", "2001-03-04 2002");
        check("2001 2001-01 2001-12", "2001-01 2001-12");
        check("[..2003-05-01] 2001 [2002-01-01..]", "2001 [2002-01-01..]");
        check("[2001-01-01..] [2001-01-01..2002-02-02] 2001-01-01 2001-01-01", "2001-01-01");
        check("[2001-01-01..2001-06-01] [2001-03-01..2001-08-01]", "[2001-01-01..2001-06-01] [2001-03-01..2001-08-01]");
    }

    #[test]
    fn dates_that_differ_leave_open_which_is_right() {
        let check = |given: &str, expect: Option<&str>| {
            assert_eq!(covering(&dates(given)).map(shortest).as_deref(), expect, "{given}");
        };
        check("", None);
        check("1990 1990-05-01", Some("1990-05-01"));
        check("1995 1990", Some("[1990..1995]"));
        check("1990-05-02 1990-05-01 1990", Some("[1990-05..1990-05-02]"));
    }

    #[test]
    fn starts_and_ends_find_each_other() {
        let check = |starts: &str, ends: &str, expect: &[(&str, &str)]| {
            let shown = |bounds: Option<Bounds>| bounds.map_or_else(|| "-".to_owned(), shortest);
            let got = paired(&dates(starts), &dates(ends), Ending::Exclusive);
            let got: Vec<_> = got.iter().map(|stint| (shown(stint.from), shown(stint.to))).collect();
            let expect: Vec<_> = expect.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
            assert_eq!(got, expect, "{starts} | {ends}");
        };
        check("", "", &[]);
        check("2001", "", &[("2001", "-")]);
        check("", "2003", &[("-", "2003")]);
        check("2005 2001", "2003 2007", &[("2001", "2003"), ("2005", "2007")]);
        check("2001 2002", "2007", &[("2001", "2007"), ("2002", "2007")]);
        check("2001", "2006 2007", &[("2001", "2006"), ("2001", "2007")]);
        check("2001 2002", "2006 2007", &[("2001", "2006"), ("2002", "2006"), ("2002", "2007")]);
        check("2001 2008", "2003", &[("2001", "2003"), ("2008", "-")]);
        check("2005", "2001", &[("2005", "2001")]);
        check("2005 2006", "2001", &[("2005", "-"), ("2006", "-"), ("-", "2001")]);
        check("2001 2001-03 2001-03-05", "2003-01 2003", &[("2001-03-05", "2003-01")]);
    }

    #[test]
    fn an_end_means_what_the_settings_say() {
        let check = |ending: Ending, date: &str, expect: &str| {
            assert_eq!(shortest(ending.to(dates(date)[0])), expect, "{ending:?} {date}");
        };
        check(Ending::Exclusive, "2007-06-27", "2007-06-27");
        check(Ending::Inclusive, "2007-06-27", "2007-06-28");
        check(Ending::Either, "2007-06-27", "[2007-06-27..2007-06-28]");
        check(Ending::Inclusive, "2007", "[2007-01-02..2008-01-01]");
        check(Ending::Either, "2007", "[2007..2008-01-01]");
        check(Ending::Inclusive, "9999-12-31", "9999-12-31");
    }
}
