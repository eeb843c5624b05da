//! Whether a unit is there, as sources state it, and what of that counts for whom.
//!
//! A merger or dissolution of what does not exist, and a forming of what does, change nothing. Which statements count for
//! the people of a tenure depends on when they came and were known to be there. Nothing here goes through all statements
//! for one of many tenures.

use std::iter;
use std::ops::{Deref, Range};

use super::{DatedValue, Existence, Whereabouts, has_happened};
use crate::day::Day;
use crate::statement::UnitNo;

/// What sources state of the existence of a unit, in the order in which it applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExistenceHistory {
    statements: Vec<DatedValue<Existence>>,
    /// None where there are no statements, as of most units.
    places: Option<Box<Places>>,
}

/// Where among the statements those of each sort are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Places {
    formed: Vec<usize>,
    merged: Vec<usize>,
    dissolved: Vec<usize>,
}

impl Deref for ExistenceHistory {
    type Target = [DatedValue<Existence>];

    fn deref(&self) -> &[DatedValue<Existence>] {
        &self.statements
    }
}

impl<'h> IntoIterator for &'h ExistenceHistory {
    type Item = &'h DatedValue<Existence>;
    type IntoIter = std::slice::Iter<'h, DatedValue<Existence>>;

    fn into_iter(self) -> Self::IntoIter {
        self.statements.iter()
    }
}

impl FromIterator<DatedValue<Existence>> for ExistenceHistory {
    fn from_iter<I: IntoIterator<Item = DatedValue<Existence>>>(statements: I) -> ExistenceHistory {
        let mut history = ExistenceHistory::default();
        for statement in statements {
            history.push(statement);
        }
        history
    }
}

/// The first of some places from that one on.
fn next(places: &[usize], from: usize) -> Option<usize> {
    places.get(places.partition_point(|place| *place < from)).copied()
}

/// The last of some places before that one.
fn last(places: &[usize], before: usize) -> Option<usize> {
    places[..places.partition_point(|place| *place < before)].last().copied()
}

impl Places {
    /// The first end from that place on, where of the dissolutions those in `since` count.
    fn end(&self, from: usize, since: &Range<usize>) -> Option<usize> {
        let dissolved = next(&self.dissolved, from.max(since.start)).filter(|place| *place < since.end);
        next(&self.merged, from).into_iter().chain(dissolved).min()
    }

    /// The end that it had before that place, where it was not formed again by then.
    fn end_before(&self, place: usize, since: &Range<usize>) -> Option<usize> {
        let behind = last(&self.formed, place).map_or(0, |formed| formed + 1);
        self.end(behind, since).filter(|end| *end < place)
    }
}

impl ExistenceHistory {
    /// Adds a statement that applies after the others.
    pub(super) fn push(&mut self, statement: DatedValue<Existence>) {
        let places = self.places.get_or_insert_default();
        let of_sort = match statement.value {
            Existence::Formed => &mut places.formed,
            Existence::Merged(_) => &mut places.merged,
            Existence::Dissolved => &mut places.dissolved,
        };
        of_sort.push(self.statements.len());
        self.statements.push(statement);
    }

    /// Gives other numbers to the units into which it was merged.
    pub(crate) fn renumber(&mut self, number: impl Fn(UnitNo) -> UnitNo) {
        for statement in &mut self.statements {
            if let Existence::Merged(into) = &mut statement.value {
                *into = number(*into);
            }
        }
    }

    /// What changes it for people who came on a day: see [`super::UnitHistory::changes_for`].
    pub(super) fn changes_for(
        &self,
        begun: Option<Day>,
        alive: Option<Day>,
    ) -> impl Iterator<Item = &DatedValue<Existence>> {
        let since = self.since(begun);
        let places = self.places.as_deref();
        let first = places.and_then(|places| {
            // How it was when they came, as far as that is told.
            let (formed, merged) = (last(&places.formed, since.start), last(&places.merged, since.start));
            match (formed, merged) {
                (None, None) => next(&places.formed, 0).into_iter().chain(places.end(0, &since)).min(),
                _ if formed > merged => next(&places.formed, merged.map_or(0, |merged| merged + 1)),
                _ => next(&places.merged, formed.map_or(0, |formed| formed + 1)),
            }
        });
        let following = move |place: &usize| {
            let places = places?;
            let next = match self.statements[*place].value {
                Existence::Formed => places.end(place + 1, &since),
                Existence::Merged(_) | Existence::Dissolved => next(&places.formed, place + 1),
            };
            let is_of_their_time = |place: &usize| {
                let statement = &self.statements[*place];
                statement.value != Existence::Formed || alive >= statement.bounds.latest()
            };
            next.filter(is_of_their_time)
        };
        iter::successors(first, following).map(|place| &self.statements[place])
    }

    /// What changed it last by that day.
    pub(super) fn on(&self, day: Day) -> Option<&DatedValue<Existence>> {
        let (places, happened) = (self.places.as_deref()?, self.happened(day));
        let first = match self.statements[..happened].last()?.value {
            Existence::Formed => {
                let ends = last(&places.merged, happened).max(last(&places.dissolved, happened));
                ends.map_or(0, |end| end + 1)
            }
            Existence::Merged(_) | Existence::Dissolved => places.end_before(happened, &(0..happened))?,
        };
        self.statements.get(first)
    }

