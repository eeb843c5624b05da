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
use crate::identity::Namespace;
use crate::name::NameKey;
use crate::position::Seq;
use crate::role::{Resolve, mentions};
use crate::statement::PersonNo;

/// Withholds what must not be answered of erased persons, at any clock (contract, section 3, `PersonErased`). To be run once,
/// when all events are in.
///
/// Who is erased is decided by what stands, on everything that is known; where nothing that stands names who was erased any
/// more, by all that was ever said. What was withdrawn is withheld where either has it as theirs.
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
    let names = erased.names();
    let mut mentioned = Vec::new();
    let mut cleaned: Vec<(usize, EntryFact, WithheldFields)> = Vec::new();
    for (at, entry) in archive.entries.iter().enumerate() {
        let company = entry.fact.company();
        mentions(archive, &entry.fact, &mut |named, _| {
            if let Named::Person(person) = named
                && erased.mean(live[at], company, person)
            {
                mentioned.push(ErasedMention { entry: index(at), company, person });
            }
        });
        cleaned.extend(erased.cleaned(live[at], entry).map(|(fact, fields)| (at, fact, fields)));
    }
    let references = mentioned.iter().map(|ErasedMention { person: PersonRef(at), .. }| &archive.persons[*at as usize]);
    let given = references.flat_map(|mention| &mention.reference.names).map(|name| name.key().clone());
    let names: ErasedNames = names.into_iter().chain(given).collect();
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
    /// Whom the mentions mean of what stands.
    stands: &'r Meanings<'a>,
    /// Whom they mean where all events count.
    heard: &'r Meanings<'a>,
    /// The erased, as what stands has them.
    people: FxHashSet<PersonNo>,
    /// The erased, as all events have them.
    people_heard: FxHashSet<PersonNo>,
    /// Their ids.
    ids: FxHashSet<&'r GivenId>,
}

impl<'r, 'a> Erased<'r, 'a> {
    fn of(archive: &'a Archive, live: &[bool], stands: &'r Meanings<'a>, heard: &'r Meanings<'a>) -> Erased<'r, 'a> {
        // Every mention of a person in what stands, with whom it means there and where all events count.
        let mut named: Vec<(PersonNo, Option<PersonNo>)> = Vec::new();
        let mut references: Vec<(PersonNo, Option<PersonNo>)> = Vec::new();
        for (entry, _) in archive.entries.iter().zip(live).filter(|(_, live)| **live) {
            let company = entry.fact.company();
            let list = if entry.fact.erases().is_some() { &mut references } else { &mut named };
            mentions(archive, &entry.fact, &mut |mentioned, _| {
                if let Named::Person(person) = mentioned
                    && let Some(meant) = stands.person_meant(company, person)
                {
                    list.push((meant, heard.person_meant(company, person)));
                }
            });
        }
        let there: FxHashSet<PersonNo> = named.iter().map(|(person, _)| *person).collect();
        let gone = references.iter().filter(|(person, _)| !there.contains(person));
        let gone: FxHashSet<PersonNo> = gone.filter_map(|(_, heard)| *heard).collect();
        let mut people: FxHashSet<PersonNo> = references.iter().map(|(person, _)| *person).collect();
        people.extend(
            named.iter().filter(|(_, heard)| heard.is_some_and(|one| gone.contains(&one))).map(|(one, _)| *one),
        );
        with_stand_ins(&stands.people, &mut people);
        let all = named.iter().chain(&references).filter(|(person, _)| people.contains(person));
        let mut people_heard: FxHashSet<PersonNo> = all.filter_map(|(_, heard)| *heard).collect();
        let there: FxHashSet<PersonNo> = named.iter().filter_map(|(_, heard)| *heard).collect();
        let once = same_once(archive, live, heard, &people_heard, &there);
        people_heard.extend(&once);
        with_stand_ins(&heard.people, &mut people_heard);
        let ids = people.iter().map(|person| &stands.people.entities[person.0 as usize]);
        let ids = ids.chain(gone.iter().chain(&once).map(|person| &heard.people.entities[person.0 as usize]));
        Erased { archive, stands, heard, ids: ids.flat_map(|one| &one.ids).collect(), people, people_heard }
    }

    /// The names of the erased in what stands.
    fn names(&self) -> Vec<NameKey> {
        let people = self.people.iter().map(|person| &self.stands.people.entities[person.0 as usize]);
        people.flat_map(|person| &person.names).map(|known| known.name.key().clone()).collect()
    }

