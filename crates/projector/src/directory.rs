//! The directory of a log in the store: which events use which names, in buckets by the marks of the leaves.
//!
//! See [`tenure_domain::excerpt`] for what it is read for.

use std::collections::BTreeMap;
use std::sync::Arc;

use tenure_domain::excerpt::{
    About, Calls, Directory, EventTimes, EventTimesOf, Excerpt, KnownEvent, Lack, Leaf, Lookup, NoExcerpt, event_times,
    is_named, is_published,
};
use tenure_domain::mark::Mark;
use tenure_domain::position::{EventId, Seq};
use tenure_domain::reading::Basis;
use tenure_domain::statement::UnitNo;
use tenure_domain::view::{Meant, View as _, ViewError};
use tenure_log::{Journal, LogError};

use crate::error::StoreError;
use crate::keys::{leaves_key, mark_bucket};
use crate::older::{ReadError, sized_at};
use crate::packed::{Packed, pack};
use crate::store::Store;
use crate::stored::{self, Read, Unreadable};

/// At most so many events are read for a few people; beyond that all are, on all cores.
const MOST_EVENTS: usize = 20_000;

/// An excerpt is of less than this share of the log: an event that is looked up costs as much as some thirty that are read one
/// after the other, on two cores.
const LARGEST_SHARE: u64 = 32;

/// The tag of a mark within its bucket: other bytes than those by which buckets are chosen.
fn tag(mark: Mark) -> u32 {
    let [_, _, _, _, a, b, c, d, ..] = mark.0;
    u32::from_be_bytes([a, b, c, d])
}

/// The leaves of a bucket, written.
fn bucket_bytes(mut leaves: Vec<(u32, Vec<u8>)>) -> Vec<u8> {
    leaves.sort_unstable();
    pack(&leaves)
}

fn leaf_bytes(mark: Mark, leaf: &Leaf) -> (u32, Vec<u8>) {
    let mut bytes = mark.0.to_vec();
    bytes.extend(stored::encode(leaf));
    (tag(mark), bytes)
}

/// A directory in so many buckets, written.
pub(crate) fn buckets(directory: Directory, count: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut by_bucket: Vec<Vec<(u32, Vec<u8>)>> = vec![Vec::new(); count as usize];
    for (mark, leaf) in directory.into_leaves() {
        by_bucket[mark_bucket(mark, count) as usize].push(leaf_bytes(mark, &leaf));
    }
    (0..count)
        .zip(by_bucket)
        .filter(|(_, leaves)| !leaves.is_empty())
        .map(|(b, leaves)| (b, bucket_bytes(leaves)))
        .collect()
}

/// The leaf of a mark in a bucket, and how many bytes it has there.
fn leaf_in(bucket: &[u8], mark: Mark) -> Read<(Option<Leaf>, usize)> {
    for bytes in Packed::read(bucket)?.tagged(tag(mark)) {
        let (of, leaf) = bytes?.split_first_chunk::<16>().ok_or(Unreadable::Senseless)?;
        if *of == mark.0 {
            return Ok((Some(stored::decode(leaf)?), leaf.len()));
        }
    }
    Ok((None, 0))
}

/// The buckets of a store that change, with the leaves of a directory in them, and how many of these are new.
pub(crate) fn changed(store: &Store, directory: Directory) -> Result<(BTreeMap<u32, Vec<u8>>, u64), StoreError> {
    let mut by_bucket: BTreeMap<u32, BTreeMap<Mark, Leaf>> = BTreeMap::new();
    for (mark, leaf) in directory.into_leaves() {
        by_bucket.entry(mark_bucket(mark, store.head().leaf_buckets)).or_default().insert(mark, leaf);
    }
    let mut written = BTreeMap::new();
    let mut fresh = 0;
    for (bucket, changed) in by_bucket {
        let mut leaves: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut kept = 0;
        store.read(&leaves_key(bucket), |old| {
            for entry in Packed::read(old)?.all() {
                let (tag, bytes) = entry?;
                let (mark, _) = bytes.split_first_chunk::<16>().ok_or(Unreadable::Senseless)?;
                if changed.contains_key(&Mark(*mark)) {
                    kept += 1;
                } else {
                    leaves.push((tag, bytes.to_vec()));
                }
            }
            Ok(())
        })?;
        fresh += changed.len() as u64 - kept;
        leaves.extend(changed.iter().map(|(mark, leaf)| leaf_bytes(*mark, leaf)));
        written.insert(bucket, bucket_bytes(leaves));
    }
    Ok((written, fresh))
}

impl Store {
    /// What the directory says under a mark.
    pub(crate) fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, StoreError> {
        let bucket = mark_bucket(mark, self.head().leaf_buckets);
        let read = || Ok(self.read(&leaves_key(bucket), |leaves| leaf_in(leaves, mark))?.unwrap_or_default());
        self.at_hand().leaf(bucket, mark, read)
    }

