//! What may not be answered any more because a person was erased (contract, section 3, `PersonErased`).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lives::{Lives, lives};
use super::meanings::{Meanings, stand_ins};
use super::{Basis, index};
use crate::archive::{
    Archive, CompanyRef, Entry, EntryFact, ErasedMention, OrganisationRef, PersonRef, UnitRef, WithheldFields,
};
use crate::erasure::ErasedNames;
use crate::event::{Field, GivenId, Named, Renaming};
use crate::position::Seq;
use crate::role::{Resolve, mentions};
use crate::statement::PersonNo;

/// Withholds what must not be answered of erased persons, at any clock. To be run once, when all events are in.
///
/// Who is erased is decided by what stands, on everything that is known. What only events name that do not stand any more
/// is theirs where it was when all of them were heard; a reference by id is where the id is theirs.
pub fn withhold(archive: &mut Archive) {
    withhold_as_of(archive, archive.head());
}

/// Withholds what was withheld when the log ended at that position.
pub(crate) fn withhold_as_of(archive: &mut Archive, last: Seq) {
    if !archive.has_erasures() {
        return;
    }
    let basis = Basis { recorded: Some(last), ..Basis::default() };
    let Lives { visible, live, .. } = lives(archive, |entry| basis.admits_in_time(entry));
    let (stands, heard) = (Meanings::of(archive, &live, &live), Meanings::of(archive, &live, &visible));
    let erased = Erased::of(archive, &live, &stands, &heard);
    let mut mentioned = Vec::new();
    let mut cleaned: Vec<(usize, EntryFact, WithheldFields)> = Vec::new();
    for (at, entry) in archive.entries.iter().enumerate() {
        let company = entry.fact.company();
        mentions(archive, &entry.fact, |named, _| {
            if let Named::Person(person) = named
                && erased.mean(company, person)
            {
                mentioned.push(ErasedMention { entry: index(at), company, person });
            }
        });
        cleaned.extend(erased.cleaned(entry).map(|(fact, fields)| (at, fact, fields)));
    }
    let names = erased.people.iter().flat_map(|person| &stands.people.entities[person.0 as usize].names);
    let names = names.map(|known| &known.name);
    let references = mentioned.iter().map(|ErasedMention { person: PersonRef(at), .. }| &archive.persons[*at as usize]);
    let names = names.chain(references.flat_map(|mention| &mention.reference.names));
    let names: ErasedNames = names.map(|name| name.key().clone()).collect();
    drop(erased);
    drop((stands, heard));
    for (at, fact, fields) in cleaned {
        archive.withhold(at, fact, fields);
    }
    archive.erased_mentions = mentioned;
    withhold_retractions(archive);
    archive.erase_names(Arc::new(names));
}

/// The people who are erased.
struct Erased<'r, 'a> {
    archive: &'a Archive,
    /// Who is meant by what stands.
    stands: &'r Meanings<'a>,
    /// Who was meant when all events were heard.
    heard: &'r Meanings<'a>,
    /// Who is erased, of those who stand.
    people: FxHashSet<PersonNo>,
    /// Their ids.
    ids: FxHashSet<&'r GivenId>,
    /// Who is, of those who were heard of.
    people_heard: FxHashSet<PersonNo>,
}

impl<'r, 'a> Erased<'r, 'a> {
    fn of(archive: &'a Archive, live: &[bool], stands: &'r Meanings<'a>, heard: &'r Meanings<'a>) -> Erased<'r, 'a> {
        let live = || archive.entries.iter().zip(live).filter(|(_, live)| **live).map(|(entry, _)| entry);
        let mut people: FxHashSet<PersonNo> =
            live().filter_map(|entry| stands.person_meant(None, entry.fact.erases()?)).collect();
        let shared: Vec<u32> = stand_ins(&stands.people, |person| people.contains(&PersonNo(person))).collect();
        people.extend(shared.into_iter().map(PersonNo));
        let mut people_heard = FxHashSet::default();
        for entry in live() {
            let company = entry.fact.company();
            mentions(archive, &entry.fact, |named, _| {
                if let Named::Person(person) = named
                    && stands.person_meant(company, person).is_some_and(|person| people.contains(&person))
                {
                    people_heard.extend(heard.person_meant(company, person));
                }
            });
        }
        let ids = people.iter().flat_map(|person| &stands.people.entities[person.0 as usize].ids).collect();
        Erased { archive, stands, heard, people, ids, people_heard }
    }

