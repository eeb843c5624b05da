//! New events beside what is already settled: a few claims folded in without reading all that came before.
//!
//! Most events say something new of entities that are known, or name new ones that nobody was called like: then who
//! is meant by everything older stays as it is, and only the people of whom they tell change. [`Addition::of`]
//! recognises that case, and refuses every other: corrections and retractions, statements of identity and structure,
//! restated keys, names that connect or divide entities, an order of names that it cannot tell. What is refused is
//! read with all events ([`crate::reading::Reading`]), which gives the same wherever both can be used.

mod hearing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::hearing::{claims, hear};
use crate::archive::{Archive, CompanyRef, Entry, Manner, Mention, Mentions, PersonRef, UnitRef};
use crate::day::Instant;
use crate::event::{Identifier, PersonFact, Reference};
use crate::fold::fold;
use crate::identity::Call;
use crate::mark::{Mark, MentionMarks, Sort, calls_of};
use crate::part::{Named, Part, Resolve, Signature, mentions, statement};
use crate::position::{EventId, Seq};
use crate::statement::{PersonNo, Statement, UnitNo};
use crate::structure::UnitHistory;
use crate::tenure::Career;
use crate::view::Meant;
use crate::view::{EvidenceRef, PersonState, Persona, UnitState};

/// What is settled of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The number of the person or unit that it means; none where it is ambiguous.
    pub meant: Option<u32>,
    /// When it was first reported by a live event.
    pub first: Instant,
    /// The position of that event; of equals the one with the smallest id.
    pub first_seq: Seq,
}

/// What is settled of all older events.
pub trait Standing {
    /// Why something of it does not read.
    type Error;

    /// What stands under a mark: nothing, only the mark, or what is settled of a mention.
    fn mark(&self, mark: Mark) -> Result<Option<Option<Settled>>, Self::Error>;
    /// Whom a call can mean.
    fn called(&self, call: &Call) -> Result<(Vec<PersonNo>, Vec<UnitNo>), Self::Error>;
    /// Who a person is.
    fn who(&self, person: PersonNo) -> Result<Option<Arc<Persona>>, Self::Error>;
    /// A unit.
    fn unit(&self, unit: UnitNo) -> Result<Option<Arc<UnitState>>, Self::Error>;
    /// The id of the event at a position.
    fn event_id(&self, seq: Seq) -> Result<Option<EventId>, Self::Error>;
    /// How many numbers are given to people.
    fn persons(&self) -> u32;
    /// How many numbers are given to units and companies.
    fn units(&self) -> u32;
}

/// Whom the mentions of an archive mean.
struct Meanings {
    persons: Vec<PersonNo>,
    companies: Vec<UnitNo>,
    units: Vec<UnitNo>,
}

impl Meanings {
    /// All settled.
    fn settled<S: Standing>(archive: &Archive, standing: &S) -> Result<Meanings, Undone<S::Error>> {
        let marks = MentionMarks::of(archive);
        let meant = |marks: &[Mark]| -> Result<Vec<u32>, Undone<S::Error>> {
            let meant =
                |mark: &Mark| standing.mark(*mark)?.flatten().and_then(|one| one.meant).ok_or(Undone::Unsettled);
            marks.iter().map(meant).collect()
        };
        Ok(Meanings {
            persons: meant(&marks.persons)?.into_iter().map(PersonNo).collect(),
            companies: meant(&marks.companies)?.into_iter().map(UnitNo).collect(),
            units: meant(&marks.units)?.into_iter().map(UnitNo).collect(),
        })
    }
}

impl Resolve for Meanings {
    fn person_meant(&self, _: Option<CompanyRef>, PersonRef(mention): PersonRef) -> Option<PersonNo> {
        self.persons.get(mention as usize).copied()
    }

    fn company_meant(&self, CompanyRef(mention): CompanyRef) -> Option<UnitNo> {
        self.companies.get(mention as usize).copied()
    }

    fn unit_meant(&self, UnitRef(mention): UnitRef) -> Option<UnitNo> {
        self.units.get(mention as usize).copied()
    }
}

