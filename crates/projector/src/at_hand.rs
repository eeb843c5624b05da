//! What was read last of one state of the store: an answer asks for the same people and units several times. What a change
//! leaves as it is stays at hand for the state that comes of it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::excerpt::{KnownEvent, Leaf};
use tenure_domain::mark::Mark;
use tenure_domain::position::Seq;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::{PersonState, RosterRow, UnitState};

/// How many decoded people are kept, each in the place of its number: several times those of a page.
const PEOPLE: usize = 4_096;

/// How many decoded units.
const UNITS: usize = 50_000;

/// How many rows of rosters: those of a company of tens of thousands, with its units.
const ROWS: usize = 400_000;

/// How many events, each in the place of its position: what names companies, units and managers is read again and again.
const EVENTS: usize = 16_384;

/// Of how many buckets of the directory what was looked up last is kept, and how many leaves of each.
const BUCKETS: usize = 16_384;
const LEAVES: usize = 4;

/// Of how many bytes an event or a leaf is at most that is kept.
const LARGEST: usize = 4_096;

/// What is at hand; see the module.
pub(crate) struct AtHand {
    people: Mutex<Box<[PersonAtHand]>>,
    units: Mutex<FxHashMap<UnitNo, Arc<UnitState>>>,
    rosters: Mutex<Rosters>,
    /// Those of the log, which are the same in all states.
    events: Arc<Mutex<Places<EventAtHand>>>,
    leaves: Mutex<Places<LeavesAtHand>>,
    /// The names of everybody who was erased.
    pub(crate) erased: OnceLock<Arc<ErasedNames>>,
}

/// Who is kept in a place. An answer that goes through thousands of people must not push out those who are asked for again
/// and again, nor have all of them live for so long that what is read next takes cold memory: who comes to a place that is
/// taken is kept there from the second time in a row on.
#[derive(Clone, Default)]
struct PersonAtHand {
    person: Option<(PersonNo, Arc<PersonState>)>,
    /// Who was read last and is not kept.
    passed: Option<PersonNo>,
}

type EventAtHand = (Seq, Arc<KnownEvent>);

/// Values that are kept each in a place that its number gives, where the next one with that place takes it over.
struct Places<T>(Vec<Option<T>>);

impl<T> Default for Places<T> {
    fn default() -> Places<T> {
        Places(Vec::new())
    }
}

impl<T> Places<T> {
    /// The value in the place of a number; of so many places.
    fn of(&mut self, number: u64, count: usize) -> &mut Option<T> {
        if self.0.is_empty() {
            self.0.resize_with(count, || None);
        }
        let place = number % count as u64;
        &mut self.0[usize::try_from(place).unwrap_or_default()]
    }
}

