//! Whom and what the mentions of a ledger's events mean (contract, section 2).

use rustc_hash::{FxHashMap, FxHashSet};

use super::{both, index};
use crate::archive::{
    Archive, CompanyRef, Entry, EntryFact, Manner, Mention, Mentions, OrganisationRef, PersonRef, UnitRef,
};
use crate::day::Instant;
use crate::event::{Field, Named};
use crate::identity::{First, Meaning, Namespace, UNSCOPED, Use, resolve};
use crate::implicit_id::ImplicitUnitId;
use crate::name::NameKey;
use crate::role::{Mentioned, Resolve, mentions};
use crate::statement::{PersonNo, UnitNo};

/// Who is meant by each mention of an archive, on one basis.
pub(super) struct Meanings<'a> {
    pub(super) archive: &'a Archive,
    pub(super) people: Namespace,
    pub(super) companies: Namespace,
    pub(super) units: Namespace,
    /// People who are erased: no mention means them.
    pub(super) erased: FxHashSet<u32>,
    pub(super) first_uses: FirstUses,
    /// Mentions of what stands above a unit that mean the unit's company.
    pub(super) means_company: Vec<bool>,
    /// Which people with ambiguous names the events of each company name by id.
    pub(super) known_there: NamedThere,
    pub(super) units_known_there: NamedThere,
}

/// Where each mention of a person, a company and a unit is first made.
pub(super) struct FirstUses {
    pub(super) people: Vec<Option<FirstUse>>,
    pub(super) companies: Vec<Option<FirstUse>>,
    pub(super) units: Vec<Option<FirstUse>>,
}

/// Companies and units, and where their mentions are first made.
struct Organisations {
    companies: Namespace,
    units: Namespace,
    means_company: Vec<bool>,
    companies_used: Vec<Option<FirstUse>>,
    units_used: Vec<Option<FirstUse>>,
}

