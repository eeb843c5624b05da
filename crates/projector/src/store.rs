//! The snapshots of the head: one database of a few packed values.
//!
//! The store is a cache of the log. Every value is written together with the position up to which it holds, in one
//! atomic batch; a store that is missing, of another version, or that does not read is thrown away and made again.
//! A person is one value; a unit's roster is blocks of fixed rows; names are packed by the hash of their text.
//! Readers see one state of the store: nothing writes while one of them asks, which is for whoever holds it to see to.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tenure_domain::day::Day;
use tenure_domain::erasure::ErasedNames;
use tenure_domain::identity::Call;
use tenure_domain::mark::Mark;
use tenure_domain::position::Seq;
use tenure_domain::statement::{PersonNo, UnitNo};
use tenure_domain::view::Meant;
use tenure_domain::view::{NameConflict, PersonState, Persona, RosterRow, UnitState, View, ViewError};

use crate::database::{Batch, Database, IVec};
use crate::error::StoreError;
use crate::packed::{Packed, pack};
use crate::stored::{self, Unreadable};

/// Changes whenever the fold, the identity rules, what counts as an event or the stored forms change what a store
/// holds.
pub(crate) const FOLD_VERSION: u32 = 5;

/// How many values one batch holds while a store is built: sled holds a batch in memory as a whole.
const BATCH: usize = 1_000;

/// Up to how many rows of a roster lie in a page with other rosters.
const FEW_ROWS: usize = 16;

/// Rows in a block of a larger roster.
const BLOCK_ROWS: usize = 256;

/// Signatures in a block.
pub(crate) const BLOCK_SIGNATURES: usize = 1_024;

/// What a store says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Always the first.
    pub(crate) fold_version: u32,
    /// The last position that is folded in.
    pub(crate) seq: u64,
    /// The log's digest there.
    pub(crate) digest: String,
    pub(crate) people: u64,
    /// How many numbers are given to people.
    pub(crate) person_numbers: u32,
    pub(crate) units: u32,
    /// Over how many buckets the names are spread.
    pub(crate) buckets: u32,
    /// Over how many buckets the marks are spread.
    pub(crate) mark_buckets: u32,
    /// Over how many buckets the leaves of the directory are spread.
    pub(crate) leaf_buckets: u32,
    /// How many these are.
    pub(crate) leaves: u64,
    /// How many records hold no event.
    pub(crate) passed_over: u64,
    /// Events that could not be read: position, reason, hint.
    pub(crate) quarantined: Vec<(u64, String, String)>,
}

const HEAD: &[u8] = b"head";
const NAME_CONFLICTS: &[u8] = b"k";
const ERASED_NAMES: &[u8] = b"z";
const CONFLICTED: &[u8] = b"c";

fn key(prefix: u8, number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [prefix, a, b, c, d]
}

/// What is kept by number, several to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// People.
    People,
    /// Units and companies.
    Units,
    /// Rosters of units: rows, or for a large one the number of its blocks.
    Rosters,
    /// Who ever reported to a person.
    Reports,
}

impl Table {
    fn prefix(self) -> u8 {
        match self {
            Table::People => b'p',
            Table::Units => b'u',
            Table::Rosters => b'r',
            Table::Reports => b'm',
        }
    }
}

/// How many values share a page: a few kilobytes, so that sled has few keys to keep and a change rewrites little.
const PAGE: u32 = 16;

/// The page of a number, and its place there, which is its tag.
fn place(number: u32) -> (u32, u32) {
    (number / PAGE, number % PAGE)
}

fn block_key(unit: UnitNo, block: u32) -> [u8; 9] {
    let mut bytes = [b'b'; 9];
    bytes[1..5].copy_from_slice(&unit.0.to_be_bytes());
    bytes[5..].copy_from_slice(&block.to_be_bytes());
    bytes
}

pub(crate) fn names_key(bucket: u32) -> [u8; 5] {
    key(b'n', bucket)
}

pub(crate) fn signatures_key(block: u32) -> [u8; 5] {
    key(b's', block)
}

pub(crate) fn marks_key(bucket: u32) -> [u8; 5] {
    key(b'w', bucket)
}

