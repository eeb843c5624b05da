//! Numbers of people and units that stay as they are while the log grows.
//!
//! Within a reading, people and units are numbered as they are found. What is kept longer than a reading has the number
//! of the first way of naming it, of which the log only gets more.

use super::{Reading, index};
use crate::identity::Namespace;
use crate::statement::{PersonNo, UnitNo};
use crate::structure::UnitHistory;
use crate::view::{Meant, NameConflict, PersonState, UnitState};

/// The numbers of the ways of naming in a log, for those of an archive.
pub(crate) struct MentionNumbers {
    pub(crate) persons: Vec<u32>,
    pub(crate) companies: Vec<u32>,
    pub(crate) units: Vec<u32>,
}

/// What has no number: it is named by nothing of which the archive holds all that tells who that is.
pub(crate) const UNNUMBERED: u32 = u32::MAX;

/// The lasting numbers of the people and units of a reading.
pub struct Numbers {
    people: Vec<u32>,
    units: Vec<u32>,
}

impl Reading<'_> {
    /// The numbers of people and units, where the archive holds the whole log.
    pub fn numbers(&self) -> Numbers {
        self.numbers_by(|way| way, |way| way, |way| way)
    }

    /// The same where it holds a part of it.
    pub(crate) fn numbers_of(&self, ways: &MentionNumbers) -> Numbers {
        let by = |of: &'_ [u32], way: u32| of[way as usize];
        self.numbers_by(|way| by(&ways.persons, way), |way| by(&ways.companies, way), |way| by(&ways.units, way))
    }

    fn numbers_by(
        &self,
        person: impl Fn(u32) -> u32,
        company: impl Fn(u32) -> u32,
        unit: impl Fn(u32) -> u32,
    ) -> Numbers {
        let people = first_ways(&self.meanings.people, person);
        // Companies and units are numbered apart, and are told apart by the last bit.
        let mut units = first_ways(&self.meanings.companies, |way| doubled(company(way), 0));
        units.extend(first_ways(&self.meanings.units, |way| doubled(unit(way), 1)));
        Numbers { people, units }
    }
}

fn doubled(number: u32, bit: u32) -> u32 {
    number.checked_mul(2).map_or(UNNUMBERED, |double| double + bit)
}

/// By entity, the first way of naming that means it.
fn first_ways(space: &Namespace, number: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut first = vec![UNNUMBERED; space.entities.len()];
    for way in 0..space.meanings.len() {
        let Some(entity) = space.stands_for(way) else { continue };
        let way = index(way);
        let first = &mut first[entity as usize];
        *first = number(way).min(*first);
    }
    first
}

impl Numbers {
    /// The lasting number of a person.
    pub fn person(&self, person: PersonNo) -> PersonNo {
        PersonNo(self.people[person.0 as usize])
    }

    /// The lasting number of a unit or company.
    pub fn unit(&self, unit: UnitNo) -> UnitNo {
        UnitNo(self.units[unit.0 as usize])
    }

    /// The same of either.
    pub fn meant(&self, meant: Meant) -> Meant {
        match meant {
            Meant::Person(person) => Meant::Person(self.person(person)),
            Meant::Unit(unit) => Meant::Unit(self.unit(unit)),
        }
    }

    /// A person, with lasting numbers.
    pub fn person_state(&self, mut state: PersonState) -> PersonState {
        for held in &mut state.career.tenures {
            held.company = self.unit(held.company);
            held.unit = held.unit.map(|unit| self.unit(unit));
            for spell in &mut held.managers {
                spell.manager = spell.manager.map(|manager| self.person(manager));
            }
        }
        state
    }

    /// A unit, with lasting numbers.
    pub fn unit_state(&self, state: &UnitState) -> UnitState {
        let mut state = state.clone();
        state.company = state.company.map(|company| self.unit(company));
        for below in &mut state.below {
            *below = self.unit(*below);
        }
        state.below.sort_unstable();
        let UnitHistory { first_parent, parents, existence, .. } = &mut state.history;
        *first_parent = first_parent.map(|parent| self.unit(parent));
        for change in parents {
            change.value = self.unit(change.value);
        }
        existence.renumber(|into| self.unit(into));
        state
    }

    /// A conflict of names, with lasting numbers.
    pub fn name_conflict(&self, mut conflict: NameConflict) -> NameConflict {
        conflict.person = conflict.person.map(|person| self.person(person));
        conflict.unit = conflict.unit.map(|unit| self.unit(unit));
        for other in &mut conflict.others {
            *other = self.meant(*other);
        }
        conflict
    }

    /// Whether all whom the state of a person names have numbers.
    pub(crate) fn knows_all_of(state: &PersonState) -> bool {
        state.career.tenures.iter().all(|held| {
            let mut units = held.unit.into_iter().chain([held.company]);
            let mut managers = held.managers.iter().filter_map(|spell| spell.manager);
            units.all(|unit| unit.0 != UNNUMBERED) && managers.all(|manager| manager.0 != UNNUMBERED)
        })
    }

    /// The same of those whom a conflict is about.
    pub(crate) fn are_all_known(conflict: &NameConflict) -> bool {
        let own = conflict.person.map(Meant::Person).into_iter().chain(conflict.unit.map(Meant::Unit));
        own.chain(conflict.others.iter().copied()).all(|meant| match meant {
            Meant::Person(PersonNo(number)) | Meant::Unit(UnitNo(number)) => number != UNNUMBERED,
        })
    }

    /// The people who have lasting numbers, each with the number in the reading.
    pub fn people(&self) -> impl Iterator<Item = (PersonNo, PersonNo)> + '_ {
        let numbered = (0..).zip(&self.people).filter(|(_, number)| **number != UNNUMBERED);
        numbered.map(|(local, number)| (PersonNo(*number), PersonNo(local)))
    }

    /// The same of units and companies.
    pub fn units(&self) -> impl Iterator<Item = (UnitNo, UnitNo)> + '_ {
        let numbered = (0..).zip(&self.units).filter(|(_, number)| **number != UNNUMBERED);
        numbered.map(|(local, number)| (UnitNo(*number), UnitNo(local)))
    }
}
