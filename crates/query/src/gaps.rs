//! When a post was vacant (contract, section 5, `gaps`).
//!
//! A gap lies between the end of everyone who held the post before it and the start of everyone who held it after. It is
//! certain where all of the former had surely ended before any of the latter can have begun, and possible where the dates
//! leave room for one. It begins when the last of the former ended, whichever that was, and a certain one ends when the first
//! of the latter began: no holder is possible on a day on which the post is surely vacant.

use tenure_domain::bounds::{Bounds, Certainty};
use tenure_domain::day::Day;
use tenure_domain::tenure::{Edge, Tenure};

use crate::people::{certainty, shown_bounds};
use tenure_answers::Gap;

/// Whether the gaps between holders are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapsAsked {
    /// No.
    No,
    /// Yes.
    Yes,
}

/// Between which days a tenure began and ended, and whether each was inferred.
pub(crate) struct Extent {
    from: (Bounds, bool),
    to: Option<(Bounds, bool)>,
}

impl Extent {
    /// Of a tenure with its dates as the day asked about tells them, since it was in the post: at its start, or when a
    /// merger brought it there, which no source says of it.
    pub(crate) fn of(told: &Tenure, since: Bounds) -> Extent {
        let of = |edge: &Edge| (edge.bounds, edge.origin.is_inferred());
        let from = if since == told.start.bounds { of(&told.start) } else { (since, true) };
        Extent { from, to: told.end.as_ref().map(of) }
    }
}

/// A latest day, where one that is not known is later than all.
fn latest(bounds: Bounds) -> Day {
    bounds.latest().unwrap_or(Day::MAX)
}

/// An earliest day, where one that is not known is earlier than all.
fn earliest(bounds: Bounds) -> Day {
    bounds.earliest().unwrap_or(Day::MIN)
}

/// Whether the extent holds a day at all.
fn lasts(extent: &Extent) -> bool {
    extent.to.is_none_or(|(to, _)| earliest(extent.from.0) < latest(to))
}

/// The end of those who held the post so far: of the last of them, and whether it was inferred of the one that can have ended
/// last.
#[derive(Clone, Copy)]
struct Before {
    end: Bounds,
    inferred: bool,
}

impl Before {
    fn and(self, to: Bounds, inferred: bool) -> Before {
        let is_last = |bounds: Bounds| (latest(bounds), earliest(bounds));
        Before {
            end: self.end.later(to),
            inferred: if is_last(self.end) >= is_last(to) { self.inferred } else { inferred },
        }
    }
}

/// The gaps between tenures of one post, in the order of time; only those that can lie within the days asked about.
pub(crate) fn gaps(mut extents: Vec<Extent>, between: Bounds) -> Vec<Gap> {
    extents.retain(lasts);
    // All of an extent takes part, so that the gaps do not depend on the order in which the ledger has the tenures.
    extents.sort_by_key(|extent| {
        let (from, inferred) = extent.from;
        let ends = extent.to.map(|(to, inferred)| (latest(to), to.latest(), to.earliest(), inferred));
        ((from.latest().is_none(), from.latest(), from.earliest()), ends, inferred)
    });
    // The earliest day on which each or one of the later ones can have begun.
    let mut begun = vec![Day::MAX; extents.len()];
    let mut first = Day::MAX;
    for (i, extent) in extents.iter().enumerate().rev() {
        first = first.min(earliest(extent.from.0));
        begun[i] = first;
    }
    let mut found = Vec::new();
    // None once a holder is not known to have ended.
    let mut before: Option<Before> = None;
    for (i, extent) in extents.iter().enumerate() {
        let (from, inferred) = extent.from;
        if let Some(Before { end, inferred: end_inferred }) = before {
            let gap = if latest(end) < begun[i] {
                let first = Bounds::new((begun[i] > Day::MIN).then_some(begun[i]), from.latest());
                Some((first.unwrap_or(from), Certainty::Certain))
            } else {
                (earliest(end) < latest(from)).then_some((from, Certainty::Possible))
            };
            if let Some((to, sure)) = gap.filter(|(to, _)| within(end, Some(*to), between)) {
                let (from, to) = (shown_bounds(end, end_inferred), Some(shown_bounds(to, inferred)));
                found.push(Gap { from, to, certainty: certainty(sure).to_owned() });
            }
        }
        before = match (extent.to, before) {
            (Some((end, inferred)), None) if i == 0 => Some(Before { end, inferred }),
            (Some((end, inferred)), Some(before)) => Some(before.and(end, inferred)),
            (_, _) => None,
        };
    }
    if let Some(Before { end, inferred }) = before
        && within(end, None, between)
    {
        let sure = if end.latest().is_some() { Certainty::Certain } else { Certainty::Possible };
        found.push(Gap { from: shown_bounds(end, inferred), to: None, certainty: certainty(sure).to_owned() });
    }
    found
}