    /// Whether a mention in an event about that company means one of them.
    fn mean(&self, company: Option<CompanyRef>, person: PersonRef) -> bool {
        if let Some(person) = self.stands.person_meant(company, person) {
            return self.people.contains(&person);
        }
        if let Some(id) = &self.archive.persons[person.0 as usize].reference.id {
            return self.ids.contains(id);
        }
        self.heard.person_meant(company, person).is_some_and(|person| self.people_heard.contains(&person))
    }

    /// What is left of an event that names one of them, with the fields that were taken out of it.
    fn cleaned(&self, entry: &Entry) -> Option<(EntryFact, WithheldFields)> {
        let company = entry.fact.company();
        let whole = || (self.withheld(entry), WithheldFields::default());
        match &entry.fact {
            EntryFact::Person { person, .. } if self.mean(company, *person) => Some(whole()),
            EntryFact::Person { person, fact } => {
                let mut without = WithoutErased { erased: self, left_out: WithheldFields::default() };
                let fact = (**fact).clone().renamed(&mut without).expect("companies and units stay");
                let left_out = without.left_out;
                let fact = EntryFact::Person { person: *person, fact: Box::new(fact) };
                (left_out != WithheldFields::default()).then_some((fact, left_out))
            }
            EntryFact::PersonDescribed { person, .. } | EntryFact::Died { person } | EntryFact::Erased { person } => {
                self.mean(company, *person).then(whole)
            }
            EntryFact::SamePerson { person, same_as } => {
                (self.mean(None, *person) || self.mean(None, *same_as)).then(whole)
            }
            EntryFact::Unit { .. }
            | EntryFact::SameUnit { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Withheld { .. } => None,
        }
    }

    /// What stays of an event about one of them: what it named beside is still known to be there.
    fn withheld(&self, entry: &Entry) -> EntryFact {
        let company = entry.fact.company();
        let (mut people, mut places) = (Vec::new(), Vec::new());
        mentions(self.archive, &entry.fact, |named, _| match named {
            Named::Person(person) if self.mean(company, person) => {}
            Named::Person(person) => people.push(person),
            Named::Company(company) => places.push(OrganisationRef::Company(company)),
            Named::Unit(unit) => places.push(OrganisationRef::Unit(unit)),
        });
        EntryFact::Withheld { people: people.into(), places: places.into(), was_claim: entry.fact.is_claim() }
    }
}

/// Withholds retractions of what is withheld, and retractions of these.
fn withhold_retractions(archive: &mut Archive) {
    let mut retractions: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (retraction, entry) in archive.entries.iter().enumerate() {
        if let Some(target) = entry.fact.retracts().and_then(|id| archive.index_of(id)) {
            retractions.entry(target).or_default().push(retraction);
        }
    }
    let withheld = |index: &usize| archive.entries[*index].is_withheld();
    let mut work: Vec<usize> = retractions.keys().copied().filter(withheld).collect();
    while let Some(target) = work.pop() {
        for retraction in retractions.remove(&target).unwrap_or_default() {
            archive.entries[retraction].withheld = WithheldFields::ALL;
            work.push(retraction);
        }
    }
}

/// A claim without the erased people whom it names beside its own person.
struct WithoutErased<'e, 'r, 'a> {
    erased: &'e Erased<'r, 'a>,
    left_out: WithheldFields,
}

impl Renaming<PersonRef, CompanyRef, UnitRef> for WithoutErased<'_, '_, '_> {
    type Person = PersonRef;
    type Company = CompanyRef;
    type Unit = UnitRef;

    fn person(&mut self, company: CompanyRef, field: Field, person: PersonRef) -> Option<PersonRef> {
        let is_erased = self.erased.mean(Some(company), person);
        if is_erased {
            self.left_out.insert(field);
        }
        (!is_erased).then_some(person)
    }

    fn company(&mut self, company: CompanyRef) -> Option<CompanyRef> {
        Some(company)
    }

    fn unit(&mut self, _company: CompanyRef, unit: UnitRef) -> Option<UnitRef> {
        Some(unit)
    }
}
