//! A reading told with lasting numbers, to be held against another one of the same archive.

use std::collections::BTreeMap;

use super::numbers::UNNUMBERED;
use super::{MentionNumbers, Numbers, Reading};
use crate::archive::{PersonRef, UnitRef};
use crate::event::{Field, Named};
use crate::identity::{Call, Meaning, Namespace};
use crate::role::{Resolve, mentions};
use crate::statement::{PersonNo, UnitNo};
use crate::view::{Meant, NameConflict, PersonState, Persona, UnitState};

/// A reading, with the lasting numbers of its people and units. Those without a number are passed over.
pub(crate) struct Numbered<'r, 'a> {
    reading: &'r Reading<'a>,
    numbers: Numbers,
    people: BTreeMap<PersonNo, PersonNo>,
    units: BTreeMap<UnitNo, UnitNo>,
}

impl<'r, 'a> Numbered<'r, 'a> {
    pub(crate) fn of(reading: &'r Reading<'a>, ways: &MentionNumbers) -> Numbered<'r, 'a> {
        let numbers = reading.numbers_of(ways);
        let people = numbers.people().filter(|(_, local)| reading.meant[local.0 as usize]).collect();
        let units = numbers.units().collect();
        Numbered { reading, numbers, people, units }
    }

    /// The people whom live events mean.
    pub(crate) fn people(&self) -> impl Iterator<Item = PersonNo> + '_ {
        self.people.keys().copied()
    }

    /// The units and companies.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitNo> + '_ {
        self.units.keys().copied()
    }

    pub(crate) fn persona(&self, person: PersonNo) -> Option<Persona> {
        self.people.get(&person).map(|local| self.reading.persona(*local))
    }

    pub(crate) fn person(&self, person: PersonNo) -> Option<PersonState> {
        self.people.get(&person).map(|local| self.numbers.person_state(self.reading.person_state(*local)))
    }

    /// A unit, with what is below it of what has a number.
    pub(crate) fn unit(&self, unit: UnitNo) -> Option<UnitState> {
        let mut state = self.units.get(&unit).map(|local| self.numbers.unit_state(&self.reading.unit(*local)))?;
        state.below.retain(|below| below.0 != UNNUMBERED);
        Some(state)
    }

    /// Every call, with each who can be meant by it; sorted.
    pub(crate) fn calls(&self) -> Vec<(Call, Meant)> {
        let mut calls = Vec::new();
        self.reading.each_call(|call, meant| {
            let meant = self.numbers.meant(meant);
            let (Meant::Person(PersonNo(number)) | Meant::Unit(UnitNo(number))) = meant;
            if number != UNNUMBERED {
                calls.push((call, meant));
            }
        });
        calls.sort_unstable();
        calls.dedup();
        calls
    }

    /// The conflicts of names.
    pub(crate) fn conflicts(&self) -> Vec<NameConflict> {
        self.reading.name_conflicts.iter().map(|conflict| self.numbers.name_conflict(conflict.clone())).collect()
    }

    /// Whom a way of naming a person means where nothing else decides.
    pub(crate) fn person_named(&self, way: usize) -> Option<PersonNo> {
        self.reading.meanings.people.stands_for(way).map(|person| self.numbers.person(PersonNo(person)))
    }

    /// Whom a way of naming a person means, and everybody else who can be meant; none where nothing live has it.
    pub(crate) fn person_way(&self, way: usize) -> Option<Vec<u32>> {
        possible(&self.reading.meanings.people, way, |person| self.numbers.person(PersonNo(person)).0)
    }

    /// The same of a way of naming a company.
    pub(crate) fn company_way(&self, way: usize) -> Option<Vec<u32>> {
        possible(&self.reading.meanings.companies, way, |company| self.numbers.unit(UnitNo(company)).0)
    }

    /// The same of a way of naming a unit.
    pub(crate) fn unit_way(&self, way: usize) -> Option<Vec<u32>> {
        let meanings = &self.reading.meanings;
        if meanings.means_company[way] {
            return Some(Vec::new());
        }
        possible(&meanings.units, way, |unit| self.numbers.unit(meanings.unit_no(unit)).0)
    }

    /// The one company that a way of naming means, with its id.
    pub(crate) fn company(&self, way: usize) -> Option<(UnitNo, &str)> {
        let companies = &self.reading.meanings.companies;
        let Some(Meaning::One(company)) = companies.meanings[way] else { return None };
        Some((self.numbers.unit(UnitNo(company)), &companies.entities[company as usize].id))
    }

    /// The people of whom a live event tells.
    pub(crate) fn subjects(&self, entry: usize) -> Vec<PersonNo> {
        self.people_in(entry, |_, field| matches!(field, Field::Person | Field::Succeeds))
    }

    /// Whom and what a live event means by ambiguous names.
    pub(crate) fn decided(&self, entry: usize) -> Vec<Meant> {
        let Reading { archive, live, meanings, .. } = self.reading;
        let mut found = Vec::new();
        if !live[entry] {
            return found;
        }
        let is_ambiguous =
            |space: &Namespace, way: u32| matches!(space.meanings[way as usize], Some(Meaning::Ambiguous(_)));
        let fact = &archive.entries[entry].fact;
        let company = fact.company();
        mentions(archive, fact, &mut |named, _| match named {
            Named::Person(PersonRef(way)) if is_ambiguous(&meanings.people, way) => {
                found.extend(meanings.person_meant(company, PersonRef(way)).map(Meant::Person));
            }
            Named::Unit(UnitRef(way)) if is_ambiguous(&meanings.units, way) => {
                found.extend(meanings.unit_meant(UnitRef(way)).map(Meant::Unit));
            }
            Named::Person(_) | Named::Company(_) | Named::Unit(_) => {}
        });
        found.into_iter().map(|meant| self.numbers.meant(meant)).collect()
    }

    /// Whether live events use names that are ambiguous.
    pub(crate) fn is_ambiguous(&self) -> bool {
        let meanings = &self.reading.meanings;
        !meanings.people.ambiguities.is_empty() || !meanings.units.ambiguities.is_empty()
    }

    /// Whether an event lives.
    pub(crate) fn lives(&self, entry: usize) -> bool {
        self.reading.lives(entry)
    }

    fn people_in(&self, entry: usize, wanted: impl Fn(PersonRef, Field) -> bool) -> Vec<PersonNo> {
        let mut found = Vec::new();
        if !self.reading.live[entry] {
            return found;
        }
        let archive = self.reading.archive;
        let fact = &archive.entries[entry].fact;
        let company = fact.company();
        mentions(archive, fact, &mut |named, field| {
            if let Named::Person(person) = named
                && wanted(person, field)
                && let Some(person) = self.reading.meanings.person_meant(company, person)
            {
                found.push(self.numbers.person(person));
            }
        });
        found
    }
}

/// Whom a way of naming means, and all who can be meant, by their lasting numbers.
fn possible(space: &Namespace, way: usize, number: impl Fn(u32) -> u32) -> Option<Vec<u32>> {
    Some(match space.meanings[way]? {
        Meaning::One(entity) => vec![number(entity)],
        Meaning::Ambiguous(ambiguity) => {
            let ambiguity = &space.ambiguities[ambiguity as usize];
            let mut candidates: Vec<u32> = ambiguity.candidates.iter().map(|entity| number(*entity)).collect();
            candidates.sort_unstable();
            candidates.insert(0, number(ambiguity.implicit));
            candidates
        }
    })
}