/// Whether a gap can lie within the days asked about.
fn within(from: Bounds, to: Option<Bounds>, between: Bounds) -> bool {
    let begins = between.latest().is_none_or(|until| earliest(from) <= until);
    let ends = between.earliest().is_none_or(|since| to.is_none_or(|to| latest(to) > since));
    begins && ends
}

#[cfg(test)]
mod tests {
    use tenure_domain::bounds::Bounds;
    use tenure_domain::edtf::VagueDate;

    use super::{Extent, gaps};

    fn bounds(edtf: &str) -> Bounds {
        if edtf == "?" { Bounds::UNKNOWN } else { edtf.parse::<VagueDate>().expect(edtf).bounds() }
    }

    /// Holders as `FROM TO`, where a TO of `-` is none; gaps as `FROM TO CERTAINTY`.
    fn check_between(holders: &[&str], between: Bounds, expect: &[&str]) {
        let extents = holders.iter().map(|holder| {
            let (from, to) = holder.split_once(' ').expect("two dates");
            Extent { from: (bounds(from), false), to: (to != "-").then(|| (bounds(to), false)) }
        });
        let extents: Vec<Extent> = extents.collect();
        let shown = |extents: Vec<Extent>| -> Vec<String> {
            let found = gaps(extents, between).into_iter();
            found
                .map(|gap| {
                    format!("{} {} {}", gap.from.edtf, gap.to.map_or("-".to_owned(), |to| to.edtf), gap.certainty)
                })
                .collect()
        };
        let backwards = extents.iter().rev().map(|e| Extent { from: e.from, to: e.to }).collect();
        assert_eq!(shown(extents), expect, "{holders:?}");
        assert_eq!(shown(backwards), expect, "{holders:?} the other way round");
    }

    fn check(holders: &[&str], expect: &[&str]) {
        check_between(holders, Bounds::UNKNOWN, expect);
    }

    #[test]
    fn exact_dates() {
        check(&[], &[]);
        check(&["2010-01-01 -"], &[]);
        check(&["2010-01-01 2012-01-01"], &["2012-01-01 - certain"]);
        check(&["2010-01-01 2012-01-01", "2012-01-01 -"], &[]);
        check(&["2010-01-01 2012-01-01", "2012-01-02 -"], &["2012-01-01 2012-01-02 certain"]);
        check(
            &["2010-01-01 2012-01-01", "2012-03-01 2013-01-01", "2014-01-01 2015-01-01"],
            &["2012-01-01 2012-03-01 certain", "2013-01-01 2014-01-01 certain", "2015-01-01 - certain"],
        );
    }

    #[test]
    fn who_holds_it_meanwhile_leaves_no_gap() {
        // Two at once: the post is empty when both are gone.
        check(&["2010-01-01 2012-01-01", "2011-01-01 2013-01-01", "2014-01-01 -"], &["2013-01-01 2014-01-01 certain"]);
        check(&["2010-01-01 2020-01-01", "2011-01-01 2013-01-01", "2021-01-01 -"], &["2020-01-01 2021-01-01 certain"]);
        check(&["2010-01-01 2020-01-01", "2011-01-01 2013-01-01", "2014-01-01 2015-01-01"], &["2020-01-01 - certain"]);
        // A holder who is not known to have ended.
        check(&["2009-01-01 -", "2010-01-01 2012-01-01", "2014-01-01 -"], &[]);
        // Over on the day on which it began: held on no day.
        check(&["2010-01-01 2012-01-01", "2013-01-01 2013-01-01", "2014-01-01 -"], &["2012-01-01 2014-01-01 certain"]);
    }

