//! New events beside what is already settled: a few claims folded in without reading all that came before.
//!
//! Most events say something new of entities that are known, or name new ones that nobody was called like: then who
//! is meant by everything older stays as it is, and only the people of whom they tell change. [`Addition::of`]
//! recognises that case, and refuses every other: corrections and retractions, statements of identity and structure,
//! restated keys, names that connect or divide entities, an order of names that it cannot tell. What is refused is
//! read with all events ([`crate::reading::Reading`]), which gives the same wherever both can be used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::archive::{Archive, CompanyRef, Entry, Manner, Mention, Mentions, PersonRef, UnitRef};
use crate::day::Instant;
use crate::event::{GivenId, Identifier, PersonFact, Reference};
use crate::fold::fold;
use crate::identity::{Call, KnownName};
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
    /// What stands under a mark: nothing, only the mark, or what is settled of a mention.
    fn mark(&self, mark: Mark) -> Option<Option<Settled>>;
    /// Whom a call can mean.
    fn called(&self, call: &Call) -> (Vec<PersonNo>, Vec<UnitNo>);
    /// Who a person is.
    fn who(&self, person: PersonNo) -> Option<Arc<Persona>>;
    /// A unit.
    fn unit(&self, unit: UnitNo) -> Option<Arc<UnitState>>;
    /// The id of the event at a position.
    fn event_id(&self, seq: Seq) -> Option<EventId>;
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
    fn settled(archive: &Archive, standing: &impl Standing) -> Option<Meanings> {
        let marks = MentionMarks::of(archive);
        let meant =
            |marks: &[Mark]| -> Option<Vec<u32>> { marks.iter().map(|mark| standing.mark(*mark)??.meant).collect() };
        Some(Meanings {
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
    pub fn of(archive: &'a Archive, standing: &impl Standing) -> Option<Before<'a>> {
        Some(Before { archive, meanings: Meanings::settled(archive, standing)? })
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
    pub fn of(fresh: &'a Archive, standing: &impl Standing) -> Option<Addition<'a>> {
        let mut keys: FxHashSet<Mark> = FxHashSet::default();
        for entry in fresh.entries() {
            entry.fact.claims_of()?;
            let known = |mark: Mark| standing.mark(mark).is_some();
            if entry.corrects.is_some() || known(Mark::awaited(&entry.id)) {
                return None;
            }
            if let Some(key) = &entry.key {
                let mark = Mark::key(&entry.says, key);
                if known(mark) || !keys.insert(mark) {
                    return None;
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
            let person = meanings.person_meant(None, entry.fact.claims_of()?)?;
            parts.entry(person).or_default().push((at, Part::Own));
            if let Some((_, PersonFact::AppointedToPost { succeeds: Some(other), .. })) = entry.fact.of_person() {
                let other = meanings.person_meant(None, *other)?;
                if other != person {
                    parts.entry(other).or_default().push((at, Part::Succeeded));
                }
            }
        }
        Some(Addition { fresh, meanings, parts, personas, units, marks, calls, new_people })
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
    fn known(&mut self, mark: Mark, first: First<'_>) -> Result<Option<(u32, Heard)>, Unsettled> {
        let Some(settled) = self.standing.mark(mark) else { return Ok(None) };
        let settled = settled.ok_or(Unsettled)?;
        let meant = settled.meant.ok_or(Unsettled)?;
        let earlier = match first.reported_at.cmp(&settled.first) {
            std::cmp::Ordering::Greater => return Ok(Some((meant, Heard::Later))),
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => first.id < &self.standing.event_id(settled.first_seq).ok_or(Unsettled)?,
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

    fn companies(&mut self) -> Option<Vec<UnitNo>> {
        let fresh = self.fresh;
        let mut companies = Vec::new();
        for (at, mention) in fresh.companies.iter().enumerate() {
            let first = self.firsts[1][at]?;
            // A new company would come before all units in their numbering.
            let (company, heard) = self.known(self.marks_of.companies[at], first).ok()??;
            let company = UnitNo(company);
            if self.standing.mark(Mark::candidate_unit(company)).is_some() {
                return None;
            }
            if heard == Heard::Earlier {
                self.hear_unit(company, mention, first)?;
            }
            companies.push(company);
        }
        Some(companies)
    }

    fn persons(&mut self) -> Option<Vec<PersonNo>> {
        let fresh = self.fresh;
        let mut persons = Vec::new();
        for (at, mention) in fresh.persons.iter().enumerate() {
            let (first, mark) = (self.firsts[0][at]?, self.marks_of.persons[at]);
            if let Some((person, heard)) = self.known(mark, first).ok()? {
                let person = PersonNo(person);
                if self.standing.mark(Mark::candidate_person(person)).is_some() {
                    return None;
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
            let meant = meant.ok()?;
            let person = match meant {
                Some(person) => PersonNo(person),
                None => self.new_person(mention),
            };
            if self.standing.mark(Mark::candidate_person(person)).is_some() {
                return None;
            }
            let who = self.persona(person)?;
            if !claims(&mention.reference, &who.ids, &who.identifiers) {
                return None;
            }
            self.hear_person(person, mention, first)?;
            self.remember(mark, person.0, first);
            self.call(&mention.reference, Meant::Person(person));
            persons.push(person);
        }
        Some(persons)
    }

    fn units(&mut self, companies: &[UnitNo]) -> Option<Vec<UnitNo>> {
        let fresh = self.fresh;
        let mut units = Vec::new();
        for (at, mention) in fresh.units.iter().enumerate() {
            let (first, mark) = (self.firsts[2][at]?, self.marks_of.units[at]);
            let CompanyRef(scope) = mention.scope?;
            let company = companies[scope as usize];
            if let Some((unit, heard)) = self.known(mark, first).ok()? {
                let unit = UnitNo(unit);
                if self.standing.mark(Mark::candidate_unit(unit)).is_some() {
                    return None;
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
                    for unit in self.units_called(call) {
                        let state = self.unit_state(unit)?;
                        let is_here = state.company == Some(company);
                        if matches!(call, Call::Name(_)) && !is_here && state.ids.is_empty() {
                            continue;
                        }
                        here.insert(unit.0, is_here);
                    }
                }
                if calls.iter().any(|call| self.standing.mark(Mark::gone(Sort::GoneUnit, call)).is_some()) {
                    return None;
                }
                match here.into_iter().collect::<Vec<_>>()[..] {
                    [] => None,
                    [(unit, true)] => Some(unit),
                    _ => return None,
                }
            };
            let unit = match meant {
                Some(unit) => UnitNo(unit),
                None => self.new_unit(mention, company)?,
            };
            if self.standing.mark(Mark::candidate_unit(unit)).is_some() {
                return None;
            }
            let state = self.unit_state(unit)?;
            if !claims(&mention.reference, &state.ids, &state.identifiers) {
                return None;
            }
            self.hear_unit(unit, mention, first)?;
            self.remember(mark, unit.0, first);
            self.call(&mention.reference, Meant::Unit(unit));
            units.push(unit);
        }
        Some(units)
    }

    fn units_called(&self, call: &Call) -> Vec<UnitNo> {
        let (_, mut units) = self.standing.called(call);
        units.extend(self.called.get(call).into_iter().flatten().filter_map(|meant| match meant {
            Meant::Unit(unit) => Some(*unit),
            Meant::Person(_) => None,
        }));
        // Companies have names of their own.
        units.retain(|unit| self.unit_state(*unit).is_none_or(|state| state.company.is_some()));
        units
    }

    /// The one whom all calls mean, or nobody; refused where they can mean several, or someone of old.
    fn one_meant(
        &self,
        calls: &[Call],
        gone: Sort,
        of: impl Fn(&Meant) -> Option<u32>,
    ) -> Result<Option<u32>, Unsettled> {
        let mut meant: BTreeSet<u32> = BTreeSet::new();
        for call in calls {
            if self.standing.mark(Mark::gone(gone, call)).is_some() {
                return Err(Unsettled);
            }
            meant.extend(self.standing.called(call).0.iter().map(|person| person.0));
            meant.extend(self.called.get(call).into_iter().flatten().filter_map(&of));
        }
        match meant.into_iter().collect::<Vec<_>>()[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Unsettled),
        }
    }

    fn persona(&self, person: PersonNo) -> Option<Persona> {
        match self.personas.get(&person) {
            Some(who) => Some(who.clone()),
            None => self.standing.who(person).map(|who| Persona::clone(&who)),
        }
    }

    fn unit_state(&self, unit: UnitNo) -> Option<UnitState> {
        match self.units.get(&unit) {
            Some(state) => Some(state.clone()),
            None => self.standing.unit(unit).map(|state| UnitState::clone(&state)),
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

    fn new_unit(&mut self, mention: &Mention, company: UnitNo) -> Option<UnitNo> {
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
        Some(unit)
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

    fn hear_person(&mut self, person: PersonNo, mention: &Mention, first: First<'_>) -> Option<()> {
        let mut who = self.persona(person)?;
        let implicit = |key: &str| format!("~{key}");
        hear(&who.id, &mut who.names, &mut who.identifiers, &mention.reference, first.reported_at, implicit)?;
        self.personas.insert(person, who);
        Some(())
    }

    fn hear_unit(&mut self, unit: UnitNo, mention: &Mention, first: First<'_>) -> Option<()> {
        if mention.manner != Manner::Plain {
            return None;
        }
        let mut state = self.unit_state(unit)?;
        let scope = match state.company {
            None => String::new(),
            Some(company) => format!("{}/", self.unit_state(company)?.id),
        };
        let implicit = |key: &str| format!("~{scope}{key}");
        hear(&state.id, &mut state.names, &mut state.identifiers, &mention.reference, first.reported_at, implicit)?;
        self.units.insert(unit, state);
        Some(())
    }
}

/// What older events do not settle beyond doubt.
struct Unsettled;

/// Whether a mention is heard earlier than it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Earlier,
    Later,
}

/// Whether a reference claims no more than its entity has: no other id, no identifier known only in part.
fn claims(reference: &Reference, ids: &[GivenId], identifiers: &[Identifier]) -> bool {
    reference.id.as_ref().is_none_or(|id| ids.contains(id))
        && (identifiers.is_empty() || reference.identifiers.iter().all(|identifier| identifiers.contains(identifier)))
}

/// Learns the names of a mention that was first made at that instant; refused where their order, or the entity's id,
/// depends on more.
fn hear(
    id: &str,
    names: &mut Vec<KnownName>,
    identifiers: &mut Vec<Identifier>,
    reference: &Reference,
    at: Instant,
    implicit: impl Fn(&str) -> String,
) -> Option<()> {
    if names.iter().any(|known| known.reported_at == at) {
        return None;
    }
    let becomes_first = names.first().is_none_or(|first| at < first.reported_at);
    if becomes_first
        && id.starts_with('~')
        && reference.names.first().is_none_or(|name| id != implicit(name.key().as_str()))
    {
        return None;
    }
    // The identifiers stand in the order of their mentions, which is not kept.
    if identifiers.is_empty() {
        identifiers.extend(reference.identifiers.iter().cloned());
    } else if !reference.identifiers.is_empty() && reference.identifiers != *identifiers {
        return None;
    }
    let mut brought: Vec<KnownName> = Vec::new();
    for name in &reference.names {
        let place = names.iter().position(|known| known.name == *name);
        match place {
            Some(place) if names[place].reported_at < at => {}
            Some(place) => {
                let KnownName { renamed, .. } = names.remove(place);
                brought.push(KnownName { name: name.clone(), reported_at: at, renamed });
            }
            None if brought.iter().any(|known| known.name == *name) => {}
            None => brought.push(KnownName { name: name.clone(), reported_at: at, renamed: false }),
        }
    }
    let place = names.iter().position(|known| known.reported_at > at).unwrap_or(names.len());
    names.splice(place..place, brought);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_their_first_reports() {
        let known = |text: &str, at: i64| KnownName {
            name: text.parse().expect("a name"),
            reported_at: Instant::from_micros(at),
            renamed: false,
        };
        let check = |names: &[(&str, i64)], told: &[&str], at: i64, expected: Option<&[(&str, i64)]>| {
            let mut list: Vec<KnownName> = names.iter().map(|(text, at)| known(text, *at)).collect();
            let reference = Reference {
                id: None,
                names: told.iter().map(|text| text.parse().expect("a name")).collect(),
                identifiers: Vec::new(),
            };
            let implicit = |key: &str| format!("~{key}");
            let done = hear("~ann", &mut list, &mut Vec::new(), &reference, Instant::from_micros(at), implicit);
            let list: Vec<(&str, i64)> = list.iter().map(|k| (k.name.as_str(), k.reported_at.micros())).collect();
            assert_eq!(done.map(|()| &list[..]), expected, "{names:?} told {told:?} at {at}");
        };
        check(&[], &["Ann"], 5, Some(&[("Ann", 5)]));
        check(&[("Ann", 5)], &["Ann"], 7, Some(&[("Ann", 5)]));
        check(&[("Ann", 5)], &["Ann"], 3, Some(&[("Ann", 3)]));
        check(&[("Ann", 5)], &["Ann", "Anna"], 7, Some(&[("Ann", 5), ("Anna", 7)]));
        check(&[("Ann", 5)], &["Anna", "Ann"], 3, None);
        check(&[("Ann", 5)], &["Ann", "Anna"], 3, Some(&[("Ann", 3), ("Anna", 3)]));
        check(&[("Ann", 2), ("A.", 9)], &["Anna"], 5, Some(&[("Ann", 2), ("Anna", 5), ("A.", 9)]));
        check(&[("Ann", 5)], &["Anna"], 5, None);
    }
}
