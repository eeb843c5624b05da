//! What was read last of one state of the store: an answer asks for the same people and units several times. What a change
//! leaves as it is stays at hand for the state that comes of it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{PersonState, RosterRow, UnitState};

/// How many decoded people are kept, each in the place of its number: several times those of a page.
const PEOPLE: usize = 4_096;

/// How many decoded units.
const UNITS: usize = 50_000;

/// How many rows of rosters: those of a company of tens of thousands, with its units.
const ROWS: usize = 400_000;

/// What is at hand; see the module.
pub(crate) struct AtHand {
    people: Mutex<Box<[Option<PersonAtHand>]>>,
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

/// What a change makes otherwise of what can be at hand.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outdated {
    pub(crate) people: Vec<PersonNo>,
    pub(crate) units: Vec<UnitNo>,
    /// The units whose rosters change.
    pub(crate) rosters: Vec<UnitNo>,
    /// Whether others are erased.
    pub(crate) erased: bool,
}

/// What is kept is only ever whole, also where a thread that held it panicked.
pub(crate) fn kept<T>(at_hand: &Mutex<T>) -> MutexGuard<'_, T> {
    at_hand.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a person is kept.
fn place(person: PersonNo) -> usize {
    person.0 as usize % PEOPLE
}

impl AtHand {
    /// Nothing was read yet.
    pub(crate) fn new() -> AtHand {
        AtHand {
            people: Mutex::new(vec![None; PEOPLE].into()),
            units: Mutex::default(),
            rosters: Mutex::default(),
            erased: OnceLock::new(),
        }
    }

    /// Gives away what is at hand, but for what is outdated by the change to the state that takes it.
    pub(crate) fn handed_on(&self, outdated: &Outdated) -> AtHand {
        let after = AtHand::new();
        std::mem::swap(&mut *kept(&self.people), &mut *kept(&after.people));
        std::mem::swap(&mut *kept(&self.units), &mut *kept(&after.units));
        std::mem::swap(&mut *kept(&self.rosters), &mut *kept(&after.rosters));
        for person in &outdated.people {
            kept(&after.people)[place(*person)].take_if(|(of, _)| of == person);
        }
        for unit in &outdated.units {
            kept(&after.units).remove(unit);
        }
        for unit in &outdated.rosters {
            let mut rosters = kept(&after.rosters);
            rosters.rows -= rosters.by_unit.remove(unit).map_or(0, |rows| rows.len());
        }
        if let Some(erased) = self.erased.get().filter(|_| !outdated.erased) {
            return AtHand { erased: erased.clone().into(), ..after };
        }
        after
    }

    pub(crate) fn person(&self, person: PersonNo) -> Option<Arc<PersonState>> {
        let kept = kept(&self.people);
        kept[place(person)].as_ref().filter(|(of, _)| *of == person).map(|(_, state)| state.clone())
    }

    pub(crate) fn keep_person(&self, person: PersonNo, state: &Arc<PersonState>) {
        let before = kept(&self.people)[place(person)].replace((person, state.clone()));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tenure_domain::statement::{PersonNo, UnitNo};
    use tenure_domain::structure::UnitHistory;
    use tenure_domain::tenure::Career;
    use tenure_domain::view::{PersonState, Persona, RosterRow, UnitState};

    use super::{AtHand, Outdated, PEOPLE};

    fn person() -> Arc<PersonState> {
        let who = Persona {
            id: "p".into(),
            ids: vec![],
            names: vec![],
            described: vec![],
            identifiers: vec![],
            first_reported: None,
        };
        Arc::new(PersonState { who: Arc::new(who), career: Career::default(), evidence: vec![] })
    }

    fn unit() -> Arc<UnitState> {
        Arc::new(UnitState {
            id: "u".into(),
            ids: vec![],
            company: None,
            names: vec![],
            identifiers: vec![],
            first_reported: None,
            history: UnitHistory::default(),
            below: vec![],
            conflicts: vec![],
        })
    }

    #[test]
    fn what_a_change_leaves_as_it_is_stays_at_hand() {
        let before = AtHand::new();
        let (one, other) = (PersonNo(1), PersonNo(2));
        for no in [one, other] {
            before.keep_person(no, &person());
        }
        let rows: Arc<[RosterRow]> = Arc::new([]);
        for no in [UnitNo(1), UnitNo(2)] {
            before.keep_unit(no, &unit());
            before.keep_roster(no, &rows);
        }
        before.erased.get_or_init(Arc::default);
        // In the place of a person who is at hand.
        let namesake_place = PersonNo(2 + u32::try_from(PEOPLE).expect("few"));
        let outdated = Outdated {
            people: vec![one, namesake_place],
            units: vec![UnitNo(1)],
            rosters: vec![UnitNo(2), UnitNo(3)],
            erased: false,
        };
        let after = before.handed_on(&outdated);
        assert!(after.person(one).is_none() && after.person(other).is_some());
        assert!(after.unit(UnitNo(1)).is_none() && after.unit(UnitNo(2)).is_some());
        assert!(after.roster(UnitNo(1)).is_some() && after.roster(UnitNo(2)).is_none());
        assert!(after.erased.get().is_some());
        assert!(before.person(other).is_none(), "it is given away");
        let after = after.handed_on(&Outdated { erased: true, ..Outdated::default() });
        assert!(after.person(other).is_some() && after.erased.get().is_none());
    }
}