/// The older events of people of whom new ones tell.
pub struct Before<'a> {
    archive: &'a Archive,
    meanings: Meanings,
}

impl<'a> Before<'a> {
    /// None where something that they name is not settled beyond doubt.
    pub fn of<S: Standing>(archive: &'a Archive, standing: &S) -> Result<Option<Before<'a>>, S::Error> {
        Undone::in_doubt(Meanings::settled(archive, standing).map(|meanings| Before { archive, meanings }))
    }

    fn statements(&self, person: PersonNo, evidence: &[EvidenceRef]) -> Option<Vec<Statement>> {
        evidence
            .iter()
            .map(|evidence| {
                let entry = self.archive.entry(&evidence.id)?;
                let own = entry.fact.claims_of()?;
                let is_own = self.meanings.person_meant(None, own) == Some(person);
                statement(&self.meanings, entry, if is_own { Part::Own } else { Part::Succeeded })
            })
            .collect()
    }
}

/// New events, and what follows from them.
pub struct Addition<'a> {
    fresh: &'a Archive,
    meanings: Meanings,
    parts: BTreeMap<PersonNo, Vec<(u32, Part)>>,
    /// People who are new, or known otherwise than before.
    pub personas: BTreeMap<PersonNo, Persona>,
    /// Units that are new, or known otherwise than before.
    pub units: BTreeMap<UnitNo, UnitState>,
    /// What is to be remembered.
    pub marks: Vec<(Mark, Option<Settled>)>,
    /// New calls.
    pub calls: Vec<(Call, Meant)>,
    /// People who are new.
    pub new_people: BTreeSet<PersonNo>,
}

