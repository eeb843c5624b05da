//! Which ids stand in the journal already, and with what content.
//!
//! Ids are held as 128 bits of their SHA-256: a million take some 50 MB less than the texts would, and
//! no scraper can make two ids that collide.

use hashbrown::HashTable;
use sha2::{Digest as _, Sha256};
use tenure_domain::position::{EventId, Seq};
use tenure_domain::wire::Submission;

use crate::record::is_one_object;

/// A journal holds fewer records: their positions are kept in 32 bits.
pub(crate) const MOST_RECORDS: u64 = 1 << 32;

/// What an event says, in 128 bits, made by the caller: equal for equal content.
pub type Fingerprint = [u8; 16];

/// What an event is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventIdentity {
    /// The event's id.
    pub id: EventId,
    /// The fingerprint of its content.
    pub fingerprint: Fingerprint,
}

/// Reads the identity out of an event's text, to make the index anew from the segments alone. It must
/// say what the [`NewEvent`](crate::NewEvent) said with which the event was appended; `None` for a text that
/// is no event of the ledger.
pub type Identify = fn(&str) -> Option<EventIdentity>;

/// By what the events of a ledger are known: their id, and the fingerprint that says whether they say the same.
pub fn identify(event: &str) -> Option<EventIdentity> {
    let Submission { id, fingerprint, .. } = Submission::read(event.as_bytes()).ok()?;
    Some(EventIdentity { id, fingerprint })
}

/// By what a message of a stream is known, and its text, where it holds an event: one object on one line. The ids that
/// the copy of a stream has for messages that are no events are none of an event.
pub(crate) fn identified(identify: Identify, payload: &[u8]) -> Option<(EventIdentity, &str)> {
    let text = std::str::from_utf8(payload).ok().filter(|text| is_one_object(text))?;
    let identity = identify(text).filter(|identity| !identity.id.is_of_no_event())?;
    Some((identity, text))
}

/// The first 128 bits of an id's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct IdHash(pub(crate) [u8; 16]);

impl IdHash {
    pub(crate) fn of(id: &EventId) -> IdHash {
        let full: [u8; 32] = Sha256::digest(id.as_str()).into();
        let (half, _) = full.split_first_chunk().expect("16 of 32 bytes");
        IdHash(*half)
    }

    /// The bits are uniform already: eight bytes of them are as good a hash as any.
    fn bucket(&self) -> u64 {
        let (eight, _) = self.0.split_first_chunk().expect("8 of 16 bytes");
        u64::from_le_bytes(*eight)
    }
}

/// The ids of records 1, 2, 3 and so on: pushed in that order, found by id.
pub(crate) struct Identities {
    pushed: Vec<(IdHash, Fingerprint)>,
    found: HashTable<u32>,
}

impl Identities {
    /// Those of the first records, in their order.
    pub(crate) fn of(pushed: Vec<(IdHash, Fingerprint)>) -> Identities {
        let found = HashTable::with_capacity(pushed.len());
        let mut identities = Identities { pushed, found };
        for index in 0..identities.pushed.len() {
            identities.enlist(index);
        }
        identities
    }

    /// Where the id stands first, and with what content.
    pub(crate) fn get(&self, id: IdHash) -> Option<(Seq, Fingerprint)> {
        let index = *self.found.find(id.bucket(), |at| self.pushed[*at as usize].0 == id)?;
        Some((Seq::new(u64::from(index) + 1), self.pushed[index as usize].1))
    }

    /// Takes in the next record.
    pub(crate) fn push(&mut self, id: IdHash, fingerprint: Fingerprint) {
        self.pushed.push((id, fingerprint));
        self.enlist(self.pushed.len() - 1);
    }

    /// Makes a record one that is found. An id that stands already keeps its first place.
    fn enlist(&mut self, index: usize) {
        let id = self.pushed[index].0;
        let index = u32::try_from(index).expect("a journal holds fewer than 2^32 records");
        let same = |at: &u32| self.pushed[*at as usize].0 == id;
        let bucket = |at: &u32| self.pushed[*at as usize].0.bucket();
        self.found.entry(id.bucket(), same, bucket).or_insert(index);
    }
}
