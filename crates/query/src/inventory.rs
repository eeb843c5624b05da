//! What is in a ledger: its companies, units, people, titles and sources, with counts and dates.
//!
//! All but the sources are counted from the tenures of everybody, which is linear in the ledger.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tenure_domain::archive::Entry;
use tenure_domain::bounds::Bounds;
use tenure_domain::day::Day;
use tenure_domain::edtf::shortest;
use tenure_domain::event::Field;
use tenure_domain::name::NameKey;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::tenure::Tenure as FoldedTenure;
use tenure_domain::view::{Meant, ViewError};

use crate::Inquiry;
use crate::event::EventBook;
use crate::location::MergerPaths;
use crate::naming::{NameOrder, sort_by_asked_key};
use tenure_answers::{BasisShown, ListAnswer, Listed};

/// What is listed. Sources are counted from the events, the rest from tenures.
#[derive(Clone, Copy)]
pub enum Inventory<'b> {
    /// The companies.
    Companies,
    /// The units of companies.
    Units,
    /// Everybody.
    People,
    /// The titles of posts.
    Titles,
    /// Who publishes what the events claim.
    Sources {
        /// The events.
        book: &'b dyn EventBook,
        /// Which of them the basis lists.
        lists: &'b dyn Fn(&Entry) -> bool,
    },
}

impl Inventory<'_> {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Inventory::Companies => "companies",
            Inventory::Units => "units",
            Inventory::People => "people",
            Inventory::Titles => "titles",
            Inventory::Sources { .. } => "sources",
        }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// By name, compared by key, then as written.
    #[default]
    Name,
    /// The most people first; of people, the most tenures.
    Count,
    /// The first start first, what has none last.
    First,
}

/// What is counted of one thing.
#[derive(Clone, Debug, Default)]
struct Tally {
    people: usize,
    tenures: usize,
    events: usize,
    first: Option<Bounds>,
    last: Option<Bounds>,
    last_person: Option<PersonNo>,
}

/// A bound of a date that orders it among others; none of a date of which nothing is known.
fn begin(bounds: Bounds) -> Option<Day> {
    bounds.earliest().or(bounds.latest())
}

fn finish(bounds: Bounds) -> Option<Day> {
    bounds.latest().or(bounds.earliest())
}

impl Tally {
    fn take(&mut self, person: PersonNo, held: &FoldedTenure) {
        if self.last_person != Some(person) {
            self.people += 1;
            self.last_person = Some(person);
        }
        self.tenures += 1;
        self.begins(held.start.bounds);
        let attested = held.attested.map(Bounds::on);
        for bounds in held.end.iter().map(|end| end.bounds).chain(attested) {
            self.ends(bounds);
        }
    }

    fn begins(&mut self, bounds: Bounds) {
        let order = |bounds: Bounds| (begin(bounds), bounds.earliest(), bounds.latest());
        let earlier = |first: Bounds| order(bounds) < order(first);
        if begin(bounds).is_some() && self.first.is_none_or(earlier) {
            self.first = Some(bounds);
        }
    }

    fn ends(&mut self, bounds: Bounds) {
        let order = |bounds: Bounds| (finish(bounds), bounds.earliest(), bounds.latest());
        let later = |last: Bounds| order(bounds) > order(last);
        if finish(bounds).is_some() && self.last.is_none_or(later) {
            self.last = Some(bounds);
        }
    }
}