pub(crate) fn leaves_key(bucket: u32) -> [u8; 5] {
    key(b'x', bucket)
}

/// The bucket in which a mark is kept: buckets hold the marks in their order. Their number is a power of two.
pub(crate) fn mark_bucket(mark: Mark, buckets: u32) -> u32 {
    let [a, b, c, d, ..] = mark.0;
    let place = (u64::from(u32::from_be_bytes([a, b, c, d])) * u64::from(buckets)) >> 32;
    u32::try_from(place).expect("fewer than the buckets")
}

/// One entry of a bucket of names: the sort of call, its text, and whom it can mean, which is read for the one entry
/// that is looked for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameEntry<'a> {
    tag: u32,
    sort: u8,
    text: &'a [u8],
    meant: Cow<'a, [u8]>,
}

/// Whom a call can mean.
type Meanings = (Vec<PersonNo>, Vec<UnitNo>);

/// The same as it is stored.
type Numbers = (Vec<u32>, Vec<u32>);

impl<'a> NameEntry<'a> {
    /// The entry of a call, with everybody whom it can mean.
    pub(crate) fn of(call: &'a Call, meant: &[(Call, Meant)]) -> NameEntry<'a> {
        let mut numbers = Numbers::default();
        for (_, meant) in meant {
            match meant {
                Meant::Person(person) => numbers.0.push(person.0),
                Meant::Unit(unit) => numbers.1.push(unit.0),
            }
        }
        NameEntry::new(call, &numbers)
    }

    fn new(call: &'a Call, numbers: &Numbers) -> NameEntry<'a> {
        let (sort, text) = sort_and_text(call);
        NameEntry { tag: hash(text), sort, text: text.as_bytes(), meant: Cow::Owned(stored::encode(numbers)) }
    }

    fn read(tag: u32, bytes: &'a [u8]) -> Result<NameEntry<'a>, Unreadable> {
        let parts = || {
            let (&[sort], rest) = bytes.split_first_chunk()?;
            let (length, rest) = rest.split_first_chunk()?;
            let (text, meant) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
            Some(NameEntry { tag, sort, text, meant: Cow::Borrowed(meant) })
        };
        parts().ok_or(Unreadable::Senseless)
    }

    fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.text.len()).expect("a text of an event is short");
        [&[self.sort], &length.to_le_bytes()[..], self.text, &self.meant].concat()
    }

    fn is_of(&self, call: &Call) -> bool {
        let (sort, text) = sort_and_text(call);
        self.sort == sort && self.text == text.as_bytes()
    }
}

/// A bucket of names.
pub(crate) fn bucket_bytes(mut entries: Vec<NameEntry<'_>>) -> Vec<u8> {
    entries.sort_unstable();
    pack(&entries.iter().map(|entry| (entry.tag, entry.bytes())).collect::<Vec<_>>())
}

/// The entries of a bucket, with new calls.
pub(crate) fn with_calls(bucket: Option<&[u8]>, calls: &[(Call, Meant)]) -> Result<Vec<u8>, Unreadable> {
    let mut entries: Vec<NameEntry<'_>> = Vec::new();
    let mut places: FxHashMap<(u8, &[u8]), usize> = FxHashMap::default();
    if let Some(bucket) = bucket {
        for entry in Packed::read(bucket)?.all() {
            let (tag, bytes) = entry?;
            let entry = NameEntry::read(tag, bytes)?;
            places.insert((entry.sort, entry.text), entries.len());
            entries.push(entry);
        }
    }
    for (call, meant) in calls {
        let (sort, text) = sort_and_text(call);
        let place = places.get(&(sort, text.as_bytes())).copied();
        let mut numbers: Numbers = match place {
            Some(place) => stored::decode(&entries[place].meant)?,
            None => Numbers::default(),
        };
        let (list, number) = match meant {
            Meant::Person(person) => (&mut numbers.0, person.0),
            Meant::Unit(unit) => (&mut numbers.1, unit.0),
        };
        if let Err(at) = list.binary_search(&number) {
            list.insert(at, number);
        }
        let entry = NameEntry::new(call, &numbers);
        if let Some(place) = place {
            entries[place] = entry;
        } else {
            places.insert((sort, text.as_bytes()), entries.len());
            entries.push(entry);
        }
    }
    Ok(bucket_bytes(entries))
}

fn sort_and_text(call: &Call) -> (u8, &str) {
    match call {
        Call::Id(text) => (0, text),
        Call::Name(key) => (1, key.as_str()),
        Call::Identifier(text) => (2, text),
    }
}

/// In which of so many buckets a call lies.
pub(crate) fn bucket(call: &Call, buckets: u32) -> u32 {
    hash(sort_and_text(call).1) % buckets.max(1)
}

/// FNV-1a, 32 bits.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// A value to set in a page, or to remove.
type PageWrite = (u32, Option<Vec<u8>>);

/// Writes that belong together.
#[derive(Default)]
pub(crate) struct Writes {
    plain: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    paged: BTreeMap<(Table, u32), Vec<PageWrite>>,
}

impl Writes {
    pub(crate) fn put(&mut self, key: &[u8], value: Vec<u8>) {
        self.plain.insert(key.to_vec(), Some(value));
    }

