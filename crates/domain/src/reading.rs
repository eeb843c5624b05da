//! A ledger read on one basis: which events are live, whom they mean, and what follows (contract, section 1).
//!
//! > answer(at, known, recorded) = query( fold( { live events with `reported_at` <= known and seq <= recorded } ), at )
//!
//! A [`Reading`] is the inner part of that definition, computed from an [`Archive`]. Liveness and identity are
//! settled when it is made; people are folded when they are asked for, each once.
//!
//! `--source`, `--not-source` and `--min-confidence` narrow which claims about people count. Identity statements,
//! structure and retractions always count: they say who and what is meant, not who was where.

mod fate;

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

pub use self::fate::{Fate, Fates};
use crate::addition::{Mark, MentionMarks, Settled};
use crate::archive::{
    Archive, CompanyRef, Entry, EntryFact, ErasedMention, Manner, Mention, Mentions, PersonRef, Place, UnitRef,
    WITHHELD_MANAGER, WITHHELD_SUCCEEDS, WITHHELD_WHOLE,
};
use crate::conflict::{Conflict, ConflictKind};
use crate::day::Instant;
use crate::erasure::ErasedNames;
use crate::event::{Confidence, DescribedName, Identifier, PersonFact, UnitFact};
use crate::fold::fold;
use crate::identity::{Call, First, Identity, Meaning, Namespace, UNSCOPED, Use, resolve};
use crate::liveness::{Correction, Party, Reach};
use crate::name::{Name, NameKey};
pub use crate::part::Signature;
use crate::part::{Named, Part, Resolve, mentions, statement};
use crate::position::{EventId, Seq};
use crate::statement::{PersonNo, Statement, UnitNo};
use crate::structure::{Existence, UnitHistory, UnitStatement};
use crate::tenure::Career;
use crate::view::{EvidenceRef, Meant, NameConflict, PersonState, Persona, RosterRow, UnitState, View, roster_rows};

/// Which events a question admits. The default admits all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Only what was reported by then.
    pub known: Option<Instant>,
    /// Only what was recorded up to that position.
    pub recorded: Option<Seq>,
    /// Only claims about people of at least that confidence.
    pub min_confidence: Option<Confidence>,
    /// Only claims about people by these publishers, where any are given.
    pub sources: Vec<String>,
    /// No claims about people by these publishers.
    pub not_sources: Vec<String>,
}

impl Basis {
    /// Whether it admits all events that a log holds.
    pub fn is_head(&self) -> bool {
        *self == Basis::default()
    }

    /// Whether the event was reported and recorded in time, whoever says it.
    pub fn admits_in_time(&self, entry: &Entry) -> bool {
        self.known.is_none_or(|known| entry.reported_at <= known)
            && self.recorded.is_none_or(|recorded| entry.seq <= recorded)
    }

    /// Whether a list of events shows this one: reported and recorded in time, and of the sources and the confidence
    /// asked for where it claims something of a person's posts.
    pub fn lists(&self, entry: &Entry) -> bool {
        let sure = self.min_confidence.is_none_or(|least| entry.confidence >= least);
        self.admits(entry) && (sure || entry.fact.claims_of().is_none())
    }

    fn admits(&self, entry: &Entry) -> bool {
        let in_time = self.admits_in_time(entry);
        if !in_time || entry.fact.claims_of().is_none() {
            return in_time;
        }
        let said_by = |names: &[String]| names.iter().any(|name| is_same_source(name, &entry.says));
        (self.sources.is_empty() || said_by(&self.sources)) && !said_by(&self.not_sources)
    }
}

/// Whether an asker's name of a publisher means this one: equal as names, or the host of its address.
pub fn is_same_source(asked: &str, says: &str) -> bool {
    let host = says.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or(rest));
    asked == says
        || host.is_some_and(|host| host.eq_ignore_ascii_case(asked))
        || (NameKey::of(asked).is_some() && NameKey::of(asked) == NameKey::of(says))
}

/// A ledger on one basis; see the module.
pub struct Reading<'a> {
    archive: &'a Archive,
    live: Vec<bool>,
    /// The events whose mentions count: the live ones, or all.
    heard: Vec<bool>,
    /// Of each mention of a person, a company, a unit: where it is first made.
    first_uses: [Vec<Option<FirstUse>>; 3],
    people: Namespace,
    /// Those of them who are erased: nobody and nothing means them.
    erased: FxHashSet<u32>,
    companies: Namespace,
    units: Namespace,
    /// Mentions of what stands above a unit that mean the unit's company.
    means_company: Vec<bool>,
    /// Which people with ambiguous names each company's events name by id.
    known_there: KnownThere,
    units_known_there: KnownThere,
    /// By person: where its parts begin.
    starts: Vec<u32>,
    parts: Vec<(u32, Part)>,
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

/// How many events of a chain of corrections are told as replaced, the nearest first: many events can correct one and
/// the same chain.
const MOST_REPLACED: usize = 1_000;

/// The visible events of each source's key.
type Keyed<'a> = FxHashMap<(&'a str, &'a str), Vec<u32>>;

