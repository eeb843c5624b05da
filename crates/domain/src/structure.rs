//! What became of units and companies (contract, section 4, "Units").
//!
//! A history holds the changes of one unit in the order in which they apply; on a day, a change has happened when
//! its latest day is not after it. Nothing here rewrites a tenure: [`UnitHistory::of_tenure`] says on a day where the
//! people of a tenure are, and questions ask it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bounds::Bounds;
use crate::conflict::{Conflict, ConflictKind};
use crate::day::{Day, Instant};
use crate::event::{DescribedName, UnitFact};
use crate::name::Name;
use crate::position::EventId;
use crate::statement::UnitNo;

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
pub struct Change<T> {
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
    pub renames: Vec<Change<Name>>,
    /// The parent from the beginning.
    pub first_parent: Option<UnitNo>,
    /// Its parents after that.
    pub parents: Vec<Change<UnitNo>>,
    /// The kind from the beginning.
    pub first_kind: Option<Arc<str>>,
    /// Its kinds after that.
    pub kinds: Vec<Change<Arc<str>>>,
    /// Formed, merged, dissolved.
    pub existence: Vec<Change<Existence>>,
    /// Names with their languages and dates.
    pub described: Vec<DescribedName>,
    /// Whether something is known of it from the beginning.
    pub always_known: bool,
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

fn last_happened<T>(changes: &[Change<T>], day: Day) -> Option<&Change<T>> {
    changes.iter().rev().find(|change| has_happened(change.bounds, day))
}

impl UnitHistory {
    /// The name that a rename gives it on that day, or that it had before the first; none where there was no rename.
    pub fn name(&self, day: Day) -> Option<&Name> {
        match last_happened(&self.renames, day) {
            Some(change) => Some(&change.value),
            None => self.first_name.as_ref(),
        }
    }

    /// The parent on that day; none: the company.
    pub fn parent(&self, day: Day) -> Option<UnitNo> {
        last_happened(&self.parents, day).map(|change| change.value).or(self.first_parent)
    }

    /// The kind on that day.
    pub fn kind(&self, day: Day) -> Option<&Arc<str>> {
        last_happened(&self.kinds, day).map(|change| &change.value).or(self.first_kind.as_ref())
    }

    /// Its existence on that day: the last of formed, merged, dissolved that has happened.
    pub fn existence(&self, day: Day) -> Option<&Change<Existence>> {
        // A merger or dissolution of what does not exist, and a forming of what does, change nothing.
        let mut state: Option<&Change<Existence>> = None;
        for change in self.existence.iter().filter(|change| has_happened(change.bounds, day)) {
            let exists = state.is_none_or(|state| state.value == Existence::Formed);
            if exists != (change.value == Existence::Formed) || state.is_none() {
                state = Some(change);
            }
        }
        state
    }

    /// Whether it is there to be shown on that day: neither merged nor dissolved nor yet to be formed.
    pub fn exists(&self, day: Day) -> bool {
        match self.existence(day) {
            Some(change) => change.value == Existence::Formed,
            None => self.existence.first().is_none_or(|first| first.value != Existence::Formed),
        }
    }

    /// Whether any change has happened by that day, or something is known from the beginning.
    pub fn is_known(&self, day: Day) -> bool {
        let any = |bounds: Bounds| has_happened(bounds, day);
        self.always_known
            || self.renames.iter().any(|c| any(c.bounds))
            || self.parents.iter().any(|c| any(c.bounds))
            || self.kinds.iter().any(|c| any(c.bounds))
            || self.existence.iter().any(|c| any(c.bounds))
    }

    /// Where the people of a tenure are on a day. `alive` is the latest day on which the tenure is known to have
    /// been in force or begun: one that belongs to an earlier time of a unit formed again ended with that time.
    /// `begun` is the earliest day on which it can have begun: what was dissolved before that did not end it.
    pub fn of_tenure(&self, begun: Option<Day>, alive: Option<Day>, day: Day) -> Whereabouts {
        let mut gone: Option<&Change<Existence>> = None;
        for change in self.existence.iter().filter(|change| has_happened(change.bounds, day)) {
            if change.value == Existence::Dissolved && begun.is_some() && begun > change.bounds.latest() {
                // Nobody was in it that day.
            } else if change.value != Existence::Formed {
                gone = gone.or(Some(change));
            } else if gone.is_some() && alive >= change.bounds.latest() {
                gone = None;
            } else if gone.is_some() {
                break;
            }
        }
        match gone {
            None => Whereabouts::There,
            Some(Change { value: Existence::Merged(into), bounds, .. }) => Whereabouts::Merged(*into, *bounds),
            Some(change) => Whereabouts::Dissolved(change.bounds),
        }
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
        conflicts: Vec::new(),
        company_of,
    };
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
    conflicts: Vec<(UnitNo, Conflict)>,
    company_of: F,
}

impl<F: Fn(UnitNo) -> Option<UnitNo>> Fold<F> {
    /// Whether `unit` would stand under itself, were it under `above`.
    fn would_close_a_cycle(&self, unit: UnitNo, above: UnitNo) -> bool {
        let mut at = Some(above);
        let mut steps = 0;
        while let Some(here) = at {
            if here == unit {
                return true;
            }
            steps += 1;
            if steps > self.parent.len() + self.merged.len() + 2 {
                return true;
            }
            at = self
                .merged
                .get(&here)
                .or_else(|| self.parent.get(&here))
                .copied()
                .or_else(|| (self.company_of)(here).filter(|company| *company != here));
        }
        false
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
                self.parent.insert(statement.unit, *parent);
                self.history(statement.unit).first_parent = Some(*parent);
            }
        }
        let dated = statement.dated;
        let history = self.history(statement.unit);
        history.described.extend(names.iter().cloned());
        history.always_known |= !dated || parent.is_some();
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
                    self.history(unit).kinds.push(Change { bounds, value: kind, event });
                }
            }
            UnitFact::Renamed { name } => {
                let history = self.history(unit);
                if history.renames.is_empty() {
                    history.first_name = statement.called.cloned();
                }
                history.renames.push(Change { bounds, value: name.clone(), event });
            }
            UnitFact::Formed { parent, kind } => {
                self.merged.remove(&unit);
                let value = Existence::Formed;
                let history = self.history(unit);
                history.existence.push(Change { bounds, value, event: event.clone() });
                if let Some(kind) = kind.clone() {
                    history.kinds.push(Change { bounds, value: kind, event });
                }
                if let Some(parent) = parent {
                    self.move_under(statement, *parent);
                }
            }
            UnitFact::Moved { parent } => self.move_under(statement, *parent),
            UnitFact::Merged { into } => {
                if self.would_close_a_cycle(unit, *into) {
                    self.refuse(statement, "this merger");
                } else {
                    self.merged.insert(unit, *into);
                    let value = Existence::Merged(*into);
                    self.history(unit).existence.push(Change { bounds, value, event });
                }
            }
            UnitFact::Dissolved => {
                let value = Existence::Dissolved;
                self.history(unit).existence.push(Change { bounds, value, event });
            }
        }
    }

    fn move_under(&mut self, statement: &UnitStatement<'_>, parent: UnitNo) {
        if self.would_close_a_cycle(statement.unit, parent) {
            self.refuse(statement, "this parent");
            return;
        }
        self.parent.insert(statement.unit, parent);
        let (bounds, event) = (statement.effective, statement.event.clone());
        self.history(statement.unit).parents.push(Change { bounds, value: parent, event });
    }
}
