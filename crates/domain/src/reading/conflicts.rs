//! The conflicts of names, of identifiers and of sources' keys that a ledger holds.

use rustc_hash::FxHashMap;

use super::Reading;
use super::meanings::company_meant;
use crate::archive::{CompanyRef, Entry, EntryFact, PersonRef, UnitRef};
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Instant;
use crate::event::{Identifier, Named};
use crate::identity::{Meaning, Namespace};
use crate::position::EventId;
use crate::role::{Resolve, mentions};
use crate::statement::{PersonNo, UnitNo};
use crate::view::{Meant, NameConflict};

impl Reading<'_> {
    /// The live events of which an erasure withholds no whole one: contradictions are told of these.
    fn shown(&self) -> impl Iterator<Item = &Entry> {
        let live = self.archive.entries.iter().zip(&self.live).filter(|(_, live)| **live);
        live.map(|(entry, _)| entry).filter(|entry| !entry.is_withheld())
    }

    /// Names that two or more ids claim and that nothing decides.
    pub(super) fn collect_name_conflicts(&mut self) {
        if self.meanings.people.ambiguities.is_empty()
            && self.meanings.companies.ambiguities.is_empty()
            && self.meanings.units.ambiguities.is_empty()
        {
            return;
        }
        let mut people: FxHashMap<u32, Vec<EventId>> = FxHashMap::default();
        let mut units: FxHashMap<UnitNo, (Vec<EventId>, Vec<UnitNo>)> = FxHashMap::default();
        for entry in self.shown() {
            let company = entry.fact.company().and_then(|company| company_meant(&self.meanings.companies, company));
            mentions(self.archive, &entry.fact, &mut |named, _| match named {
                Named::Person(PersonRef(mention)) => {
                    let Some(meaning) = self.meanings.people.meanings[mention as usize] else { return };
                    if let (_, Some(undecided)) =
                        self.meanings.known_there.decide(&self.meanings.people, meaning, company)
                    {
                        people.entry(undecided).or_default().push(entry.id.clone());
                    }
                }
                Named::Company(CompanyRef(mention)) => {
                    if let Some(Meaning::Ambiguous(ambiguity)) = self.meanings.companies.meanings[mention as usize] {
                        let ambiguity = &self.meanings.companies.ambiguities[ambiguity as usize];
                        if ambiguity.is_settled() {
                            return;
                        }
                        let candidates = || ambiguity.candidates.iter().map(|c| UnitNo(*c)).collect();
                        let found =
                            units.entry(UnitNo(ambiguity.implicit)).or_insert_with(|| (Vec::new(), candidates()));
                        found.0.push(entry.id.clone());
                    }
                }
                Named::Unit(UnitRef(mention)) => {
                    let Some(meaning) = self.meanings.units.meanings[mention as usize] else { return };
                    let scope = self.archive.units[mention as usize].scope;
                    let company = scope.and_then(|scope| company_meant(&self.meanings.companies, scope));
                    if let (_, Some(undecided)) =
                        self.meanings.units_known_there.decide(&self.meanings.units, meaning, company)
                    {
                        let ambiguity = &self.meanings.units.ambiguities[undecided as usize];
                        let candidates = || ambiguity.candidates.iter().map(|c| self.meanings.unit_no(*c)).collect();
                        let implicit = self.meanings.unit_no(ambiguity.implicit);
                        let found = units.entry(implicit).or_insert_with(|| (Vec::new(), candidates()));
                        found.0.push(entry.id.clone());
                    }
                }
            });
        }
        let detail = |mut ids: Vec<&str>| {
            ids.sort_unstable();
            format!("one of {} can be meant", ids.join(", "))
        };
        let mut conflicts = Vec::new();
        for (ambiguity, events) in people {
            let ambiguity = &self.meanings.people.ambiguities[ambiguity as usize];
            if self.meanings.erased.contains(&ambiguity.implicit) {
                continue;
            }
            let (erased, named): (Vec<u32>, Vec<u32>) =
                ambiguity.candidates.iter().partition(|person| self.meanings.erased.contains(person));
            let ids = named.into_iter().map(|person| &*self.meanings.people.entities[person as usize].id);
            let erased = (!erased.is_empty()).then_some("somebody who is erased");
            let conflict = Conflict::new(ConflictKind::AmbiguousName, events, detail(ids.chain(erased).collect()));
            conflicts.push(NameConflict {
                person: Some(PersonNo(ambiguity.implicit)),
                unit: None,
                others: Vec::new(),
                conflict,
            });
        }
        for (unit, (events, candidates)) in units {
            let ids = candidates.iter().map(|c| &*self.structure[c.0 as usize].id);
            let conflict = Conflict::new(ConflictKind::AmbiguousName, events, detail(ids.collect()));
            conflicts.push(NameConflict { person: None, unit: Some(unit), others: Vec::new(), conflict });
        }
        self.name_conflicts.extend(conflicts);
    }

    /// Identifiers that two or more ids claim, with the events that claim them.
    pub(super) fn collect_shared_identifiers(&mut self) {
        // Of each, who claims it in the events that are shown, and these.
        let by_identifier = |space: &Namespace| -> FxHashMap<Identifier, (Vec<u32>, Vec<EventId>)> {
            space.shared.iter().map(|shared| (shared.clone(), <_>::default())).collect()
        };
        let mut people = by_identifier(&self.meanings.people);
        let mut companies = by_identifier(&self.meanings.companies);
        let mut units = by_identifier(&self.meanings.units);
        if people.is_empty() && companies.is_empty() && units.is_empty() {
            return;
        }
        let (archive, meant) = (self.archive, &self.meanings);
        for entry in self.shown() {
            mentions(archive, &entry.fact, &mut |named, _| {
                let (at, mentions, space, shared) = match named {
                    Named::Person(PersonRef(at)) => (at, &archive.persons, &meant.people, &mut people),
                    Named::Company(CompanyRef(at)) => (at, &archive.companies, &meant.companies, &mut companies),
                    Named::Unit(UnitRef(at)) => (at, &archive.units, &meant.units, &mut units),
                };
                let reference = &mentions[at as usize].reference;
                if let (Some(_), Some(Meaning::One(claimant))) = (&reference.id, space.meanings[at as usize]) {
                    for identifier in &reference.identifiers {
                        if let Some((claimants, events)) = shared.get_mut(identifier) {
                            claimants.push(claimant);
                            events.push(entry.id.clone());
                        }
                    }
                }
            });
        }
        let conflict = |identifier: &Identifier, ids: Vec<&str>, events: Vec<EventId>| {
            let Identifier { scheme, value } = identifier;
            let detail =
                format!("{} are all said to be {scheme}:{value}: one is wrong, or they are one", ids.join(", "));
            Conflict::new(ConflictKind::SharedIdentifier, events, detail)
        };
        let mut conflicts = Vec::new();
        for (identifier, (mut claimants, events)) in people {
            let id = |person: &u32| &*self.meanings.people.entities[*person as usize].id;
            claimants.retain(|person| !self.meanings.erased.contains(person));
            claimants.sort_by_key(|person| id(person));
            claimants.dedup();
            if claimants.len() < 2 {
                continue;
            }
            let conflict = conflict(&identifier, claimants.iter().map(id).collect(), events);
            let mut people = claimants.into_iter().map(PersonNo);
            conflicts.push(NameConflict {
                person: people.next(),
                unit: None,
                others: people.map(Meant::Person).collect(),
                conflict,
            });
        }
        let places = companies.into_iter().map(|(identifier, (claimants, events))| {
            (identifier, claimants.into_iter().map(UnitNo).collect::<Vec<_>>(), events)
        });
        let places = places.chain(units.into_iter().map(|(identifier, (claimants, events))| {
            (identifier, claimants.into_iter().map(|unit| self.meanings.unit_no(unit)).collect(), events)
        }));
        for (identifier, mut claimants, events) in places {
            let id = |unit: &UnitNo| &*self.structure[unit.0 as usize].id;
            claimants.sort_by_key(|unit| id(unit));
            claimants.dedup();
            if claimants.len() < 2 {
                continue;
            }
            let conflict = conflict(&identifier, claimants.iter().map(id).collect(), events);
            let mut units = claimants.into_iter();
            conflicts.push(NameConflict {
                person: None,
                unit: units.next(),
                others: units.map(Meant::Unit).collect(),
                conflict,
            });
        }
        self.name_conflicts.extend(conflicts);
    }

    /// A key names one statement: two events of one report and retrieval that share it.
    pub(super) fn collect_reused_keys(&mut self) {
        type Statement<'k> = (&'k str, &'k str, Instant, Option<Instant>);
        let mut shared: FxHashMap<Statement<'_>, Vec<&Entry>> = FxHashMap::default();
        for (entry, visible) in self.archive.entries.iter().zip(&self.visible) {
            if let (Some(key), true, false) = (&entry.key, *visible, entry.is_withheld()) {
                let statement = (&*entry.says, &**key, entry.reported_at, entry.retrieved_at);
                shared.entry(statement).or_default().push(entry);
            }
        }
        let conflicts: Vec<NameConflict> = shared
            .into_iter()
            .filter(|(_, entries)| entries.len() > 1)
            .map(|((says, key, ..), mut entries)| {
                entries.sort_by_key(|entry| &entry.id);
                let detail = format!("`{says}` uses the key `{key}` for {} statements", entries.len());
                let events = entries.iter().map(|entry| entry.id.clone()).collect();
                let mut about: Vec<Meant> = Vec::new();
                for meant in entries.iter().filter_map(|entry| self.is_about(entry)) {
                    if !about.contains(&meant) {
                        about.push(meant);
                    }
                }
                // People are told first, as everywhere.
                about.sort_by_key(|meant| matches!(meant, Meant::Unit(_)));
                let (person, unit) = match about.first() {
                    Some(Meant::Person(person)) => (Some(*person), None),
                    Some(Meant::Unit(unit)) => (None, Some(*unit)),
                    None => (None, None),
                };
                let conflict = Conflict::new(ConflictKind::KeyReused, events, detail);
                NameConflict { person, unit, others: about.into_iter().skip(1).collect(), conflict }
            })
            .collect();
        self.name_conflicts.extend(conflicts);
    }

    /// Of whom, or of which unit, an event tells.
    fn is_about(&self, entry: &Entry) -> Option<Meant> {
        match &entry.fact {
            EntryFact::Person { person, .. }
            | EntryFact::PersonDescribed { person, .. }
            | EntryFact::Died { person }
            | EntryFact::SamePerson { person, .. } => {
                self.meanings.person_meant(entry.fact.company(), *person).map(Meant::Person)
            }
            EntryFact::Unit { unit, .. } | EntryFact::SameUnit { unit, .. } => {
                self.meanings.place_meant(*unit).map(Meant::Unit)
            }
            EntryFact::Retracted { .. } | EntryFact::Erased { .. } | EntryFact::Withheld { .. } => None,
        }
    }
}
