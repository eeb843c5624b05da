//! Dates of Popolo as the ledger says them.
//!
//! Popolo does not say whether an end is the last day or the first day after it; the map does. And it has memberships
//! that give no dates but a legislative period: the person was a member at some time during the period. Taken at its
//! word, that is a start and an end each somewhere within the period. The convention of some publishers, that such a
//! membership lasted for the whole of it, is a setting.

use serde::Deserialize;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::{self, VagueDate};

use super::super::conventions::OpenWords;
use super::super::stint::{Ending, began_before};

/// What a membership says that is dated by its period alone.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum During {
    /// Some time within the period.
    #[default]
    Within,
    /// The whole of it.
    Whole,
}

/// Between which days something began, and between which it was over; none where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Option<Bounds>,
    pub(super) to: Option<Bounds>,
}

/// A legislative period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) span: Span,
    /// Its end, as the file dates it.
    pub(super) ended: Option<Bounds>,
}

/// A date: of a time of day, the day.
pub(super) fn date(text: &str) -> Option<VagueDate> {
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    day.trim().parse().ok()
}

/// What the dates of a file mean.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) ending: Ending,
    pub(super) open: OpenWords,
}

impl Meaning {
    /// The days on which it can have been over; none where the date stands for never.
    pub(super) fn over(&self, end: &VagueDate) -> Option<Bounds> {
        let bounds = end.bounds();
        (bounds.latest() != Some(Day::MAX)).then(|| self.ending.to(bounds))
    }
}

/// The dates of a membership, filled from its period; none where the two exclude each other. `by` is the day on which
/// the source said all this.
///
/// What is dated by two periods of which one begins on the day, or in the month or the year, in which the other ends, is
/// two memberships: the first began before that. Where an end of its own makes days certain, only a day tells that much.
pub(super) fn during(own: Span, period: Period, meaning: During, by: Option<Day>) -> Option<Span> {
    let Period { span: period, ended } = period;
    if meaning == During::Whole {
        return Some(Span { from: own.from.or(period.from), to: own.to.or(period.to) });
    }
    let began = period.from.and_then(Bounds::earliest);
    let over = period.to.and_then(Bounds::latest);
    let from = match own.from {
        Some(from) => Some(from),
        None if period == Span::default() => None,
        None => {
            let ends = [over, own.to.and_then(Bounds::latest)].into_iter().flatten().min().map(Day::previous);
            // Who is listed under a period that goes on had begun by the day of the list.
            let listed = by.filter(|by| period.to.is_none() && began.is_some_and(|began| began <= *by));
            let ended = ended.filter(|ended| own.to.is_none() || ended.single().is_some());
            let followed = ended.and_then(|ended| began_before(ended, began));
            Some(Bounds::new(began, [ends, listed, followed].into_iter().flatten().min())?)
        }
    };
    let to = match own.to {
        Some(to) => Some(to),
        None if over.is_none() => None,
        None => {
            let earliest = [began, own.from.and_then(Bounds::earliest)].into_iter().flatten().max();
            Some(Bounds::new(earliest.map(Day::next), over)?)
        }
    };
    Some(Span { from, to })
}

/// The date that says these bounds; none where they say nothing.
pub(super) fn said(bounds: Option<Bounds>) -> Option<String> {
    let bounds = bounds?;
    (bounds.earliest().is_some() || bounds.latest().is_some()).then(|| edtf::shortest(bounds))
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::Bounds;

    use super::{During, Ending, Meaning, OpenWords, Period, Span, date, during, said};

    fn bounds(text: &str) -> Option<Bounds> {
        (!text.is_empty()).then(|| date(text).expect(text).bounds())
    }

    /// The last day of a period, where its end is the day after; another date as it stands.
    fn day_before(over: Bounds) -> Bounds {
        over.single().map_or(over, |day| Bounds::on(day.previous()))
    }

    #[test]
    fn an_end_is_the_last_day_or_the_day_after() {
        let check = |ending: Ending, given: &str, expect: &str| {
            let meaning = Meaning { ending, open: OpenWords::default() };
            let over = said(meaning.over(&date(given).expect(given)));
            assert_eq!(over.unwrap_or_default(), expect, "{given}");
        };
        check(Ending::Inclusive, "2015-03-31", "2015-04-01");
        check(Ending::Inclusive, "2015-03", "[2015-03-02..2015-04-01]");
        check(Ending::Inclusive, "2015", "[2015-01-02..2016-01-01]");
        check(Ending::Inclusive, "2015-03-31T09:00:00Z", "2015-04-01");
        check(Ending::Inclusive, "9999-12-31", "");
        check(Ending::Exclusive, "2015-03", "2015-03");
        check(Ending::Either, "2015-03-31", "[2015-03-31..2015-04-01]");
    }

    #[test]
    fn a_member_during_a_period_is_one_within_it() {
        let check = |own: [&str; 2], period: [&str; 2], meaning: During, by: &str, expect: Option<[&str; 2]>| {
            let span = |[from, to]: [&str; 2]| Span { from: bounds(from), to: bounds(to) };
            let by = bounds(by).and_then(Bounds::latest);
            let period = Period { ended: bounds(period[1]).map(day_before), span: span(period) };
            let found = during(span(own), period, meaning, by);
            let found = found.map(|span| [said(span.from).unwrap_or_default(), said(span.to).unwrap_or_default()]);
            assert_eq!(found, expect.map(|dates| dates.map(ToOwned::to_owned)), "{own:?} {period:?}");
        };
        let term = ["2011-03-27", "2015-03-24"];
        let within = During::Within;
        check(["", ""], term, within, "", Some(["[2011-03-27..2015-03-22]", "[2011-03-28..2015-03-24]"]));
        check(["", ""], ["1983", "1988"], within, "", Some(["[1983..1987]", "[1983-01-02..1988]"]));
        check(["", "1988-05"], ["1983", "1988"], within, "", Some(["[1983..1988-05-30]", "1988-05"]));
        check(["", "2015-03-24"], term, within, "", Some(["[2011-03-27..2015-03-22]", "2015-03-24"]));
        check(["", ""], ["2011-03-27", "2011-03-28"], within, "", Some(["2011-03-27", "2011-03-28"]));
        check(["", "2011-04-06"], term, within, "", Some(["[2011-03-27..2011-04-05]", "2011-04-06"]));
        check(["2014-03-26", ""], term, within, "", Some(["2014-03-26", "[2014-03-27..2015-03-24]"]));
        check(["2016", ""], term, within, "", None);
        check(["", "2010"], term, within, "", None);
        check(["", ""], ["2015-03-30", ""], within, "", Some(["[2015-03-30..]", ""]));
        check(["", ""], ["2015-03-30", ""], within, "2016-02-01", Some(["[2015-03-30..2016-02-01]", ""]));
        check(["", ""], ["2015-03-30", ""], within, "2014-02-01", Some(["[2015-03-30..]", ""]));
        check(["", ""], ["2013", ""], within, "", Some(["[2013..]", ""]));
        check(["2014", ""], ["", ""], within, "", Some(["2014", ""]));
        check(["", ""], term, During::Whole, "", Some(["2011-03-27", "2015-03-24"]));
        check(["", "2011-04-06"], term, During::Whole, "", Some(["2011-03-27", "2011-04-06"]));
    }
}
