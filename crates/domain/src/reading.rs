//! A ledger read on one basis: which events are live, whom they mean, and what follows (contract, section 1).
//!
//! > answer(at, known, recorded) = query( fold( { live events with `reported_at` <= known and seq <= recorded } ), at )
//!
//! A [`Reading`] is the inner part of that definition, computed from an [`Archive`]. Liveness and identity are
//! settled when it is made; people are folded when they are asked for, each once.
//!
//! `--source`, `--not-source` and `--min-confidence` narrow which claims about people count. Identity statements,
//! structure and retractions always count: they say who and what is meant, not who was where.

mod asked;
mod basis;
mod conflicts;
mod erased;
mod fate;
mod lives;
mod meanings;
mod numbered;
mod numbers;
mod units;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::basis::{Basis, Filter, Publishers, host_of};
pub use self::erased::withhold;
pub(crate) use self::erased::withhold_as_of;
pub use self::fate::{Fate, Fates};
use self::lives::{Lives, has_key_of, lives};
pub(crate) use self::meanings::FirstUse;
use self::meanings::Meanings;
pub(crate) use self::numbered::Numbered;
pub use self::numbers::Numbers;
pub(crate) use self::numbers::{MentionNumbers, UNNUMBERED};
use crate::archive::{Archive, Entry, EntryFact, OrganisationRef};
use crate::day::Instant;
use crate::erasure::ErasedNames;
use crate::event::{DescribedName, Named, PersonFact};
use crate::fold::fold;
use crate::identity::{Call, Identity, Namespace};
use crate::position::{EventId, Seq};
use crate::role::{Resolve, Role, mentions, statement};
use crate::statement::{PersonNo, Statement, UnitNo};
use crate::tenure::Career;
use crate::view::{EvidenceRef, Meant, NameConflict, PersonState, Persona, RosterRow, UnitState, roster_rows};

/// A ledger on one basis; see the module.
pub struct Reading<'a> {
    archive: &'a Archive,
    live: Vec<bool>,
    /// The events whose mentions count: the live ones, or all.
    heard: Vec<bool>,
    meanings: Meanings<'a>,
    /// By person: where its roles begin.
    starts: Vec<u32>,
    roles: Vec<(u32, Role)>,
    /// By person: whether a live event means it.
    meant: Vec<bool>,
    states: Vec<OnceLock<Arc<PersonState>>>,
    structure: Vec<Arc<UnitState>>,
    name_conflicts: Vec<NameConflict>,
    visible: Vec<bool>,
    /// The visible events that a later one of their source's key restates.
    restated: FxHashSet<u32>,
    keyed: OnceLock<Keyed<'a>>,
    rosters: OnceLock<Vec<Vec<PersonNo>>>,
    managers: OnceLock<FxHashMap<PersonNo, Vec<PersonNo>>>,
    /// The rows of people of many tenures, by unit.
    rows: Mutex<FxHashMap<PersonNo, RowsByUnit>>,
}

/// The rows that one person's tenures put into rosters, sorted by unit.
type RowsByUnit = Arc<[(UnitNo, RosterRow)]>;

/// From how many tenures on a person's rows are kept by unit, so that not all of them are gone through for each unit.
const MANY_TENURES: usize = 64;

/// How many events are told as replaced, the nearest first, of a chain of corrections and of those with the same key: many
/// can correct one and the same chain, or have one and the same key.
const MOST_REPLACED: usize = 1_000;

/// The visible events of each source's key.
type Keyed<'a> = FxHashMap<(&'a str, &'a str), Vec<u32>>;

/// By what of two statements with one key of their source the later one counts.
fn restating_rank(entry: &Entry) -> (Instant, Option<Instant>, &EventId) {
    (entry.reported_at, entry.retrieved_at, &entry.id)
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("an archive holds fewer than 2^32 of anything")
}

/// From how many events on two threads are worth what it costs to start one.
const MANY_EVENTS: usize = 10_000;

