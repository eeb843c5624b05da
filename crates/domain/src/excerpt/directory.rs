//! Where each way of naming a person, a company or a unit is used in a log, and what retracts, corrects or restates what.
//!
//! A directory maps marks to leaves. A leaf only grows with the log, whatever a name means on whatever basis: so a
//! directory that is kept up event by event is the one that is made of the whole log.

use std::convert::Infallible;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::earliest::Earliest;
use super::{KnownEvent, Lookup};
use crate::archive::{Archive, CompanyRef, Entry, EntryFact, PersonRef, UnitRef};
use crate::event::{Field, Identifier, Named, Reference};
use crate::identity::Call;
use crate::mark::{Mark, MentionMarks, calls_of};
use crate::name::NameKey;
use crate::position::{EventId, Seq};
use crate::reading::host_of;
use crate::role::mentions;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Kind {
    /// A person.
    Person,
    /// A company.
    Company,
    /// A unit of a company.
    Unit,
}

/// How many events that name a person or a unit beside others are looked through for what a publisher calls them.
pub(super) const LOOKED_THROUGH: usize = 256;

/// How many positions a page has.
const PAGE: u64 = 1024;

/// How many units of one name are told of, whatever their companies.
pub(super) const SHARED: usize = 32;

/// How the log uses one way of naming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// What is named.
    pub(super) kind: Kind,
    /// Its number among the ways of naming of its kind, in the order in which the log has them.
    pub(super) number: u32,
    /// Of a unit, how its company is named.
    pub(super) scope: Option<Mark>,
    /// The marks of the calls that it gives, and by which others of its kind are found.
    pub(super) calls: Vec<Mark>,
    /// Of a unit, the keys of its names, which are looked for in each company by itself.
    pub(super) names: Vec<String>,
    /// The events that tell of what is named: of a person the posts, names and death; of a unit or company its structure.
    pub(super) own: Positions,
    /// Of these, the statements that what is named is the same as something else, and the erasures.
    pub(super) deciding: Positions,
    /// The events that name the person beside others, as a manager, or the unit or company as a place.
    pub(super) others: Uses,
    /// The earliest reports.
    pub(super) early: Earliest,
}

impl Usage {
    fn write<S: Serializer>(usage: &Arc<Usage>, to: S) -> Result<S::Ok, S::Error> {
        (**usage).serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Usage>, D::Error> {
        Usage::deserialize(from).map(Arc::new)
    }

    /// Notes an event that names it so.
    fn note(&mut self, entry: &Entry, decides: bool, is_own: bool) -> Noted {
        let mut page = None;
        if is_own {
            self.own.push(entry.seq);
            if decides {
                self.deciding.push(entry.seq);
            }
        } else {
            page = self.others.push(entry.seq);
        }
        let is_early = self.early.note(entry);
        let is_looked_through = match self.kind {
            Kind::Person | Kind::Unit => is_own || self.others.len() <= LOOKED_THROUGH as u64,
            Kind::Company => false,
        };
        Noted { page, is_later: !is_early && !is_looked_through }
    }
}

/// Where else it is to be noted that an event uses a way of naming.
struct Noted {
    /// On which page of the events that name it beside others.
    page: Option<u64>,
    /// With what it is called by this publisher: neither is the event among the earliest, nor is it looked through for that.
    is_later: bool,
}

/// Positions that can be very many, in the order of the log: the first of them, and how many more there are on pages of
/// their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Uses {
    first: Positions,
    further: u64,
    last: u64,
}

impl Uses {
    /// Adds one, and tells on which page it is to be put, if it is.
    fn push(&mut self, seq: Seq) -> Option<u64> {
        if self.first.len() < LOOKED_THROUGH {
            self.first.push(seq);
            self.last = seq.number();
        }
        if seq.number() <= self.last {
            return None;
        }
        self.last = seq.number();
        self.further += 1;
        Some((self.further - 1) / PAGE)
    }

    /// How many they are.
    pub(super) fn len(&self) -> u64 {
        self.first.len() as u64 + self.further
    }