/// Withholds what must not be answered of erased persons, at any clock. To be run once, when all events are in.
///
/// Who is erased is decided on everything that is known; see the contract on `PersonErased`.
pub fn withhold(archive: &mut Archive) {
    if !archive.has_erasures() {
        return;
    }
    let reading = Reading::of_everybody(archive);
    let mut erased: FxHashSet<PersonNo> = archive
        .entries
        .iter()
        .zip(&reading.live)
        .filter(|(_, live)| **live)
        .filter_map(|(entry, _)| reading.person_meant(None, entry.fact.erases()?))
        .collect();
    let shared_by_them: Vec<u32> = stand_ins(&reading.people, |person| erased.contains(&PersonNo(person))).collect();
    erased.extend(shared_by_them.into_iter().map(PersonNo));
    let mut erased_mentions = Vec::new();
    let mut cleaned: Vec<(usize, EntryFact, u8)> = Vec::new();
    for (index, entry) in archive.entries.iter().enumerate() {
        let is_erased = |company: Option<CompanyRef>, person: PersonRef| {
            reading.person_meant(company, person).is_some_and(|p| erased.contains(&p))
        };
        let company = entry.fact.company();
        mentions(archive, &entry.fact, |named, _| {
            if let Named::Person(person) = named
                && is_erased(company, person)
            {
                erased_mentions.push(ErasedMention { entry: self::index(index), company, person });
            }
        });
        // Everyone else stays: what the event named beside the erased is still known to be there.
        let withheld = || {
            let (mut people, mut places) = (Vec::new(), Vec::new());
            mentions(archive, &entry.fact, |named, _| match named {
                Named::Person(person) if is_erased(company, person) => {}
                Named::Person(person) => people.push(person),
                Named::Company(company) => places.push(Place::Company(company)),
                Named::Unit(unit) => places.push(Place::Unit(unit)),
            });
            EntryFact::Withheld { people: people.into(), places: places.into() }
        };
        match &entry.fact {
            EntryFact::Person { person, fact } => {
                if is_erased(company, *person) {
                    cleaned.push((index, withheld(), 0));
                    continue;
                }
                let mut fact = fact.clone();
                let mut bits = 0;
                for (other, bit) in others_named(&mut fact) {
                    if other.is_some_and(|p| is_erased(company, p)) {
                        *other = None;
                        bits |= bit;
                    }
                }
                if bits != 0 {
                    cleaned.push((index, EntryFact::Person { person: *person, fact }, bits));
                }
            }
            EntryFact::PersonDescribed { person, .. } | EntryFact::Died { person } | EntryFact::Erased { person } => {
                if is_erased(None, *person) {
                    cleaned.push((index, withheld(), 0));
                }
            }
            EntryFact::SamePerson { person, same_as } => {
                if is_erased(None, *person) || is_erased(None, *same_as) {
                    cleaned.push((index, withheld(), 0));
                }
            }
            EntryFact::Unit { .. }
            | EntryFact::SameUnit { .. }
            | EntryFact::Retracted { .. }
            | EntryFact::Withheld { .. } => {}
        }
    }
    let names = erased.iter().flat_map(|person| &reading.people.entities[person.0 as usize].names);
    let names: ErasedNames = names.map(|known| known.name.key().clone()).collect();
    drop(reading);
    for (index, fact, bits) in cleaned {
        let entry = &mut archive.entries[index];
        entry.fact = fact;
        entry.withheld = bits;
    }
    archive.erased_mentions = erased_mentions;
    withhold_retractions(archive);
    archive.withhold_words(&Arc::new(names));
}

/// Who stands for an ambiguous name all of whose bearers are such.
fn stand_ins(people: &Namespace, are: impl Fn(u32) -> bool) -> impl Iterator<Item = u32> {
    let ambiguous = people.ambiguities.iter();
    ambiguous.filter(move |name| name.candidates.iter().all(|person| are(*person))).map(|name| name.implicit)
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
            archive.entries[retraction].withheld |= WITHHELD_WHOLE;
            work.push(retraction);
        }
    }
}

/// The people whom a fact names beside its own person, with the mark of the field.
fn others_named(fact: &mut PersonFact<PersonRef, CompanyRef, UnitRef>) -> Vec<(&mut Option<PersonRef>, u8)> {
    match fact {
        PersonFact::JoinedCompany { post, .. }
        | PersonFact::TransferredUnit { post, .. }
        | PersonFact::HeldPost { post, .. } => vec![(&mut post.reports_to, WITHHELD_MANAGER)],
        PersonFact::AppointedToPost { post, succeeds, .. } => {
            vec![(&mut post.reports_to, WITHHELD_MANAGER), (succeeds, WITHHELD_SUCCEEDS)]
        }
        PersonFact::ChangedManager { reports_to, .. } => vec![(reports_to, WITHHELD_MANAGER)],
        PersonFact::LeftCompany { .. } | PersonFact::RelievedOfPost { .. } | PersonFact::ChangedTitle { .. } => {
            Vec::new()
        }
    }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("an archive holds fewer than 2^32 of anything")
}