    /// See [`super::UnitHistory::of_tenure`].
    pub(super) fn of_tenure(&self, begun: Option<Day>, alive: Option<Day>, day: Day) -> Whereabouts {
        let Some(places) = self.places.as_deref() else { return Whereabouts::There };
        let (since, happened) = (self.since(begun), self.happened(day));
        let known = alive.map_or(0, |alive| self.happened(alive));
        // What is formed after they were known to be there is formed without them.
        let end = match next(&places.formed, known).filter(|formed| *formed < happened) {
            None => places.end_before(happened, &since),
            Some(formed) => places
                .end_before(formed, &since)
                .or_else(|| places.end(formed + 1, &since).filter(|end| *end < happened)),
        };
        match end.map(|end| &self.statements[end]) {
            None | Some(DatedValue { value: Existence::Formed, .. }) => Whereabouts::There,
            Some(DatedValue { value: Existence::Merged(into), bounds, .. }) => Whereabouts::Merged(*into, *bounds),
            Some(DatedValue { value: Existence::Dissolved, bounds, .. }) => Whereabouts::Dissolved(*bounds),
        }
    }

    /// The first statement that has not happened by that day.
    pub(super) fn following(&self, day: Day) -> Option<&DatedValue<Existence>> {
        self.statements.get(self.happened(day))
    }

    /// How many statements have happened by that day.
    fn happened(&self, day: Day) -> usize {
        self.statements.partition_point(|statement| has_happened(statement.bounds, day))
    }

    /// Which dissolutions count for people who can have come from that day on: those that are known to be no earlier.
    fn since(&self, begun: Option<Day>) -> Range<usize> {
        let Some(begun) = begun else { return 0..self.statements.len() };
        let is_before =
            |statement: &DatedValue<Existence>| statement.bounds.latest().is_some_and(|latest| latest < begun);
        self.statements.partition_point(is_before)..self.happened(Day::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bounds::Bounds;
    use crate::structure::UnitHistory;

    /// As the contract has it, statement by statement.
    fn changes(history: &UnitHistory, begun: Option<Day>, alive: Option<Day>) -> Vec<&DatedValue<Existence>> {
        let mut found: Vec<&DatedValue<Existence>> = Vec::new();
        for statement in &history.existence {
            let latest = statement.bounds.latest();
            let is_over = statement.value == Existence::Dissolved && begun.is_some() && latest < begun;
            let will = statement.value == Existence::Formed;
            let did = found.last().map(|last| last.value == Existence::Formed);
            if is_over || did == Some(will) {
                continue;
            }
            if will && did.is_some() && latest.is_some() && latest > alive {
                break;
            }
            found.push(statement);
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn what_counts_is_found_without_going_through_all(
            mut drawn in prop::collection::vec((0..12_i32, 0..4_u8, any::<bool>()), 0..12),
            (begun, more) in (prop::option::of(0..12_i32), 0..8_i32),
            at in -1..13_i32,
        ) {
            drawn.sort_by_key(|(day, ..)| *day);
            let day = Day::from_number;
            let mut history = UnitHistory::default();
            for (place, (on, sort, vague)) in drawn.into_iter().enumerate() {
                let value = match sort {
                    0 | 1 => Existence::Formed,
                    2 => Existence::Merged(UnitNo(u32::try_from(place).expect("few"))),
                    _ => Existence::Dissolved,
                };
                // Of the last days nothing is known but that it was then or later.
                let bounds = Bounds::new(Some(day(if vague { on - 3 } else { on })), Some(day(on)).filter(|_| on < 11));
                let bounds = bounds.expect("bounds");
                history.existence.push(DatedValue { bounds, value, event: format!("e{place}").parse().expect("an id") });
            }
            let alive = begun.map(|begun| begun + more).or(Some(more).filter(|more| *more > 1));
            let (begun, alive, at) = (begun.map(day), alive.map(day), day(at));
            let has_happened = |change: &&&DatedValue<Existence>| change.bounds.latest().is_some_and(|latest| latest <= at);
            let expect = changes(&history, begun, alive);
            let there = match expect.iter().rfind(has_happened).map(|last| (last.value, last.bounds)) {
                None | Some((Existence::Formed, _)) => Whereabouts::There,
                Some((Existence::Merged(into), bounds)) => Whereabouts::Merged(into, bounds),
                Some((Existence::Dissolved, bounds)) => Whereabouts::Dissolved(bounds),
            };
            prop_assert_eq!(history.of_tenure(begun, alive, at), there);
            let all = changes(&history, None, Some(Day::MAX));
            prop_assert_eq!(history.existence(at), all.iter().rfind(has_happened).copied());
            prop_assert_eq!(history.existence_changes().collect::<Vec<_>>(), all);
            // Of what was before they came the last alone is told.
            let told: Vec<_> = history.changes_for(begun, alive).collect();
            let is_before = |change: &&&DatedValue<Existence>| change.bounds.latest().is_some_and(|latest| Some(latest) < begun);
            let before = expect.iter().filter(is_before).count();
            prop_assert_eq!(&told[..], &expect[before.saturating_sub(1)..]);
        }
    }
}
