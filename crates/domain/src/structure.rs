//! What became of units and companies (contract, section 4, "Units").
//!
//! A history holds the changes of one unit in the order in which they apply; on a day, a change has happened when
//! its latest day is not after it. Nothing here rewrites a tenure: [`UnitHistory::of_tenure`] says on a day where the
//! people of a tenure are, and questions ask it.

mod existence;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::{Day, Instant};
use crate::event::{DescribedName, UnitFact};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::UnitNo;

pub use existence::ExistenceHistory;

/// What a unit's existence changes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Existence {
    /// It was formed.
    Formed,
    /// Its people are another unit's from then on.
    Merged(UnitNo),
    /// It was dissolved.
    Dissolved,
}

/// A value from a change on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DatedValue<T> {
    /// When the change happened.
    pub bounds: Bounds,
    /// What holds from then on.
    pub value: T,
    /// Which event says so.
    pub event: EventId,
}

/// The changes of one unit or company, each list in the order in which they apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitHistory {
    /// The name before the first rename, where that event says it.
    pub first_name: Option<Name>,
    /// Its renames.
    pub renames: Vec<DatedValue<Name>>,
    /// The parent from the beginning.
    pub first_parent: Option<UnitNo>,
    /// Its parents after that; the unit itself where it stands under nothing any more.
    pub parents: Vec<DatedValue<UnitNo>>,
    /// The kind from the beginning.
    pub first_kind: Option<Arc<str>>,
    /// Its kinds after that.
    pub kinds: Vec<DatedValue<Arc<str>>>,
    /// Formed, merged, dissolved, as sources state it: what of that counts, [`UnitHistory::existence_changes`] tells.
    pub existence: ExistenceHistory,
    /// Names with their languages and dates.
    pub described: Vec<DescribedName>,
    /// The earliest day by which a description tells of it: the first of all days for one without a date.
    pub described_by: Option<Day>,
}

/// Where the people of a tenure are on a day, as far as their unit's history tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In the unit itself.
    There,
    /// In the unit into which it was merged.
    Merged(UnitNo, Bounds),
    /// The unit was dissolved between these days.
    Dissolved(Bounds),
}

fn has_happened(bounds: Bounds, day: Day) -> bool {
    bounds.latest().is_some_and(|latest| latest <= day)
}

fn last_happened<T>(changes: &[DatedValue<T>], day: Day) -> Option<&DatedValue<T>> {
    changes[..changes.partition_point(|change| has_happened(change.bounds, day))].last()
}

impl UnitHistory {
    /// The name that a rename gives it on that day, or that it had before the first; none where there was no rename.
    pub fn name(&self, day: Day) -> Option<&Name> {
        match last_happened(&self.renames, day) {
            Some(change) => Some(&change.value),
            None => self.first_name.as_ref(),
        }
    }

    /// The names that renames had taken from it by that day, each with the days between which one did.
    pub fn former_names(&self, day: Day) -> impl Iterator<Item = (&Name, Bounds)> {
        let happened = self.renames.iter().filter(move |change| has_happened(change.bounds, day));
        let mut before = self.first_name.as_ref();
        happened.filter_map(move |change| Some((before.replace(&change.value)?, change.bounds)))
    }

    /// The parent on that day; none: the company.
    pub fn parent(&self, day: Day) -> Option<UnitNo> {
        last_happened(&self.parents, day).map(|change| change.value).or(self.first_parent)
    }

    /// The first parent of a unit that is yet to be formed on that day, and of which no parent is known until then.
    pub fn parent_to_be(&self, day: Day) -> Option<UnitNo> {
        let is_to_be = !self.exists(day) && self.existence(day).is_none() && self.parent(day).is_none();
        self.parents.first().filter(|_| is_to_be).map(|change| change.value)
    }

