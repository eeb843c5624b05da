//! What was read last of one state of the store: an answer asks for the same people and units several times.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{PersonState, RosterRow, UnitState};

/// How many decoded people are kept, each in the place of its number.
const PEOPLE: usize = 512;

/// How many decoded units.
const UNITS: usize = 50_000;

/// How many rows of rosters.
const ROWS: usize = 50_000;

/// What is at hand; see the module.
pub(crate) struct AtHand {
    people: Mutex<[Option<PersonAtHand>; PEOPLE]>,
    units: Mutex<FxHashMap<UnitNo, Arc<UnitState>>>,
    rosters: Mutex<Rosters>,
    /// The names of everybody who was erased.
    pub(crate) erased: OnceLock<Arc<ErasedNames>>,
}

type PersonAtHand = (PersonNo, Arc<PersonState>);

/// Rosters, and how many rows they have.
#[derive(Default)]
struct Rosters {
    by_unit: FxHashMap<UnitNo, Arc<[RosterRow]>>,
    rows: usize,
}

/// What is kept is only ever whole, also where a thread that held it panicked.
pub(crate) fn kept<T>(at_hand: &Mutex<T>) -> MutexGuard<'_, T> {
    at_hand.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AtHand {
    /// Nothing was read yet.
    pub(crate) fn new() -> AtHand {
        let people = Mutex::new([const { None }; PEOPLE]);
        AtHand { people, units: Mutex::default(), rosters: Mutex::default(), erased: OnceLock::new() }
    }

    pub(crate) fn person(&self, person: PersonNo) -> Option<Arc<PersonState>> {
        let kept = kept(&self.people);
        kept[person.0 as usize % PEOPLE].as_ref().filter(|(of, _)| *of == person).map(|(_, state)| state.clone())
    }

    pub(crate) fn keep_person(&self, person: PersonNo, state: &Arc<PersonState>) {
        let before = kept(&self.people)[person.0 as usize % PEOPLE].replace((person, state.clone()));
        // No other thread waits while it is let go.
        drop(before);
    }

    pub(crate) fn unit(&self, unit: UnitNo) -> Option<Arc<UnitState>> {
        kept(&self.units).get(&unit).cloned()
    }

    pub(crate) fn keep_unit(&self, unit: UnitNo, state: &Arc<UnitState>) {
        let mut kept = kept(&self.units);
        if kept.len() >= UNITS {
            kept.clear();
        }
        kept.insert(unit, state.clone());
    }

    pub(crate) fn roster(&self, unit: UnitNo) -> Option<Arc<[RosterRow]>> {
        kept(&self.rosters).by_unit.get(&unit).cloned()
    }

    pub(crate) fn keep_roster(&self, unit: UnitNo, rows: &Arc<[RosterRow]>) {
        if rows.len() > ROWS {
            return;
        }
        let mut kept = kept(&self.rosters);
        if kept.rows + rows.len() > ROWS {
            *kept = Rosters::default();
        }
        // Another thread may have kept it meanwhile.
        if kept.by_unit.insert(unit, rows.clone()).is_none() {
            kept.rows += rows.len();
        }
    }
}
