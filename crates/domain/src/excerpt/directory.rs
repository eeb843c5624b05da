//! Where each way of naming a person, a company or a unit is used in a log, and what retracts, corrects or restates what.
//!
//! A directory maps marks to leaves. A leaf only grows with the log, whoever is meant by a name on whatever basis: so a
//! directory that is kept up event by event is the one that is made of the whole log.

use std::convert::Infallible;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::archive::{Archive, CompanyRef, Entry, EntryFact, Mention, PersonRef, UnitRef};
use crate::day::Instant;
use crate::event::Identifier;
use crate::identity::Call;
use crate::mark::{Mark, MentionMarks, calls_of};
use crate::part::{Named, mentions};
use crate::position::{EventId, Seq};

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

/// How many of the earliest reports are kept of each way of naming, for each stretch of the log from its beginning.
pub(super) const FIRST: usize = 4;

/// How many units of one name are told of, whatever their companies.
pub(super) const SHARED: usize = 32;

/// An early report in which a way of naming is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Early {
    /// When it was reported, in microseconds from 1970.
    micros: i64,
    /// The first bytes of the event's id, which decides between reports of one instant.
    id: u32,
    seq: u64,
}

impl Early {
    pub(super) fn of(reported_at: Instant, id: &EventId, seq: Seq) -> Early {
        let mut bytes = [0; 4];
        for (byte, of_id) in bytes.iter_mut().zip(id.as_str().bytes()) {
            *byte = of_id;
        }
        Early { micros: reported_at.micros(), id: u32::from_be_bytes(bytes), seq: seq.number() }
    }

    /// Its place among others. Two of one place are not told apart.
    pub(super) fn rank(&self) -> (i64, u32) {
        (self.micros, self.id)
    }

    /// Its position.
    pub(super) fn seq(&self) -> Seq {
        Seq::new(self.seq)
    }
}

/// How the log uses one way of naming.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// What is named.
    pub(super) kind: Kind,
    /// Of a unit, how its company is named.
    pub(super) scope: Option<Mark>,
    /// The marks of the calls that it gives, and by which others of its kind are found.
    pub(super) calls: Vec<Mark>,
    /// Of a unit, the keys of its names, which are looked for in each company by itself.
    pub(super) names: Vec<String>,
    /// The events that tell of what is named: of a person the posts, names and death; of a unit or company its structure.
    pub(super) own: Positions,
    /// The events that name the person beside others, as a manager, or the unit as a place. Empty for companies.
    pub(super) others: Positions,
    /// The earliest reports: of each stretch of the log from its beginning, those [`FIRST`] and more that were reported
    /// first, in the order of the log.
    pub(super) early: Vec<Early>,
}

impl Usage {
    fn note(&mut self, entry: &Entry, is_own: bool) {
        if is_own {
            self.own.push(entry.seq);
        } else if self.kind != Kind::Company {
            self.others.push(entry.seq);
        }
        let early = Early::of(entry.reported_at, &entry.id, entry.seq);
        if self.early.last().is_some_and(|last| last.seq == early.seq) {
            return;
        }
        if self.early.iter().filter(|known| known.rank() < early.rank()).count() < FIRST {
            self.early.push(early);
        }
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
    Usage(Box<Usage>),
    /// The ways of naming that give a call.
    Called(Vec<Mark>),
    /// Where an event stands that others retract or correct, if it is there, and where these stand.
    Replaced(Option<u64>, Positions),
    /// The events that have a key of their source, where several have it.
    Keyed(Positions),
    /// Some event gives a post that title.
    Titled,
    /// Some event erases a person.
    Erasures,
}

/// One use of a way of naming.
pub(super) struct Use<'a> {
    pub(super) mark: Mark,
    pub(super) kind: Kind,
    pub(super) scope: Option<Mark>,
    mention: &'a Mention,
    /// Whether the event tells of what is named.
    pub(super) is_own: bool,
}

