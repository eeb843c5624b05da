//! What became of single events on a basis: which count, which others took the place of those that do not, and whom
//! the fields of an event mean.
//!
//! Deliberately not here: whether a live event is believed, which the fold of a person alone can say.

use rustc_hash::FxHashMap;

use super::{Reading, index, restating_rank};
use crate::archive::{Entry, EntryFact};
use crate::event::{Field, Named};
use crate::position::{EventId, Seq};
use crate::role::{Resolve, mentions};
use crate::view::Meant;

/// What became of an event on a basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Live,
    /// The basis does not admit it: it is too late, or not of the sources or the confidence asked for.
    Outside,
    /// It is about a person who was erased.
    Withheld,
    /// A later event has the same source and key.
    Superseded {
        /// The last one of that key.
        by: Seq,
    },
    /// A live event corrects it, or what corrects it.
    Corrected {
        /// The live event.
        by: Seq,
    },
    /// A live event retracts it.
    Retracted {
        /// The live event.
        by: Seq,
    },
}

/// The fates of all events on one basis, to be asked for one by one.
pub struct Fates<'r, 'a> {
    reading: &'r Reading<'a>,
    /// By event: the live event that corrects it, directly or through others.
    corrected: FxHashMap<u32, u32>,
    /// By event: the live event that retracts it.
    retracted: FxHashMap<u32, u32>,
    /// By source and key: the last event.
    last_of_key: FxHashMap<(&'a str, &'a str), u32>,
}

/// The most steps from an event to the one that stands in its place. A correction is told with the live event at
/// its end, and a key with its last event, so that two or three steps are usual.
const STEPS: usize = 64;

