//! The events of a log, held compactly for reading.
//!
//! A ledger names the same people, companies and units over and over. The archive keeps each distinct way of
//! naming one (a *mention*) once and lets the events refer to it by number; a [`crate::reading::Reading`] then resolves
//! mentions, not events. The archive is told every event in the order of the log and forgets none.

mod entry;

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{HashTable, hash_table};
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

pub use self::entry::{CompanyRef, Entry, OrganisationRef, PersonRef, UnitRef};
pub(crate) use self::entry::{EntryFact, Manner, Mention, WithheldFields};
use crate::day::Instant;
use crate::erasure::ErasedNames;
use crate::event::{Event, Fact, Field, Reference, Renaming, UnitFact};
use crate::name::Name;
use crate::position::{EventId, Seq};

pub(crate) type Mentions = IndexSet<Mention, FxBuildHasher>;

/// The events of a log; see the module.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    pub(crate) entries: Vec<Entry>,
    pub(crate) persons: Mentions,
    pub(crate) companies: Mentions,
    pub(crate) units: Mentions,
    /// The entries by their ids.
    by_id: HashTable<u32>,
    texts: IndexSet<Arc<str>, FxBuildHasher>,
    titles: IndexSet<Name, FxBuildHasher>,
    erasures: bool,
    erased: Arc<ErasedNames>,
    /// The mentions of erased persons; see [`crate::reading::withhold`].
    pub(crate) erased_mentions: Vec<ErasedMention>,
    /// What events claim of which something is withheld, by their places among the entries.
    withheld: FxHashMap<u32, EntryFact>,
}

/// A mention of an erased person, which was taken out of the event that made it. It still counts where it is settled
/// who is meant: that two are called so stays true when one of them is erased.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErasedMention {
    /// The place among the entries of the event that made it.
    pub(crate) entry: u32,
    pub(crate) company: Option<CompanyRef>,
    pub(crate) person: PersonRef,
}

impl Archive {
    /// An archive of no events.
    pub fn new() -> Archive {
        Archive::default()
    }

    /// Makes room for so many events more.
    pub fn reserve(&mut self, events: usize) {
        self.entries.reserve(events);
        let entries = &self.entries;
        self.by_id.reserve(events, |index| hash(&entries[*index as usize].id));
    }

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The events, in the order of the log.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The event with that id.
    pub fn entry(&self, id: &EventId) -> Option<&Entry> {
        self.index_of(id).map(|index| &self.entries[index])
    }

    /// The place of the event with that id among the entries.
    pub(crate) fn index_of(&self, id: &EventId) -> Option<usize> {
        let found = self.by_id.find(hash(id), |index| self.entries[*index as usize].id == *id);
        found.map(|index| *index as usize)
    }

    /// Notes the place of the next entry, whose id that is. Whether it is new.
    fn note(&mut self, id: &EventId) -> bool {
        let entries = &self.entries;
        let next = u32::try_from(entries.len()).expect("an archive holds fewer than 2^32 events");
        let same = |index: &u32| entries[*index as usize].id == *id;
        let slot = self.by_id.entry(hash(id), same, |index| hash(&entries[*index as usize].id));
        match slot {
            hash_table::Entry::Occupied(_) => false,
            hash_table::Entry::Vacant(slot) => {
                slot.insert(next);
                true
            }
        }
    }

    /// The position of the last event.
    pub fn head(&self) -> Seq {
        self.entries.last().map_or(Seq::ZERO, |entry| entry.seq)
    }

    /// Adds the next event of the log. An id that is there already is passed over: it is a duplicate.
    pub fn push(&mut self, seq: Seq, recorded_at: Instant, event: Event) {
        if self.note(&event.id) {
            self.hold(seq, recorded_at, event);
        }
    }