    /// The first of them: all, where they are at most [`LOOKED_THROUGH`].
    pub(super) fn first(&self) -> impl Iterator<Item = Seq> + '_ {
        self.first.iter()
    }

    /// All of them, of a way of naming.
    pub(super) fn all<L: Lookup>(&self, way: Mark, lookup: &L) -> Result<Vec<Seq>, L::Error> {
        let mut all: Vec<Seq> = self.first.iter().collect();
        for page in 0..self.further.div_ceil(PAGE) {
            if let Some(Leaf::UsedIn(page)) = lookup.leaf(Mark::used_in(way, page))? {
                all.extend(page.iter());
            }
        }
        Ok(all)
    }

    /// The last of them, on whole pages: so many, if there are so many.
    pub(super) fn last<L: Lookup>(&self, way: Mark, most: usize, lookup: &L) -> Result<Vec<Seq>, L::Error> {
        let mut last = Vec::new();
        for page in (0..self.further.div_ceil(PAGE)).rev() {
            if last.len() >= most {
                break;
            }
            if let Some(Leaf::UsedIn(page)) = lookup.leaf(Mark::used_in(way, page))? {
                last.extend(page.iter());
            }
        }
        if last.len() < most {
            last.extend(self.first.iter());
        }
        Ok(last)
    }
}

/// Positions in the order of the log, each kept as what it is beyond the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    /// The first; most have no other.
    first: u64,
    steps: Vec<u64>,
    last: u64,
}

impl Positions {
    fn push(&mut self, seq: Seq) {
        let seq = seq.number();
        if self.first == 0 {
            self.first = seq;
        } else if seq > self.last {
            self.steps.push(seq - self.last);
        } else {
            return;
        }
        self.last = seq;
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.steps.len() + usize::from(self.first != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Seq> + '_ {
        let first = (self.first != 0).then_some(self.first);
        let later = self.steps.iter().scan(self.first, |at, step| {
            *at += step;
            Some(*at)
        });
        first.into_iter().chain(later).map(Seq::new)
    }
}

/// What a directory says under a mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaf {
    /// How a way of naming is used.
    #[serde(serialize_with = "Usage::write", deserialize_with = "Usage::read")]
    Usage(Arc<Usage>),
    /// The ways of naming that give a call.
    Called(Vec<Mark>),
    /// Where an event stands that others retract or correct, if it is there, and where these stand.
    Replaced(Option<u64>, Positions),
    /// The events that have a key of their source.
    Keyed(Positions),
    /// Some event erases a person.
    Erasures,
    /// Some event is by that publisher.
    Published,
    /// The earliest reports in which a publisher uses a way of naming, beside those that are earliest of all and those
    /// that are looked through.
    UsedBy(Earliest),
    /// A page of the events that name a person beside others, or something as a place.
    UsedIn(Positions),
}

/// One use of a way of naming.
pub(super) struct Use {
    pub(super) mark: Mark,
    pub(super) kind: Kind,
    /// Whether the event tells of what is named.
    pub(super) is_own: bool,
}

/// Every use that the fact makes of a way of naming.
pub(super) fn each_use(archive: &Archive, marks: &MentionMarks, fact: &EntryFact, mut tell: impl FnMut(Use)) {
    let tells_of_all = match fact {
        EntryFact::Person { .. } | EntryFact::Unit { .. } | EntryFact::Retracted { .. } => false,
        EntryFact::SamePerson { .. }
        | EntryFact::SameUnit { .. }
        | EntryFact::PersonDescribed { .. }
        | EntryFact::Died { .. }
        | EntryFact::Erased { .. }
        | EntryFact::Withheld { .. } => true,
    };
    let is_structure = matches!(fact, EntryFact::Unit { .. } | EntryFact::SameUnit { .. });
    mentions(archive, fact, &mut |named, field| {
        // A structure event tells of the unit that it is about, a statement of sameness of the other one too, and a merger
        // of companies of the one that takes the people.
        let tells_of_place = is_structure && matches!(field, Field::Unit | Field::SameAs);
        let tells_of_company = tells_of_place || (is_structure && field == Field::Into);
        tell(match named {
            Named::Person(PersonRef(number)) => Use {
                mark: marks.persons[number as usize],
                kind: Kind::Person,
                // A person who is succeeded loses a post.
                is_own: tells_of_all || matches!(field, Field::Person | Field::Succeeds),
            },
            Named::Company(CompanyRef(number)) => {
                Use { mark: marks.companies[number as usize], kind: Kind::Company, is_own: tells_of_company }
            }
            Named::Unit(UnitRef(number)) => {
                Use { mark: marks.units[number as usize], kind: Kind::Unit, is_own: tells_of_place }
            }
        });
    });
}

