//! Where each way of naming a person, a company or a unit is used in a log.
//!
//! A way of naming never changes its meaning for another reason than that other events come: so what is kept of it only
//! grows with the log, whoever is meant by it on whatever basis.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::addition::{Mark, MentionMarks, calls_of};
use crate::archive::{Archive, CompanyRef, Entry, EntryFact, Mention, PersonRef, UnitRef};
use crate::day::Instant;
use crate::event::Identifier;
use crate::identity::Call;
use crate::part::{Named, mentions};
use crate::position::{EventId, Seq};

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A person.
    Person,
    /// A company.
    Company,
    /// A unit of a company.
    Unit,
}

/// How many of the earliest reports are kept of each way of naming, for each stretch of the log from its beginning.
pub(super) const FIRST: usize = 4;

/// An early report in which a way of naming is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Early {
    /// When it was reported.
    pub reported_at: Instant,
    /// The first bytes of the event's id, which decides between reports of one instant.
    pub id: u64,
    /// Its position.
    pub seq: Seq,
}

impl Early {
    pub(super) fn of(reported_at: Instant, id: &EventId, seq: Seq) -> Early {
        let mut bytes = [0; 8];
        for (byte, of_id) in bytes.iter_mut().zip(id.as_str().bytes()) {
            *byte = of_id;
        }
        Early { reported_at, id: u64::from_be_bytes(bytes), seq }
    }

    /// Its place among others. Two of one place are not told apart.
    pub(super) fn rank(&self) -> (Instant, u64) {
        (self.reported_at, self.id)
    }
}

/// How the log uses one way of naming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// What is named.
    pub kind: Kind,
    /// Of a unit, how its company is named.
    pub scope: Option<Mark>,
    /// The id, the keys of the names and the identifiers that it gives.
    pub calls: Vec<Call>,
    /// The events that tell of what is named: of a person the posts, names and death; of a unit or company its structure.
    pub own: Vec<Seq>,
    /// The events that name the person beside others, as a manager. Empty for companies and units.
    pub others: Vec<Seq>,
    /// The earliest reports: of each stretch of the log from its beginning, those [`FIRST`] and more that were reported
    /// first, in the order of the log.
    pub early: Vec<Early>,
}

impl Usage {
    fn note(&mut self, entry: &Entry, is_own: bool) {
        let (list, keeps) = if is_own { (&mut self.own, true) } else { (&mut self.others, self.kind == Kind::Person) };
        if keeps && list.last() != Some(&entry.seq) {
            list.push(entry.seq);
        }
        let early = Early::of(entry.reported_at, &entry.id, entry.seq);
        if self.early.last().is_some_and(|last| last.seq == entry.seq) {
            return;
        }
        if self.early.iter().filter(|known| known.rank() < early.rank()).count() < FIRST {
            self.early.push(early);
        }
    }
}

/// The events that retract or correct one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replacing {
    /// Where that event stands, if it is there.
    pub target: Option<Seq>,
    /// Where they stand.
    pub by: Vec<Seq>,
}

/// One use of a way of naming.
pub(super) struct Use<'a> {
    pub(super) mark: Mark,
    pub(super) kind: Kind,
    pub(super) scope: Option<Mark>,
    pub(super) mention: &'a Mention,
    /// Whether the event tells of what is named.
    pub(super) is_own: bool,
    /// Whether it names the person as a manager or a predecessor.
    pub(super) is_beside: bool,
}