    pub(crate) fn remove(&mut self, key: &[u8]) {
        self.plain.insert(key.to_vec(), None);
    }

    /// Sets or removes the value of that number. Each number once.
    pub(crate) fn set(&mut self, table: Table, number: u32, value: Option<Vec<u8>>) {
        let (page, place) = place(number);
        self.paged.entry((table, page)).or_default().push((place, value));
    }

    /// The list of those with conflicts.
    pub(crate) fn put_conflicted(&mut self, conflicted: &[u32]) {
        self.put(CONFLICTED, stored::encode(&conflicted));
    }

    /// The conflicts of names.
    pub(crate) fn put_name_conflicts(&mut self, names: &[NameConflict]) {
        self.put(NAME_CONFLICTS, stored::name_conflicts_bytes(names));
    }

    /// The names of everybody who was erased.
    pub(crate) fn put_erased_names(&mut self, names: &ErasedNames) {
        self.put(ERASED_NAMES, stored::erased_names_bytes(names));
    }

    /// Sets the roster of a unit. `blocks` is in how many blocks of its own it lay before.
    pub(crate) fn set_roster(&mut self, unit: UnitNo, rows: &[RosterRow], blocks: u32) {
        let bytes = |rows: &[RosterRow]| {
            let mut bytes = Vec::with_capacity(rows.len() * stored::ROW_BYTES);
            for row in rows {
                stored::put_row(&mut bytes, row);
            }
            bytes
        };
        let mut count = 0_u32;
        let value = if rows.is_empty() {
            None
        } else if rows.len() <= FEW_ROWS {
            Some(bytes(rows))
        } else {
            for chunk in rows.chunks(BLOCK_ROWS) {
                self.put(&block_key(unit, count), bytes(chunk));
                count += 1;
            }
            // Never as long as a row, and so not taken for rows.
            Some(count.to_be_bytes().to_vec())
        };
        self.set(Table::Rosters, unit.0, value);
        for gone in count..blocks {
            self.remove(&block_key(unit, gone));
        }
    }

    /// How many bytes are written, about.
    fn bytes(&self) -> usize {
        let plain = self.plain.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len));
        let paged = self.paged.values().flatten().map(|(_, value)| value.as_ref().map_or(0, Vec::len));
        plain.sum::<usize>() + paged.sum::<usize>()
    }

    /// The writes of a store that is empty: two runs in the order of the keys.
    pub(crate) fn into_pairs(self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let paged = self.paged.into_iter().filter_map(|((table, page), mut values)| {
            values.sort_unstable();
            let there: Vec<(u32, Vec<u8>)> = values.into_iter().filter_map(|(place, v)| Some((place, v?))).collect();
            (!there.is_empty()).then(|| (key(table.prefix(), page).to_vec(), pack(&there)))
        });
        let plain = self.plain.into_iter().filter_map(|(key, value)| Some((key, value?)));
        plain.chain(paged)
    }

    pub(crate) fn put_head(&mut self, head: &Head) {
        self.put(HEAD, stored::encode(head));
    }
}