impl<'a> Meanings<'a> {
    /// Settles who is meant by the mentions of the events that are `heard`. Statements that two are the same count where
    /// they are live.
    pub(super) fn of(archive: &'a Archive, live: &[bool], heard: &[bool]) -> Meanings<'a> {
        let same = Sames::of(archive, live);
        // People and organisations are named apart, so that both can be settled at once.
        let people = || people_meant(archive, heard, &same);
        let organisations = || organisations_meant(archive, heard, &same);
        let ((people, people_used), organisations) = both(archive.entries.len(), people, organisations);
        let Organisations { companies, units, means_company, companies_used, units_used } = organisations;
        let mut meanings = Meanings {
            archive,
            people,
            companies,
            units,
            erased: FxHashSet::default(),
            first_uses: FirstUses { people: people_used, companies: companies_used, units: units_used },
            means_company,
            known_there: NamedThere::default(),
            units_known_there: NamedThere::default(),
        };
        meanings.note_who_is_known_where(heard);
        meanings.note_who_is_erased(heard);
        meanings
    }

    /// A person who bears an id of an erased one is erased, also where less is known than on the day of the erasure.
    fn note_who_is_erased(&mut self, heard: &[bool]) {
        for erased in self.archive.erased_mentions.iter().filter(|erased| heard[erased.entry as usize]) {
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
    fn note_who_is_known_where(&mut self, heard: &[bool]) {
        let candidates = |space: &Namespace| -> FxHashSet<u32> {
            space.ambiguities.iter().flat_map(|a| a.candidates.iter().copied()).collect()
        };
        let (people, units) = (candidates(&self.people), candidates(&self.units));
        if people.is_empty() && units.is_empty() {
            return;
        }
        let (mut known_there, mut units_known_there) = (NamedThere::default(), NamedThere::default());
        self.each_mention_in_company(heard, |company, named| match named {
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
        self.each_mention_in_company(heard, |company, named| match named {
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
    fn each_mention_in_company(&self, heard: &[bool], mut tell: impl FnMut(u32, Mentioned)) {
        for (entry, _) in self.archive.entries.iter().zip(heard).filter(|(_, heard)| **heard) {
            let mut company = None;
            mentions(self.archive, &entry.fact, &mut |named, _| {
                if let Named::Company(mention) = named {
                    company = company.or(company_meant(&self.companies, mention));
                }
            });
            if let Some(company) = company {
                mentions(self.archive, &entry.fact, &mut |named, _| tell(company, named));
            }
        }
        for erased in self.archive.erased_mentions.iter().filter(|erased| heard[erased.entry as usize]) {
            if let Some(company) = erased.company.and_then(|company| company_meant(&self.companies, company)) {
                tell(company, Named::Person(erased.person));
            }
        }
    }

    /// Companies come first in the numbering of units.
    pub(super) fn unit_no(&self, unit: u32) -> UnitNo {
        UnitNo(index(self.companies.entities.len()) + unit)
    }

    pub(super) fn place_meant(&self, place: OrganisationRef) -> Option<UnitNo> {
        match place {
            OrganisationRef::Company(company) => company_meant(&self.companies, company).map(UnitNo),
            OrganisationRef::Unit(unit) => self.unit_meant(unit),
        }
    }
}

/// Who stands for an ambiguous name all of whose bearers are such.
pub(super) fn stand_ins(people: &Namespace, are: impl Fn(u32) -> bool) -> impl Iterator<Item = u32> {
    let ambiguous = people.ambiguities.iter();
    ambiguous.filter(move |name| name.candidates.iter().all(|person| are(*person))).map(|name| name.implicit)
}

fn people_meant(archive: &Archive, heard: &[bool], same: &Sames) -> (Namespace, Vec<Option<FirstUse>>) {
    let used = firsts(archive, heard, archive.persons.len(), |named| match named {
        Named::Person(PersonRef(mention)) => Some(mention),
        Named::Company(_) | Named::Unit(_) => None,
    });
    let mut uses = unscoped(archive, &archive.persons, &used);
    for erased in archive.erased_mentions.iter().filter(|erased| heard[erased.entry as usize]) {
        let PersonRef(mention) = erased.person;
        let entry = &archive.entries[erased.entry as usize];
        uses[mention as usize].get_or_insert_with(|| Use {
            scope: UNSCOPED,
            mention: &archive.persons[mention as usize],
            first: (entry.reported_at, &entry.id, Field::Succeeds),
            silent: true,
        });
    }
    (resolve(&uses, &same.people, plain_id), used)
}

fn organisations_meant(archive: &Archive, heard: &[bool], same: &Sames) -> Organisations {
    let companies_used = firsts(archive, heard, archive.companies.len(), |named| match named {
        Named::Company(CompanyRef(mention)) => Some(mention),
        Named::Person(_) | Named::Unit(_) => None,
    });
    let units_used = firsts(archive, heard, archive.units.len(), |named| match named {
        Named::Unit(UnitRef(mention)) => Some(mention),
        Named::Person(_) | Named::Company(_) => None,
    });
    let companies = resolve(&unscoped(archive, &archive.companies, &companies_used), &same.companies, plain_id);
    let mut means_company = vec![false; archive.units.len()];
    let mut uses: Vec<Option<Use<'_>>> = Vec::with_capacity(archive.units.len());
    for (i, used) in units_used.iter().enumerate() {
        let mention = &archive.units[i];
        let company = mention.scope.filter(|_| used.is_some()).and_then(|scope| company_meant(&companies, scope));
        let above = mention.manner == Manner::Above;
        means_company[i] = above && company.is_some_and(|company| is_company_itself(&companies, company, mention));
        let used = used.zip(company).filter(|_| !means_company[i]);
        uses.push(used.map(|(used, scope)| Use { scope, mention, first: used.of(archive), silent: false }));
    }
    let unit_id = |scope: u32, key: &NameKey| {
        ImplicitUnitId { company: &companies.entities[scope as usize].id, name: key.as_str() }.to_string()
    };
    let units = resolve(&uses, &same.units, unit_id);
    Organisations { companies, units, means_company, companies_used, units_used }
}

fn unscoped<'a>(archive: &'a Archive, mentions: &'a Mentions, firsts: &[Option<FirstUse>]) -> Vec<Option<Use<'a>>> {
    let of = |(mention, used): (&'a Mention, &Option<FirstUse>)| {
        Some(Use { scope: UNSCOPED, mention, first: (*used)?.of(archive), silent: false })
    };
    mentions.iter().zip(firsts).map(of).collect()
}

/// The id of a person or company to whom no scraper gave one.
fn plain_id(_: u32, key: &NameKey) -> String {
    format!("~{}", key.as_str())
}

/// Where a mention is first made: by the event that was reported first, of equals the one with the smallest id, and
/// first in that.
#[derive(Clone, Copy)]
pub(crate) struct FirstUse {
    pub(super) reported_at: Instant,
    pub(crate) entry: u32,
    field: Field,
}

impl FirstUse {
    fn of<'a>(&self, archive: &'a Archive) -> First<'a> {
        (self.reported_at, &archive.entries[self.entry as usize].id, self.field)
    }
}

/// Where the mentions of one sort are first made by the events that are heard.
fn firsts(archive: &Archive, heard: &[bool], count: usize, of: fn(Mentioned) -> Option<u32>) -> Vec<Option<FirstUse>> {
    let mut firsts: Vec<Option<FirstUse>> = vec![None; count];
    for (i, entry) in archive.entries.iter().enumerate().filter(|(i, _)| heard[*i]) {
        mentions(archive, &entry.fact, &mut |named, field| {
            let Some(mention) = of(named) else { return };
            let known = &mut firsts[mention as usize];
            let is_first = known.is_none_or(|known| {
                let by_id = || (&entry.id, field).cmp(&(&archive.entries[known.entry as usize].id, known.field));
                entry.reported_at.cmp(&known.reported_at).then_with(by_id).is_lt()
            });
            if is_first {
                *known = Some(FirstUse { reported_at: entry.reported_at, entry: index(i), field });
            }
        });
    }
    firsts
}

pub(super) fn company_meant(companies: &Namespace, CompanyRef(mention): CompanyRef) -> Option<u32> {
    companies.stands_for(mention as usize)
}

/// A parent or a merger's end that is the company's own name, or its id, means the company.
fn is_company_itself(companies: &Namespace, company: u32, mention: &Mention) -> bool {
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
pub(super) struct NamedThere {
    by_company: FxHashMap<u32, FxHashSet<u32>>,
    /// By company and ambiguity: the candidate who alone is known there. Filled when all is added, for what events name.
    decided: FxHashMap<(u32, u32), Option<u32>>,
}

impl NamedThere {
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

    /// Whom a meaning comes to in an event about that company, and the ambiguity where nothing decides it: neither the
    /// company, which comes first, nor a statement that the bare name is one of them.
    pub(super) fn decide(&self, space: &Namespace, meaning: Meaning, company: Option<u32>) -> (u32, Option<u32>) {
        let number = match meaning {
            Meaning::One(entity) => return (entity, None),
            Meaning::Ambiguous(number) => number,
        };
        let one = company.and_then(|company| match self.decided.get(&(company, number)) {
            Some(one) => *one,
            None => self.one(space, company, number),
        });
        let ambiguity = &space.ambiguities[number as usize];
        let undecided = (!ambiguity.is_settled()).then_some(number);
        one.map_or((ambiguity.implicit, undecided), |one| (one, None))
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
                    (OrganisationRef::Company(one), OrganisationRef::Company(other)) => {
                        sames.companies.push((one.0, other.0));
                    }
                    (OrganisationRef::Unit(one), OrganisationRef::Unit(other)) => sames.units.push((one.0, other.0)),
                    // A unit and a company are never one.
                    (OrganisationRef::Unit(_), OrganisationRef::Company(_))
                    | (OrganisationRef::Company(_), OrganisationRef::Unit(_)) => {}
                }
            }
        }
        sames
    }
}

impl Resolve for Meanings<'_> {
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