/// Does both, at once where there are many events.
pub(crate) fn both<A: Send, B>(events: usize, one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if events < MANY_EVENTS {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

impl<'a> Reading<'a> {
    /// Reads the archive on a basis. What must be withheld was withheld before (see [`withhold`]).
    pub fn new(archive: &'a Archive, basis: &Basis) -> Reading<'a> {
        let Lives { visible, restated, mut live } = {
            let filter = basis.filter();
            lives(archive, |entry| filter.admits(entry))
        };
        if let Some(least) = basis.min_confidence {
            for (entry, live) in archive.entries.iter().zip(&mut live) {
                *live &= entry.confidence >= least || !entry.fact.is_claim();
            }
        }
        let mut reading = Reading::heard(archive, live.clone(), live);
        reading.collect();
        reading.collect_name_conflicts();
        reading.collect_shared_identifiers();
        reading.visible = visible;
        reading.restated = restated;
        reading.collect_reused_keys();
        reading
            .name_conflicts
            .sort_by(|a, b| (&a.conflict, a.person.is_some()).cmp(&(&b.conflict, b.person.is_some())));
        reading
    }

    /// Everybody whom any event that a basis admits in time ever named, dead events included: to tell a name of which nothing
    /// stands any more from one that was never heard.
    pub fn of_everybody(archive: &'a Archive, basis: &Basis) -> Reading<'a> {
        let Lives { visible, live, .. } = lives(archive, |entry| basis.admits_in_time(entry));
        let mut reading = Reading::heard(archive, live, visible.clone());
        reading.visible = visible;
        reading.collect();
        reading
    }

    /// A reading in which the mentions of the events that are `heard` are settled, and nothing else yet.
    fn heard(archive: &'a Archive, live: Vec<bool>, heard: Vec<bool>) -> Reading<'a> {
        Reading {
            archive,
            meanings: Meanings::of(archive, &live, &heard),
            live,
            heard,
            starts: Vec::new(),
            roles: Vec::new(),
            meant: Vec::new(),
            states: Vec::new(),
            structure: Vec::new(),
            name_conflicts: Vec::new(),
            visible: Vec::new(),
            restated: FxHashSet::default(),
            keyed: OnceLock::new(),
            rosters: OnceLock::new(),
            managers: OnceLock::new(),
            rows: Mutex::default(),
        }
    }

    /// What follows from who is meant: whose events are whose, and what stands where.
    fn collect(&mut self) {
        let this = &*self;
        let (roles, structure) = both(this.archive.entries.len(), || this.grouped(), || this.structured());
        let Grouped { starts, roles, meant } = roles;
        self.states = (0..meant.len()).map(|_| OnceLock::new()).collect();
        (self.starts, self.roles, self.meant, self.structure) = (starts, roles, meant, structure);
    }

    /// Groups the live events by the people whom they are about.
    fn grouped(&self) -> Grouped {
        let mut found: Vec<(PersonNo, u32, Role)> = Vec::with_capacity(self.archive.entries.len());
        let count = self.meanings.people.entities.len();
        let mut meant = vec![false; count];
        for (i, entry) in self.archive.entries.iter().enumerate() {
            if !self.heard[i] {
                continue;
            }
            let at = index(i);
            let company = entry.fact.company();
            mentions(self.archive, &entry.fact, &mut |named, _| {
                if let Named::Person(mention) = named
                    && let Some(person) = self.meanings.person_meant(company, mention)
                {
                    meant[person.0 as usize] = true;
                }
            });
            if !self.live[i] {
                continue;
            }
            match &entry.fact {
                EntryFact::Person { person, fact } => {
                    let Some(person) = self.meanings.person_meant(company, *person) else { continue };
                    found.push((person, at, Role::Own));
                    if let PersonFact::AppointedToPost { succeeds: Some(other), .. } = &**fact {
                        let other = self.meanings.person_meant(company, *other).filter(|other| *other != person);
                        found.extend(other.map(|other| (other, at, Role::Succeeded)));
                    }
                }
                EntryFact::Died { person } => {
                    let person = self.meanings.person_meant(None, *person);
                    found.extend(person.map(|person| (person, at, Role::Own)));
                }
                EntryFact::PersonDescribed { person, .. } => {
                    let person = self.meanings.person_meant(company, *person);
                    found.extend(person.map(|person| (person, at, Role::Described)));
                }
                EntryFact::Unit { .. }
                | EntryFact::SamePerson { .. }
                | EntryFact::SameUnit { .. }
                | EntryFact::Retracted { .. }
                | EntryFact::Erased { .. }
                | EntryFact::Withheld { .. } => {}
            }
        }
        let mut starts = vec![0_u32; count + 1];
        for (person, _, _) in &found {
            starts[person.0 as usize + 1] += 1;
        }
        for i in 0..count {
            starts[i + 1] += starts[i];
        }
        // They were found in the order of the log, and stay in it.
        let mut next = starts.clone();
        let mut roles = vec![(0, Role::Own); found.len()];
        for (person, at, role) in found {
            let place = &mut next[person.0 as usize];
            roles[*place as usize] = (at, role);
            *place += 1;
        }
        Grouped { starts, roles, meant }
    }

    fn parts_of(&self, person: PersonNo) -> &[(u32, Role)] {
        let p = person.0 as usize;
        &self.roles[self.starts[p] as usize..self.starts[p + 1] as usize]
    }

    /// The live events that are about the person's posts, in the order of the log.
    pub fn events_of(&self, person: PersonNo) -> impl Iterator<Item = &'a Entry> {
        self.parts_of(person).iter().map(|(at, _)| &self.archive.entries[*at as usize])
    }

    /// The statements from which the person is folded.
    pub fn statements(&self, person: PersonNo) -> Vec<Statement> {
        self.parts_of(person)
            .iter()
            .filter_map(|(at, role)| statement(&self.meanings, &self.archive.entries[*at as usize], *role))
            .collect()
    }

    /// The positions of all events of the basis that are about the person or the unit, dead ones included: those that name
    /// it, and those that retract or correct one of these, or what does so. Mentions that nothing live makes any more are not
    /// found, nor is of what an erasure withholds what it corrects.
    pub fn seqs_about(&self, wanted: &BTreeSet<Meant>) -> FxHashSet<Seq> {
        let is_person = |person: Option<PersonNo>| person.is_some_and(|one| wanted.contains(&Meant::Person(one)));
        let is_unit = |unit: Option<UnitNo>| unit.is_some_and(|one| wanted.contains(&Meant::Unit(one)));
        let mut about: Vec<&Entry> = Vec::new();
        let mut against: FxHashMap<&EventId, Vec<&Entry>> = FxHashMap::default();
        for (entry, _) in self.archive.entries.iter().zip(&self.visible).filter(|(_, visible)| **visible) {
            let company = entry.fact.company();
            let mut names_it = false;
            mentions(self.archive, &entry.fact, &mut |named, _| {
                names_it |= match named {
                    Named::Person(mention) => is_person(self.meanings.person_meant(company, mention)),
                    Named::Company(mention) => is_unit(self.meanings.place_meant(OrganisationRef::Company(mention))),
                    Named::Unit(mention) => is_unit(self.meanings.unit_meant(mention)),
                };
            });
            if names_it {
                about.push(entry);
            }
            let corrected = entry.corrects.as_ref().filter(|_| !entry.is_withheld());
            for target in entry.fact.retracts().into_iter().chain(corrected) {
                against.entry(target).or_default().push(entry);
            }
        }
        let mut seqs: FxHashSet<Seq> = about.iter().map(|entry| entry.seq).collect();
        while let Some(entry) = about.pop() {
            let others = against.get(&entry.id).into_iter().flatten();
            about.extend(others.filter(|other| seqs.insert(other.seq)));
        }
        seqs
    }

    /// Folds the person, without keeping the result.
    pub fn fold_person(&self, person: PersonNo) -> Career {
        fold(&self.statements(person))
    }

    /// Who the person is.
    fn persona(&self, person: PersonNo) -> Persona {
        let Identity { id, ids, names, identifiers, first_reported, .. } =
            self.meanings.people.entities[person.0 as usize].clone();
        let mut descriptions: Vec<(&Entry, &[DescribedName])> =
            self.events_of(person).filter_map(|entry| Some((entry, entry.fact.describes()?.1))).collect();
        descriptions.sort_by(|(a, _), (b, _)| (a.reported_at, &a.id).cmp(&(b.reported_at, &b.id)));
        let described = descriptions.iter().flat_map(|(_, names)| names.iter().cloned()).collect();
        Persona { id, ids, names, described, identifiers, first_reported }
    }

    /// The state of the person, without keeping it.
    pub fn person_state(&self, person: PersonNo) -> PersonState {
        let career = self.fold_person(person);
        let mut evidence: Vec<EvidenceRef> = self
            .parts_of(person)
            .iter()
            .filter(|(_, role)| *role != Role::Described)
            .map(|(at, _)| {
                let entry = &self.archive.entries[*at as usize];
                EvidenceRef { id: entry.id.clone(), seq: entry.seq, replaces: self.replaced_by(entry) }
            })
            .collect();
        evidence.dedup_by(|a, b| a.seq == b.seq);
        PersonState { who: Arc::new(self.persona(person)), career, evidence }
    }

    /// Whether the event at a place of the archive lives.
    pub(crate) fn lives(&self, entry: usize) -> bool {
        self.live[entry]
    }

    /// What an event corrects, directly or through what that corrected, and what it restates of its source's key.
    pub(crate) fn replaced_by(&self, entry: &Entry) -> Vec<Seq> {
        let mut replaced = Vec::new();
        let visible = |i: usize| self.visible.get(i).copied().unwrap_or_default();
        let mut at = entry;
        // A circle is gone round until the bound, and each event of it is kept once.
        while let Some(target) = at.corrects.as_ref().and_then(|id| self.archive.index_of(id))
            && replaced.len() < MOST_REPLACED
        {
            let older = &self.archive.entries[target];
            if !visible(target) || older.is_withheld() || older.seq == entry.seq {
                break;
            }
            replaced.push(older.seq);
            if self.restated.contains(&index(target)) && !has_key_of(at, older) {
                break;
            }
            at = older;
        }
        if let Some(key) = &entry.key {
            let keyed = self.keyed.get_or_init(|| {
                let mut keyed: Keyed<'a> = FxHashMap::default();
                for (i, entry) in self.archive.entries.iter().enumerate().filter(|(i, _)| visible(*i)) {
                    if let (Some(key), false) = (&entry.key, entry.is_withheld()) {
                        keyed.entry((&entry.says, key)).or_default().push(index(i));
                    }
                }
                for same in keyed.values_mut() {
                    same.sort_unstable_by_key(|i| restating_rank(&self.archive.entries[*i as usize]));
                }
                keyed
            });
            let same = keyed.get(&(&*entry.says, &**key)).map_or(&[][..], Vec::as_slice);
            let other = |i: &u32| &self.archive.entries[*i as usize];
            let earlier = &same[..same.partition_point(|i| restating_rank(other(i)) < restating_rank(entry))];
            replaced.extend(earlier.iter().rev().take(MOST_REPLACED).map(|i| other(i).seq));
        }
        replaced.sort_unstable();
        replaced.dedup();
        replaced
    }

    /// Everything by which people and units can be asked for: each call with one that it can mean, in no order.
    pub fn each_call(&self, mut tell: impl FnMut(Call, Meant)) {
        self.meanings.people.each_call(|call, person| {
            if self.meant[person as usize] {
                tell(call, Meant::Person(PersonNo(person)));
            }
        });
        self.meanings.companies.each_call(|call, company| tell(call, Meant::Unit(UnitNo(company))));
        self.meanings.units.each_call(|call, unit| tell(call, Meant::Unit(self.meanings.unit_no(unit))));
    }

    /// Whom the mentions of people, companies and units mean, and where each is first made.
    pub(crate) fn uses(&self) -> [(&Namespace, &[Option<FirstUse>]); 3] {
        let Meanings { people, companies, units, first_uses, .. } = &self.meanings;
        [(people, &first_uses.people), (companies, &first_uses.companies), (units, &first_uses.units)]
    }

    /// Whom a way of naming means wherever nothing decides otherwise; none where nothing that is heard uses it.
    pub(crate) fn person_called(&self, mention: usize) -> Option<PersonNo> {
        self.meanings.people.stands_for(mention).map(PersonNo)
    }

    /// The same of a way of naming a company.
    pub(crate) fn company_called(&self, mention: usize) -> Option<UnitNo> {
        self.meanings.companies.stands_for(mention).map(UnitNo)
    }

    /// The same of a way of naming a unit.
    pub(crate) fn unit_called(&self, mention: usize) -> Option<UnitNo> {
        self.meanings.units.stands_for(mention).map(|unit| self.meanings.unit_no(unit))
    }

    /// How many people the events mean.
    pub fn people_count(&self) -> usize {
        self.meant.iter().filter(|meant| **meant).count()
    }

    /// By unit: the people whose events name it.
    fn named_in(&self) -> &[Vec<PersonNo>] {
        self.rosters.get_or_init(|| {
            let mut named: Vec<Vec<PersonNo>> = vec![Vec::new(); self.structure.len()];
            for person in (0..self.states.len()).map(|p| PersonNo(index(p))) {
                for entry in self.events_of(person) {
                    mentions(self.archive, &entry.fact, &mut |mention, _| {
                        let unit = match mention {
                            Named::Company(company) => self.meanings.place_meant(OrganisationRef::Company(company)),
                            Named::Unit(unit) => self.meanings.unit_meant(unit),
                            Named::Person(_) => None,
                        };
                        if let Some(unit) = unit {
                            let list = &mut named[unit.0 as usize];
                            if list.last() != Some(&person) {
                                list.push(person);
                            }
                        }
                    });
                }
            }
            named
        })
    }
}

/// The live events of each person.
struct Grouped {
    /// By person: where its roles begin.
    starts: Vec<u32>,
    roles: Vec<(u32, Role)>,
    /// By person: whether an event means it.
    meant: Vec<bool>,
}

impl Reading<'_> {
    fn rows_by_unit(&self, person: PersonNo, career: &Career) -> RowsByUnit {
        let mut known = self.rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let rows = known.entry(person).or_insert_with(|| {
            let mut rows: Vec<(UnitNo, RosterRow)> = roster_rows(person, career).collect();
            rows.sort_by_key(|(unit, _)| *unit);
            rows.into()
        });
        rows.clone()
    }
}

/// What a [`View`](crate::view::View) is asked. All of it is at hand, so that nothing fails.
impl Reading<'_> {
    /// People whom an asker can mean by an id, a name or an identifier; sorted.
    pub fn people_asked(&self, text: &str) -> Vec<PersonNo> {
        let meant = |person: &u32| self.meant[*person as usize];
        let by_id = self.meanings.people.by_id(text).filter(meant);
        let found = by_id.map_or_else(|| self.meanings.people.called(text), |person| vec![person]);
        found.into_iter().filter(meant).map(PersonNo).collect()
    }

    /// Units and companies that an asker can mean; sorted.
    pub fn units_asked(&self, text: &str) -> Vec<UnitNo> {
        let company = self.meanings.companies.by_id(text).map(UnitNo);
        let unit = self.meanings.units.by_id(text).map(|unit| self.meanings.unit_no(unit));
        if company.is_some() || unit.is_some() {
            return company.into_iter().chain(unit).collect();
        }
        let companies = self.meanings.companies.called(text).into_iter().map(UnitNo);
        let units = self.meanings.units.called(text).into_iter().map(|unit| self.meanings.unit_no(unit));
        companies.chain(units).collect()
    }

    /// Who the person is: what naming a person takes, without the career.
    pub fn who(&self, person: PersonNo) -> Arc<Persona> {
        match self.states[person.0 as usize].get() {
            Some(state) => state.who.clone(),
            None => Arc::new(self.persona(person)),
        }
    }

    /// The person.
    pub fn person(&self, person: PersonNo) -> Arc<PersonState> {
        self.states[person.0 as usize].get_or_init(|| Arc::new(self.person_state(person))).clone()
    }

    /// The unit.
    pub fn unit(&self, unit: UnitNo) -> Arc<UnitState> {
        self.structure[unit.0 as usize].clone()
    }

    /// The tenures ever held in the unit itself; of a company, those without a unit.
    pub fn roster(&self, unit: UnitNo) -> Arc<[RosterRow]> {
        let mut rows: Vec<RosterRow> = Vec::new();
        for person in &self.named_in()[unit.0 as usize] {
            let state = self.person(*person);
            if state.career.tenures.len() > MANY_TENURES {
                let of_person = self.rows_by_unit(*person, &state.career);
                let first = of_person.partition_point(|(u, _)| *u < unit);
                rows.extend(of_person[first..].iter().take_while(|(u, _)| *u == unit).map(|(_, row)| *row));
            } else {
                rows.extend(roster_rows(*person, &state.career).filter(|(u, _)| *u == unit).map(|(_, row)| row));
            }
        }
        rows.into()
    }

    /// The people who ever had this manager.
    pub fn reports(&self, manager: PersonNo) -> Vec<PersonNo> {
        let managers = self.managers.get_or_init(|| {
            let mut managers: FxHashMap<PersonNo, Vec<PersonNo>> = FxHashMap::default();
            for person in self.people() {
                let state = self.person(person);
                for spell in state.career.tenures.iter().flat_map(|t| &t.managers) {
                    let Some(manager) = spell.manager else { continue };
                    let reports = managers.entry(manager).or_default();
                    if reports.last() != Some(&person) {
                        reports.push(person);
                    }
                }
            }
            managers
        });
        managers.get(&manager).cloned().unwrap_or_default()
    }

    /// Everybody.
    pub fn people(&self) -> Vec<PersonNo> {
        (0..self.meant.len()).filter(|p| self.meant[*p]).map(|p| PersonNo(index(p))).collect()
    }

    /// All units and companies.
    pub fn units(&self) -> Vec<UnitNo> {
        (0..self.structure.len()).map(|u| UnitNo(index(u))).collect()
    }

    /// The people who have conflicts.
    pub fn people_with_conflicts(&self) -> Vec<PersonNo> {
        self.people().into_iter().filter(|p| !self.person(*p).career.conflicts.is_empty()).collect()
    }

    /// Conflicts of names and of keys.
    pub fn name_conflicts(&self) -> Vec<NameConflict> {
        self.name_conflicts.clone()
    }

    /// The names of everybody who was erased, at whatever clock: texts with one of them are not answered.
    pub fn erased_names(&self) -> Arc<ErasedNames> {
        self.archive.erased_names().clone()
    }
}