impl<'a> Addition<'a> {
    /// Settles new events; none where they change what older ones mean, or might.
    pub fn of<S: Standing>(fresh: &'a Archive, standing: &S) -> Result<Option<Addition<'a>>, S::Error> {
        Undone::in_doubt(Addition::settled(fresh, standing))
    }

    fn settled<S: Standing>(fresh: &'a Archive, standing: &S) -> Result<Addition<'a>, Undone<S::Error>> {
        let mut keys: FxHashSet<Mark> = FxHashSet::default();
        for entry in fresh.entries() {
            entry.fact.claims_of().ok_or(Undone::Unsettled)?;
            let known = |mark: Mark| Ok::<_, S::Error>(standing.mark(mark)?.is_some());
            if entry.corrects.is_some() || known(Mark::awaited(&entry.id))? {
                return Err(Undone::Unsettled);
            }
            if let Some(key) = &entry.key {
                let mark = Mark::key(&entry.says, key);
                if known(mark)? || !keys.insert(mark) {
                    return Err(Undone::Unsettled);
                }
            }
        }
        let mut work = Work::of(fresh, standing);
        let companies = work.companies()?;
        let persons = work.persons()?;
        let units = work.units(&companies)?;
        let meanings = Meanings { persons, companies, units };
        let Work { personas, units, mut marks, calls, new_people, .. } = work;
        marks.extend(keys.into_iter().map(|key| (key, None)));
        let mut parts: BTreeMap<PersonNo, Vec<(u32, Part)>> = BTreeMap::new();
        for (at, entry) in (0..).zip(fresh.entries()) {
            let person =
                entry.fact.claims_of().and_then(|own| meanings.person_meant(None, own)).ok_or(Undone::Unsettled)?;
            parts.entry(person).or_default().push((at, Part::Own));
            if let Some((_, PersonFact::AppointedToPost { succeeds: Some(other), .. })) = entry.fact.of_person() {
                let other = meanings.person_meant(None, *other).ok_or(Undone::Unsettled)?;
                if other != person {
                    parts.entry(other).or_default().push((at, Part::Succeeded));
                }
            }
        }
        Ok(Addition { fresh, meanings, parts, personas, units, marks, calls, new_people })
    }

    /// The people of whom the new events tell.
    pub fn touched(&self) -> impl Iterator<Item = PersonNo> + '_ {
        self.parts.keys().copied()
    }

    /// The state of a person with the new events; `evidence` is of the older ones. None where something is not
    /// settled beyond doubt.
    pub fn state(
        &self,
        person: PersonNo,
        who: Arc<Persona>,
        evidence: &[EvidenceRef],
        before: &Before<'_>,
    ) -> Option<PersonState> {
        let mut statements = before.statements(person, evidence)?;
        let mut evidence = evidence.to_vec();
        for (entry, part) in self.parts_of(person) {
            statements.push(statement(&self.meanings, entry, part)?);
            evidence.push(EvidenceRef { id: entry.id.clone(), seq: entry.seq, replaces: Vec::new() });
        }
        Some(PersonState { who, career: fold(&statements), evidence })
    }

    /// The signature of a person with the new events; `before` is the older one, with who the person was then.
    pub fn signature(&self, person: PersonNo, who: &Persona, before: Option<(Signature, &Persona)>) -> Signature {
        let of = |who: &Persona| Signature::of(&who.id, &who.ids, &who.names, &who.identifiers);
        let mut signature = match before {
            None => of(who),
            Some((signature, was)) => signature.renamed(of(was), of(who)),
        };
        for (entry, part) in self.parts_of(person) {
            signature.add(self.fresh, &self.meanings, entry, part, &[]);
        }
        signature
    }

    /// A person of whom nothing is told, only a name.
    pub fn named_only(who: Arc<Persona>) -> PersonState {
        PersonState { who, career: Career::default(), evidence: Vec::new() }
    }

    fn parts_of(&self, person: PersonNo) -> impl Iterator<Item = (&'a Entry, Part)> + '_ {
        let parts = self.parts.get(&person).map_or(&[][..], |parts| parts);
        parts.iter().map(|(at, part)| (&self.fresh.entries()[*at as usize], *part))
    }
}

/// When the new events first make a mention: reported when, by which event, where.
#[derive(Clone, Copy)]
struct First<'a> {
    reported_at: Instant,
    id: &'a EventId,
    seq: Seq,
}

struct Work<'a, S> {
    fresh: &'a Archive,
    standing: &'a S,
    marks_of: MentionMarks,
    firsts: [Vec<Option<First<'a>>>; 3],
    personas: BTreeMap<PersonNo, Persona>,
    units: BTreeMap<UnitNo, UnitState>,
    marks: Vec<(Mark, Option<Settled>)>,
    calls: Vec<(Call, Meant)>,
    /// What new calls of these events mean.
    called: FxHashMap<Call, Vec<Meant>>,
    new_people: BTreeSet<PersonNo>,
    next_person: u32,
    next_unit: u32,
}

impl<'a, S: Standing> Work<'a, S> {
    fn of(fresh: &'a Archive, standing: &'a S) -> Work<'a, S> {
        let none = |mentions: &Mentions| vec![None; mentions.len()];
        let mut firsts = [none(&fresh.persons), none(&fresh.companies), none(&fresh.units)];
        for entry in fresh.entries() {
            let (reported_at, id, seq) = (entry.reported_at, &entry.id, entry.seq);
            mentions(fresh, &entry.fact, |named, _| {
                let (space, mention) = match named {
                    Named::Person(PersonRef(mention)) => (0, mention),
                    Named::Company(CompanyRef(mention)) => (1, mention),
                    Named::Unit(UnitRef(mention)) => (2, mention),
                };
                let known: &mut Option<First<'a>> = &mut firsts[space][mention as usize];
                if known.is_none_or(|known| (reported_at, id) < (known.reported_at, known.id)) {
                    *known = Some(First { reported_at, id, seq });
                }
            });
        }
        Work {
            fresh,
            standing,
            marks_of: MentionMarks::of(fresh),
            firsts,
            personas: BTreeMap::new(),
            units: BTreeMap::new(),
            marks: Vec::new(),
            calls: Vec::new(),
            called: FxHashMap::default(),
            new_people: BTreeSet::new(),
            next_person: standing.persons(),
            next_unit: standing.units(),
        }
    }