/// An open store.
pub struct Store {
    db: Database,
    head: Head,
    /// What stood under the keys of a change that could not be written: sled may hold some of it in memory nevertheless.
    before: BTreeMap<Vec<u8>, Option<IVec>>,
    /// The people read last: an answer asks for the same ones several times.
    people: Mutex<PeopleAtHand>,
    units: Mutex<FxHashMap<UnitNo, Arc<UnitState>>>,
}

/// What is kept at hand is only ever whole, also where a thread that held it panicked.
fn kept<T>(at_hand: &Mutex<T>) -> MutexGuard<'_, T> {
    at_hand.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many people are compared when two stores are.
const SAMPLE: usize = 1_000;

/// How many decoded people a store keeps at hand, each in the place of its number.
const PEOPLE_KEPT: usize = 64;

type PeopleAtHand = [Option<(PersonNo, Arc<PersonState>)>; PEOPLE_KEPT];

/// How many decoded units.
const UNITS_KEPT: usize = 10_000;

impl Store {
    /// Opens the store in that directory; none where there is none, or one of another version.
    pub(crate) fn open(dir: &Path) -> Result<Option<Store>, StoreError> {
        if !dir.join("db").exists() && !dir.join("conf").exists() {
            return Ok(None);
        }
        let db = Database::open(dir)?;
        let Some(bytes) = db.get(HEAD)? else { return Ok(None) };
        // What follows is known of this version alone.
        let unreadable = |cause| StoreError::unreadable(HEAD, cause);
        if stored::beginning::<u32>(&bytes).map_err(unreadable)? != FOLD_VERSION {
            return Ok(None);
        }
        let head = stored::decode(&bytes).map_err(unreadable)?;
        Ok(Some(Store::with(db, head)))
    }

    fn with(db: Database, head: Head) -> Store {
        let people = Mutex::new([const { None }; PEOPLE_KEPT]);
        Store { db, head, before: BTreeMap::new(), people, units: Mutex::default() }
    }

    /// Builds a store in an empty directory. The head is written last, so that half a store is no store.
    pub(crate) fn build(dir: &Path, writes: Writes, head: &Head) -> Result<Store, StoreError> {
        let mut db = Database::open(dir)?;
        db.write(writes.bytes(), |db| {
            let mut batch = Batch::default();
            let mut size = 0;
            for (key, value) in writes.into_pairs() {
                batch.insert(key, value);
                size += 1;
                if size == BATCH {
                    db.apply(std::mem::take(&mut batch))?;
                    size = 0;
                }
            }
            db.apply(batch)
        })?;
        let mut last = Batch::default();
        last.insert(HEAD, stored::encode(head));
        db.write(0, |db| db.apply(last))?;
        Ok(Store::with(db, head.clone()))
    }

    /// Whether a change could not be written whole.
    pub(crate) fn is_torn(&self) -> bool {
        self.db.is_torn()
    }