impl<'a> Reading<'a> {
    /// Reads the archive on a basis. What must be withheld was withheld before (see [`withhold`]).
    pub fn new(archive: &'a Archive, basis: &Basis) -> Reading<'a> {
        let Lives { visible, restated, mut live } = lives(archive, |entry| basis.admits(entry));
        if let Some(least) = basis.min_confidence {
            for (entry, live) in archive.entries.iter().zip(&mut live) {
                *live &= entry.confidence >= least || entry.fact.claims_of().is_none();
            }
        }
        let mut reading = Reading::resolved(archive, live.clone(), live);
        reading.collect();
        reading.collect_name_conflicts();
        reading.collect_shared_identifiers();
        reading.visible = visible;
        reading.restated = restated;
        reading.collect_reused_keys();
        reading
    }

    /// Everybody whom any event ever named, dead events included: for erasure, and to tell a name of which nothing
    /// stands any more from one that was never heard.
    pub fn of_everybody(archive: &'a Archive) -> Reading<'a> {
        let Lives { visible, live, .. } = lives(archive, |_| true);
        let mut reading = Reading::resolved(archive, live, visible);
        reading.collect();
        reading
    }

    /// Settles who is meant by the mentions of the events that are `heard`; statements that two are the same count
    /// where they are live.
    fn resolved(archive: &'a Archive, live: Vec<bool>, heard: Vec<bool>) -> Reading<'a> {
        let same = Sames::of(archive, &live);
        let firsts = |mentions: &Mentions, of: fn(Named) -> Option<u32>| firsts(archive, &heard, mentions.len(), of);
        let first = |first: FirstUse| -> First<'a> {
            (first.reported_at, &archive.entries[first.entry as usize].id, first.place)
        };
        let unscoped = |mentions: &'a Mentions, firsts: &[Option<FirstUse>]| -> Vec<Option<Use<'a>>> {
            let of = |(mention, used): (&'a Mention, &Option<FirstUse>)| {
                Some(Use { scope: UNSCOPED, mention, first: first((*used)?), silent: false })
            };
            mentions.iter().zip(firsts).map(of).collect()
        };
        let plain_id = |_: u32, key: &NameKey| format!("~{}", key.as_str());
        // People and places are named apart, so that both can be settled at once.
        let (people, companies, units, means_company, first_uses) = std::thread::scope(|scope| {
            let people = scope.spawn(|| {
                let used = firsts(&archive.persons, |named| match named {
                    Named::Person(PersonRef(mention)) => Some(mention),
                    Named::Company(_) | Named::Unit(_) => None,
                });
                let mut uses = unscoped(&archive.persons, &used);
                for erased in archive.erased_mentions.iter().filter(|erased| heard[erased.entry as usize]) {
                    let PersonRef(mention) = erased.person;
                    uses[mention as usize].get_or_insert_with(|| Use {
                        scope: UNSCOPED,
                        mention: &archive.persons[mention as usize],
                        first: {
                            let entry = &archive.entries[erased.entry as usize];
                            (entry.reported_at, &entry.id, u8::MAX)
                        },
                        silent: true,
                    });
                }
                (resolve(&uses, &same.people, plain_id), used)
            });
            let companies_used = firsts(&archive.companies, |named| match named {
                Named::Company(CompanyRef(mention)) => Some(mention),
                Named::Person(_) | Named::Unit(_) => None,
            });
            let units_used = firsts(&archive.units, |named| match named {
                Named::Unit(UnitRef(mention)) => Some(mention),
                Named::Person(_) | Named::Company(_) => None,
            });
            let companies = resolve(&unscoped(&archive.companies, &companies_used), &same.companies, plain_id);
            let mut means_company = vec![false; archive.units.len()];
            let uses: Vec<Option<Use<'a>>> = units_used
                .iter()
                .enumerate()
                .map(|(i, used)| {
                    let (mention, used) = (&archive.units[i], (*used)?);
                    let company = company_meant(&companies, mention.scope?)?;
                    if mention.manner == Manner::Above && is_company_itself(&companies, company, mention) {
                        means_company[i] = true;
                        return None;
                    }
                    Some(Use { scope: company, mention, first: first(used), silent: false })
                })
                .collect();
            let unit_id =
                |scope: u32, key: &NameKey| format!("~{}/{}", companies.entities[scope as usize].id, key.as_str());
            let units = resolve(&uses, &same.units, unit_id);
            let (people, people_used) = people.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (people, companies, units, means_company, [people_used, companies_used, units_used])
        });
        let mut reading = Reading {
            archive,
            live,
            heard,
            first_uses,
            people,
            erased: FxHashSet::default(),
            companies,
            units,
            means_company,
            known_there: KnownThere::default(),
            units_known_there: KnownThere::default(),
            starts: Vec::new(),
            parts: Vec::new(),
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
        };
        reading.note_who_is_known_where();
        reading.note_who_is_erased();
        reading
    }

    /// Whoever bears an id of an erased person is erased, also where less is known than on the day of the erasure.
    fn note_who_is_erased(&mut self) {
        for erased in self.archive.erased_mentions.iter().filter(|erased| self.heard[erased.entry as usize]) {
            let PersonRef(mention) = erased.person;
            if self.archive.persons[mention as usize].reference.id.is_some()
                && let Some(Meaning::One(person)) = self.people.meanings[mention as usize]
            {
                self.erased.insert(person);
            }
        }
        let shared_by_them: Vec<u32> = stand_ins(&self.people, |person| self.erased.contains(&person)).collect();
        self.erased.extend(shared_by_them);
    }

    /// For ambiguous names: which of the candidates a company's events name by id.
    fn note_who_is_known_where(&mut self) {
        let candidates = |space: &Namespace| -> FxHashSet<u32> {
            space.ambiguities.iter().flat_map(|a| a.candidates.iter().copied()).collect()
        };
        let (people, units) = (candidates(&self.people), candidates(&self.units));
        if people.is_empty() && units.is_empty() {
            return;
        }
        let (mut known_there, mut units_known_there) = (KnownThere::default(), KnownThere::default());
        self.each_mention_in_company(|company, named| match named {
            Named::Person(PersonRef(mention)) => {
                let has_id = self.archive.persons[mention as usize].reference.id.is_some();
                if let (true, Some(Meaning::One(person))) = (has_id, self.people.meanings[mention as usize])
                    && people.contains(&person)
                {
                    known_there.add(company, person);
                }
            }
            Named::Unit(UnitRef(mention)) => {
                let has_id = self.archive.units[mention as usize].reference.id.is_some();
                if let (true, Some(Meaning::One(unit))) = (has_id, self.units.meanings[mention as usize])
                    && units.contains(&unit)
                {
                    units_known_there.add(company, unit);
                }
            }
            Named::Company(_) => {}
        });
        self.each_mention_in_company(|company, named| match named {
            Named::Person(PersonRef(mention)) => {
                known_there.remember(&self.people, company, self.people.meanings[mention as usize]);
            }
            Named::Unit(UnitRef(mention)) => {
                units_known_there.remember(&self.units, company, self.units.meanings[mention as usize]);
            }
            Named::Company(_) => {}
        });
        (self.known_there, self.units_known_there) = (known_there, units_known_there);
    }

    /// Every mention that an event makes which is heard and names a company, with that company.
    fn each_mention_in_company(&self, mut tell: impl FnMut(u32, Named)) {
        for (entry, _) in self.archive.entries.iter().zip(&self.heard).filter(|(_, heard)| **heard) {
            let mut company = None;
            mentions(self.archive, &entry.fact, |named, _| {
                if let Named::Company(mention) = named {
                    company = company.or(company_meant(&self.companies, mention));
                }
            });
            if let Some(company) = company {
                mentions(self.archive, &entry.fact, |named, _| tell(company, named));
            }
        }
        for erased in self.archive.erased_mentions.iter().filter(|erased| self.heard[erased.entry as usize]) {
            if let Some(company) = erased.company.and_then(|company| company_meant(&self.companies, company)) {
                tell(company, Named::Person(erased.person));
            }
        }
    }

    /// Companies come first in the numbering of units.
    fn unit_no(&self, unit: u32) -> UnitNo {
        UnitNo(index(self.companies.entities.len()) + unit)
    }

    fn place_meant(&self, place: Place) -> Option<UnitNo> {
        match place {
            Place::Company(company) => company_meant(&self.companies, company).map(UnitNo),
            Place::Unit(unit) => self.unit_meant(unit),
        }
    }

    /// What follows from who is meant: whose events are whose, and what stands where.
    fn collect(&mut self) {
        let this = &*self;
        let (parts, structure) = std::thread::scope(|scope| {
            let structure = scope.spawn(|| this.structured());
            (this.parted(), structure.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let Parted { starts, parts, meant } = parts;
        self.states = (0..meant.len()).map(|_| OnceLock::new()).collect();
        (self.starts, self.parts, self.meant, self.structure) = (starts, parts, meant, structure);
    }

    /// Groups the live events by the people whom they are about.
    fn parted(&self) -> Parted {
        let mut found: Vec<(PersonNo, u32, Part)> = Vec::with_capacity(self.archive.entries.len());
        let count = self.people.entities.len();
        let mut meant = vec![false; count];
        for (i, entry) in self.archive.entries.iter().enumerate() {
            if !self.heard[i] {
                continue;
            }
            let at = index(i);
            let company = entry.fact.company();
            mentions(self.archive, &entry.fact, |named, _| {
                if let Named::Person(mention) = named
                    && let Some(person) = self.person_meant(company, mention)
                {
                    meant[person.0 as usize] = true;
                }
            });
            if !self.live[i] {
                continue;
            }
            match &entry.fact {
                EntryFact::Person { person, fact } => {
                    let Some(person) = self.person_meant(company, *person) else { continue };
                    found.push((person, at, Part::Own));
                    if let PersonFact::AppointedToPost { succeeds: Some(other), .. } = &**fact {
                        let other = self.person_meant(company, *other).filter(|other| *other != person);
                        found.extend(other.map(|other| (other, at, Part::Succeeded)));
                    }
                }
                EntryFact::Died { person } => {
                    let person = self.person_meant(None, *person);
                    found.extend(person.map(|person| (person, at, Part::Own)));
                }
                EntryFact::PersonDescribed { person, .. } => {
                    let person = self.person_meant(company, *person);
                    found.extend(person.map(|person| (person, at, Part::Described)));
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
        let mut parts = vec![(0, Part::Own); found.len()];
        for (person, at, part) in found {
            let place = &mut next[person.0 as usize];
            parts[*place as usize] = (at, part);
            *place += 1;
        }
        Parted { starts, parts, meant }
    }

    fn parts_of(&self, person: PersonNo) -> &[(u32, Part)] {
        let p = person.0 as usize;
        &self.parts[self.starts[p] as usize..self.starts[p + 1] as usize]
    }

    /// The live events that are about the person's posts, in the order of the log.
    pub fn events_of(&self, person: PersonNo) -> impl Iterator<Item = &'a Entry> {
        self.parts_of(person).iter().map(|(at, _)| &self.archive.entries[*at as usize])
    }

    /// The statements from which the person is folded.
    pub fn statements(&self, person: PersonNo) -> Vec<Statement> {
        self.parts_of(person)
            .iter()
            .filter_map(|(at, part)| statement(self, &self.archive.entries[*at as usize], *part))
            .collect()
    }

    /// The positions of all events that name the person or the unit, dead ones included, and of the retractions of
    /// these. Mentions that nothing live makes any more are not found.
    pub fn seqs_about(&self, person: Option<PersonNo>, unit: Option<UnitNo>) -> FxHashSet<Seq> {
        let mut seqs = FxHashSet::default();
        let mut ids: FxHashSet<&EventId> = FxHashSet::default();
        for entry in &self.archive.entries {
            let company = entry.fact.company();
            let mut about = false;
            mentions(self.archive, &entry.fact, |named, _| {
                about |= match named {
                    Named::Person(mention) => person.is_some() && self.person_meant(company, mention) == person,
                    Named::Company(mention) => unit.is_some() && self.place_meant(Place::Company(mention)) == unit,
                    Named::Unit(mention) => unit.is_some() && self.unit_meant(mention) == unit,
                };
            });
            if about {
                seqs.insert(entry.seq);
                ids.insert(&entry.id);
            }
        }
        for entry in &self.archive.entries {
            if let EntryFact::Retracted { event } = &entry.fact
                && ids.contains(event)
            {
                seqs.insert(entry.seq);
            }
        }
        seqs
    }

    /// Folds the person, without keeping the result.
    pub fn fold_person(&self, person: PersonNo) -> Career {
        fold(&self.statements(person))
    }

    /// Who the person is.
    fn persona(&self, person: PersonNo) -> Persona {
        let Identity { id, ids, names, identifiers, .. } = self.people.entities[person.0 as usize].clone();
        let mut descriptions: Vec<(&Entry, &[DescribedName])> =
            self.events_of(person).filter_map(|entry| Some((entry, entry.fact.describes()?.1))).collect();
        descriptions.sort_by(|(a, _), (b, _)| (a.reported_at, &a.id).cmp(&(b.reported_at, &b.id)));
        let described = descriptions.iter().flat_map(|(_, names)| names.iter().cloned()).collect();
        Persona { id, ids, names, described, identifiers }
    }

    /// The state of the person, without keeping it.
    pub fn person_state(&self, person: PersonNo) -> PersonState {
        let career = self.fold_person(person);
        let mut evidence: Vec<EvidenceRef> = self
            .parts_of(person)
            .iter()
            .filter(|(_, part)| *part != Part::Described)
            .map(|(at, _)| {
                let entry = &self.archive.entries[*at as usize];
                EvidenceRef { id: entry.id.clone(), seq: entry.seq, replaces: self.replaced_by(entry) }
            })
            .collect();
        evidence.dedup_by(|a, b| a.seq == b.seq);
        PersonState { who: Arc::new(self.persona(person)), career, evidence }
    }

    /// What an event corrects, directly or through what that corrected, and what it restates of its source's key.
    fn replaced_by(&self, entry: &Entry) -> Vec<Seq> {
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
                keyed
            });
            let same = keyed.get(&(&*entry.says, &**key)).into_iter().flatten();
            let rank = |entry: &'_ Entry| (entry.reported_at, entry.retrieved_at, entry.id.clone());
            let earlier = same.map(|i| &self.archive.entries[*i as usize]).filter(|other| rank(other) < rank(entry));
            replaced.extend(earlier.map(|other| other.seq));
        }
        replaced.sort_unstable();
        replaced.dedup();
        replaced
    }

    /// The units and companies, as their events have them.
    fn structured(&self) -> Vec<Arc<UnitState>> {
        let mut statements = Vec::new();
        let archive = self.archive;
        for (entry, live) in archive.entries.iter().zip(&self.live) {
            let EntryFact::Unit { unit: place, fact } = &entry.fact else { continue };
            if !*live {
                continue;
            }
            let Some(unit) = self.place_meant(*place) else { continue };
            let above = |place: Place| self.place_meant(place);
            let fact = match &**fact {
                UnitFact::Formed { parent, kind } => {
                    UnitFact::Formed { parent: parent.and_then(above), kind: kind.clone() }
                }
                UnitFact::Renamed { name } => UnitFact::Renamed { name: name.clone() },
                UnitFact::Moved { parent } => match above(*parent) {
                    Some(parent) => UnitFact::Moved { parent },
                    None => continue,
                },
                UnitFact::Merged { into } => match above(*into) {
                    Some(into) => UnitFact::Merged { into },
                    None => continue,
                },
                UnitFact::Dissolved => UnitFact::Dissolved,
                UnitFact::Described { names, identifiers, kind, parent } => UnitFact::Described {
                    names: names.clone(),
                    identifiers: identifiers.clone(),
                    kind: kind.clone(),
                    parent: parent.and_then(above),
                },
            };
            statements.push(UnitStatement {
                unit,
                called: called(archive, *place),
                fact,
                effective: entry.effective,
                dated: entry.dated,
                reported_at: entry.reported_at,
                event: &entry.id,
            });
        }
        let companies = self.companies.entities.len();
        let count = companies + self.units.entities.len();
        let company_of = |unit: UnitNo| {
            let unit = unit.0 as usize;
            (unit >= companies).then(|| UnitNo(self.units.entities[unit - companies].scope))
        };
        let (histories, mut conflicts) = crate::structure::fold(statements, count, company_of);
        let mut below: Vec<Vec<UnitNo>> = vec![Vec::new(); count];
        for (i, history) in histories.iter().enumerate() {
            let unit = UnitNo(index(i));
            for above in stands_under(history, company_of(unit)) {
                below[above.0 as usize].push(unit);
            }
        }
        conflicts.sort();
        let mut structure = Vec::with_capacity(count);
        for (i, (history, mut below)) in histories.into_iter().zip(below).enumerate() {
            let unit = UnitNo(index(i));
            below.sort_unstable();
            below.dedup();
            let entity = match i.checked_sub(companies) {
                None => &self.companies.entities[i],
                Some(unit) => &self.units.entities[unit],
            };
            let Identity { id, ids, names, identifiers, .. } = entity.clone();
            let own = conflicts.iter().filter(|(of, _)| *of == unit).map(|(_, c)| c.clone());
            structure.push(Arc::new(UnitState {
                id,
                ids,
                company: company_of(unit),
                names,
                identifiers,
                history,
                below,
                conflicts: own.collect(),
            }));
        }
        structure
    }

    /// Names that two or more ids claim and that nothing decides.
    fn collect_name_conflicts(&mut self) {
        if self.people.ambiguities.is_empty()
            && self.companies.ambiguities.is_empty()
            && self.units.ambiguities.is_empty()
        {
            return;
        }
        let mut people: FxHashMap<u32, Vec<EventId>> = FxHashMap::default();
        let mut units: FxHashMap<UnitNo, (Vec<EventId>, Vec<UnitNo>)> = FxHashMap::default();
        for (entry, live) in self.archive.entries.iter().zip(&self.live) {
            if !*live {
                continue;
            }
            let company = entry.fact.company().and_then(|company| company_meant(&self.companies, company));
            mentions(self.archive, &entry.fact, |named, _| match named {
                Named::Person(PersonRef(mention)) => {
                    let Some(meaning) = self.people.meanings[mention as usize] else { return };
                    if let (_, Some(undecided)) = self.known_there.decide(&self.people, meaning, company) {
                        people.entry(undecided).or_default().push(entry.id.clone());
                    }
                }
                Named::Company(CompanyRef(mention)) => {
                    if let Some(Meaning::Ambiguous(ambiguity)) = self.companies.meanings[mention as usize] {
                        let ambiguity = &self.companies.ambiguities[ambiguity as usize];
                        let candidates = ambiguity.candidates.iter().map(|c| UnitNo(*c)).collect();
                        let found = units.entry(UnitNo(ambiguity.implicit)).or_insert((Vec::new(), candidates));
                        found.0.push(entry.id.clone());
                    }
                }
                Named::Unit(UnitRef(mention)) => {
                    let Some(meaning) = self.units.meanings[mention as usize] else { return };
                    let scope = self.archive.units[mention as usize].scope;
                    let company = scope.and_then(|scope| company_meant(&self.companies, scope));
                    if let (_, Some(undecided)) = self.units_known_there.decide(&self.units, meaning, company) {
                        let ambiguity = &self.units.ambiguities[undecided as usize];
                        let candidates = ambiguity.candidates.iter().map(|c| self.unit_no(*c)).collect();
                        let implicit = self.unit_no(ambiguity.implicit);
                        let found = units.entry(implicit).or_insert((Vec::new(), candidates));
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
            let ambiguity = &self.people.ambiguities[ambiguity as usize];
            if self.erased.contains(&ambiguity.implicit) {
                continue;
            }
            let (erased, named): (Vec<u32>, Vec<u32>) =
                ambiguity.candidates.iter().partition(|person| self.erased.contains(person));
            let ids = named.into_iter().map(|person| &*self.people.entities[person as usize].id);
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
        conflicts.sort_by(|a, b| a.conflict.cmp(&b.conflict));
        self.name_conflicts.extend(conflicts);
    }

    /// Identifiers that two or more ids claim, with the events that claim them.
    fn collect_shared_identifiers(&mut self) {
        let by_identifier = |space: &Namespace| -> FxHashMap<Identifier, (Vec<u32>, Vec<EventId>)> {
            let shared = space.shared.iter();
            shared.map(|shared| (shared.identifier.clone(), (shared.claimants.clone(), Vec::new()))).collect()
        };
        let mut people = by_identifier(&self.people);
        let mut companies = by_identifier(&self.companies);
        let mut units = by_identifier(&self.units);
        if people.is_empty() && companies.is_empty() && units.is_empty() {
            return;
        }
        for (entry, _) in self.archive.entries.iter().zip(&self.live).filter(|(_, live)| **live) {
            mentions(self.archive, &entry.fact, |named, _| {
                let (mention, shared) = match named {
                    Named::Person(PersonRef(mention)) => (&self.archive.persons[mention as usize], &mut people),
                    Named::Company(CompanyRef(mention)) => (&self.archive.companies[mention as usize], &mut companies),
                    Named::Unit(UnitRef(mention)) => (&self.archive.units[mention as usize], &mut units),
                };
                if mention.reference.id.is_some() {
                    for identifier in &mention.reference.identifiers {
                        if let Some((_, events)) = shared.get_mut(identifier) {
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
            let id = |person: &u32| &*self.people.entities[*person as usize].id;
            claimants.retain(|person| !self.erased.contains(person));
            if claimants.len() < 2 {
                continue;
            }
            claimants.sort_by_key(|person| id(person));
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
            (identifier, claimants.into_iter().map(|unit| self.unit_no(unit)).collect(), events)
        }));
        for (identifier, mut claimants, events) in places {
            let id = |unit: &UnitNo| &*self.structure[unit.0 as usize].id;
            claimants.sort_by_key(|unit| id(unit));
            let conflict = conflict(&identifier, claimants.iter().map(id).collect(), events);
            let mut units = claimants.into_iter();
            conflicts.push(NameConflict {
                person: None,
                unit: units.next(),
                others: units.map(Meant::Unit).collect(),
                conflict,
            });
        }
        conflicts.sort_by(|a, b| a.conflict.cmp(&b.conflict));
        self.name_conflicts.extend(conflicts);
    }

    /// A key names one statement: two events of one report and retrieval that share it.
    fn collect_reused_keys(&mut self) {
        type Statement<'k> = (&'k str, &'k str, Instant, Option<Instant>);
        let mut shared: FxHashMap<Statement<'_>, Vec<&Entry>> = FxHashMap::default();
        for (entry, visible) in self.archive.entries.iter().zip(&self.visible) {
            if let (Some(key), true, false) = (&entry.key, *visible, entry.is_withheld()) {
                let statement = (&*entry.says, &**key, entry.reported_at, entry.retrieved_at);
                shared.entry(statement).or_default().push(entry);
            }
        }
        let mut conflicts: Vec<NameConflict> = shared
            .into_iter()
            .filter(|(_, entries)| entries.len() > 1)
            .map(|((says, key, ..), mut entries)| {
                entries.sort_by_key(|entry| &entry.id);
                let detail = format!("`{says}` uses the key `{key}` for {} statements", entries.len());
                let events = entries.iter().map(|entry| entry.id.clone()).collect();
                let person = entries.iter().find_map(|entry| {
                    let (person, fact) = entry.fact.of_person()?;
                    self.person_meant(Some(*fact.company()), person)
                });
                let conflict = Conflict::new(ConflictKind::KeyReused, events, detail);
                NameConflict { person, unit: None, others: Vec::new(), conflict }
            })
            .collect();
        conflicts.sort_by(|a, b| a.conflict.cmp(&b.conflict));
        self.name_conflicts.extend(conflicts);
    }

    /// A number that changes with anything from which the person's state is made: the events that are live and mean
    /// the person, whom and what they name, and the person's own names.
    pub fn signature(&self, person: PersonNo) -> Signature {
        let entity = &self.people.entities[person.0 as usize];
        let mut signature = Signature::of(&entity.id, &entity.ids, &entity.names, &entity.identifiers);
        for (at, part) in self.parts_of(person) {
            let entry = &self.archive.entries[*at as usize];
            signature.add(self.archive, self, entry, *part, &self.replaced_by(entry));
        }
        signature
    }

    /// Everything by which people and units can be asked for: each call with one that it can mean, in no order.
    pub fn each_call(&self, mut tell: impl FnMut(Call, Meant)) {
        self.people.each_call(|call, person| {
            if self.meant[person as usize] {
                tell(call, Meant::Person(PersonNo(person)));
            }
        });
        self.companies.each_call(|call, company| tell(call, Meant::Unit(UnitNo(company))));
        self.units.each_call(|call, unit| tell(call, Meant::Unit(self.unit_no(unit))));
    }

    /// What is to be remembered of all events, so that new ones can be added without them; see
    /// [`crate::addition`]. In no order, and some of it more than once.
    pub fn each_mark(&self, mut tell: impl FnMut(Mark, Option<Settled>)) {
        let archive = self.archive;
        let marks = MentionMarks::of(archive);
        let [people, companies, units] = &self.first_uses;
        let settled = |meant: Option<u32>, first: FirstUse| {
            let first_seq = archive.entries[first.entry as usize].seq;
            Settled { meant, first: first.reported_at, first_seq }
        };
        let one = |meaning: Meaning| match meaning {
            Meaning::One(entity) => Some(entity),
            Meaning::Ambiguous(_) => None,
        };
        for (at, mention) in archive.persons.iter().enumerate() {
            match (self.people.meanings[at], people[at]) {
                (Some(meaning), Some(first)) => tell(marks.persons[at], Some(settled(one(meaning), first))),
                _ => Mark::gone_person(mention).into_iter().for_each(|mark| tell(mark, None)),
            }
        }
        for (at, mark) in marks.companies.iter().enumerate() {
            if let (Some(meaning), Some(first)) = (self.companies.meanings[at], companies[at]) {
                tell(*mark, Some(settled(one(meaning), first)));
            }
        }
        for (at, mention) in archive.units.iter().enumerate() {
            match (self.units.meanings[at], units[at]) {
                (Some(meaning), Some(first)) => {
                    let unit = one(meaning).map(|unit| self.unit_no(unit).0);
                    tell(marks.units[at], Some(settled(unit, first)));
                }
                _ if self.means_company[at] => {}
                _ => Mark::gone_unit(mention).into_iter().for_each(|mark| tell(mark, None)),
            }
        }
        for candidate in candidates(&self.people) {
            tell(Mark::candidate_person(PersonNo(candidate)), None);
        }
        for candidate in candidates(&self.companies) {
            tell(Mark::candidate_unit(UnitNo(candidate)), None);
        }
        for candidate in candidates(&self.units) {
            tell(Mark::candidate_unit(self.unit_no(candidate)), None);
        }
        for entry in &archive.entries {
            if let Some(key) = &entry.key {
                tell(Mark::key(&entry.says, key), None);
            }
            for target in entry.fact.retracts().into_iter().chain(&entry.corrects) {
                if archive.index_of(target).is_none() {
                    tell(Mark::awaited(target), None);
                }
            }
        }
    }

    /// How many numbers are given to people; some to those whom nothing live means.
    pub fn person_numbers(&self) -> u32 {
        index(self.people.entities.len())
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
                    mentions(self.archive, &entry.fact, |mention, _| {
                        let unit = match mention {
                            Named::Company(company) => self.place_meant(Place::Company(company)),
                            Named::Unit(unit) => self.unit_meant(unit),
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
struct Parted {
    /// By person: where its parts begin.
    starts: Vec<u32>,
    parts: Vec<(u32, Part)>,
    /// By person: whether an event means it.
    meant: Vec<bool>,
}

/// Who can be meant by an ambiguous name, or claims an identifier that others claim.
fn candidates(space: &Namespace) -> impl Iterator<Item = u32> + '_ {
    let ambiguous = space.ambiguities.iter().flat_map(|a| &a.candidates);
    ambiguous.chain(space.shared.iter().flat_map(|shared| &shared.claimants)).copied()
}

/// Where a mention is first made: by the event that was reported first, of equals the one with the smallest id, and
/// first in that.
#[derive(Clone, Copy)]
struct FirstUse {
    reported_at: Instant,
    entry: u32,
    place: u8,
}

/// Where the mentions of one sort are first made by the events that are heard.
fn firsts(archive: &Archive, heard: &[bool], count: usize, of: fn(Named) -> Option<u32>) -> Vec<Option<FirstUse>> {
    let mut firsts: Vec<Option<FirstUse>> = vec![None; count];
    for (i, entry) in archive.entries.iter().enumerate().filter(|(i, _)| heard[*i]) {
        mentions(archive, &entry.fact, |named, place| {
            let Some(mention) = of(named) else { return };
            let known = &mut firsts[mention as usize];
            let is_first = known.is_none_or(|known| {
                let by_id = || (&entry.id, place).cmp(&(&archive.entries[known.entry as usize].id, known.place));
                entry.reported_at.cmp(&known.reported_at).then_with(by_id).is_lt()
            });
            if is_first {
                *known = Some(FirstUse { reported_at: entry.reported_at, entry: index(i), place });
            }
        });
    }
    firsts
}

/// The units under which a unit ever stood, or into which it was merged.
fn stands_under(history: &UnitHistory, company: Option<UnitNo>) -> Vec<UnitNo> {
    let mut above: Vec<UnitNo> = history.parents.iter().map(|c| c.value).collect();
    above.extend(history.first_parent.or(company));
    above.extend(history.existence.iter().filter_map(|c| match c.value {
        Existence::Merged(into) => Some(into),
        Existence::Formed | Existence::Dissolved => None,
    }));
    above
}

/// The name by which an event calls the unit itself, a rename's new name aside.
fn called(archive: &Archive, place: Place) -> Option<&Name> {
    let mention = match place {
        Place::Company(CompanyRef(mention)) => &archive.companies[mention as usize],
        Place::Unit(UnitRef(mention)) => &archive.units[mention as usize],
    };
    let own = mention.reference.names.len() - usize::from(mention.manner == Manner::Renamed);
    mention.reference.names[..own].first()
}

fn company_meant(companies: &Namespace, CompanyRef(mention): CompanyRef) -> Option<u32> {
    Some(match companies.meanings[mention as usize]? {
        Meaning::One(company) => company,
        Meaning::Ambiguous(ambiguity) => companies.ambiguities[ambiguity as usize].implicit,
    })
}

/// A parent or a merger's end that is the company's own name, or its id, means the company.
fn is_company_itself(companies: &Namespace, company: u32, mention: &crate::archive::Mention) -> bool {
    let entity = &companies.entities[company as usize];
    match &mention.reference.id {
        Some(id) => entity.ids.contains(id),
        None => mention.reference.names.first().is_some_and(|name| {
            companies.named(UNSCOPED, name.key()) == Some(company)
                || entity.names.iter().any(|known| known.name.key() == name.key())
        }),
    }
}

/// Which entities with ambiguous names the events of each company name by id.
#[derive(Default)]
struct KnownThere {
    by_company: FxHashMap<u32, FxHashSet<u32>>,
    /// By company and ambiguity: the candidate who alone is known there. Filled when all is added, for what events name.
    decided: FxHashMap<(u32, u32), Option<u32>>,
}

impl KnownThere {
    fn add(&mut self, company: u32, entity: u32) {
        self.by_company.entry(company).or_default().insert(entity);
    }

    /// The candidate who alone is known in that company. The shorter of both lists is gone through.
    fn one(&self, space: &Namespace, company: u32, ambiguity: u32) -> Option<u32> {
        let known = self.by_company.get(&company)?;
        let candidates = &space.ambiguities[ambiguity as usize].candidates;
        let (mut first, mut second) = (None, None);
        let mut found = |entity: u32| {
            second = first;
            first = Some(entity);
        };
        if known.len() < candidates.len() {
            known.iter().filter(|entity| candidates.binary_search(entity).is_ok()).for_each(|entity| found(*entity));
        } else {
            candidates.iter().filter(|entity| known.contains(entity)).for_each(|entity| found(*entity));
        }
        first.filter(|_| second.is_none())
    }

    /// Remembers who is meant where an event about that company makes a mention.
    fn remember(&mut self, space: &Namespace, company: u32, meaning: Option<Meaning>) {
        if let Some(Meaning::Ambiguous(ambiguity)) = meaning
            && !self.decided.contains_key(&(company, ambiguity))
        {
            let one = self.one(space, company, ambiguity);
            self.decided.insert((company, ambiguity), one);
        }
    }

    /// Whom a meaning comes to in an event about that company, and the ambiguity where nothing decides it.
    fn decide(&self, space: &Namespace, meaning: Meaning, company: Option<u32>) -> (u32, Option<u32>) {
        let number = match meaning {
            Meaning::One(entity) => return (entity, None),
            Meaning::Ambiguous(number) => number,
        };
        let one = company.and_then(|company| match self.decided.get(&(company, number)) {
            Some(one) => *one,
            None => self.one(space, company, number),
        });
        one.map_or((space.ambiguities[number as usize].implicit, Some(number)), |one| (one, None))
    }
}

/// The live statements that two are the same, by (`reported_at`, id), as pairs of mentions.
struct Sames {
    people: Vec<(u32, u32)>,
    companies: Vec<(u32, u32)>,
    units: Vec<(u32, u32)>,
}

impl Sames {
    fn of(archive: &Archive, live: &[bool]) -> Sames {
        let mut entries: Vec<&Entry> = archive
            .entries
            .iter()
            .zip(live)
            .filter(|(entry, live)| {
                **live && matches!(entry.fact, EntryFact::SamePerson { .. } | EntryFact::SameUnit { .. })
            })
            .map(|(entry, _)| entry)
            .collect();
        entries.sort_by(|a, b| (a.reported_at, &a.id).cmp(&(b.reported_at, &b.id)));
        let mut sames = Sames { people: Vec::new(), companies: Vec::new(), units: Vec::new() };
        for entry in entries {
            if let EntryFact::SamePerson { person, same_as } = &entry.fact {
                sames.people.push((person.0, same_as.0));
            } else if let EntryFact::SameUnit { unit, same_as } = &entry.fact {
                match (unit, same_as) {
                    (Place::Company(one), Place::Company(other)) => sames.companies.push((one.0, other.0)),
                    (Place::Unit(one), Place::Unit(other)) => sames.units.push((one.0, other.0)),
                    // A unit and a company are never one.
                    (Place::Unit(_), Place::Company(_)) | (Place::Company(_), Place::Unit(_)) => {}
                }
            }
        }
        sames
    }
}

/// Whether an event has the key of its source that another one has.
fn has_key_of(entry: &Entry, other: &Entry) -> bool {
    entry.key.is_some() && entry.key == other.key && entry.says == other.says
}

/// Which events are visible, and what follows for their lives.
struct Lives {
    visible: Vec<bool>,
    /// The visible events that a later one of their source's key restates.
    restated: FxHashSet<u32>,
    live: Vec<bool>,
}

/// Which events are visible and which of them live.
fn lives(archive: &Archive, admits: impl Fn(&Entry) -> bool) -> Lives {
    let entries = &archive.entries;
    let visible: Vec<bool> = entries.iter().map(admits).collect();
    let mut live = visible.clone();
    let mut restated: FxHashSet<u32> = FxHashSet::default();
    let mut last_of_key: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    let mut parties: Vec<usize> = Vec::new();
    for (i, entry) in entries.iter().enumerate().filter(|(i, _)| visible[*i]) {
        if let Some(key) = &entry.key {
            let rank = |i: usize| (entries[i].reported_at, entries[i].retrieved_at, &entries[i].id);
            match last_of_key.entry((&entry.says, key)) {
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(i);
                }
                std::collections::hash_map::Entry::Occupied(mut slot) => {
                    let (older, newer) = if rank(*slot.get()) < rank(i) { (*slot.get(), i) } else { (i, *slot.get()) };
                    restated.insert(index(older));
                    live[older] = false;
                    slot.insert(newer);
                }
            }
        }
        if entry.corrects.is_some() || matches!(entry.fact, EntryFact::Retracted { .. }) {
            parties.push(i);
        }
    }
    let graph = attacks(archive, &visible, &restated, &mut parties);
    for (i, lives) in parties.iter().zip(crate::liveness::live(&graph)) {
        live[*i] = lives;
    }
    Lives { visible, restated, live }
}

/// The graph of what retracts and corrects. `parties` are the events that do so; it gets the visible ones to which
/// they do so as well.
fn attacks<'a>(
    archive: &'a Archive,
    visible: &[bool],
    restated: &FxHashSet<u32>,
    parties: &mut Vec<usize>,
) -> Vec<Party<(Instant, &'a EventId)>> {
    let entries = &archive.entries;
    let target = |id: &EventId| archive.index_of(id).filter(|i| visible[*i]);
    let retracts = |i: usize| entries[i].fact.retracts().and_then(target);
    let corrects = |i: usize| entries[i].corrects.as_ref().and_then(target);
    let targets: Vec<usize> = parties.iter().flat_map(|i| [retracts(*i), corrects(*i)]).flatten().collect();
    parties.extend(targets);
    parties.sort_unstable();
    parties.dedup();
    let number = |i: usize| parties.binary_search(&i).ok();
    let correction = |i: usize| {
        let target = corrects(i)?;
        let takes_over = !restated.contains(&index(target)) || has_key_of(&entries[i], &entries[target]);
        let reach = if takes_over { Reach::Chain } else { Reach::Target };
        Some(Correction { target: number(target)?, reach })
    };
    parties
        .iter()
        .map(|i| Party {
            rank: (entries[*i].reported_at, &entries[*i].id),
            superseded: restated.contains(&index(*i)),
            retracts: retracts(*i).and_then(number),
            corrects: correction(*i),
        })
        .collect()
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

impl Resolve for Reading<'_> {
    fn person_meant(&self, company: Option<CompanyRef>, PersonRef(mention): PersonRef) -> Option<PersonNo> {
        let meaning = self.people.meanings[mention as usize]?;
        let company = company.and_then(|c| company_meant(&self.companies, c));
        let (person, _) = self.known_there.decide(&self.people, meaning, company);
        (!self.erased.contains(&person)).then_some(PersonNo(person))
    }

    fn company_meant(&self, company: CompanyRef) -> Option<UnitNo> {
        company_meant(&self.companies, company).map(UnitNo)
    }

    fn unit_meant(&self, UnitRef(mention): UnitRef) -> Option<UnitNo> {
        let scope = self.archive.units[mention as usize].scope?;
        let company = company_meant(&self.companies, scope)?;
        if self.means_company[mention as usize] {
            return Some(UnitNo(company));
        }
        let meaning = self.units.meanings[mention as usize]?;
        let (unit, _) = self.units_known_there.decide(&self.units, meaning, Some(company));
        Some(self.unit_no(unit))
    }
}

impl View for Reading<'_> {
    fn people_asked(&self, text: &str) -> Vec<PersonNo> {
        let meant = |person: &u32| self.meant[*person as usize];
        let by_id = self.people.by_id(text).filter(meant);
        let found = by_id.map_or_else(|| self.people.called(text), |person| vec![person]);
        found.into_iter().filter(meant).map(PersonNo).collect()
    }

    fn units_asked(&self, text: &str) -> Vec<UnitNo> {
        let company = self.companies.by_id(text).map(UnitNo);
        let unit = self.units.by_id(text).map(|unit| self.unit_no(unit));
        if company.is_some() || unit.is_some() {
            return company.into_iter().chain(unit).collect();
        }
        let companies = self.companies.called(text).into_iter().map(UnitNo);
        let units = self.units.called(text).into_iter().map(|unit| self.unit_no(unit));
        companies.chain(units).collect()
    }

    fn who(&self, person: PersonNo) -> Arc<Persona> {
        match self.states[person.0 as usize].get() {
            Some(state) => state.who.clone(),
            None => Arc::new(self.persona(person)),
        }
    }

    fn person(&self, person: PersonNo) -> Arc<PersonState> {
        self.states[person.0 as usize].get_or_init(|| Arc::new(self.person_state(person))).clone()
    }

    fn unit(&self, unit: UnitNo) -> Arc<UnitState> {
        self.structure[unit.0 as usize].clone()
    }

    fn roster(&self, unit: UnitNo) -> Arc<[RosterRow]> {
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

    fn reports(&self, manager: PersonNo) -> Vec<PersonNo> {
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

    fn people(&self) -> Vec<PersonNo> {
        (0..self.meant.len()).filter(|p| self.meant[*p]).map(|p| PersonNo(index(p))).collect()
    }

    fn units(&self) -> Vec<UnitNo> {
        (0..self.structure.len()).map(|u| UnitNo(index(u))).collect()
    }

    fn people_with_conflicts(&self) -> Vec<PersonNo> {
        self.people().into_iter().filter(|p| !self.person(*p).career.conflicts.is_empty()).collect()
    }

    fn name_conflicts(&self) -> Vec<NameConflict> {
        self.name_conflicts.clone()
    }

    fn erased_names(&self) -> Arc<ErasedNames> {
        self.archive.erased_names().clone()
    }
}