    fn hold(&mut self, seq: Seq, recorded_at: Instant, event: Event) {
        let effective = event.effective_bounds();
        let dated = event.effective.is_some();
        let Event { id, fact, reported_at, source, confidence, corrects, .. } = event;
        let says = self.text(source.says());
        let fact = self.fact(fact);
        let (key, retrieved_at) = (source.key, source.retrieved_at);
        self.entries.push(Entry {
            seq,
            recorded_at,
            reported_at,
            id,
            confidence,
            says,
            key,
            retrieved_at,
            effective,
            dated,
            corrects,
            fact,
            withheld: WithheldFields::default(),
        });
    }

    /// Adds the events that follow in the log, as [`Archive::push`] would one by one, and tells which it passed over:
    /// duplicates, and what does not count by its id and position.
    pub fn append(&mut self, next: Stretch, counts: impl Fn(&EventId, Seq) -> bool) -> Vec<(Seq, EventId)> {
        let Archive { entries, persons, companies, units, texts, erasures, .. } = next.0;
        self.erasures |= erasures;
        let map = Remap {
            persons: persons.into_iter().map(|mention| number(&mut self.persons, mention)).collect(),
            companies: companies.into_iter().map(|mention| number(&mut self.companies, mention)).collect(),
            units: Vec::new(),
        };
        let units = units.into_iter().map(|mut mention| {
            mention.scope = mention.scope.map(|scope| map.company(scope));
            number(&mut self.units, mention)
        });
        let units = units.collect();
        let map = Remap { units, ..map };
        // The texts of a stretch are few, and known by where they lie.
        let texts: FxHashMap<*const u8, Arc<str>> = texts.iter().map(|text| (text.as_ptr(), self.text(text))).collect();
        self.entries.reserve(entries.len());
        let mut passed_over = Vec::new();
        for mut entry in entries {
            if !counts(&entry.id, entry.seq) || !self.note(&entry.id) {
                passed_over.push((entry.seq, entry.id));
                continue;
            }
            if let Some(known) = texts.get(&entry.says.as_ptr()) {
                entry.says.clone_from(known);
            }
            entry.fact = map.fact(entry.fact);
            self.entries.push(entry);
        }
        passed_over
    }

    /// Whether an event erases a person; then [`crate::reading::withhold`] must run before any reading.
    pub fn has_erasures(&self) -> bool {
        self.erasures
    }

    /// The names of everybody who was erased; none before [`crate::reading::withhold`] ran.
    pub fn erased_names(&self) -> &Arc<ErasedNames> {
        &self.erased
    }

    /// Says whose names may stand in no text of an answer.
    pub fn erase_names(&mut self, erased: Arc<ErasedNames>) {
        self.erased = erased;
    }

    /// Puts what is left of an event in its place.
    pub(crate) fn withhold(&mut self, at: usize, left: EntryFact, fields: WithheldFields) {
        let entry = &mut self.entries[at];
        entry.withheld = fields;
        let whole = std::mem::replace(&mut entry.fact, left);
        self.withheld.insert(u32::try_from(at).expect("an archive holds fewer than 2^32 events"), whole);
    }

    /// What an event claims, also where some of it is withheld: not to be answered.
    pub(crate) fn claimed(&self, at: usize) -> &EntryFact {
        let withheld = u32::try_from(at).ok().and_then(|at| self.withheld.get(&at));
        withheld.unwrap_or(&self.entries[at].fact)
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text: Arc<str> = Arc::from(text);
        self.texts.insert(text.clone());
        text
    }