    /// The event at a position of the journal that the store was made of; none where there is none that this version reads.
    pub(crate) fn event(&self, journal: &Journal, seq: Seq) -> Result<Option<Arc<KnownEvent>>, LogError> {
        self.at_hand().event(seq, || {
            let sized = sized_at(journal, seq)?;
            Ok(sized.map(|(recorded_at, event, bytes)| (KnownEvent::of(recorded_at, event), bytes)))
        })
    }

    /// Where an event stands that others retract or correct; none where none does, and where it is not there.
    pub fn replaced_at(&self, event: &EventId) -> Result<Option<Seq>, ViewError> {
        let leaf = self.leaf(Mark::replaced(event))?;
        Ok(if let Some(Leaf::Replaced(at, _)) = leaf { at.map(Seq::new) } else { None })
    }

    /// Reads what is asked for from the events of a journal that tell of it, on these bases and on that of all events:
    /// `read` is given them, and says what they lack. None where they are too many, so that the whole journal is read as
    /// well, where another person can be meant, and where the store is not at the head of the journal.
    pub fn read_excerpt<T>(
        &self,
        journal: &Journal,
        about: About<'_>,
        bases: &[&Basis],
        mut read: impl FnMut(&Excerpt<'_>) -> (T, Lack),
    ) -> Result<Option<T>, ViewError> {
        if self.seq() != journal.head() {
            return Ok(None);
        }
        let share = usize::try_from(journal.head().number() / LARGEST_SHARE).unwrap_or(usize::MAX);
        let erased = self.erased()?;
        let read = |mut excerpt: Excerpt<'_>| {
            excerpt.archive_mut().erase_names(erased.clone());
            read(&excerpt)
        };
        match Excerpt::read(&Shelf { store: self, journal }, about, bases, MOST_EVENTS.min(share), read) {
            Ok(read) => Ok(Some(read)),
            Err(NoExcerpt::Lookup(ReadError::Store(error))) => Err(error.into()),
            // A log that does not read is found out when all of it is read.
            Err(NoExcerpt::TooMany | NoExcerpt::OfOthers | NoExcerpt::Lookup(ReadError::Log(_))) => Ok(None),
        }
    }

    /// Whether each of these is a publisher of some event of the journal; not where that is not sure.
    pub fn are_published(&self, journal: &Journal, asked: &[String]) -> Result<bool, ViewError> {
        if self.seq() != journal.head() {
            return Ok(false);
        }
        for asked in asked {
            match is_published(&Shelf { store: self, journal }, asked) {
                Ok(Some(true)) => {}
                Ok(Some(false) | None) | Err(ReadError::Log(_)) => return Ok(false),
                Err(ReadError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(true)
    }

    /// When the last events, at most so many, told of a person or a unit. None is known where the store is not at the
    /// journal's head.
    pub fn event_times(&self, journal: &Journal, of: Meant, most: usize) -> Result<Vec<EventTimes>, ViewError> {
        if self.seq() != journal.head() {
            return Ok(Vec::new());
        }
        let unit_calls = |unit: UnitNo| -> Result<(Calls, Option<UnitNo>), ViewError> {
            let state = self.unit(unit)?;
            Ok((Calls::of(&state.ids, &state.names, &state.identifiers), state.company))
        };
        let shelf = Shelf { store: self, journal };
        let event_times = match of {
            Meant::Person(person) => {
                let who = self.who(person)?;
                event_times(&shelf, EventTimesOf::Person(&Calls::of(&who.ids, &who.names, &who.identifiers)), most)
            }
            Meant::Unit(unit) => match unit_calls(unit)? {
                (calls, None) => event_times(&shelf, EventTimesOf::Company(&calls), most),
                (calls, Some(company)) => {
                    event_times(&shelf, EventTimesOf::Unit(&calls, &unit_calls(company)?.0), most)
                }
            },
        };
        Ok(event_times?)
    }

    /// Whether any event of the journal names a person or a unit by a text; none where that is not sure.
    pub fn is_named(&self, journal: &Journal, text: &str) -> Result<Option<bool>, ViewError> {
        if self.seq() != journal.head() {
            return Ok(None);
        }
        match is_named(&Shelf { store: self, journal }, text) {
            Ok(is_named) => Ok(Some(is_named)),
            Err(ReadError::Store(error)) => Err(error.into()),
            Err(ReadError::Log(_)) => Ok(None),
        }
    }
}

/// A store and its journal, to be looked up.
pub(crate) struct Shelf<'s> {
    pub(crate) store: &'s Store,
    pub(crate) journal: &'s Journal,
}

impl Lookup for Shelf<'_> {
    type Error = ReadError;

    fn leaf(&self, mark: Mark) -> Result<Option<Leaf>, ReadError> {
        Ok(self.store.leaf(mark)?)
    }

    fn event(&self, seq: Seq) -> Result<Option<Arc<KnownEvent>>, ReadError> {
        Ok(self.store.event(self.journal, seq)?)
    }

    fn position(&self, id: &EventId) -> Result<Option<Seq>, ReadError> {
        let Some(seq) = self.journal.position(id)? else { return Ok(None) };
        // What stands there may be set aside.
        Ok(self.event(seq)?.is_some_and(|known| known.event().id == *id).then_some(seq))
    }
}