    /// The units under which it ever stood, or into which it was merged; some more than once.
    pub fn ever_under(&self) -> impl Iterator<Item = UnitNo> + '_ {
        let into = self.existence.iter().filter_map(|change| match change.value {
            Existence::Merged(into) => Some(into),
            Existence::Formed | Existence::Dissolved => None,
        });
        self.parents.iter().map(|change| change.value).chain(self.first_parent).chain(into)
    }

    /// Whether by that day it had come to stand under the unit, or was merged into it.
    pub fn was_under(&self, unit: UnitNo, day: Day) -> bool {
        let described = self.first_parent == Some(unit) && self.described_by.is_some_and(|by| by <= day);
        let moved = self.parents.iter().any(|c| c.value == unit && has_happened(c.bounds, day));
        let merged = |c: &DatedValue<Existence>| c.value == Existence::Merged(unit) && has_happened(c.bounds, day);
        described || moved || self.existence.iter().any(merged)
    }

    /// The kind on that day.
    pub fn kind(&self, day: Day) -> Option<&Arc<str>> {
        last_happened(&self.kinds, day).map(|change| &change.value).or(self.first_kind.as_ref())
    }

    /// What changed its existence. A merger or dissolution of what does not exist, and a forming of what does, change nothing.
    pub fn existence_changes(&self) -> impl Iterator<Item = &DatedValue<Existence>> {
        self.existence.changes_for(None, Some(Day::MAX))
    }

    /// What of that changed its existence for the people of a tenure; of what was before they came, the last alone. `alive` is
    /// the latest day on which the tenure is known to have been in force or begun: one that belongs to an earlier time of a
    /// unit formed again ended with that time. `begun` is the earliest day on which its people can have come: what was dissolved
    /// before that did not end it.
    pub fn changes_for(&self, begun: Option<Day>, alive: Option<Day>) -> impl Iterator<Item = &DatedValue<Existence>> {
        self.existence.changes_for(begun, alive)
    }

    /// Its existence on that day: the last that changed it of what has happened.
    pub fn existence(&self, day: Day) -> Option<&DatedValue<Existence>> {
        self.existence.on(day)
    }

    /// What it was merged into by that day, each time.
    pub fn mergers(&self, day: Day) -> impl Iterator<Item = UnitNo> + '_ {
        let happened = self.existence_changes().filter(move |change| has_happened(change.bounds, day));
        happened.filter_map(|change| match change.value {
            Existence::Merged(into) => Some(into),
            Existence::Formed | Existence::Dissolved => None,
        })
    }

    /// Its first end, where that is a merger: where to, when, and when it was formed again. Everybody who is there goes that
    /// way, but for those who are known to be there when it was formed again, or later.
    pub fn first_merger(&self) -> Option<(UnitNo, Bounds, Option<Bounds>)> {
        let mut changes = self.existence_changes().skip_while(|change| change.value == Existence::Formed);
        let first = changes.next()?;
        match first.value {
            Existence::Merged(into) => Some((into, first.bounds, changes.next().map(|again| again.bounds))),
            Existence::Formed | Existence::Dissolved => None,
        }
    }

    /// What it is merged into on that day, and on which days that is so: from one on, and before another.
    pub fn merged_between(&self, day: Day) -> Option<(UnitNo, Day, Option<Day>)> {
        let change = self.existence(day)?;
        let next = self.existence.following(day).and_then(|next| next.bounds.latest());
        match change.value {
            Existence::Merged(into) => Some((into, change.bounds.latest()?, next)),
            Existence::Formed | Existence::Dissolved => None,
        }
    }

    /// When it was first formed, as far as sources tell.
    pub fn formed(&self) -> Option<&DatedValue<Existence>> {
        self.existence_changes().find(|change| change.value == Existence::Formed)
    }

    /// What it ended with, where the last that sources tell of it is an end.
    pub fn gone(&self) -> Option<&DatedValue<Existence>> {
        self.existence_changes().last().filter(|change| change.value != Existence::Formed)
    }

    /// Whether it is there to be shown on that day: neither merged nor dissolved nor yet to be formed.
    pub fn exists(&self, day: Day) -> bool {
        match self.existence(day) {
            Some(change) => change.value == Existence::Formed,
            None => self.existence.first().is_none_or(|first| first.value != Existence::Formed),
        }
    }

    /// Whether any change has happened by that day, or a description tells of it by then.
    pub fn is_known(&self, day: Day) -> bool {
        let any = |bounds: Bounds| has_happened(bounds, day);
        self.described_by.is_some_and(|latest| latest <= day)
            || self.renames.iter().any(|c| any(c.bounds))
            || self.parents.iter().any(|c| any(c.bounds))
            || self.kinds.iter().any(|c| any(c.bounds))
            || self.existence.iter().any(|c| any(c.bounds))
    }

    /// Where the people of a tenure are on a day; see [`UnitHistory::changes_for`].
    pub fn of_tenure(&self, begun: Option<Day>, alive: Option<Day>, day: Day) -> Whereabouts {
        self.existence.of_tenure(begun, alive, day)
    }
}

/// What a live event says of a unit, resolved.
pub(crate) struct UnitStatement<'a> {
    pub(crate) unit: UnitNo,
    /// The name by which the event calls the unit, where it gives one.
    pub(crate) called: Option<&'a Name>,
    pub(crate) fact: UnitFact<UnitNo>,
    pub(crate) effective: Bounds,
    pub(crate) dated: bool,
    pub(crate) reported_at: Instant,
    pub(crate) event: &'a EventId,
}