    /// Whether a mention in an event about that company, which stands or does not, means one of them.
    fn mean(&self, stands: bool, company: Option<CompanyRef>, person: PersonRef) -> bool {
        let meant = self.stands.person_meant(company, person);
        if meant.is_some_and(|person| self.people.contains(&person)) {
            return true;
        }
        if stands {
            return false;
        }
        if let Some(id) = &self.archive.persons[person.0 as usize].reference.id {
            return self.ids.contains(id);
        }
        self.heard.person_meant(company, person).is_some_and(|person| self.people_heard.contains(&person))
    }

    /// What is left of an event that names one of them, with the fields that were taken out of it.
    fn cleaned(&self, stands: bool, entry: &Entry) -> Option<(EntryFact, WithheldFields)> {
        let company = entry.fact.company();
        let whole = || (self.withheld(stands, entry), WithheldFields::default());
        match &entry.fact {
            EntryFact::Person { person, .. } if self.mean(stands, company, *person) => Some(whole()),
            EntryFact::Person { person, fact } => {
                let mut without = WithoutErased { erased: self, stands, left_out: WithheldFields::default() };
                let fact = (**fact).clone().renamed(&mut without).expect("companies and units stay");
                let left_out = without.left_out;
                let fact = EntryFact::Person { person: *person, fact: Box::new(fact) };
                (left_out != WithheldFields::default()).then_some((fact, left_out))
            }
            EntryFact::PersonDescribed { person, .. } | EntryFact::Died { person } | EntryFact::Erased { person } => {
                self.mean(stands, company, *person).then(whole)
            }
            EntryFact::SamePerson { person, same_as } => {
                (self.mean(stands, None, *person) || self.mean(stands, None, *same_as)).then(whole)
            }
            EntryFact::Unit { .. }
            | EntryFact::SameUnit { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Withheld { .. } => None,
        }
    }

    /// What stays of an event about one of them: what it named beside is still known to be there.
    fn withheld(&self, stands: bool, entry: &Entry) -> EntryFact {
        let company = entry.fact.company();
        let (mut people, mut places) = (Vec::new(), Vec::new());
        mentions(self.archive, &entry.fact, &mut |named, _| match named {
            Named::Person(person) if self.mean(stands, company, person) => {}
            Named::Person(person) => people.push(person),
            Named::Company(company) => places.push(OrganisationRef::Company(company)),
            Named::Unit(unit) => places.push(OrganisationRef::Unit(unit)),
        });
        EntryFact::Withheld { people: people.into(), places: places.into(), was_claim: entry.fact.is_claim() }
    }
}

/// Adds what stands for names all of whose bearers are among these.
fn with_stand_ins(space: &Namespace, people: &mut FxHashSet<PersonNo>) {
    let shared: Vec<u32> = stand_ins(space, |person| people.contains(&PersonNo(person))).collect();
    people.extend(shared.into_iter().map(PersonNo));
}

/// Those whom a statement that does not stand any more had as the same as one of these people, where nothing that stands
/// names them (`there`): what was said of them was said of the erased.
fn same_once(
    archive: &Archive,
    live: &[bool],
    heard: &Meanings<'_>,
    people: &FxHashSet<PersonNo>,
    there: &FxHashSet<PersonNo>,
) -> FxHashSet<PersonNo> {
    let mut same: FxHashMap<PersonNo, Vec<PersonNo>> = FxHashMap::default();
    for (entry, _) in archive.entries.iter().zip(live).filter(|(_, live)| !**live) {
        if let EntryFact::SamePerson { person, same_as } = &entry.fact
            && let (Some(one), Some(other)) = (heard.person_meant(None, *person), heard.person_meant(None, *same_as))
        {
            same.entry(one).or_default().push(other);
            same.entry(other).or_default().push(one);
        }
    }
    let mut once = FxHashSet::default();
    let mut work: Vec<PersonNo> = same.keys().copied().filter(|person| people.contains(person)).collect();
    while let Some(person) = work.pop() {
        for other in same.remove(&person).unwrap_or_default() {
            if !there.contains(&other) && !people.contains(&other) && once.insert(other) {
                work.push(other);
            }
        }
    }
    once
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
    /// Whether the claim stands.
    stands: bool,
    left_out: WithheldFields,
}

impl Renaming<PersonRef, CompanyRef, UnitRef> for WithoutErased<'_, '_, '_> {
    type Person = PersonRef;
    type Company = CompanyRef;
    type Unit = UnitRef;

    fn person(&mut self, company: CompanyRef, field: Field, person: PersonRef) -> Option<PersonRef> {
        let is_erased = self.erased.mean(self.stands, Some(company), person);
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