/// Every use that the fact makes of a way of naming.
pub(super) fn each_use<'a>(
    archive: &'a Archive,
    marks: &MentionMarks,
    fact: &EntryFact,
    mut tell: impl FnMut(Use<'a>),
) {
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
    mentions(archive, fact, |named, place| {
        // A structure event tells of the unit that it is about, and a statement of sameness of the other one too.
        let tells_of_place = is_structure && (place == 1 || (place == 4 && tells_of_all));
        tell(match named {
            Named::Person(PersonRef(number)) => Use {
                mark: marks.persons[number as usize],
                kind: Kind::Person,
                scope: None,
                mention: &archive.persons[number as usize],
                // Whoever is succeeded loses a post.
                is_own: tells_of_all || place == 0 || place == 6,
            },
            Named::Company(CompanyRef(number)) => Use {
                mark: marks.companies[number as usize],
                kind: Kind::Company,
                scope: None,
                mention: &archive.companies[number as usize],
                is_own: tells_of_place,
            },
            Named::Unit(UnitRef(number)) => {
                let mention = &archive.units[number as usize];
                Use {
                    mark: marks.units[number as usize],
                    kind: Kind::Unit,
                    scope: mention.scope.map(|CompanyRef(company)| marks.companies[company as usize]),
                    mention,
                    is_own: tells_of_place,
                }
            }
        });
    });
}

/// A directory, or the leaves of one that change.
#[derive(Debug, Default)]
pub struct Directory {
    leaves: FxHashMap<Mark, Leaf>,
}

impl Directory {
    /// The directory of all events of an archive. What was withheld from it is in the directory all the same.
    pub fn of(archive: &Archive) -> Directory {
        let mut directory = Directory::default();
        directory.add(archive, |_| Ok::<_, Infallible>(None)).unwrap_or_else(|never| match never {});
        directory.note_keys(archive);
        if archive.has_erasures() {
            directory.leaves.insert(Mark::erasures(), Leaf::Erasures);
        }
        directory
    }

