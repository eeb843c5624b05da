//! Numbered bounds, and the least number whose bounds overlap others: what rule 1 asks for a statement among many claims.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Unbounded};

use rustc_hash::FxHashMap;

use crate::bounds::Bounds;
use crate::day::Day;

/// How many days a node of the next level holds, as a power of two.
const BITS: u32 = 4;
/// Levels above the days themselves; together they hold all days there are.
const LEVELS: u32 = 6;
const LAST: u32 = (1 << (BITS * LEVELS)) - 1;

/// A day as a place on a line; an unbounded side is one of its ends.
fn place(day: Option<Day>, unbounded: u32) -> u32 {
    let Some(day) = day else { return unbounded };
    let number = i64::from(day.number()) + i64::from(LAST / 2);
    u32::try_from(number.clamp(1, i64::from(LAST) - 1)).expect("a place is on the line")
}

fn first(bounds: Bounds) -> u32 {
    place(bounds.earliest(), 0)
}

fn last(bounds: Bounds) -> u32 {
    place(bounds.latest(), LAST)
}

/// Numbers in nodes, each node a stretch of the line.
#[derive(Default)]
struct Nodes {
    of: FxHashMap<(u32, u32), BTreeSet<usize>>,
}

impl Nodes {
    fn least(&self, level: u32, node: u32, behind: Option<usize>) -> Option<usize> {
        let numbers = self.of.get(&(level, node))?;
        match behind {
            None => numbers.first().copied(),
            Some(behind) => numbers.range((Excluded(behind), Unbounded)).next().copied(),
        }
    }

    fn change(&mut self, level: u32, node: u32, number: usize, change: DayChange) {
        match change {
            DayChange::Add => {
                self.of.entry((level, node)).or_default().insert(number);
            }
            DayChange::Remove => {
                if let Some(numbers) = self.of.get_mut(&(level, node)) {
                    numbers.remove(&number);
                }
            }
        }
    }

    /// A number at one place, in every node that holds the place.
    fn change_at(&mut self, place: u32, number: usize, change: DayChange) {
        for level in 0..=LEVELS {
            self.change(level, place >> (BITS * level), number, change);
        }
    }

    /// The least number behind that one at any of those places.
    fn least_at(&self, from: u32, to: u32, behind: Option<usize>) -> Option<usize> {
        let mut least: Option<usize> = None;
        stretches(from, to, |level, node| {
            least = [least, self.least(level, node, behind)].into_iter().flatten().min();
        });
        least
    }
}

#[derive(Clone, Copy)]
enum DayChange {
    Add,
    Remove,
}

/// The fewest nodes that make up those places.
fn stretches(from: u32, to: u32, mut each: impl FnMut(u32, u32)) {
    let (mut from, mut end, mut level) = (from, to + 1, 0);
    let width = 1 << BITS;
    while from < end {
        while !from.is_multiple_of(width) && from < end {
            each(level, from);
            from += 1;
        }
        while !end.is_multiple_of(width) && from < end {
            end -= 1;
            each(level, end);
        }
        (from, end, level) = (from >> BITS, end >> BITS, level + 1);
    }
}

/// Bounds of any width.
#[derive(Default)]
pub(super) struct Spans {
    starts: Nodes,
    /// The nodes that bounds of more than a day hold whole.
    held: Nodes,
}

impl Spans {
    pub(super) fn add(&mut self, bounds: Bounds, number: usize) {
        self.change(bounds, number, DayChange::Add);
    }

    pub(super) fn remove(&mut self, bounds: Bounds, number: usize) {
        self.change(bounds, number, DayChange::Remove);
    }

    fn change(&mut self, bounds: Bounds, number: usize, change: DayChange) {
        self.starts.change_at(first(bounds), number, change);
        if first(bounds) != last(bounds) {
            stretches(first(bounds), last(bounds), |level, node| self.held.change(level, node, number, change));
        }
    }

    /// The least number behind that one whose bounds overlap these: they start in them, or hold their first day.
    pub(super) fn least(&self, bounds: Bounds, behind: Option<usize>) -> Option<usize> {
        let starting = self.starts.least_at(first(bounds), last(bounds), behind);
        let holding = (0..=LEVELS).filter_map(|l| self.held.least(l, first(bounds) >> (BITS * l), behind)).min();
        [starting, holding].into_iter().flatten().min()
    }
}

/// Bounds none of which is wider than those that are asked for: of such, one that overlaps has an end in them.
#[derive(Default)]
pub(super) struct NarrowSpans {
    ends: Nodes,
}

impl NarrowSpans {
    pub(super) fn add(&mut self, bounds: Bounds, number: usize) {
        self.change(bounds, number, DayChange::Add);
    }

    pub(super) fn remove(&mut self, bounds: Bounds, number: usize) {
        self.change(bounds, number, DayChange::Remove);
    }

    fn change(&mut self, bounds: Bounds, number: usize, change: DayChange) {
        self.ends.change_at(first(bounds), number, change);
        if first(bounds) != last(bounds) {
            self.ends.change_at(last(bounds), number, change);
        }
    }

    pub(super) fn least(&self, bounds: Bounds, behind: Option<usize>) -> Option<usize> {
        self.ends.least_at(first(bounds), last(bounds), behind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NarrowSpans, Spans};
    use crate::bounds::Bounds;
    use crate::day::Day;

    fn bounds() -> impl Strategy<Value = Bounds> {
        let side = || prop::option::of((-40..400_i32).prop_map(Day::from_number));
        (side(), side()).prop_filter_map("upside down", |(a, b)| Bounds::new(a, b))
    }

    proptest! {
        #[test]
        fn the_least_number_that_overlaps(spans in prop::collection::vec(bounds(), 1..40), asked in bounds(), gone in 0..40_usize) {
            let width = |b: Bounds| b.width().map_or(i64::MAX, i64::from);
            let (mut any, mut narrow) = (Spans::default(), NarrowSpans::default());
            let is_narrow = |b: Bounds| width(b) <= width(asked);
            for (number, one) in spans.iter().enumerate() {
                any.add(*one, number);
                if is_narrow(*one) {
                    narrow.add(*one, number);
                }
            }
            if let Some(one) = spans.get(gone) {
                any.remove(*one, gone);
                narrow.remove(*one, gone);
            }
            let overlapping = |narrow: bool| {
                let spans = spans.iter().enumerate();
                let found = spans.filter(move |(i, b)| *i != gone && b.overlaps(asked) && (!narrow || is_narrow(**b)));
                found.map(|(i, _)| i).collect::<Vec<_>>()
            };
            let walked = |least: &dyn Fn(Option<usize>) -> Option<usize>| {
                let mut behind = None;
                std::iter::from_fn(|| { behind = least(behind); behind }).collect::<Vec<_>>()
            };
            prop_assert_eq!(walked(&|behind| any.least(asked, behind)), overlapping(false));
            prop_assert_eq!(walked(&|behind| narrow.least(asked, behind)), overlapping(true));
        }
    }
}
