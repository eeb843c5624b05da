//! A row of things of which some are still open, found by their marks: the first of them that has a mark in common with
//! another thing, and begins in time, without going through all.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use tenure_domain::day::Day;
use tenure_domain::view::ViewError;

/// When something in a row begins, or that it is open no more: that counts as later than every day.
type Start = (bool, Day);

const CLOSED: Start = (true, Day::MAX);

/// Those of a row that have one mark.
#[derive(Default)]
struct Marked {
    /// Their places in the row, from the first on.
    places: Vec<usize>,
    /// The earliest start of each half of the row, of each half of that, and so on down to the single ones.
    earliest: Vec<Start>,
}

impl Marked {
    fn leaves(&self) -> usize {
        self.places.len().next_power_of_two()
    }

    /// The first place from that one on at which something open begins no later than on the day.
    fn first(&self, from: usize, day: Day) -> Option<usize> {
        let from = self.places.partition_point(|place| *place < from);
        let begins = |node: usize| self.earliest[node] <= (false, day);
        let mut node = self.leaves() + from;
        if from >= self.places.len() {
            return None;
        }
        // Up to what begins behind it, then down to the first of that.
        while !begins(node) {
            while node % 2 == 1 {
                node /= 2;
            }
            if node == 0 {
                return None;
            }
            node += 1;
        }
        while node < self.leaves() {
            node = if begins(2 * node) { 2 * node } else { 2 * node + 1 };
        }
        self.places.get(node - self.leaves()).copied()
    }

    fn set(&mut self, at: usize, start: Start) {
        let mut node = self.leaves() + at;
        self.earliest[node] = start;
        while node > 1 {
            node /= 2;
            self.earliest[node] = self.earliest[2 * node].min(self.earliest[2 * node + 1]);
        }
    }
}

/// What is still open of a row.
pub(super) struct Open<M> {
    by_mark: FxHashMap<M, Marked>,
    marks: Vec<Vec<M>>,
}

impl<M: Clone + Eq + Hash> Open<M> {
    /// All of a row, by the marks of each and when it begins.
    pub(super) fn of(row: Vec<(Vec<M>, Option<Day>)>) -> Open<M> {
        let mut by_mark: FxHashMap<M, Marked> = FxHashMap::default();
        for (place, (marks, _)) in row.iter().enumerate() {
            for mark in marks {
                let marked = by_mark.entry(mark.clone()).or_default();
                if marked.places.last() != Some(&place) {
                    marked.places.push(place);
                }
            }
        }
        for marked in by_mark.values_mut() {
            marked.earliest = vec![CLOSED; 2 * marked.leaves()];
            for at in 0..marked.places.len() {
                marked.set(at, (false, row[marked.places[at]].1.unwrap_or(Day::MIN)));
            }
        }
        Open { by_mark, marks: row.into_iter().map(|(marks, _)| marks).collect() }
    }

    /// The place of the first with one of those marks that begins no later than on the day, and fits.
    pub(super) fn first_that(
        &self,
        marks: &[M],
        day: Day,
        fits: impl Fn(usize) -> Result<bool, ViewError>,
    ) -> Result<Option<usize>, ViewError> {
        let marked: Vec<&Marked> = marks.iter().filter_map(|mark| self.by_mark.get(mark)).collect();
        let mut from = 0;
        while let Some(place) = marked.iter().filter_map(|marked| marked.first(from, day)).min() {
            if fits(place)? {
                return Ok(Some(place));
            }
            from = place + 1;
        }
        Ok(None)
    }

    pub(super) fn close(&mut self, place: usize) {
        for mark in &self.marks[place] {
            if let Some(marked) = self.by_mark.get_mut(mark)
                && let Ok(at) = marked.places.binary_search(&place)
            {
                marked.set(at, CLOSED);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::day::Day;

    use super::Open;

    #[test]
    fn the_first_is_that_of_the_row() {
        let mut number: u64 = 88_172_645_463_325_252;
        let mut below = |most: u64| {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            number % most
        };
        let day = |number: u64| Day::from_number(i32::try_from(number).expect("a small number"));
        for _ in 0..2_000 {
            let mut marks = |most: u64| (0..below(3)).map(|_| below(most)).collect::<Vec<u64>>();
            let rows: Vec<Vec<u64>> = (0..20).map(|_| marks(4)).collect();
            let row: Vec<(Vec<u64>, Option<Day>)> =
                rows.into_iter().map(|marks| (marks, Some(below(9)).filter(|day| *day > 0).map(day))).collect();
            let mut open = Open::of(row.clone());
            let mut left: Vec<usize> = (0..row.len()).collect();
            for _ in 0..20 {
                let (asked, by, step) =
                    ([below(4), below(4)], day(below(9)), usize::try_from(below(2)).expect("small") + 1);
                let is_found = |place: &&usize| {
                    let (own, start) = &row[**place];
                    let begins = start.is_none_or(|start| start <= by);
                    own.iter().any(|mark| asked.contains(mark)) && begins && place.is_multiple_of(step)
                };
                let expect = left.iter().find(is_found).copied();
                assert_eq!(
                    open.first_that(&asked, by, |place| Ok(place.is_multiple_of(step))).expect("no error"),
                    expect
                );
                if let Some(place) = expect {
                    open.close(place);
                    left.retain(|other| *other != place);
                }
            }
        }
    }
}