/// Folds the statements about units into histories. `units` is how many there are; `company_of` gives the company of
/// a unit, which is its parent where nothing else is said.
pub(crate) fn fold(
    statements: Vec<UnitStatement<'_>>,
    units: usize,
    company_of: impl Fn(UnitNo) -> Option<UnitNo>,
) -> (Vec<UnitHistory>, Vec<(UnitNo, Conflict)>) {
    let mut fold = Fold {
        histories: vec![UnitHistory::default(); units],
        parent: FxHashMap::default(),
        merged: FxHashMap::default(),
        gone: FxHashSet::default(),
        later_mergers: FxHashMap::default(),
        below: vec![FxHashSet::default(); units],
        conflicts: Vec::new(),
        company_of,
    };
    for unit in (0..units).map(|unit| UnitNo(u32::try_from(unit).expect("units are numbered so"))) {
        if let Some(company) = (fold.company_of)(unit).filter(|company| *company != unit) {
            fold.below[company.0 as usize].insert(unit);
        }
    }
    let (mut from_the_beginning, mut changes): (Vec<_>, Vec<_>) =
        statements.into_iter().partition(|s| matches!(s.fact, UnitFact::Described { .. }));
    from_the_beginning.sort_by(|a, b| (a.reported_at, a.event).cmp(&(b.reported_at, b.event)));
    for statement in &from_the_beginning {
        fold.describe(statement);
    }
    changes.extend(from_the_beginning.into_iter().filter(|s| s.dated));
    changes.sort_by_cached_key(|s| {
        let latest = s.effective.latest();
        (latest.is_none(), latest, s.effective.earliest(), s.reported_at, s.event.clone())
    });
    for statement in changes {
        fold.change(&statement);
    }
    (fold.histories, fold.conflicts)
}

struct Fold<F> {
    histories: Vec<UnitHistory>,
    /// The tree as it stands when a change is applied.
    parent: FxHashMap<UnitNo, UnitNo>,
    merged: FxHashMap<UnitNo, UnitNo>,
    /// What was merged or dissolved and not formed again.
    gone: FxHashSet<UnitNo>,
    /// What it was merged into when it was gone already: it takes those who came to it after it went.
    later_mergers: FxHashMap<UnitNo, FxHashSet<UnitNo>>,
    /// By unit, those whose parent, company or merger of either sort it is, whether or not that counts just now.
    below: Vec<FxHashSet<UnitNo>>,
    conflicts: Vec<(UnitNo, Conflict)>,
    company_of: F,
}

/// The next of the last list in which anything is left.
fn next_of(lists: &mut Vec<impl Iterator<Item = UnitNo>>) -> Option<UnitNo> {
    while let Some(list) = lists.last_mut() {
        match list.next() {
            Some(next) => return Some(next),
            None => lists.pop(),
        };
    }
    None
}

impl<F: Fn(UnitNo) -> Option<UnitNo>> Fold<F> {
    /// Whether `unit` would stand under itself, were it under `above`.
    fn would_close_a_cycle(&self, unit: UnitNo, above: UnitNo) -> bool {
        self.leads_up(above, unit, |at| self.above(at).into_iter())
    }

    /// Whether mergers of what was gone already would lead the people of a unit back to it, were it merged into another one.
    fn leads_back(&self, unit: UnitNo, into: UnitNo) -> bool {
        let mergers = |at: UnitNo| {
            let later = self.later_mergers.get(&at).into_iter().flatten();
            self.merged.get(&at).into_iter().chain(later).copied()
        };
        !self.later_mergers.is_empty() && self.leads_up(into, unit, mergers)
    }

    /// Whether the ways up from a unit, of which `up` tells the next steps, lead to another.
    ///
    /// The ways up are followed, and at the same pace what is below the other one: neither a deep tree nor a large one is
    /// walked through for a unit with little on the other side.
    fn leads_up<I: Iterator<Item = UnitNo>>(&self, from: UnitNo, to: UnitNo, up: impl Fn(UnitNo) -> I) -> bool {
        let mut at = Some(from);
        let mut above: Vec<I> = Vec::new();
        let mut passed = FxHashSet::default();
        let mut below = vec![self.below[to.0 as usize].iter().copied()];
        let mut seen = FxHashSet::default();
        while let Some(here) = at {
            if here == to {
                return true;
            }
            match next_of(&mut below) {
                Some(next) if seen.insert(next) => below.push(self.below[next.0 as usize].iter().copied()),
                // All that is below it was seen.
                None if !seen.contains(&from) => return false,
                Some(_) | None => {}
            }
            if passed.insert(here) {
                above.push(up(here));
            }
            at = next_of(&mut above);
        }
        false
    }

