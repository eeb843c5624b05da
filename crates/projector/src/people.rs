//! What people come to in the store: themselves, the rosters in which they stand, and those to whom they report.

use std::collections::{BTreeMap, BTreeSet};

use tenure_domain::reading::{Reading, Signature};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{PersonState, RosterRow, roster_rows};

use crate::error::StoreError;
use crate::keys::Table;
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
    pub(crate) signature: Signature,
}

impl Folded {
    pub(crate) fn of(reading: &Reading<'_>, person: PersonNo) -> Folded {
        Folded::state(person, &reading.person_state(person), reading.signature(person))
    }

    pub(crate) fn state(person: PersonNo, state: &PersonState, signature: Signature) -> Folded {
        Folded {
            person,
            bytes: stored::person_bytes(state),
            rows: roster_rows(person, &state.career).collect(),
            managers: managers(state),
            conflicted: !state.career.conflicts.is_empty(),
            signature,
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
        writes.set_roster(unit, &rows, blocks);
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
    let mut conflicted: BTreeSet<u32> = store.conflicted()?.into_iter().collect();
    conflicted.retain(|person| !touched.contains(&PersonNo(*person)));
    conflicted.extend(folded.iter().filter(|one| one.conflicted).map(|one| one.person.0));
    writes.put_conflicted(&conflicted.into_iter().collect::<Vec<u32>>());
    Ok(())
}