/// What was looked up in a bucket of the directory: leaves, and that there is none.
struct LeavesAtHand {
    bucket: u32,
    leaves: Vec<(Mark, Option<Leaf>)>,
}

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
    /// The buckets of the directory that are written.
    pub(crate) leaves: Vec<u32>,
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
            people: Mutex::new(vec![PersonAtHand::default(); PEOPLE].into()),
            units: Mutex::default(),
            rosters: Mutex::default(),
            events: Arc::default(),
            leaves: Mutex::default(),
            erased: OnceLock::new(),
        }
    }

    /// Gives away what is at hand, but for what is outdated by the change to the state that takes it.
    pub(crate) fn handed_on(&self, outdated: &Outdated) -> AtHand {
        let after = AtHand { events: self.events.clone(), ..AtHand::new() };
        std::mem::swap(&mut *kept(&self.people), &mut *kept(&after.people));
        std::mem::swap(&mut *kept(&self.units), &mut *kept(&after.units));
        std::mem::swap(&mut *kept(&self.rosters), &mut *kept(&after.rosters));
        std::mem::swap(&mut *kept(&self.leaves), &mut *kept(&after.leaves));
        for person in &outdated.people {
            kept(&after.people)[place(*person)].person.take_if(|(of, _)| of == person);
        }
        for unit in &outdated.units {
            kept(&after.units).remove(unit);
        }
        for unit in &outdated.rosters {
            let mut rosters = kept(&after.rosters);
            rosters.rows -= rosters.by_unit.remove(unit).map_or(0, |rows| rows.len());
        }
        for bucket in &outdated.leaves {
            kept(&after.leaves).of(u64::from(*bucket), BUCKETS).take_if(|at_hand| at_hand.bucket == *bucket);
        }
        if let Some(erased) = self.erased.get().filter(|_| !outdated.erased) {
            return AtHand { erased: erased.clone().into(), ..after };
        }
        after
    }

    pub(crate) fn person(&self, person: PersonNo) -> Option<Arc<PersonState>> {
        let kept = kept(&self.people);
        kept[place(person)].person.as_ref().filter(|(of, _)| *of == person).map(|(_, state)| state.clone())
    }

    pub(crate) fn keep_person(&self, person: PersonNo, state: &Arc<PersonState>) {
        let mut people = kept(&self.people);
        let at_hand = &mut people[place(person)];
        if at_hand.person.is_some() && at_hand.passed.replace(person) != Some(person) {
            return;
        }
        let before = at_hand.person.replace((person, state.clone()));
        // No other thread waits while it is let go.
        drop(people);
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

    /// The event at a position, if there is one; where it is not at hand, it is read, with how many bytes it has.
    pub(crate) fn event<E>(
        &self,
        seq: Seq,
        read: impl FnOnce() -> Result<Option<(KnownEvent, usize)>, E>,
    ) -> Result<Option<Arc<KnownEvent>>, E> {
        let known = kept(&self.events).of(seq.number(), EVENTS).clone();
        if let Some((_, event)) = known.filter(|(of, _)| *of == seq) {
            return Ok(Some(event));
        }
        let Some((event, bytes)) = read()? else { return Ok(None) };
        let event = Arc::new(event);
        if bytes <= LARGEST {
            let before = kept(&self.events).of(seq.number(), EVENTS).replace((seq, event.clone()));
            drop(before);
        }
        Ok(Some(event))
    }

    /// What the directory says under a mark, if anything; where that is not at hand, it is read, with how many bytes it has.
    pub(crate) fn leaf<E>(
        &self,
        bucket: u32,
        mark: Mark,
        read: impl FnOnce() -> Result<(Option<Leaf>, usize), E>,
    ) -> Result<Option<Leaf>, E> {
        let at_hand = |places: &mut Places<LeavesAtHand>| {
            let slot = places.of(u64::from(bucket), BUCKETS).as_ref().filter(|at_hand| at_hand.bucket == bucket);
            slot?.leaves.iter().find(|(of, _)| *of == mark).cloned()
        };
        if let Some((_, leaf)) = at_hand(&mut kept(&self.leaves)) {
            return Ok(leaf);
        }
        let (leaf, bytes) = read()?;
        if bytes <= LARGEST {
            self.keep_leaf(bucket, mark, leaf.clone());
        }
        Ok(leaf)
    }

    fn keep_leaf(&self, bucket: u32, mark: Mark, leaf: Option<Leaf>) {
        let mut kept = kept(&self.leaves);
        let slot = kept.of(u64::from(bucket), BUCKETS);
        match slot {
            Some(at_hand) if at_hand.bucket == bucket => {
                at_hand.leaves.retain(|(of, _)| *of != mark);
                if at_hand.leaves.len() == LEAVES {
                    at_hand.leaves.remove(0);
                }
                at_hand.leaves.push((mark, leaf));
            }
            Some(_) | None => *slot = Some(LeavesAtHand { bucket, leaves: vec![(mark, leaf)] }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tenure_domain::excerpt::Leaf;
    use tenure_domain::mark::Mark;
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
    fn who_passes_by_takes_no_place() {
        let at_hand = AtHand::new();
        let [one, other, third] = [1, 2, 3].map(|pass| PersonNo(7 + pass * u32::try_from(PEOPLE).expect("few")));
        let check = |read: PersonNo, kept: PersonNo| {
            at_hand.keep_person(read, &person());
            assert!(at_hand.person(kept).is_some(), "{read:?}");
        };
        check(one, one);
        for passing in [other, third, other, third] {
            check(passing, one);
        }
        check(third, third);
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
        let fresh = || Ok::<_, ()>((None, 0));
        let other_leaf = || Ok::<_, ()>((Some(Leaf::Published), 1));
        for bucket in [1, 2] {
            assert_eq!(before.leaf(bucket, Mark([1; 16]), fresh), Ok(None));
            assert_eq!(before.leaf(bucket, Mark([1; 16]), other_leaf), Ok(None), "it is at hand that there is none");
        }
        // In the place of a person who is at hand.
        let namesake_place = PersonNo(2 + u32::try_from(PEOPLE).expect("few"));
        let outdated = Outdated {
            people: vec![one, namesake_place],
            units: vec![UnitNo(1)],
            rosters: vec![UnitNo(2), UnitNo(3)],
            leaves: vec![1],
            erased: false,
        };
        let after = before.handed_on(&outdated);
        assert!(after.person(one).is_none() && after.person(other).is_some());
        assert!(after.unit(UnitNo(1)).is_none() && after.unit(UnitNo(2)).is_some());
        assert!(after.roster(UnitNo(1)).is_some() && after.roster(UnitNo(2)).is_none());
        assert_eq!(after.leaf(1, Mark([1; 16]), other_leaf), Ok(Some(Leaf::Published)), "its bucket was written");
        assert_eq!(after.leaf(2, Mark([1; 16]), other_leaf), Ok(None));
        assert_eq!(before.leaf(2, Mark([1; 16]), other_leaf), Ok(Some(Leaf::Published)), "it is given away");
        assert!(after.erased.get().is_some());
        assert!(before.person(other).is_none(), "it is given away");
        let after = after.handed_on(&Outdated { erased: true, ..Outdated::default() });
        assert!(after.person(other).is_some() && after.erased.get().is_none());
    }
}
