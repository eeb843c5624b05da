//! What people come to in the store: themselves and their names, the rosters in which they stand, those to whom they
//! report, and their titles.

use std::collections::{BTreeMap, BTreeSet};

use tenure_domain::excerpt::Turn;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::titles::TitleCounts;
use tenure_domain::view::{PersonState, RosterRow, roster_rows};

use crate::error::StoreError;
use crate::keys::{Set, Table};
use crate::rosters::put_roster;
use crate::store::Store;
use crate::stored;
use crate::titles::put_titles;
use crate::writes::Writes;

/// What a person comes to in the store.
pub(crate) struct Folded {
    pub(crate) person: PersonNo,
    pub(crate) bytes: Vec<u8>,
    pub(crate) names: Vec<u8>,
    pub(crate) rows: Vec<(UnitNo, RosterRow)>,
    pub(crate) managers: BTreeSet<PersonNo>,
    pub(crate) conflicted: bool,
}

impl Folded {
    pub(crate) fn of(person: PersonNo, state: &PersonState) -> Folded {
        Folded {
            person,
            bytes: stored::person_bytes(state),
            names: stored::spellings_bytes(&state.who.names),
            rows: roster_rows(person, &state.career).collect(),
            managers: managers(state),
            conflicted: is_conflicted(state),
        }
    }
}

fn managers(state: &PersonState) -> BTreeSet<PersonNo> {
    state.career.tenures.iter().flat_map(|t| &t.managers).filter_map(|spell| spell.manager).collect()
}

fn is_conflicted(state: &PersonState) -> bool {
    !state.career.conflicts.is_empty()
}

/// A person's rows in rosters, by unit.
fn rows_by_unit(person: PersonNo, state: Option<&PersonState>) -> BTreeMap<UnitNo, Vec<RosterRow>> {
    let mut rows: BTreeMap<UnitNo, Vec<RosterRow>> = BTreeMap::new();
    for (unit, row) in state.into_iter().flat_map(|state| roster_rows(person, &state.career)) {
        rows.entry(unit).or_default().push(row);
    }
    rows
}

/// Writes people who are not as before, and what they leave and where they come to. What they were is what the store
/// says.
pub(crate) fn put_people(
    store: &Store,
    writes: &mut Writes,
    people: &BTreeMap<PersonNo, Turn<PersonState>>,
) -> Result<(), StoreError> {
    let mut titles = TitleCounts::default();
    let mut rosters: BTreeMap<UnitNo, BTreeMap<PersonNo, Vec<RosterRow>>> = BTreeMap::new();
    let mut lines: BTreeMap<PersonNo, Vec<(PersonNo, bool)>> = BTreeMap::new();
    for (person, Turn { was, is }) in people {
        let (was, is) = (was.as_ref(), is.as_ref());
        writes.set(Table::People, person.0, is.map(stored::person_bytes));
        let names = |state: Option<&PersonState>| state.map(|state| stored::spellings_bytes(&state.who.names));
        if names(was) != names(is) {
            writes.set(Table::Names, person.0, names(is));
        }
        let mut left = rows_by_unit(*person, was);
        for (unit, rows) in rows_by_unit(*person, is) {
            if left.remove(&unit).as_ref() != Some(&rows) {
                rosters.entry(unit).or_default().insert(*person, rows);
            }
        }
        for unit in left.into_keys() {
            rosters.entry(unit).or_default().insert(*person, Vec::new());
        }
        let (before, after) = (was.map(managers).unwrap_or_default(), is.map(managers).unwrap_or_default());
        for manager in before.symmetric_difference(&after) {
            lines.entry(*manager).or_default().push((*person, after.contains(manager)));
        }
        for (state, times) in was.map(|was| (was, -1)).into_iter().chain(is.map(|is| (is, 1))) {
            titles.count(&state.career, times);
        }
    }
    for (unit, changed) in rosters {
        put_roster(store, writes, unit, &changed)?;
    }
    for (manager, changed) in lines {
        let mut reports: BTreeSet<u32> = store.reports_stored(manager)?.into_iter().collect();
        for (person, is_line) in changed {
            if is_line {
                reports.insert(person.0)
            } else {
                reports.remove(&person.0)
            };
        }
        let reports: Vec<u32> = reports.into_iter().collect();
        writes.set(Table::Reports, manager.0, (!reports.is_empty()).then(|| stored::encode(&reports)));
    }
    put_titles(Some(store), writes, titles)?;
    let before = |key: &[u8]| store.bytes(key);
    let there = people.iter().map(|(person, turn)| (person.0, turn.is.is_some()));
    writes.set_members(Set::People, there, before)?;
    let conflicted = people.iter().map(|(person, turn)| (person.0, turn.is.as_ref().is_some_and(is_conflicted)));
    writes.set_members(Set::Conflicted, conflicted, before)
}