/// The mark of a publisher: of the name, or of the host of an address.
fn published(says: &str) -> Mark {
    match (host_of(says), NameKey::of(says)) {
        (None, Some(name)) => Mark::published_by(&name),
        (host, _) => Mark::published_at(&host.unwrap_or(says).to_ascii_lowercase()),
    }
}

/// The marks of the publishers that an asker can mean by that.
pub(super) fn published_as(asked: &str) -> impl Iterator<Item = Mark> {
    let name = NameKey::of(asked).map(|name| Mark::published_by(&name));
    name.into_iter().chain([Mark::published_at(&asked.to_ascii_lowercase())])
}

/// How many ways of naming people, companies and units a log has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionCounts {
    people: u32,
    companies: u32,
    units: u32,
}

impl MentionCounts {
    /// The lasting numbers of people are below this.
    pub fn person_numbers(self) -> u32 {
        self.people
    }

    /// Those of companies and units are below this.
    pub fn unit_numbers(self) -> u32 {
        self.companies.max(self.units).saturating_mul(2)
    }

    /// The number of one more.
    fn next(&mut self, kind: Kind) -> u32 {
        let count = match kind {
            Kind::Person => &mut self.people,
            Kind::Company => &mut self.companies,
            Kind::Unit => &mut self.units,
        };
        *count += 1;
        *count - 1
    }
}

/// A directory, or the leaves of one that change.
#[derive(Debug, Default)]
pub struct Directory {
    leaves: FxHashMap<Mark, Leaf>,
    ways: MentionCounts,
}

/// What there is before the events of a directory: nothing.
struct Nothing;

impl Lookup for Nothing {
    type Error = Infallible;

    fn leaf(&self, _: Mark) -> Result<Option<Leaf>, Infallible> {
        Ok(None)
    }

    fn event(&self, _: Seq) -> Result<Option<Arc<KnownEvent>>, Infallible> {
        Ok(None)
    }

    fn position(&self, _: &EventId) -> Result<Option<Seq>, Infallible> {
        Ok(None)
    }
}

impl Directory {
    /// The directory of all events of an archive. What was withheld from it is in the directory all the same.
    pub fn of(archive: &Archive) -> Directory {
        let mut directory = Directory::default();
        directory.add(archive, &Nothing).unwrap_or_else(|never| match never {});
        directory
    }

    /// The leaves that change when the events of an archive come after others: of these `older` tells, and they have so
    /// many ways of naming.
    pub fn after<L: Lookup>(older: &L, ways: MentionCounts, archive: &Archive) -> Result<Directory, L::Error> {
        let mut directory = Directory { ways, ..Directory::default() };
        for entry in &archive.entries {
            // It may have been retracted or corrected before it came.
            let mark = Mark::replaced(&entry.id);
            if let Some(Leaf::Replaced(_, by)) = older.leaf(mark)? {
                directory.leaves.insert(mark, Leaf::Replaced(Some(entry.seq.number()), by));
            }
        }
        directory.add(archive, older)?;
        Ok(directory)
    }