impl Inquiry<'_> {
    /// Counts the tenures of everybody under what `keys` gives for each.
    fn tallied<K: Eq + Hash>(
        &self,
        mut keys: impl FnMut(PersonNo, &FoldedTenure, &mut dyn FnMut(K)),
    ) -> Result<FxHashMap<K, Tally>, ViewError> {
        let mut places: FxHashMap<K, usize> = FxHashMap::default();
        let mut tallies: Vec<Tally> = Vec::new();
        // An event can support several tenures, a succession those of two people, and counts once for each thing.
        let mut events: Vec<(usize, Seq)> = Vec::new();
        let mut ways = MergerPaths::default();
        for person in self.view.people()? {
            let state = self.view.person(person)?;
            let seqs: FxHashMap<&EventId, Seq> = state.evidence.iter().map(|told| (&told.id, told.seq)).collect();
            for held in &state.career.tenures {
                let told = self.as_told(&mut ways, held)?;
                keys(person, held, &mut |key: K| {
                    let place = *places.entry(key).or_insert(tallies.len());
                    if place == tallies.len() {
                        tallies.push(Tally::default());
                    }
                    tallies[place].take(person, &told);
                    events.extend(held.supports.iter().filter_map(|event| Some((place, *seqs.get(event)?))));
                });
            }
        }
        events.sort_unstable();
        events.dedup();
        for (place, _) in events {
            tallies[place].events += 1;
        }
        Ok(places.into_iter().map(|(key, place)| (key, std::mem::take(&mut tallies[place]))).collect())
    }

    /// The titles of posts, of one company or of all, each as it is written most often; of equals as the least.
    fn titles_listed(&self, company: Option<UnitNo>) -> Result<Vec<Listed>, ViewError> {
        let mut written: FxHashMap<NameKey, BTreeMap<String, usize>> = FxHashMap::default();
        let tallies = self.tallied(|_, held, tell| {
            let Some(title) = held.title.as_ref().filter(|_| company.is_none_or(|c| c == held.company)) else { return };
            let spellings = written.entry(title.key().clone()).or_default();
            match spellings.get_mut(title.as_str()) {
                Some(count) => *count += 1,
                None => drop(spellings.insert(title.as_str().to_owned(), 1)),
            }
            tell(title.key().clone());
        })?;
        let titles = tallies.into_iter().map(|(key, tally)| {
            let spellings = written.remove(&key).unwrap_or_default();
            let name = spellings.into_iter().min_by_key(|(_, count)| Reverse(*count)).map(|(name, _)| name);
            listed(None, name.unwrap_or_default(), &tally)
        });
        Ok(titles.collect())
    }

    /// The first of places that are sorted by how many people are there: of those with as many, by their names.
    pub(crate) fn most_frequent(
        &self,
        places: &[(UnitNo, usize)],
        most: usize,
    ) -> Result<Vec<(UnitNo, usize)>, ViewError> {
        let least = places.get(most.saturating_sub(1)).map_or(0, |(_, people)| *people);
        let mut first: Vec<(UnitNo, usize)> =
            places.iter().take_while(|(_, people)| *people >= least).copied().collect();
        sort_by_asked_key(&mut first, |(unit, people)| {
            Ok((Reverse(*people), NameOrder::unit(&self.unit_shown(*unit)?)))
        })?;
        first.truncate(most);
        Ok(first)
    }

    /// `list`: what there is, of one company or of all, at most `most` of it.
    pub fn list_answer(
        &self,
        basis: BasisShown,
        what: Inventory<'_>,
        company: Option<UnitNo>,
        order: Order,
        most: Option<usize>,
    ) -> Result<ListAnswer, ViewError> {
        let mut listed = match what {
            Inventory::Companies => self.companies_listed(company)?,
            Inventory::Units => self.units_listed(company)?,
            Inventory::People => self.people_listed(company)?,
            Inventory::Titles => self.titles_listed(company)?,
            Inventory::Sources { book, lists } => sources_listed(book, lists, company),
        };
        sort(&mut listed, order);
        let total = listed.len();
        listed.truncate(most.unwrap_or(total));
        Ok(ListAnswer { basis, what: what.word().to_owned(), total, listed })
    }

    fn companies_listed(&self, of: Option<UnitNo>) -> Result<Vec<Listed>, ViewError> {
        let tallies = self.tallied(|_, held, tell| tell(held.company))?;
        self.places_listed(&tallies, |unit, company| company.is_none() && of.is_none_or(|of| of == unit))
    }

    fn units_listed(&self, of: Option<UnitNo>) -> Result<Vec<Listed>, ViewError> {
        let tallies = self.tallied(|_, held, tell| held.unit.into_iter().for_each(tell))?;
        self.places_listed(&tallies, |_, company| company.is_some() && (of.is_none() || of == company))
    }

    fn places_listed(
        &self,
        tallies: &FxHashMap<UnitNo, Tally>,
        wanted: impl Fn(UnitNo, Option<UnitNo>) -> bool,
    ) -> Result<Vec<Listed>, ViewError> {
        let none = Tally::default();
        let mut all = Vec::new();
        for unit in self.view.units()? {
            if wanted(unit, self.view.unit(unit)?.company) {
                let shown = self.unit_shown(unit)?;
                let listed = listed(Some(shown.id), shown.name, tallies.get(&unit).unwrap_or(&none));
                all.push(Listed { company: shown.company, ..listed });
            }
        }
        Ok(all)
    }

    fn people_listed(&self, company: Option<UnitNo>) -> Result<Vec<Listed>, ViewError> {
        let is_there = |held: &FoldedTenure| company.is_none_or(|company| company == held.company);
        let tallies = self.tallied(|person, held, tell| {
            if is_there(held) {
                tell(person);
            }
        })?;
        let none = Tally::default();
        let mut all = Vec::new();
        for person in self.view.people()? {
            if company.is_none() || tallies.contains_key(&person) {
                let shown = self.person_shown(person)?;
                let listed = listed(Some(shown.id), shown.name, tallies.get(&person).unwrap_or(&none));
                all.push(Listed { people: None, ..listed });
            }
        }
        Ok(all)
    }
}