    /// What is settled of a mention that is known: whom it means, and whether it is heard earlier than before.
    fn known(&mut self, mark: Mark, first: First<'_>) -> Result<Option<(u32, Heard)>, Undone<S::Error>> {
        let Some(settled) = self.standing.mark(mark)? else { return Ok(None) };
        let settled = settled.ok_or(Undone::Unsettled)?;
        let meant = settled.meant.ok_or(Undone::Unsettled)?;
        let earlier = match first.reported_at.cmp(&settled.first) {
            std::cmp::Ordering::Greater => return Ok(Some((meant, Heard::Later))),
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => {
                first.id < &self.standing.event_id(settled.first_seq)?.ok_or(Undone::Unsettled)?
            }
        };
        if !earlier {
            return Ok(Some((meant, Heard::Later)));
        }
        self.remember(mark, meant, first);
        Ok(Some((meant, Heard::Earlier)))
    }

    fn remember(&mut self, mark: Mark, meant: u32, first: First<'_>) {
        let settled = Settled { meant: Some(meant), first: first.reported_at, first_seq: first.seq };
        self.marks.push((mark, Some(settled)));
    }

    fn companies(&mut self) -> Result<Vec<UnitNo>, Undone<S::Error>> {
        let fresh = self.fresh;
        let mut companies = Vec::new();
        for (at, mention) in fresh.companies.iter().enumerate() {
            let first = self.firsts[1][at].ok_or(Undone::Unsettled)?;
            // A new company would come before all units in their numbering.
            let (company, heard) = self.known(self.marks_of.companies[at], first)?.ok_or(Undone::Unsettled)?;
            let company = UnitNo(company);
            if self.standing.mark(Mark::candidate_unit(company))?.is_some() {
                return Err(Undone::Unsettled);
            }
            if heard == Heard::Earlier {
                self.hear_unit(company, mention, first)?;
            }
            companies.push(company);
        }
        Ok(companies)
    }

    fn persons(&mut self) -> Result<Vec<PersonNo>, Undone<S::Error>> {
        let fresh = self.fresh;
        let mut persons = Vec::new();
        for (at, mention) in fresh.persons.iter().enumerate() {
            let (first, mark) = (self.firsts[0][at].ok_or(Undone::Unsettled)?, self.marks_of.persons[at]);
            if let Some((person, heard)) = self.known(mark, first)? {
                let person = PersonNo(person);
                if self.standing.mark(Mark::candidate_person(person))?.is_some() {
                    return Err(Undone::Unsettled);
                }
                if heard == Heard::Earlier {
                    self.hear_person(person, mention, first)?;
                }
                persons.push(person);
                continue;
            }
            let calls = calls_of(&mention.reference);
            let meant = self.one_meant(&calls, Sort::GonePerson, |meant| match meant {
                Meant::Person(person) => Some(person.0),
                Meant::Unit(_) => None,
            });
            let person = match meant? {
                Some(person) => PersonNo(person),
                None => self.new_person(mention),
            };
            if self.standing.mark(Mark::candidate_person(person))?.is_some() {
                return Err(Undone::Unsettled);
            }
            let who = self.persona(person)?;
            if !claims(&mention.reference, &who.ids, &who.identifiers) {
                return Err(Undone::Unsettled);
            }
            self.hear_person(person, mention, first)?;
            self.remember(mark, person.0, first);
            self.call(&mention.reference, Meant::Person(person));
            persons.push(person);
        }
        Ok(persons)
    }