    fn add<L: Lookup>(&mut self, archive: &Archive, older: &L) -> Result<(), L::Error> {
        let marks = MentionMarks::of(archive);
        self.note_ways(archive, &marks, older)?;
        let mut publishers: FxHashMap<&str, Mark> = FxHashMap::default();
        for entry in &archive.entries {
            publishers.entry(&entry.says).or_insert_with(|| published(&entry.says));
        }
        for mark in publishers.values() {
            self.entry(*mark, older, || Leaf::Published)?;
        }
        let mut used_by: FxHashMap<(Mark, Option<Mark>), Mark> = FxHashMap::default();
        for (at, entry) in archive.entries.iter().enumerate() {
            let mut later: Vec<Mark> = Vec::new();
            let mut pages: Vec<Mark> = Vec::new();
            let fact = archive.claimed(at);
            each_use(archive, &marks, fact, |Use { mark, is_own, .. }| {
                if let Some(Leaf::Usage(usage)) = self.leaves.get_mut(&mark) {
                    let noted = Arc::make_mut(usage).note(entry, fact.decides(), is_own);
                    later.extend(noted.is_later.then_some(mark));
                    pages.extend(noted.page.map(|page| Mark::used_in(mark, page)));
                }
            });
            for page in pages {
                if let Leaf::UsedIn(page) = self.entry(page, older, || Leaf::UsedIn(Positions::default()))? {
                    page.push(entry.seq);
                }
            }
            let publisher = fact.is_claim().then(|| publishers[&*entry.says]);
            for way in later {
                let mark = *used_by.entry((way, publisher)).or_insert_with(|| Mark::used_by(way, publisher));
                if let Leaf::UsedBy(early) = self.entry(mark, older, || Leaf::UsedBy(Earliest::default()))? {
                    early.note(entry);
                }
            }
            self.note_replaced(archive, entry, older)?;
            if let Some(key) = &entry.key {
                let fresh = || Leaf::Keyed(Positions::default());
                if let Leaf::Keyed(positions) = self.entry(Mark::keyed(&entry.says, key), older, fresh)? {
                    positions.push(entry.seq);
                }
            }
        }
        if archive.has_erasures() {
            self.leaves.insert(Mark::erasures(), Leaf::Erasures);
        }
        Ok(())
    }

    /// How many ways of naming there are with these events.
    pub fn ways(&self) -> MentionCounts {
        self.ways
    }

    /// How many leaves it has.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// The leaves.
    pub fn into_leaves(self) -> impl Iterator<Item = (Mark, Leaf)> {
        self.leaves.into_iter()
    }

    /// What it says under a mark.
    pub fn leaf(&self, mark: Mark) -> Option<&Leaf> {
        self.leaves.get(&mark)
    }