    /// Adds the events of an archive to a directory of which `known` gives the leaves. They retract and correct only what
    /// the archive holds, erase no one, and each has a key of its own.
    pub fn add<E>(
        &mut self,
        archive: &Archive,
        mut known: impl FnMut(Mark) -> Result<Option<Leaf>, E>,
    ) -> Result<(), E> {
        let marks = MentionMarks::of(archive);
        let mut erased = archive.erased_mentions.iter().peekable();
        let mut uses: Vec<Use<'_>> = Vec::new();
        for (at, entry) in archive.entries.iter().enumerate() {
            each_use(archive, &marks, &entry.fact, |used| uses.push(used));
            while let Some(mention) = erased.next_if(|mention| mention.entry as usize == at) {
                let PersonRef(number) = mention.person;
                uses.push(Use {
                    mark: marks.persons[number as usize],
                    kind: Kind::Person,
                    scope: None,
                    mention: &archive.persons[number as usize],
                    is_own: true,
                });
            }
            for used in uses.drain(..) {
                self.note(entry, &used, &mut known)?;
            }
            self.note_replaced(archive, entry, &mut known)?;
            if let Some((_, fact)) = entry.fact.of_person() {
                for title in fact.titles() {
                    self.entry(Mark::titled(title.key()), &mut known, || Leaf::Titled)?;
                }
            }
        }
        Ok(())
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
    fn entry<E>(
        &mut self,
        mark: Mark,
        known: &mut impl FnMut(Mark) -> Result<Option<Leaf>, E>,
        fresh: impl FnOnce() -> Leaf,
    ) -> Result<(&mut Leaf, bool), E> {
        use std::collections::hash_map::Entry;
        Ok(match self.leaves.entry(mark) {
            Entry::Occupied(slot) => (slot.into_mut(), false),
            Entry::Vacant(slot) => match known(mark)? {
                Some(leaf) => (slot.insert(leaf), false),
                None => (slot.insert(fresh()), true),
            },
        })
    }

    fn note<E>(
        &mut self,
        entry: &Entry,
        used: &Use<'_>,
        known: &mut impl FnMut(Mark) -> Result<Option<Leaf>, E>,
    ) -> Result<(), E> {
        let Use { mark, kind, scope, mention, is_own } = *used;
        let (leaf, is_new) = self.entry(mark, known, || {
            let calls = calls_of(&mention.reference);
            let names = calls.iter().filter_map(|call| match call {
                Call::Name(key) if kind == Kind::Unit => Some(key.as_str().to_owned()),
                Call::Name(_) | Call::Id(_) | Call::Identifier(_) => None,
            });
            Leaf::Usage(Box::new(Usage {
                kind,
                scope,
                calls: calls.iter().map(|call| called_mark(kind, scope, call)).collect(),
                names: names.collect(),
                own: Positions::default(),
                others: Positions::default(),
                early: Vec::new(),
            }))
        })?;
        if let Leaf::Usage(usage) = leaf {
            usage.note(entry, is_own);
        }
        if is_new {
            // An asker may give an identifier without its scheme.
            let values = mention.reference.identifiers.iter();
            let values = values.map(|Identifier { value, .. }| Call::Identifier(value.clone()));
            for call in calls_of(&mention.reference).into_iter().chain(values) {
                let (leaf, _) = self.entry(called_mark(kind, scope, &call), known, || Leaf::Called(Vec::new()))?;
                if let Leaf::Called(ways) = leaf
                    && ways.last() != Some(&mark)
                {
                    ways.push(mark);
                }
                // Which units are called so in any company is known as long as these are few.
                if scope.is_some() && matches!(call, Call::Name(_)) {
                    let (leaf, _) = self.entry(called_mark(kind, None, &call), known, || Leaf::Called(Vec::new()))?;
                    if let Leaf::Called(ways) = leaf
                        && ways.len() <= SHARED
                    {
                        ways.push(mark);
                    }
                }
            }
        }
        Ok(())
    }

    fn note_replaced<E>(
        &mut self,
        archive: &Archive,
        entry: &Entry,
        known: &mut impl FnMut(Mark) -> Result<Option<Leaf>, E>,
    ) -> Result<(), E> {
        for target in entry.fact.retracts().into_iter().chain(&entry.corrects) {
            let stands = archive.entry(target).map(|entry| entry.seq.number());
            let fresh = || Leaf::Replaced(None, Positions::default());
            if let (Leaf::Replaced(at, by), _) = self.entry(Mark::replaced(target), known, fresh)? {
                *at = stands;
                by.push(entry.seq);
            }
        }
        Ok(())
    }

    /// Notes the keys that several events have. Nearly all have one of their own.
    fn note_keys(&mut self, archive: &Archive) {
        let mut first: FxHashMap<(&str, &str), Seq> = FxHashMap::default();
        for entry in &archive.entries {
            let Some(key) = &entry.key else { continue };
            let known = first.entry((&*entry.says, &**key));
            let earlier = match known {
                std::collections::hash_map::Entry::Occupied(earlier) => *earlier.get(),
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(entry.seq);
                    continue;
                }
            };
            let leaf = self.leaves.entry(Mark::keyed(&entry.says, key));
            if let Leaf::Keyed(positions) = leaf.or_insert_with(|| Leaf::Keyed(Positions::default())) {
                positions.push(earlier);
                positions.push(entry.seq);
            }
        }
    }
}

/// Under which mark the ways of naming are that give a call: the names of a unit in its company, all else anywhere.
pub(super) fn called_mark(kind: Kind, scope: Option<Mark>, call: &Call) -> Mark {
    let scope = scope.filter(|_| matches!(call, Call::Name(_)));
    Mark::called(kind as u8, scope, call)
}