    /// What an event claims, with the mentions that it makes: these are held from now on.
    pub(crate) fn fact(&mut self, fact: Fact) -> EntryFact {
        match fact {
            Fact::Person { person, fact } => {
                let person = self.person(person);
                let fact = fact.renamed(self).expect("every reference has a number");
                EntryFact::Person { person, fact: Box::new(fact) }
            }
            Fact::Unit { unit, company, fact } => self.unit_fact(unit, company, fact),
            Fact::PersonDied { person } => EntryFact::Died { person: self.person(person) },
            Fact::PersonDescribed { mut person, company, names, identifiers } => {
                person.names.extend(names.iter().map(|n| n.name.clone()));
                person.identifiers.extend(identifiers);
                let person = self.person(person);
                let company = company.map(|c| self.company(c));
                EntryFact::PersonDescribed { person, company, names: names.into() }
            }
            Fact::SamePerson { person, same_as } => {
                EntryFact::SamePerson { person: self.person(person), same_as: self.person(same_as) }
            }
            Fact::SameUnit { unit, company, same_as, same_as_company } => {
                let company = company.map(|c| self.company(c));
                let other = same_as_company.map(|c| self.company(c)).or(company);
                let unit = self.place(company, unit, Manner::Plain);
                let same_as = self.place(other, same_as, Manner::Plain);
                EntryFact::SameUnit { unit, same_as }
            }
            Fact::EventRetracted { event, .. } => EntryFact::Retracted { event },
            Fact::PersonErased { person } => {
                self.erasures = true;
                EntryFact::Erased { person: self.person(person) }
            }
        }
    }

    fn unit_fact(&mut self, mut unit: Reference, company: Option<Reference>, fact: UnitFact<Reference>) -> EntryFact {
        let company = company.map(|c| self.company(c));
        let mut manner = Manner::Plain;
        match &fact {
            UnitFact::Renamed { name } => {
                // Before its first rename a unit is shown by the name by which that event calls it.
                manner = Manner::Renamed;
                unit.names.push(name.clone());
            }
            UnitFact::Described { names, identifiers, .. } => {
                unit.names.extend(names.iter().map(|n| n.name.clone()));
                unit.identifiers.extend(identifiers.iter().cloned());
            }
            UnitFact::Formed { .. } | UnitFact::Moved { .. } | UnitFact::Merged { .. } | UnitFact::Dissolved => {}
        }
        let fact = fact.renamed(|other| Some(self.place(company, other, Manner::Above)));
        let fact = Box::new(fact.expect("every unit has a place"));
        EntryFact::Unit { unit: self.place(company, unit, manner), fact }
    }

    fn person(&mut self, reference: Reference) -> PersonRef {
        PersonRef(number(&mut self.persons, Mention { scope: None, reference, manner: Manner::Plain }))
    }

    fn company(&mut self, reference: Reference) -> CompanyRef {
        CompanyRef(number(&mut self.companies, Mention { scope: None, reference, manner: Manner::Plain }))
    }

    fn place(&mut self, company: Option<CompanyRef>, reference: Reference, manner: Manner) -> OrganisationRef {
        if let Some(company) = company {
            OrganisationRef::Unit(UnitRef(number(&mut self.units, Mention { scope: Some(company), reference, manner })))
        } else {
            // Among companies there is no company above that a name could mean instead.
            let manner = if manner == Manner::Above { Manner::Plain } else { manner };
            OrganisationRef::Company(CompanyRef(number(
                &mut self.companies,
                Mention { scope: None, reference, manner },
            )))
        }
    }
}

impl Renaming<Reference, Reference, Reference> for Archive {
    type Person = PersonRef;
    type Company = CompanyRef;
    type Unit = UnitRef;

    fn person(&mut self, _company: CompanyRef, _field: Field, person: Reference) -> Option<PersonRef> {
        Some(self.person(person))
    }

    fn company(&mut self, company: Reference) -> Option<CompanyRef> {
        Some(self.company(company))
    }

    fn unit(&mut self, company: CompanyRef, reference: Reference) -> Option<UnitRef> {
        let mention = Mention { scope: Some(company), reference, manner: Manner::Plain };
        Some(UnitRef(number(&mut self.units, mention)))
    }

    fn title(&mut self, title: Name) -> Name {
        if let Some(known) = self.titles.get(&title) {
            return known.clone();
        }
        self.titles.insert(title.clone());
        title
    }
}