    /// The leaf under a mark, to be changed; `fresh` where there is none yet.
    fn entry<L: Lookup>(&mut self, mark: Mark, older: &L, fresh: impl FnOnce() -> Leaf) -> Result<&mut Leaf, L::Error> {
        use std::collections::hash_map::Entry;
        Ok(match self.leaves.entry(mark) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(older.leaf(mark)?.unwrap_or_else(fresh)),
        })
    }

    /// Sees to it that each way of naming of the archive has its leaf, and is found by what it calls.
    fn note_ways<L: Lookup>(&mut self, archive: &Archive, marks: &MentionMarks, older: &L) -> Result<(), L::Error> {
        let kinds = [
            (Kind::Person, &archive.persons, &marks.persons),
            (Kind::Company, &archive.companies, &marks.companies),
            (Kind::Unit, &archive.units, &marks.units),
        ];
        for (kind, mentions, of_kind) in kinds {
            for (mention, mark) in mentions.iter().zip(of_kind) {
                if let Some(leaf) = older.leaf(*mark)? {
                    self.leaves.insert(*mark, leaf);
                    continue;
                }
                let scope = mention.scope.map(|CompanyRef(company)| marks.companies[company as usize]);
                self.note_way(*mark, kind, scope, &mention.reference, older)?;
            }
        }
        Ok(())
    }

    fn note_way<L: Lookup>(
        &mut self,
        mark: Mark,
        kind: Kind,
        scope: Option<Mark>,
        reference: &Reference,
        older: &L,
    ) -> Result<(), L::Error> {
        let calls = calls_of(reference);
        let names = calls.iter().filter_map(|call| match call {
            Call::Name(key) if kind == Kind::Unit => Some(key.as_str().to_owned()),
            Call::Name(_) | Call::Id(_) | Call::Identifier(_) => None,
        });
        let usage = Usage {
            kind,
            number: self.ways.next(kind),
            scope,
            calls: calls.iter().map(|call| called_mark(kind, scope, call)).collect(),
            names: names.collect(),
            own: Positions::default(),
            deciding: Positions::default(),
            others: Uses::default(),
            early: Earliest::default(),
        };
        self.leaves.insert(mark, Leaf::Usage(Arc::new(usage)));
        // An asker may give an identifier without its scheme.
        let values = reference.identifiers.iter();
        let values = values.map(|Identifier { value, .. }| Call::Identifier(value.clone()));
        for call in calls.into_iter().chain(values) {
            let leaf = self.entry(called_mark(kind, scope, &call), older, || Leaf::Called(Vec::new()))?;
            if let Leaf::Called(ways) = leaf
                && ways.last() != Some(&mark)
            {
                ways.push(mark);
            }
            // Which units are called so in any company is known as long as these are few.
            if scope.is_some() && matches!(call, Call::Name(_)) {
                let leaf = self.entry(called_mark(kind, None, &call), older, || Leaf::Called(Vec::new()))?;
                if let Leaf::Called(ways) = leaf
                    && ways.len() <= SHARED
                {
                    ways.push(mark);
                }
            }
        }
        Ok(())
    }

    fn note_replaced<L: Lookup>(&mut self, archive: &Archive, entry: &Entry, older: &L) -> Result<(), L::Error> {
        for target in entry.fact.retracts().into_iter().chain(&entry.corrects) {
            let stands = match archive.entry(target) {
                Some(entry) => Some(entry.seq),
                None => older.position(target)?,
            };
            let fresh = || Leaf::Replaced(None, Positions::default());
            if let Leaf::Replaced(at, by) = self.entry(Mark::replaced(target), older, fresh)? {
                *at = stands.map(Seq::number);
                by.push(entry.seq);
            }
        }
        Ok(())
    }
}

/// Under which mark the ways of naming are that give a call: the names of a unit in its company, all else anywhere.
pub(super) fn called_mark(kind: Kind, scope: Option<Mark>, call: &Call) -> Mark {
    let scope = scope.filter(|_| matches!(call, Call::Name(_)));
    Mark::called(kind as u8, scope, call)
}

#[cfg(test)]
mod tests {
    use super::{Directory, KnownEvent, LOOKED_THROUGH, Leaf, Mark, Nothing, PAGE, Positions, Seq, Uses};
    use crate::excerpt::Lookup;

    impl Lookup for Directory {
        type Error = std::convert::Infallible;

        fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, Self::Error> {
            Ok(self.leaves.get(&mark).cloned())
        }

        fn event(&self, seq: Seq) -> Result<Option<std::sync::Arc<KnownEvent>>, Self::Error> {
            Nothing.event(seq)
        }

        fn position(&self, id: &crate::position::EventId) -> Result<Option<Seq>, Self::Error> {
            Nothing.position(id)
        }
    }

    #[test]
    fn of_uses_on_many_pages_the_last_are_found_without_the_others() {
        let way = Mark([7; 16]);
        let (mut uses, mut pages) = (Uses::default(), Directory::default());
        let count = LOOKED_THROUGH as u64 + 2 * PAGE + 5;
        for seq in 1..=count {
            if let Some(page) = uses.push(Seq::new(seq)) {
                let page = pages.entry(Mark::used_in(way, page), &Nothing, || Leaf::UsedIn(Positions::default()));
                if let Ok(Leaf::UsedIn(page)) = page {
                    page.push(Seq::new(seq));
                }
            }
        }
        let check = |most: usize, first: u64| {
            let mut found = uses.last(way, most, &pages).expect("pages");
            found.sort_unstable();
            assert!(found.into_iter().map(Seq::number).eq(first..=count), "the last {most}");
        };
        let page = usize::try_from(PAGE).expect("few");
        check(5, count - 4);
        check(6, count - 4 - PAGE);
        check(page + 5, count - 4 - PAGE);
        check(page + 6, count - 4 - 2 * PAGE);
        check(2 * page + 6, 1);
        check(usize::MAX, 1);
    }
}