fn listed(id: Option<String>, name: String, tally: &Tally) -> Listed {
    Listed {
        id,
        name,
        company: None,
        people: Some(tally.people),
        tenures: Some(tally.tenures),
        events: tally.events,
        first: tally.first.map(shortest),
        last: tally.last.map(shortest),
    }
}

fn sources_listed(book: &dyn EventBook, lists: &dyn Fn(&Entry) -> bool, company: Option<UnitNo>) -> Vec<Listed> {
    let mut found: FxHashMap<&str, (Tally, FxHashSet<PersonNo>)> = FxHashMap::default();
    for entry in book.entries() {
        if entry.is_withheld() || !lists(entry) {
            continue;
        }
        let meant = book.means(entry);
        if company.is_some_and(|company| !meant.contains(&(Field::Company, Meant::Unit(company)))) {
            continue;
        }
        let (tally, people) = found.entry(&entry.says).or_default();
        tally.events += 1;
        tally.begins(Bounds::on(entry.reported_at.day()));
        tally.ends(Bounds::on(entry.reported_at.day()));
        people.extend(meant.iter().filter_map(|(field, meant)| match meant {
            Meant::Person(person) if *field == Field::Person => Some(*person),
            Meant::Person(_) | Meant::Unit(_) => None,
        }));
    }
    found
        .into_iter()
        .map(|(says, (tally, people))| {
            let listed = listed(None, says.to_owned(), &tally);
            Listed { people: Some(people.len()), tenures: None, ..listed }
        })
        .collect()
}

fn sort(listed: &mut [Listed], order: Order) {
    let by_name = |of: &Listed| {
        let company = of.company.as_ref().map(|company| company.name.clone());
        (NameKey::of(&of.name), of.name.clone(), company, of.id.clone())
    };
    listed.sort_by_cached_key(by_name);
    match order {
        Order::Name => {}
        Order::Count => listed.sort_by_key(|of| Reverse((of.people.or(of.tenures), of.events))),
        Order::First => listed.sort_by_cached_key(|of| {
            let day = of.first.as_deref().and_then(|first| first.parse().ok());
            let day = day.and_then(|date: tenure_domain::edtf::VagueDate| begin(date.bounds()));
            (day.is_none(), day)
        }),
    }
}