    #[test]
    fn vague_dates_on_either_side() {
        check(&["2010 2012", "2014 -"], &["2012 2014 certain"]);
        check(&["2010-01-01 2012", "2012-07-01 -"], &["2012 2012-07-01 possible"]);
        check(&["2010-01-01 2012-07-01", "2012 -"], &["2012-07-01 2012 possible"]);
        check(&["2010-01-01 2012", "2012 -"], &["2012 2012 possible"]);
        check(&["2010-01-01 2012", "2012-01-01 -"], &[]);
        check(&["2010-01-01 2012-12-31", "2012 -"], &[]);
        // Bounded on one side only.
        check(&["2010-01-01 [2012-01-05..]", "2014-01-01 -"], &["[2012-01-05..] 2014-01-01 possible"]);
        check(&["2010-01-01 [..2012-01-01]", "2014-01-01 -"], &["[..2012-01-01] 2014-01-01 certain"]);
        check(&["2010-01-01 2012-01-01", "[..2014-01-01] -"], &["2012-01-01 [..2014-01-01] possible"]);
        check(&["2010-01-01 2012-01-01", "[2014-01-05..] -"], &["2012-01-01 [2014-01-05..] certain"]);
        check(&["2010-01-01 ?"], &["XXXX - possible"]);
        // A holder of whom it is not known since when can have filled it.
        check(
            &["2010-01-01 2012-01-01", "2013-01-01 2014-01-01", "[..2015-01-01] -"],
            &["2012-01-01 2013-01-01 possible", "2014-01-01 [..2015-01-01] possible"],
        );
    }

    #[test]
    fn nobody_can_hold_a_post_that_is_surely_vacant() {
        // Another holder may follow before the one whose start is surely first.
        check(&["2020-01-01 2020-12-31", "2021-02-01 -", "2021 -"], &["2020-12-31 [2021..2021-02-01] certain"]);
        // And another one may still hold it when the one goes who can have held it last.
        check(
            &["2010-01-01 [2012-11..2013-01]", "2010-01-01 [2012..2013-06]", "2014-01-01 -"],
            &["[2012-11..2013-06] 2014-01-01 certain"],
        );
    }

    #[test]
    fn only_the_days_asked_about() {
        let holders = ["2010-01-01 2012-01-01", "2013-01-01 2014-01-01", "2015-01-01 2016-01-01"];
        let days = |edtf: &str| edtf.parse::<VagueDate>().expect(edtf).bounds();
        check_between(&holders, days("2012"), &["2012-01-01 2013-01-01 certain"]);
        check_between(&holders, days("[2015..]"), &["2016-01-01 - certain"]);
        check_between(&holders, days("[2013-06..2013-09]"), &[]);
    }

    #[test]
    fn which_of_two_alike_comes_first_is_no_matter() {
        // Of each pair, one was inferred: that it was is told of the same one, whichever is given first.
        let extent = |from: &str, to: &str, inferred: bool| Extent {
            from: (bounds(from), inferred),
            to: Some((bounds(to), inferred)),
        };
        let told = |turned: bool| -> Vec<(bool, bool)> {
            let pairs = [("[..2010]", "2012"), ("2014", "[..2016]"), ("2014", "2016")];
            let both = pairs.iter().flat_map(|(from, to)| [extent(from, to, turned), extent(from, to, !turned)]);
            let found = gaps(both.collect(), Bounds::UNKNOWN);
            found.iter().map(|gap| (gap.from.inferred, gap.to.as_ref().is_some_and(|to| to.inferred))).collect()
        };
        assert_eq!(told(true), told(false));
    }

    #[test]
    fn many_holders_are_no_matter() {
        let day = |n: i32| Bounds::on(tenure_domain::day::Day::from_number(n));
        let extents = (0..50_000).map(|i| Extent { from: (day(3 * i), false), to: Some((day(3 * i + 2), false)) });
        assert_eq!(gaps(extents.collect(), Bounds::UNKNOWN).len(), 50_000);
    }
}