    /// What a unit is merged into or stands under, as things stand.
    fn above(&self, unit: UnitNo) -> Option<UnitNo> {
        let above = self.merged.get(&unit).or_else(|| self.parent.get(&unit)).copied();
        above.or_else(|| (self.company_of)(unit)).filter(|above| *above != unit)
    }

    fn put_under(&mut self, unit: UnitNo, parent: UnitNo) {
        let left = self.parent.insert(unit, parent);
        self.leave(unit, left);
        self.below[parent.0 as usize].insert(unit);
    }

    /// Merges a unit that is there; of one that is gone, only those who came later are moved.
    fn merge_into(&mut self, unit: UnitNo, into: UnitNo) {
        if !self.gone.insert(unit) {
            self.later_mergers.entry(unit).or_default().insert(into);
            self.below[into.0 as usize].insert(unit);
            return;
        }
        self.merged.insert(unit, into);
        self.below[into.0 as usize].insert(unit);
    }

    fn leave(&mut self, unit: UnitNo, left: Option<UnitNo>) {
        let Some(left) = left else { return };
        let company = (self.company_of)(unit);
        let above = [self.parent.get(&unit), self.merged.get(&unit), company.as_ref()];
        let came_later = self.later_mergers.get(&unit).is_some_and(|into| into.contains(&left));
        if !came_later && above.into_iter().flatten().all(|one| *one != left) {
            self.below[left.0 as usize].remove(&unit);
        }
    }

    /// A unit that is formed again is merged into nothing any more.
    fn part(&mut self, unit: UnitNo) {
        self.gone.remove(&unit);
        let later = self.later_mergers.remove(&unit).unwrap_or_default();
        for left in later.into_iter().chain(self.merged.remove(&unit)) {
            self.leave(unit, Some(left));
        }
    }

    /// Takes from a unit that is formed again a parent that has come to stand under it meanwhile: its merger hid that.
    /// Gives what it is under instead: its company, or itself where it stands under nothing.
    fn leave_what_is_under_it(&mut self, unit: UnitNo) -> Option<UnitNo> {
        let above = self.above(unit)?;
        if !self.would_close_a_cycle(unit, above) {
            return None;
        }
        let company = (self.company_of)(unit).filter(|company| !self.would_close_a_cycle(unit, *company));
        let instead = company.unwrap_or(unit);
        self.put_under(unit, instead);
        Some(instead)
    }

    fn refuse(&mut self, statement: &UnitStatement<'_>, what: &str) {
        let detail = format!("{what} would put the unit under itself, and is ignored");
        let conflict = Conflict::new(ConflictKind::Cycle, vec![statement.event.clone()], detail);
        self.conflicts.push((statement.unit, conflict));
    }

    fn history(&mut self, unit: UnitNo) -> &mut UnitHistory {
        &mut self.histories[unit.0 as usize]
    }

    fn describe(&mut self, statement: &UnitStatement<'_>) {
        let UnitFact::Described { names, kind, parent, .. } = &statement.fact else { return };
        if let Some(parent) = parent {
            if self.would_close_a_cycle(statement.unit, *parent) {
                self.refuse(statement, "this parent");
            } else {
                self.put_under(statement.unit, *parent);
                self.history(statement.unit).first_parent = Some(*parent);
            }
        }
        let dated = statement.dated;
        let history = self.history(statement.unit);
        history.described.extend(names.iter().cloned());
        let by = if dated { statement.effective.latest() } else { Some(Day::MIN) };
        history.described_by = [history.described_by, by].into_iter().flatten().min();
        if let (Some(kind), false) = (kind, dated) {
            history.first_kind = Some(kind.clone());
        }
    }