    fn units(&mut self, companies: &[UnitNo]) -> Result<Vec<UnitNo>, Undone<S::Error>> {
        let fresh = self.fresh;
        let mut units = Vec::new();
        for (at, mention) in fresh.units.iter().enumerate() {
            let (first, mark) = (self.firsts[2][at].ok_or(Undone::Unsettled)?, self.marks_of.units[at]);
            let CompanyRef(scope) = mention.scope.ok_or(Undone::Unsettled)?;
            let company = companies[scope as usize];
            if let Some((unit, heard)) = self.known(mark, first)? {
                let unit = UnitNo(unit);
                if self.standing.mark(Mark::candidate_unit(unit))?.is_some() {
                    return Err(Undone::Unsettled);
                }
                if heard == Heard::Earlier {
                    self.hear_unit(unit, mention, first)?;
                }
                units.push(unit);
                continue;
            }
            let calls = calls_of(&mention.reference);
            // The names of other companies' units are theirs; but a unit with an id can be named in several.
            let meant = {
                let mut here: BTreeMap<u32, bool> = BTreeMap::new();
                for call in &calls {
                    for unit in self.units_called(call)? {
                        let state = self.unit_state(unit)?;
                        let is_here = state.company == Some(company);
                        if matches!(call, Call::Name(_)) && !is_here && state.ids.is_empty() {
                            continue;
                        }
                        here.insert(unit.0, is_here);
                    }
                }
                for call in &calls {
                    if self.standing.mark(Mark::gone(Sort::GoneUnit, call))?.is_some() {
                        return Err(Undone::Unsettled);
                    }
                }
                match here.into_iter().collect::<Vec<_>>()[..] {
                    [] => None,
                    [(unit, true)] => Some(unit),
                    _ => return Err(Undone::Unsettled),
                }
            };
            let unit = match meant {
                Some(unit) => UnitNo(unit),
                None => self.new_unit(mention, company)?,
            };
            if self.standing.mark(Mark::candidate_unit(unit))?.is_some() {
                return Err(Undone::Unsettled);
            }
            let state = self.unit_state(unit)?;
            if !claims(&mention.reference, &state.ids, &state.identifiers) {
                return Err(Undone::Unsettled);
            }
            self.hear_unit(unit, mention, first)?;
            self.remember(mark, unit.0, first);
            self.call(&mention.reference, Meant::Unit(unit));
            units.push(unit);
        }
        Ok(units)
    }

    fn units_called(&self, call: &Call) -> Result<Vec<UnitNo>, Undone<S::Error>> {
        let (_, mut units) = self.standing.called(call)?;
        units.extend(self.called.get(call).into_iter().flatten().filter_map(|meant| match meant {
            Meant::Unit(unit) => Some(*unit),
            Meant::Person(_) => None,
        }));
        // Companies have names of their own.
        let mut found = Vec::with_capacity(units.len());
        for unit in units {
            if self.unit_state(unit)?.company.is_some() {
                found.push(unit);
            }
        }
        Ok(found)
    }

