//! What people come to in the store: themselves, the rosters in which they stand, and those to whom they report.

use std::collections::{BTreeMap, BTreeSet};

use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{PersonState, RosterRow, roster_rows};

use crate::error::StoreError;
use crate::keys::{Set, Table};
use crate::store::Store;
use crate::stored;
use crate::writes::Writes;

/// What a person comes to in the store.
pub(crate) struct Folded {
    pub(crate) person: PersonNo,
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: Vec<(UnitNo, RosterRow)>,
    pub(crate) managers: BTreeSet<PersonNo>,
    pub(crate) conflicted: bool,
}

impl Folded {
    pub(crate) fn of(person: PersonNo, state: &PersonState) -> Folded {
        Folded {
            person,
            bytes: stored::person_bytes(state),
            rows: roster_rows(person, &state.career).collect(),
            managers: managers(state),
            conflicted: !state.career.conflicts.is_empty(),
        }
    }
}

fn managers(state: &PersonState) -> BTreeSet<PersonNo> {
    state.career.tenures.iter().flat_map(|t| &t.managers).filter_map(|spell| spell.manager).collect()
}

/// Writes people who are not as before, and what they leave and where they come to.
pub(crate) fn put_people(
    store: &Store,
    writes: &mut Writes,
    folded: &[Folded],
    gone: &[PersonNo],
) -> Result<(), StoreError> {
    let mut rosters: BTreeSet<UnitNo> = BTreeSet::new();
    let mut lines: BTreeSet<PersonNo> = BTreeSet::new();
    for person in folded.iter().map(|one| &one.person).chain(gone) {
        if let Some(state) = store.person_stored(*person)? {
            rosters.extend(roster_rows(*person, &state.career).map(|(unit, _)| unit));
            lines.extend(managers(&state));
        }
    }
    for one in folded {
        rosters.extend(one.rows.iter().map(|(unit, _)| *unit));
        lines.extend(&one.managers);
        writes.set(Table::People, one.person.0, Some(one.bytes.clone()));
    }
    let touched: BTreeSet<PersonNo> = folded.iter().map(|one| one.person).chain(gone.iter().copied()).collect();
    let mut rows_of: BTreeMap<UnitNo, Vec<RosterRow>> = BTreeMap::new();
    let mut reports_to: BTreeMap<PersonNo, Vec<u32>> = BTreeMap::new();
    for one in folded {
        for (unit, row) in &one.rows {
            rows_of.entry(*unit).or_default().push(*row);
        }
        for manager in &one.managers {
            reports_to.entry(*manager).or_default().push(one.person.0);
        }
    }
    for unit in rosters {
        let (mut rows, blocks) = store.roster_stored(unit)?;
        rows.retain(|row| !touched.contains(&row.person));
        rows.extend(rows_of.remove(&unit).unwrap_or_default());
        rows.sort_by_key(|row| (row.person, row.tenure));
        writes.set_roster(unit, &rows, &blocks);
    }
    for manager in lines {
        let mut reports = store.reports_stored(manager)?;
        reports.retain(|person| !touched.contains(&PersonNo(*person)));
        reports.extend(reports_to.remove(&manager).unwrap_or_default());
        reports.sort_unstable();
        reports.dedup();
        let reports = (!reports.is_empty()).then(|| stored::encode(&reports));
        writes.set(Table::Reports, manager.0, reports);
    }
    for person in gone {
        writes.set(Table::People, person.0, None);
    }
    let before = |key: &[u8]| store.bytes(key);
    let there = folded.iter().map(|one| (one.person.0, true)).chain(gone.iter().map(|person| (person.0, false)));
    writes.set_members(Set::People, there, before)?;
    let conflicted = folded.iter().map(|one| (one.person.0, one.conflicted));
    let conflicted = conflicted.chain(gone.iter().map(|person| (person.0, false)));
    writes.set_members(Set::Conflicted, conflicted, before)?;
    Ok(())
}