/// Events that follow each other in a log, made ready on whichever thread to be appended to those before them.
#[derive(Clone, Debug, Default)]
pub struct Stretch(Archive);

impl Stretch {
    /// Makes room for so many events.
    pub fn reserve(&mut self, events: usize) {
        self.0.entries.reserve(events);
    }

    /// Adds the next event. Duplicates are found when it is appended.
    pub fn push(&mut self, seq: Seq, recorded_at: Instant, event: Event) {
        self.0.hold(seq, recorded_at, event);
    }
}

fn hash(id: &EventId) -> u64 {
    FxBuildHasher.hash_one(id)
}

/// The numbers that another archive's mentions have in this one.
struct Remap {
    persons: Vec<u32>,
    companies: Vec<u32>,
    units: Vec<u32>,
}

impl Remap {
    fn person(&self, PersonRef(number): PersonRef) -> PersonRef {
        PersonRef(self.persons[number as usize])
    }

    fn company(&self, CompanyRef(number): CompanyRef) -> CompanyRef {
        CompanyRef(self.companies[number as usize])
    }

    fn unit(&self, UnitRef(number): UnitRef) -> UnitRef {
        UnitRef(self.units[number as usize])
    }

    fn place(&self, place: OrganisationRef) -> OrganisationRef {
        match place {
            OrganisationRef::Company(company) => OrganisationRef::Company(self.company(company)),
            OrganisationRef::Unit(unit) => OrganisationRef::Unit(self.unit(unit)),
        }
    }

    /// The fact as this archive names it. Boxes are kept, for there is one in nearly every event.
    fn fact(&self, fact: EntryFact) -> EntryFact {
        match fact {
            EntryFact::Person { person, mut fact } => {
                *fact = (*fact).renamed(&mut &*self).expect("every reference has a number");
                EntryFact::Person { person: self.person(person), fact }
            }
            EntryFact::Unit { unit, mut fact } => {
                *fact = (*fact).renamed(|other| Some(self.place(other))).expect("every unit has a place");
                EntryFact::Unit { unit: self.place(unit), fact }
            }
            EntryFact::PersonDescribed { person, company, names } => {
                let company = company.map(|company| self.company(company));
                EntryFact::PersonDescribed { person: self.person(person), company, names }
            }
            EntryFact::Died { person } => EntryFact::Died { person: self.person(person) },
            EntryFact::Erased { person } => EntryFact::Erased { person: self.person(person) },
            EntryFact::SamePerson { person, same_as } => {
                EntryFact::SamePerson { person: self.person(person), same_as: self.person(same_as) }
            }
            EntryFact::SameUnit { unit, same_as } => {
                EntryFact::SameUnit { unit: self.place(unit), same_as: self.place(same_as) }
            }
            EntryFact::Retracted { event } => EntryFact::Retracted { event },
            EntryFact::Withheld { people, places, was_claim } => EntryFact::Withheld {
                was_claim,
                people: people.iter().map(|person| self.person(*person)).collect(),
                places: places.iter().map(|place| self.place(*place)).collect(),
            },
        }
    }
}

impl Renaming<PersonRef, CompanyRef, UnitRef> for &Remap {
    type Person = PersonRef;
    type Company = CompanyRef;
    type Unit = UnitRef;

    fn person(&mut self, _company: CompanyRef, _field: Field, person: PersonRef) -> Option<PersonRef> {
        Some(Remap::person(self, person))
    }

    fn company(&mut self, company: CompanyRef) -> Option<CompanyRef> {
        Some(Remap::company(self, company))
    }

    fn unit(&mut self, _company: CompanyRef, unit: UnitRef) -> Option<UnitRef> {
        Some(Remap::unit(self, unit))
    }
}

fn number(mentions: &mut Mentions, mention: Mention) -> u32 {
    let (index, _) = mentions.insert_full(mention);
    u32::try_from(index).expect("an archive holds fewer than 2^32 mentions")
}