    pub(crate) fn apply(&mut self, mut writes: Writes, head: Head) -> Result<(), StoreError> {
        if self.db.is_torn() {
            return Err(StoreError::Unwritten);
        }
        writes.put_head(&head);
        let mut before = BTreeMap::new();
        let mut batch = Batch::default();
        let mut bytes = 0;
        for ((table, page), changes) in std::mem::take(&mut writes.paged) {
            let key = key(table.prefix(), page);
            let old = self.db.get(&key)?;
            let mut values: BTreeMap<u32, &[u8]> = match &old {
                Some(bytes) => {
                    let values = Packed::read(bytes).and_then(|page| page.all().collect());
                    values.map_err(|cause| StoreError::unreadable(&key, cause))?
                }
                None => BTreeMap::new(),
            };
            for (place, value) in &changes {
                match value {
                    Some(value) => values.insert(*place, value),
                    None => values.remove(place),
                };
            }
            if values.is_empty() {
                batch.remove(&key);
            } else {
                let page = pack(&values.into_iter().collect::<Vec<_>>());
                bytes += page.len();
                batch.insert(&key, page);
            }
            before.insert(key.to_vec(), old);
        }
        for (key, value) in writes.plain {
            let old = self.db.get(&key)?;
            // What is as before costs no write: most blocks of a large roster.
            if old.as_deref() == value.as_deref() {
                continue;
            }
            before.insert(key.clone(), old);
            match value {
                Some(value) => {
                    bytes += value.len();
                    batch.insert(key, value);
                }
                None => batch.remove(key),
            }
        }
        self.before = before;
        let written = self.db.write(bytes, |db| db.apply(batch));
        if !self.db.is_torn() {
            self.before.clear();
        }
        written?;
        self.head = head;
        kept(&self.people).fill(None);
        kept(&self.units).clear();
        Ok(())
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// The last position that is folded in.
    pub fn seq(&self) -> Seq {
        Seq::new(self.head.seq)
    }

    /// Where another store of the same log says something else: in its counts, and in a sample of its people.
    pub fn differences(&self, other: &Store) -> Vec<String> {
        let mut differences = Vec::new();
        // Over how many buckets something is spread is not what a store says.
        let Head { buckets, mark_buckets, leaf_buckets, .. } = other.head;
        let here = Head { buckets, mark_buckets, leaf_buckets, ..self.head.clone() };
        if here != other.head {
            differences.push("their heads differ".to_owned());
        }
        let step = usize::try_from(self.head.person_numbers).unwrap_or(1).div_ceil(SAMPLE).max(1);
        for person in (0..self.head.person_numbers).step_by(step) {
            let bytes = |store: &Store| store.value(Table::People, person, |bytes| Ok(bytes.to_vec())).ok();
            if bytes(self) != bytes(other) {
                differences.push(format!("person {person}"));
            }
        }
        differences
    }

    /// How many people live events mean.
    pub fn people_count(&self) -> usize {
        usize::try_from(self.head.people).unwrap_or(usize::MAX)
    }

    /// How many units and companies there are.
    pub fn unit_count(&self) -> usize {
        usize::try_from(self.head.units).unwrap_or(usize::MAX)
    }

    /// How many records of the log hold no event.
    pub fn passed_over(&self) -> u64 {
        self.head.passed_over
    }

    /// How many events could not be read.
    pub fn quarantined(&self) -> usize {
        self.head.quarantined.len()
    }

    /// The events after a position that count for nothing, and why, in order.
    pub fn quarantined_after(&self, seq: Seq) -> impl Iterator<Item = (Seq, &str)> {
        let all = self.head.quarantined.iter().map(|(seq, reason, _)| (Seq::new(*seq), reason.as_str()));
        all.filter(move |(at, _)| *at > seq)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        match self.before.get(key) {
            Some(before) => Ok(before.clone()),
            None => self.db.get(key),
        }
    }

    /// Reads the value under a key; none where there is none.
    pub(crate) fn read<T>(
        &self,
        key: &[u8],
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, StoreError> {
        let read = self.get(key)?.map(|bytes| read(&bytes)).transpose();
        read.map_err(|cause| StoreError::unreadable(key, cause))
    }

    /// The signatures of a block, by place; 0 for nobody. None beyond the last block.
    pub(crate) fn signatures(&self, block: u32) -> Result<Option<Vec<u64>>, StoreError> {
        self.read(&signatures_key(block), |bytes| stored::decode(bytes))
    }

    /// What stands in a bucket of marks.
    pub(crate) fn marks(&self, bucket: u32) -> Result<stored::Marks, StoreError> {
        Ok(self.read(&marks_key(bucket), stored::marks)?.unwrap_or_default())
    }

    /// All keys and values, in the order of the keys.
    pub(crate) fn all(&self) -> impl Iterator<Item = Result<(IVec, IVec), StoreError>> {
        self.db.pairs()
    }

    /// Looks at the value of that number; none where there is none.
    pub(crate) fn value<T>(
        &self,
        table: Table,
        number: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, StoreError> {
        let (page, place) = place(number);
        let value = self.read(&key(table.prefix(), page), |page| {
            Packed::read(page)?.tagged(place).next().transpose()?.map(read).transpose()
        })?;
        Ok(value.flatten())
    }

    /// Looks at the value of that number, which another names.
    fn named<T>(
        &self,
        table: Table,
        number: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<T, StoreError> {
        let page = place(number).0;
        self.value(table, number, read)?.ok_or_else(|| StoreError::missing(&key(table.prefix(), page)))
    }

    pub(crate) fn reports_stored(&self, manager: PersonNo) -> Result<Vec<u32>, StoreError> {
        let reports = self.value(Table::Reports, manager.0, |bytes| stored::decode::<Vec<u32>>(bytes))?;
        Ok(reports.unwrap_or_default())
    }

    pub(crate) fn conflicted(&self) -> Result<Vec<u32>, StoreError> {
        Ok(self.read(CONFLICTED, |bytes| stored::decode(bytes))?.unwrap_or_default())
    }

    /// The names of everybody who was erased.
    pub(crate) fn erased(&self) -> Result<Arc<ErasedNames>, StoreError> {
        Ok(Arc::new(self.read(ERASED_NAMES, stored::erased_names)?.unwrap_or_default()))
    }

    pub(crate) fn person_stored(&self, person: PersonNo) -> Result<Option<PersonState>, StoreError> {
        self.value(Table::People, person.0, stored::person)
    }

    fn at_hand(&self, person: PersonNo) -> Option<Arc<PersonState>> {
        let kept = kept(&self.people);
        kept[person.0 as usize % PEOPLE_KEPT].as_ref().filter(|(of, _)| *of == person).map(|(_, state)| state.clone())
    }

    /// The rows of a unit, and in how many blocks of its own they lie.
    pub(crate) fn roster_stored(&self, unit: UnitNo) -> Result<(Vec<RosterRow>, u32), StoreError> {
        let found = self.value(Table::Rosters, unit.0, |bytes| match <[u8; 4]>::try_from(bytes) {
            Ok(count) => Ok((Vec::new(), u32::from_be_bytes(count))),
            Err(_) => Ok((stored::rows(bytes)?, 0)),
        })?;
        let (mut rows, blocks) = found.unwrap_or_default();
        for block in 0..blocks {
            rows.extend(self.block(unit, block, stored::rows)?);
        }
        Ok((rows, blocks))
    }

    /// Reads a block of a roster, which the roster names.
    fn block<T>(
        &self,
        unit: UnitNo,
        block: u32,
        read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
    ) -> Result<T, StoreError> {
        let key = block_key(unit, block);
        self.read(&key, read)?.ok_or_else(|| StoreError::missing(&key))
    }

    fn roster_present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, StoreError> {
        let mut rows = Vec::new();
        let blocks = self.value(Table::Rosters, unit.0, |bytes| match <[u8; 4]>::try_from(bytes) {
            Ok(count) => Ok(u32::from_be_bytes(count)),
            Err(_) => stored::rows_present(bytes, day, &mut rows).map(|()| 0),
        })?;
        for block in 0..blocks.unwrap_or_default() {
            self.block(unit, block, |bytes| stored::rows_present(bytes, day, &mut rows))?;
        }
        Ok(rows)
    }

    /// Who, or what, can be meant by a text. An id of a person says nothing of units, and the other way round.
    fn asked<T: Ord>(&self, text: &str, of: fn(Meanings) -> Vec<T>) -> Result<Vec<T>, StoreError> {
        let mut found = of(self.called(&Call::id(text))?);
        if found.is_empty() {
            for call in Call::others(text) {
                found.extend(of(self.called(&call)?));
            }
            found.sort_unstable();
            found.dedup();
        }
        Ok(found)
    }

    pub(crate) fn called(&self, call: &Call) -> Result<Meanings, StoreError> {
        let key = names_key(bucket(call, self.head.buckets));
        let meanings = self.read(&key, |bytes| {
            let tag = hash(sort_and_text(call).1);
            for entry in Packed::read(bytes)?.tagged(tag) {
                let entry = NameEntry::read(tag, entry?)?;
                if entry.is_of(call) {
                    let (people, units): Numbers = stored::decode(&entry.meant)?;
                    return Ok((people.into_iter().map(PersonNo).collect(), units.into_iter().map(UnitNo).collect()));
                }
            }
            Ok(Meanings::default())
        })?;
        Ok(meanings.unwrap_or_default())
    }
}

impl From<StoreError> for ViewError {
    fn from(error: StoreError) -> ViewError {
        ViewError::new(error)
    }
}

impl View for Store {
    fn people_asked(&self, text: &str) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.asked(text, |(people, _)| people)?)
    }

    fn units_asked(&self, text: &str) -> Result<Vec<UnitNo>, ViewError> {
        Ok(self.asked(text, |(_, units)| units)?)
    }

    fn who(&self, person: PersonNo) -> Result<Arc<Persona>, ViewError> {
        if let Some(state) = self.at_hand(person) {
            return Ok(state.who.clone());
        }
        Ok(Arc::new(self.named(Table::People, person.0, stored::persona)?))
    }

    fn person(&self, person: PersonNo) -> Result<Arc<PersonState>, ViewError> {
        if let Some(state) = self.at_hand(person) {
            return Ok(state);
        }
        let state = Arc::new(self.named(Table::People, person.0, stored::person)?);
        let before = kept(&self.people)[person.0 as usize % PEOPLE_KEPT].replace((person, state.clone()));
        // Nobody waits while it is let go.
        drop(before);
        Ok(state)
    }

    fn unit(&self, unit: UnitNo) -> Result<Arc<UnitState>, ViewError> {
        if let Some(state) = kept(&self.units).get(&unit) {
            return Ok(state.clone());
        }
        let state = Arc::new(self.named(Table::Units, unit.0, stored::unit)?);
        let mut kept = kept(&self.units);
        if kept.len() >= UNITS_KEPT {
            kept.clear();
        }
        kept.insert(unit, state.clone());
        Ok(state)
    }

    fn roster(&self, unit: UnitNo) -> Result<Arc<[RosterRow]>, ViewError> {
        Ok(self.roster_stored(unit)?.0.into())
    }

    fn present(&self, unit: UnitNo, day: Day) -> Result<Vec<RosterRow>, ViewError> {
        Ok(self.roster_present(unit, day)?)
    }

    fn reports(&self, manager: PersonNo) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.reports_stored(manager)?.into_iter().map(PersonNo).collect())
    }

