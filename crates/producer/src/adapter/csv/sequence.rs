//! Rows that follow each other: each holds until the next of its sequence begins, which is most often the next of the same
//! person. Which one that is shows only when all rows of a version are read, so they are read twice.

use std::collections::hash_map::Entry;
use std::hash::{Hash as _, Hasher as _};

use csv::StringRecord;
use rustc_hash::{FxHashMap, FxHasher};
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::VagueDate;

/// How many rows of one version are held.
const MOST_ROWS: usize = 8_000_000;

/// A row of a sequence, by when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    first: Day,
    last: Day,
    /// Which of several of one date it is.
    order: Option<i64>,
    /// What stands in it, as a hash: a row that stands twice is one.
    print: u64,
}

impl Link {
    pub(super) fn of(from: &VagueDate, order: Option<i64>, row: &StringRecord) -> Link {
        let mut hasher = FxHasher::default();
        row.iter().for_each(|cell| cell.hash(&mut hasher));
        let from = from.bounds();
        let (first, last) = (from.earliest().unwrap_or(Day::MIN), from.latest().unwrap_or(Day::MAX));
        Link { first, last, order, print: hasher.finish() }
    }
}

/// What follows a row in its sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Nothing,
    /// A row that begins then.
    On(Bounds),
    /// A row of the same day, which leaves it none.
    AtOnce,
    /// It is not known what does: another row may begin before it or after it.
    Unknown,
    /// It is not known what does: a row of the sequence does not tell when it begins.
    Undated,
}

#[derive(Debug, Default)]
struct Sequence {
    links: Vec<(Link, Next)>,
    is_undated: bool,
}

/// The rows of a version that follow each other, by what is the same in all of a sequence.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    by_name: FxHashMap<Box<str>, Sequence>,
    rows: usize,
}

impl Sequences {
    /// Notes a row; without a link it does not tell when it begins. The error is a sentence.
    pub(super) fn note(&mut self, name: &str, link: Option<Link>) -> Result<(), String> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(format!("it has more than {MOST_ROWS} rows that follow each other"));
        }
        let sequence = match self.by_name.entry(name.into()) {
            Entry::Occupied(sequence) => sequence.into_mut(),
            Entry::Vacant(place) => place.insert(Sequence::default()),
        };
        match link {
            Some(link) => sequence.links.push((link, Next::Nothing)),
            None => sequence.is_undated = true,
        }
        Ok(())
    }

    /// All rows are noted: finds for each what follows it.
    pub(super) fn close(&mut self) {
        self.by_name.values_mut().for_each(Sequence::close);
    }

    /// What follows a row.
    pub(super) fn next(&self, name: &str, link: Link) -> Next {
        let Some(sequence) = self.by_name.get(name) else { return Next::Nothing };
        if sequence.is_undated {
            return Next::Undated;
        }
        let at = sequence.links.binary_search_by_key(&link, |(link, _)| *link);
        at.map_or(Next::Nothing, |at| sequence.links[at].1)
    }
}

impl Sequence {
    fn close(&mut self) {
        self.links.sort_unstable_by_key(|(link, _)| *link);
        self.links.dedup();
        // From behind: when the earliest of those that come later can begin, and by when one of them surely has.
        let (mut first, mut surely): (Option<Day>, Option<Day>) = (None, None);
        let mut end = self.links.len();
        while end > 0 {
            let date = |link: &Link| (link.first, link.last);
            let own = date(&self.links[end - 1].0);
            let start = self.links[..end].partition_point(|(link, _)| date(link) < own);
            let following = Bounds::new(first, surely).filter(|_| first.is_some()).map_or(Next::Nothing, Next::On);
            let overlaps = first.is_some_and(|first| first <= own.1);
            let of_date = &mut self.links[start..end];
            let is_ordered = of_date.windows(2).all(|two| two[0].0.order.is_some() && two[0].0.order < two[1].0.order);
            let is_vague = Bounds::new(Some(own.0), Some(own.1)).filter(|_| own.0 < own.1);
            let at_once = is_vague.map_or(Next::AtOnce, Next::On);
            let last = of_date.len() - 1;
            for (place, (_, next)) in of_date.iter_mut().enumerate() {
                *next = if overlaps || !is_ordered {
                    Next::Unknown
                } else if place == last {
                    following
                } else {
                    at_once
                };
            }
            (first, surely) = (Some(own.0), Some(surely.map_or(own.1, |surely| surely.min(own.1))));
            end = start;
        }
        // From the front: what may begin after one that comes later in the list.
        let mut latest = None;
        for (link, next) in &mut self.links {
            if latest.is_some_and(|(of, last)| of != (link.first, link.last) && last >= link.first) {
                *next = Next::Unknown;
            }
            if latest.is_none_or(|(_, last)| last < link.last) {
                latest = Some(((link.first, link.last), link.last));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;
    use tenure_domain::edtf::{VagueDate, shortest};

    use super::{Link, Next, Sequences};

    #[test]
    fn each_row_holds_until_the_next_begins() {
        // Rows as `DATE` or `DATE/ORDER`, and what follows each: a date, `.` for nothing, `!` for a row of its day, `?` for what
        // is not known.
        let check = |rows: &str, expect: &str| {
            let link = |(number, row): (usize, &str)| {
                let (date, order) = row.split_once('/').map_or((row, None), |(date, order)| (date, order.parse().ok()));
                let date: VagueDate = date.parse().expect(date);
                Link::of(&date, order, &StringRecord::from(vec![number.to_string()]))
            };
            let links: Vec<Link> = rows.split_whitespace().enumerate().map(link).collect();
            let mut sequences = Sequences::default();
            // In whatever order they stand.
            for link in links.iter().rev().chain(&links[..1]) {
                sequences.note("p", Some(*link)).expect("few rows");
            }
            sequences.close();
            let shown = |link: &Link| match sequences.next("p", *link) {
                Next::Nothing => ".".to_owned(),
                Next::On(bounds) => shortest(bounds),
                Next::AtOnce => "!".to_owned(),
                Next::Unknown => "?".to_owned(),
                Next::Undated => "-".to_owned(),
            };
            assert_eq!(links.iter().map(shown).collect::<Vec<_>>().join(" "), expect, "{rows}");
        };
        check("2020-01-01", ".");
        check("2020-01-01 2019 2021-05", "2021-05 2020-01-01 .");
        check("2020-01-01/1 2020-01-01/0 2021", "2021 ! .");
        check("2020-01-01 2020-01-01 2021", "? ? .");
        check("2020-01-01/1 2020-01-01/1", "? ?");
        check("2019 2020/1 2020/2", "2020 2020 .");
        check("2019 2020 2020-05-01 2021", "[2020..2020-05-01] ? ? .");
        check("2018 2020-01-01 2020 2020-12-31", "2020-01-01 ? ? ?");
        check("2018 2020 2020-01-01 2020-12-31 2021", "2020-01-01 ? ? ? .");
    }

    #[test]
    fn of_a_sequence_with_a_row_of_no_date_nothing_is_known() {
        let link = Link::of(&"2020".parse().expect("a date"), None, &StringRecord::from(vec!["a"]));
        let mut sequences = Sequences::default();
        sequences.note("p", Some(link)).expect("few rows");
        sequences.note("p", None).expect("few rows");
        sequences.close();
        assert_eq!((sequences.next("p", link), sequences.next("q", link)), (Next::Undated, Next::Nothing));
    }
}