    fn change(&mut self, statement: &UnitStatement<'_>) {
        let (unit, bounds) = (statement.unit, statement.effective);
        let event = statement.event.clone();
        match &statement.fact {
            UnitFact::Described { kind, .. } => {
                if let Some(kind) = kind.clone() {
                    self.history(unit).kinds.push(DatedValue { bounds, value: kind, event });
                }
            }
            UnitFact::Renamed { name } => {
                let history = self.history(unit);
                if history.renames.is_empty() {
                    history.first_name = statement.called.cloned();
                }
                history.renames.push(DatedValue { bounds, value: name.clone(), event });
            }
            UnitFact::Formed { parent, kind } => {
                self.part(unit);
                let value = Existence::Formed;
                let history = self.history(unit);
                history.existence.push(DatedValue { bounds, value, event: event.clone() });
                if let Some(kind) = kind.clone() {
                    history.kinds.push(DatedValue { bounds, value: kind, event });
                }
                if let Some(parent) = parent {
                    self.move_under(statement, *parent);
                }
                if let Some(instead) = self.leave_what_is_under_it(unit) {
                    self.refuse(statement, "the parent that it had before it was formed again");
                    let event = statement.event.clone();
                    self.history(unit).parents.push(DatedValue { bounds, value: instead, event });
                }
            }
            UnitFact::Moved { parent } => self.move_under(statement, *parent),
            UnitFact::Merged { into } => {
                if self.would_close_a_cycle(unit, *into) || self.leads_back(unit, *into) {
                    self.refuse(statement, "this merger");
                } else {
                    self.merge_into(unit, *into);
                    let value = Existence::Merged(*into);
                    self.history(unit).existence.push(DatedValue { bounds, value, event });
                }
            }
            UnitFact::Dissolved => {
                self.gone.insert(unit);
                let value = Existence::Dissolved;
                self.history(unit).existence.push(DatedValue { bounds, value, event });
            }
        }
    }

    fn move_under(&mut self, statement: &UnitStatement<'_>, parent: UnitNo) {
        if self.would_close_a_cycle(statement.unit, parent) {
            self.refuse(statement, "this parent");
            return;
        }
        self.put_under(statement.unit, parent);
        let (bounds, event) = (statement.effective, statement.event.clone());
        self.history(statement.unit).parents.push(DatedValue { bounds, value: parent, event });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fold, FxHashMap, FxHashSet, UnitNo};

    const UNITS: u32 = 6;

    /// What is done to a unit, and to or with which other.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Put(u32, u32),
        Merge(u32, u32),
        Dissolve(u32),
        Part(u32),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let unit = 1..UNITS;
        let step = prop_oneof![
            (unit.clone(), 0..UNITS).prop_map(|(unit, above)| Step::Put(unit, above)),
            (unit.clone(), 0..UNITS).prop_map(|(unit, into)| Step::Merge(unit, into)),
            unit.clone().prop_map(Step::Dissolve),
            unit.prop_map(Step::Part),
        ];
        prop::collection::vec(step, 1..30)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn a_cycle_is_seen_from_both_sides(steps in steps()) {
            let company_of = |unit: UnitNo| (unit.0 > 0).then_some(UnitNo(0));
            let mut below = vec![FxHashSet::default(); UNITS as usize];
            below[0].extend((1..UNITS).map(UnitNo));
            let (parent, merged) = (FxHashMap::default(), FxHashMap::default());
            let (gone, later_mergers) = (FxHashSet::default(), FxHashMap::default());
            let (histories, conflicts) = (vec![], vec![]);
            let mut fold =
                Fold { histories, parent, merged, gone, later_mergers, below, conflicts, company_of };
            for step in steps {
                let (unit, above) = match step {
                    Step::Put(unit, above) | Step::Merge(unit, above) => (UnitNo(unit), UnitNo(above)),
                    Step::Dissolve(unit) => {
                        fold.gone.insert(UnitNo(unit));
                        continue;
                    }
                    Step::Part(unit) => {
                        fold.part(UnitNo(unit));
                        fold.leave_what_is_under_it(UnitNo(unit));
                        continue;
                    }
                };
                // The way up alone.
                let way = std::iter::successors(Some(above), |at| fold.above(*at)).take(UNITS as usize + 1);
                let way: Vec<UnitNo> = way.collect();
                prop_assert!(way.len() <= UNITS as usize, "no unit stands under itself: {:?}", way);
                let expect = way.contains(&unit);
                prop_assert_eq!(fold.would_close_a_cycle(unit, above), expect, "{:?}", step);
                // All that mergers of either sort lead to.
                let mut led = vec![above];
                let mut place = 0;
                while let Some(at) = led.get(place).copied() {
                    let into = fold.merged.get(&at).into_iter().chain(fold.later_mergers.get(&at).into_iter().flatten());
                    let into: Vec<UnitNo> = into.copied().filter(|into| !led.contains(into)).collect();
                    led.extend(into);
                    place += 1;
                }
                let leads_back = !fold.later_mergers.is_empty() && led.contains(&unit);
                prop_assert_eq!(fold.leads_back(unit, above), leads_back, "{:?}", step);
                if !expect {
                    match step {
                        Step::Put(..) => fold.put_under(unit, above),
                        Step::Merge(..) | Step::Dissolve(_) | Step::Part(_) => fold.merge_into(unit, above),
                    }
                }
            }
        }
    }
}