/// Every use that the fact makes of a way of naming.
pub(super) fn each_use<'a>(
    archive: &'a Archive,
    marks: &MentionMarks,
    fact: &EntryFact,
    mut tell: impl FnMut(Use<'a>),
) {
    let whole = matches!(
        fact,
        EntryFact::SamePerson { .. } | EntryFact::SameUnit { .. } | EntryFact::PersonDescribed { .. }
            | EntryFact::Died { .. } | EntryFact::Erased { .. } | EntryFact::Withheld { .. }
    );
    let is_structure = matches!(fact, EntryFact::Unit { .. } | EntryFact::SameUnit { .. });
    mentions(archive, fact, |named, place| {
        let used = match named {
            Named::Person(PersonRef(number)) => Use {
                mark: marks.persons[number as usize],
                kind: Kind::Person,
                scope: None,
                mention: &archive.persons[number as usize],
                is_own: whole || place == 0 || place == 6,
                is_beside: !whole && place != 0,
            },
            Named::Company(CompanyRef(number)) => Use {
                mark: marks.companies[number as usize],
                kind: Kind::Company,
                scope: None,
                mention: &archive.companies[number as usize],
                is_own: is_structure && (place == 1 || (place == 4 && whole)),
                is_beside: false,
            },
            Named::Unit(UnitRef(number)) => {
                let mention = &archive.units[number as usize];
                Use {
                    mark: marks.units[number as usize],
                    kind: Kind::Unit,
                    scope: mention.scope.map(|CompanyRef(company)| marks.companies[company as usize]),
                    mention,
                    is_own: is_structure && (place == 1 || (place == 4 && whole)),
                    is_beside: false,
                }
            }
        };
        tell(used);
    });
}

/// Where a way of naming with that call is looked up: the names of a unit by its company, all else anywhere.
pub type Place = (Kind, Option<Mark>, Call);

/// The places of a way of naming.
pub fn places(kind: Kind, scope: Option<Mark>, calls: &[Call]) -> impl Iterator<Item = Place> + '_ {
    calls.iter().map(move |call| {
        let scope = scope.filter(|_| matches!(call, Call::Name(_)));
        (kind, scope, call.clone())
    })
}

/// How a log uses all ways of naming, in memory.
#[derive(Debug, Default)]
pub struct Directory {
    /// By way of naming.
    pub usages: FxHashMap<Mark, Usage>,
    /// By call: the ways of naming that give it.
    pub called: FxHashMap<Place, Vec<Mark>>,
    /// By event.
    pub replacing: FxHashMap<EventId, Replacing>,
    /// By source and key: the events that have it.
    pub keyed: FxHashMap<(Arc<str>, Arc<str>), Vec<Seq>>,
}

impl Directory {
    /// The directory of all events of an archive. What was withheld from it is in the directory all the same.
    pub fn of(archive: &Archive) -> Directory {
        let mut directory = Directory::default();
        let marks = MentionMarks::of(archive);
        let mut erased = archive.erased_mentions.iter().peekable();
        for (at, entry) in archive.entries.iter().enumerate() {
            each_use(archive, &marks, &entry.fact, |used| directory.note(entry, &used));
            while let Some(mention) = erased.next_if(|mention| mention.entry as usize == at) {
                let PersonRef(number) = mention.person;
                let used = Use {
                    mark: marks.persons[number as usize],
                    kind: Kind::Person,
                    scope: None,
                    mention: &archive.persons[number as usize],
                    is_own: true,
                    is_beside: false,
                };
                directory.note(entry, &used);
            }
            directory.note_replaced(archive, entry);
        }
        directory
    }

    fn note(&mut self, entry: &Entry, used: &Use<'_>) {
        let Use { mark, kind, scope, mention, is_own, .. } = *used;
        if let Some(usage) = self.usages.get_mut(&mark) {
            usage.note(entry, is_own);
            return;
        }
        let calls = calls_of(&mention.reference);
        // An asker may give an identifier without its scheme.
        let values = mention.reference.identifiers.iter().map(|Identifier { value, .. }| Call::Identifier(value.clone()));
        let values: Vec<Call> = values.collect();
        for place in places(kind, scope, &calls).chain(places(kind, scope, &values)) {
            let ways = self.called.entry(place).or_default();
            if ways.last() != Some(&mark) {
                ways.push(mark);
            }
        }
        let usage = Usage { kind, scope, calls, own: Vec::new(), others: Vec::new(), early: Vec::new() };
        self.usages.entry(mark).or_insert(usage).note(entry, is_own);
    }

    fn note_replaced(&mut self, archive: &Archive, entry: &Entry) {
        for target in entry.fact.retracts().into_iter().chain(&entry.corrects) {
            let replacing = self.replacing.entry(target.clone()).or_default();
            replacing.target = archive.entry(target).map(|entry| entry.seq);
            if replacing.by.last() != Some(&entry.seq) {
                replacing.by.push(entry.seq);
            }
        }
        if let Some(key) = &entry.key {
            self.keyed.entry((entry.says.clone(), key.clone())).or_default().push(entry.seq);
        }
    }
}