    fn people(&self) -> Result<Vec<PersonNo>, ViewError> {
        let mut people = Vec::with_capacity(self.people_count());
        for block in 0.. {
            let Some(signatures) = self.signatures(block)? else { break };
            let first = block * u32::try_from(BLOCK_SIGNATURES).expect("a block has few places");
            people.extend((first..).zip(signatures).filter(|(_, s)| *s != 0).map(|(person, _)| PersonNo(person)));
        }
        Ok(people)
    }

    fn units(&self) -> Result<Vec<UnitNo>, ViewError> {
        Ok((0..self.head.units).map(UnitNo).collect())
    }

    fn people_with_conflicts(&self) -> Result<Vec<PersonNo>, ViewError> {
        Ok(self.conflicted()?.into_iter().map(PersonNo).collect())
    }

    fn erased_names(&self) -> Result<Arc<ErasedNames>, ViewError> {
        Ok(self.erased()?)
    }

    fn name_conflicts(&self) -> Result<Vec<NameConflict>, ViewError> {
        Ok(self.read(NAME_CONFLICTS, stored::name_conflicts)?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use tenure_domain::statement::{PersonNo, UnitNo};
    use tenure_domain::view::{View, ViewError};

    use super::{Batch, Head, Store, Table, Writes, key, place};
    use crate::packed::pack;

    #[test]
    fn what_does_not_read_is_told_with_its_place() {
        let dir = tempfile::tempdir().expect("a directory");
        let head = Head { units: 17, buckets: 1, ..Head::default() };
        let store = Store::build(dir.path(), Writes::default(), &head).expect("a store");
        let mut batch = Batch::default();
        batch.insert(&key(Table::People.prefix(), 0), pack(&[(place(1).1, [0xff; 3])]));
        batch.insert(&key(Table::Rosters.prefix(), 0), &[0][..]);
        store.db.apply(batch).expect("written");
        let check = |error: Option<ViewError>, says: &str| {
            assert_eq!(error.expect("an error").to_string(), says);
        };
        check(store.person(PersonNo(1)).err(), "page of people 0: Hit the end of buffer, expected more data");
        check(store.who(PersonNo(2)).err(), "page of people 0 is missing");
        check(store.unit(UnitNo(16)).err(), "page of units 1 is missing");
        check(store.roster(UnitNo(3)).err(), "page of rosters 0: it says what cannot be");
        assert!(store.reports(PersonNo(1)).expect("none").is_empty());
    }
}