    /// The one whom all calls mean, or nobody; refused where they can mean several, or someone of old.
    fn one_meant(
        &self,
        calls: &[Call],
        gone: Sort,
        of: impl Fn(&Meant) -> Option<u32>,
    ) -> Result<Option<u32>, Undone<S::Error>> {
        let mut meant: BTreeSet<u32> = BTreeSet::new();
        for call in calls {
            if self.standing.mark(Mark::gone(gone, call))?.is_some() {
                return Err(Undone::Unsettled);
            }
            meant.extend(self.standing.called(call)?.0.iter().map(|person| person.0));
            meant.extend(self.called.get(call).into_iter().flatten().filter_map(&of));
        }
        match meant.into_iter().collect::<Vec<_>>()[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Undone::Unsettled),
        }
    }

    fn persona(&self, person: PersonNo) -> Result<Persona, Undone<S::Error>> {
        match self.personas.get(&person) {
            Some(who) => Ok(who.clone()),
            None => self.standing.who(person)?.map(|who| Persona::clone(&who)).ok_or(Undone::Unsettled),
        }
    }

    fn unit_state(&self, unit: UnitNo) -> Result<UnitState, Undone<S::Error>> {
        match self.units.get(&unit) {
            Some(state) => Ok(state.clone()),
            None => self.standing.unit(unit)?.map(|state| UnitState::clone(&state)).ok_or(Undone::Unsettled),
        }
    }

    fn new_person(&mut self, mention: &Mention) -> PersonNo {
        let person = PersonNo(self.next_person);
        self.next_person += 1;
        let Reference { id, names, .. } = &mention.reference;
        let called = match id {
            Some(id) => id.as_str().to_owned(),
            None => format!("~{}", names.first().map_or("", |name| name.key().as_str())),
        };
        let who = Persona {
            id: Arc::from(called),
            ids: id.iter().cloned().collect(),
            names: Vec::new(),
            described: Vec::new(),
            identifiers: Vec::new(),
        };
        self.calls.push((Call::Id(who.id.clone()), Meant::Person(person)));
        self.personas.insert(person, who);
        self.new_people.insert(person);
        person
    }

    fn new_unit(&mut self, mention: &Mention, company: UnitNo) -> Result<UnitNo, Undone<S::Error>> {
        let unit = UnitNo(self.next_unit);
        self.next_unit += 1;
        let mut above = self.unit_state(company)?;
        let Reference { id, names, .. } = &mention.reference;
        let called = match id {
            Some(id) => id.as_str().to_owned(),
            None => format!("~{}/{}", above.id, names.first().map_or("", |name| name.key().as_str())),
        };
        let state = UnitState {
            id: Arc::from(called),
            ids: id.iter().cloned().collect(),
            company: Some(company),
            names: Vec::new(),
            identifiers: Vec::new(),
            history: UnitHistory::default(),
            below: Vec::new(),
            conflicts: Vec::new(),
        };
        above.below.push(unit);
        self.units.insert(company, above);
        self.calls.push((Call::Id(state.id.clone()), Meant::Unit(unit)));
        self.units.insert(unit, state);
        Ok(unit)
    }

    fn call(&mut self, reference: &Reference, meant: Meant) {
        for call in calls_of(reference) {
            self.called.entry(call.clone()).or_default().push(meant);
            self.calls.push((call, meant));
        }
        for Identifier { value, .. } in &reference.identifiers {
            self.calls.push((Call::Identifier(value.clone()), meant));
        }
    }

    fn hear_person(&mut self, person: PersonNo, mention: &Mention, first: First<'_>) -> Result<(), Undone<S::Error>> {
        let mut who = self.persona(person)?;
        let implicit = |key: &str| format!("~{key}");
        hear(&who.id, &mut who.names, &mut who.identifiers, &mention.reference, first.reported_at, implicit)
            .ok_or(Undone::Unsettled)?;
        self.personas.insert(person, who);
        Ok(())
    }

    fn hear_unit(&mut self, unit: UnitNo, mention: &Mention, first: First<'_>) -> Result<(), Undone<S::Error>> {
        if mention.manner != Manner::Plain {
            return Err(Undone::Unsettled);
        }
        let mut state = self.unit_state(unit)?;
        let scope = match state.company {
            None => String::new(),
            Some(company) => format!("{}/", self.unit_state(company)?.id),
        };
        let implicit = |key: &str| format!("~{scope}{key}");
        hear(&state.id, &mut state.names, &mut state.identifiers, &mention.reference, first.reported_at, implicit)
            .ok_or(Undone::Unsettled)?;
        self.units.insert(unit, state);
        Ok(())
    }
}

/// Why new events are not settled.
enum Undone<E> {
    /// Older events leave something in doubt.
    Unsettled,
    /// What is settled of them does not read.
    Unread(E),
}

impl<E> Undone<E> {
    /// None where something is in doubt.
    fn in_doubt<T>(settled: Result<T, Undone<E>>) -> Result<Option<T>, E> {
        match settled {
            Ok(settled) => Ok(Some(settled)),
            Err(Undone::Unsettled) => Ok(None),
            Err(Undone::Unread(error)) => Err(error),
        }
    }
}

impl<E> From<E> for Undone<E> {
    fn from(error: E) -> Undone<E> {
        Undone::Unread(error)
    }
}

/// Whether a mention is heard earlier than it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Earlier,
    Later,
}