impl<'r, 'a> Fates<'r, 'a> {
    /// Finds out what became of the events of a reading that was made on a basis.
    pub fn of(reading: &'r Reading<'a>) -> Fates<'r, 'a> {
        let entries = &reading.archive.entries;
        let mut fates = Fates {
            reading,
            corrected: FxHashMap::default(),
            retracted: FxHashMap::default(),
            last_of_key: FxHashMap::default(),
        };
        let mut against: Vec<usize> = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            if !fates.is_visible(i) {
                continue;
            }
            if let Some(key) = &entry.key {
                let rank = |i: u32| restating_rank(&entries[i as usize]);
                let last = fates.last_of_key.entry((&entry.says, key)).or_insert(index(i));
                if rank(*last) < rank(index(i)) {
                    *last = index(i);
                }
            }
            if reading.live[i] && (entry.corrects.is_some() || entry.fact.retracts().is_some()) {
                against.push(i);
            }
        }
        // Of several that do the same to an event it is the one reported last, in whatever order they came.
        against.sort_by_key(|i| std::cmp::Reverse((entries[*i].reported_at, &entries[*i].id)));
        for i in against {
            let entry = &entries[i];
            if let Some(target) = entry.fact.retracts().and_then(|id| reading.archive.index_of(id)) {
                fates.retracted.entry(index(target)).or_insert(index(i));
            }
            // Each event is walked over once: beyond one that is marked, all are.
            let mut next = entry.corrects.as_ref();
            while let Some(target) = next.and_then(|id| reading.archive.index_of(id)) {
                if target == i || fates.corrected.contains_key(&index(target)) {
                    break;
                }
                fates.corrected.insert(index(target), index(i));
                next = entries[target].corrects.as_ref();
            }
        }
        fates
    }

    fn is_visible(&self, index: usize) -> bool {
        self.reading.visible.get(index).copied().unwrap_or_default()
    }

    /// All events of the log.
    pub fn entries(&self) -> &'a [Entry] {
        self.reading.archive.entries()
    }

    /// The event at a position.
    pub fn at(&self, seq: Seq) -> Option<&'a Entry> {
        let entries = self.entries();
        entries.binary_search_by_key(&seq, |entry| entry.seq).ok().map(|at| &entries[at])
    }

    /// The event with that id.
    pub fn entry(&self, id: &EventId) -> Option<&'a Entry> {
        self.reading.archive.entry(id)
    }

    /// What became of an event.
    pub fn fate(&self, entry: &Entry) -> Fate {
        let Some(at) = self.reading.archive.index_of(&entry.id) else { return Fate::Outside };
        let seq = |at: u32| self.entries()[at as usize].seq;
        if entry.is_withheld() {
            return Fate::Withheld;
        }
        if !self.is_visible(at) {
            return Fate::Outside;
        }
        if self.reading.live[at] {
            return Fate::Live;
        }
        let last = entry.key.as_ref().and_then(|key| self.last_of_key.get(&(&*entry.says, &**key)));
        let corrected = self.corrected.get(&index(at));
        // A correction that goes on bearing the key of what it corrects is told as one.
        if let Some(by) = last.filter(|last| **last != index(at) && Some(*last) != corrected) {
            return Fate::Superseded { by: seq(*by) };
        }
        if let Some(by) = self.retracted.get(&index(at)) {
            return Fate::Retracted { by: seq(*by) };
        }
        match corrected {
            Some(by) => Fate::Corrected { by: seq(*by) },
            None => Fate::Outside,
        }
    }

    /// The live event that stands in the place of this one; the event itself where it is live.
    pub fn stands(&self, entry: &'a Entry) -> Option<&'a Entry> {
        let mut entry = entry;
        for _ in 0..STEPS {
            match self.fate(entry) {
                Fate::Live => return Some(entry),
                Fate::Superseded { by } | Fate::Corrected { by } => entry = self.at(by)?,
                Fate::Outside | Fate::Withheld | Fate::Retracted { .. } => return None,
            }
        }
        None
    }

    /// The events of the basis that this one retracts or corrects, directly or through others, and those of its source's key.
    pub fn replaces(&self, entry: &Entry) -> Vec<Seq> {
        let mut replaced = self.reading.replaced_by(entry);
        let retracted = entry.fact.retracts().and_then(|id| self.reading.archive.index_of(id));
        let retracted = retracted.filter(|index| self.is_visible(*index)).map(|index| &self.entries()[index]);
        replaced.extend(retracted.filter(|target| !target.is_withheld()).map(|target| target.seq));
        replaced.sort_unstable();
        replaced.dedup();
        replaced
    }

    /// The events that retract or correct this one, whether they count or not.
    pub fn against(&self, entry: &Entry) -> Vec<Seq> {
        let is_against = |other: &&Entry| {
            !other.is_withheld()
                && (other.fact.retracts() == Some(&entry.id) || other.corrects.as_ref() == Some(&entry.id))
        };
        self.entries().iter().filter(is_against).map(|other| other.seq).collect()
    }

    /// The event that this one retracts or corrects and that the basis does not have.
    pub fn awaits<'e>(&self, entry: &'e Entry) -> Option<&'e EventId> {
        let there = |id: &EventId| self.reading.archive.index_of(id).is_some_and(|at| self.is_visible(at));
        entry.fact.retracts().into_iter().chain(&entry.corrects).find(|id| !there(id))
    }

    /// Whom and what the fields of an event mean. A field is left out where the basis knows no person and no unit that it can mean.
    pub fn means(&self, entry: &Entry) -> Vec<(Field, Meant)> {
        self.reading.means(entry)
    }
}

impl Entry {
    /// The type of the event; none where nothing of it may be answered.
    pub fn type_name(&self) -> Option<&'static str> {
        Some(match &self.fact {
            EntryFact::Person { fact, .. } => fact.type_name(),
            EntryFact::Unit { fact, .. } => fact.type_name(),
            EntryFact::PersonDescribed { .. } => "PersonDescribed",
            EntryFact::Died { .. } => "PersonDied",
            EntryFact::SamePerson { .. } => "SamePerson",
            EntryFact::SameUnit { .. } => "SameUnit",
            EntryFact::Retracted { .. } => "EventRetracted",
            EntryFact::Erased { .. } => "PersonErased",
            EntryFact::Withheld { .. } => return None,
        })
    }
}

impl Reading<'_> {
    /// Whom and what the fields of an event mean, each by its field.
    pub fn means(&self, entry: &Entry) -> Vec<(Field, Meant)> {
        if let EntryFact::Withheld { .. } = entry.fact {
            return Vec::new();
        }
        let mut meant = Vec::new();
        let company = entry.fact.company();
        mentions(self.archive, &entry.fact, &mut |named, field| {
            let one = match named {
                Named::Person(person) => self.meanings.person_meant(company, person).map(Meant::Person),
                Named::Company(company) => self.meanings.company_meant(company).map(Meant::Unit),
                Named::Unit(unit) => self.meanings.unit_meant(unit).map(Meant::Unit),
            };
            meant.extend(one.map(|one| (field, one)));
        });
        meant
    }
}
