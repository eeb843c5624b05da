//! The journal itself: opening, appending, reading, verifying.
//!
//! Opening does not read the journal. It holds the index against the lengths of the segments and against
//! the last record that the index knows, and reads only what the index does not know yet. Where the two
//! do not fit, the index is made anew by reading everything, which finds any damage. The old one may be the only
//! witness of what the journal held: where it says something else, it is kept aside.

mod check;
mod find;
mod loss;
mod turn;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;

use crate::append::{Create, NewEvent, Outcome};
use crate::block::{Block, Blocks, Scan, Start};
use crate::damage::Damage;
use crate::digest::Digest;
use crate::error::{Digests, JournalNotice, LogError};
use crate::head::{HEAD, HeadRecord};
use crate::identity::{EventIdentity, Fingerprint, IdHash, Identify, Identities};
use crate::lock::{LOCK, Lock, Patience};
use crate::passed_over::PassedOver;
use crate::record::{self, OwnedRecord, Record};
use crate::segment::{self, Files, Segment, Tail};
use crate::sidecar::{Access, ENTRIES_AT_A_TIME, INDEX, Index, IndexEntry};

pub use self::check::Verified;
pub use self::loss::{Expected, LostEnd};

/// The length at which a new segment is begun.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// The last record, as far as the next one depends on it.
#[derive(Debug, Clone, Copy)]
struct Last {
    seq: Seq,
    recorded_at: Instant,
    digest: Digest,
}

/// A journal, as this process knows it. Others can write to it as well, each in turn: see [`Journal::in_turn`].
pub struct Journal {
    dir: PathBuf,
    identify: Identify,
    segment_bytes: u64,
    segments: Vec<Segment>,
    /// The last of the segments; `None` while there is none.
    tail: Option<Tail>,
    index: Index,
    /// Open for records that are read by their position.
    files: Arc<Files>,
    /// Loaded at the first append.
    identities: Option<Identities>,
    last: Option<Last>,
    /// The last position that it once held, where it is to have the lost ones fetched again.
    once_held: Option<Seq>,
    notices: Vec<JournalNotice>,
    head_record: HeadRecord,
    access: Access,
    /// Held while it is this process's turn to write.
    turn: Option<Lock>,
    patience: Patience,
    /// Whether a file was removed or replaced under this process, so that nothing may be written any more.
    displaced: bool,
}

impl Journal {
    /// Opens the journal in a directory. `identify` must find in an event's text what the entry said with
    /// which it was appended; it is asked only where the index must be made or caught up. A journal that has lost its
    /// end is refused.
    pub fn open(dir: impl AsRef<Path>, create: Create, identify: Identify) -> Result<Journal, LogError> {
        Journal::open_expecting(dir, create, identify, &Expected::default(), Patience::default())
    }

    /// The same, held against what else is known of it. While another process writes, the journal is opened as that one
    /// last left it; who waits for its turn does so with that patience.
    pub fn open_expecting(
        dir: impl AsRef<Path>,
        create: Create,
        identify: Identify,
        expected: &Expected,
        patience: Patience,
    ) -> Result<Journal, LogError> {
        let dir = dir.as_ref();
        match create {
            Create::IfMissing => create_dir(dir)?,
            Create::Never if [LOCK, INDEX, HEAD].iter().any(|file| dir.join(file).exists()) => {}
            Create::Never if dir.is_dir() && !segment::list(dir)?.is_empty() => {}
            Create::Never => {
                return Err(LogError::NoJournal { dir: dir.to_owned() });
            }
        }
        let lock = match Lock::if_free(dir) {
            Ok(Some(lock)) => lock,
            Ok(None) => match Journal::settled(dir, identify, expected, patience)? {
                Some(journal) => return Ok(journal),
                None => Lock::take(dir, patience)?,
            },
            // Where nothing can be written, nothing changes either: there is nothing to wait for.
            Err(error) if create == Create::Never && error.is_read_only() => {
                return Journal::open_to_read_expecting(dir, identify, expected);
            }
            Err(error) => return Err(error),
        };
        let mut journal = Journal::locked(dir, identify, expected, lock)?;
        journal.patience = patience;
        journal.end_turn();
        Ok(journal)
    }

    /// Opens the journal in a directory to read it as it is now: without its lock, beside a process that writes, on a
    /// medium that takes nothing. Nothing is written, and nothing can be appended.
    pub fn open_to_read(dir: impl AsRef<Path>, identify: Identify) -> Result<Journal, LogError> {
        Journal::open_to_read_expecting(dir, identify, &Expected::default())
    }

    /// The same, held against what else is known of it.
    pub fn open_to_read_expecting(
        dir: impl AsRef<Path>,
        identify: Identify,
        expected: &Expected,
    ) -> Result<Journal, LogError> {
        let dir = dir.as_ref();
        if !dir.is_dir() {
            return Err(LogError::NoJournal { dir: dir.to_owned() });
        }
        // These first: a writer writes them last, and so they never know of more than the segments then hold.
        let head_record = HeadRecord::open_to_read(dir);
        let index = Index::open_to_read(dir);
        let mut journal = Journal::closed(dir, identify, index, head_record)?;
        let known = journal.index.last() > Seq::ZERO || journal.head_record.noted().is_some();
        if journal.segments.is_empty() && !known && !dir.join(LOCK).exists() {
            return Err(LogError::NoJournal { dir: dir.to_owned() });
        }
        if let Some(segment) = journal.segments.last_mut() {
            segment.bytes = segment::whole_lines(dir, *segment)?;
        }
        journal.read_on(expected)?;
        Ok(journal)
    }

    /// The journal as it is now, to be read on other threads while this one is appended to. It costs next to nothing, and
    /// stays as it is.
    #[must_use]
    pub fn to_read(&self) -> Journal {
        Journal {
            dir: self.dir.clone(),
            identify: self.identify,
            segment_bytes: self.segment_bytes,
            segments: self.segments.clone(),
            tail: None,
            index: self.index.to_read(),
            files: self.files.clone(),
            identities: None,
            last: self.last,
            once_held: self.once_held,
            notices: self.notices.clone(),
            head_record: self.head_record.to_read(),
            access: Access::Read,
            turn: None,
            patience: self.patience,
            displaced: false,
        }
    }

    /// A journal of which nothing is read yet.
    fn closed(dir: &Path, identify: Identify, index: Index, head_record: HeadRecord) -> Result<Journal, LogError> {
        Ok(Journal {
            dir: dir.to_owned(),
            identify,
            segment_bytes: SEGMENT_BYTES,
            segments: segment::list(dir)?,
            tail: None,
            index,
            files: Arc::default(),
            identities: None,
            last: None,
            once_held: None,
            notices: Vec::new(),
            head_record,
            access: Access::Read,
            turn: None,
            patience: Patience::default(),
            displaced: false,
        })
    }

    /// What became of an event by what it is known by: where it would be a duplicate, and where its id is used.
    /// None where an append would append it.
    pub fn would_be(&mut self, entry: &NewEvent<'_>) -> Result<Option<Outcome>, LogError> {
        let standing = self.identities()?.get(IdHash::of(entry.id));
        Ok(standing.map(
            |(seq, fingerprint)| {
                if fingerprint == entry.fingerprint { Outcome::Duplicate(seq) } else { Outcome::Reused(seq) }
            },
        ))
    }

    /// Begins new segments at another length than [`SEGMENT_BYTES`]; tests want many small ones.
    #[must_use]
    pub fn with_segment_bytes(mut self, bytes: u64) -> Journal {
        self.segment_bytes = bytes;
        self
    }

    /// What was found at opening that the caller should pass on.
    pub fn notices(&self) -> &[JournalNotice] {
        &self.notices
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The position of the last record.
    pub fn head(&self) -> Seq {
        self.last.map_or(Seq::ZERO, |last| last.seq)
    }

    /// The stamp of the last record.
    pub fn last_recorded_at(&self) -> Option<Instant> {
        self.last.map(|last| last.recorded_at)
    }

    /// The digest over all events.
    pub fn digest(&self) -> Digest {
        self.last.map_or(Digest::EMPTY, |last| last.digest)
    }

    /// The digest over the events up to a position, as the index remembers it; [`Journal::verify`] proves it.
    pub fn digest_at(&self, seq: Seq) -> Result<Digest, LogError> {
        if seq == Seq::ZERO {
            return Ok(Digest::EMPTY);
        }
        self.must_be_there(seq)?;
        if let Some(entry) = self.index.entry(seq) {
            return Ok(entry.digest);
        }
        let mut digest = Digest::EMPTY;
        for record in self.scan(Seq::ZERO) {
            let record = record?;
            digest = digest.then(&record.event);
            if record.seq == seq {
                break;
            }
        }
        Ok(digest)
    }

    /// The length of all segments together.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Appends the entries whose ids are new, all with one stamp: `now`, or the last stamp where that is
    /// later. When this returns, they are on disk; when it fails, none of them is in the journal.
    pub fn append(&mut self, batch: &[NewEvent<'_>], now: Instant) -> Result<Vec<Outcome>, LogError> {
        self.append_each(batch.iter().map(|entry| (*entry, now)))
    }

    /// The same with a stamp for each entry, for copies of another log.
    pub fn append_copies(&mut self, batch: &[(NewEvent<'_>, Instant)]) -> Result<Vec<Outcome>, LogError> {
        self.append_each(batch.iter().copied())
    }

    fn append_each<'e>(
        &mut self,
        batch: impl ExactSizeIterator<Item = (NewEvent<'e>, Instant)> + Clone,
    ) -> Result<Vec<Outcome>, LogError> {
        if let Some((entry, _)) = batch.clone().find(|(entry, _)| !record::is_one_object(entry.event)) {
            return Err(LogError::NotOneObject { id: entry.id.clone() });
        }
        self.in_turn(|journal| journal.append_in_turn(batch))
    }

    fn append_in_turn<'e>(
        &mut self,
        batch: impl ExactSizeIterator<Item = (NewEvent<'e>, Instant)> + Clone,
    ) -> Result<Vec<Outcome>, LogError> {
        // First of all, for this may find the index unfit and make it anew.
        self.identities()?;
        let mut recorded_at = self.last_recorded_at();
        let mut stamp = String::new();
        let (mut head, mut digest) = (self.head(), self.digest());
        let identify = self.identify;
        let known = self.identities()?;

        let mut outcomes = Vec::with_capacity(batch.len());
        // As much as all of them take at most: what grows is copied, and fresh pages are cleared.
        let room = batch.clone().map(|(entry, _)| entry.event.len() + record::BESIDE_EVENT).sum();
        let mut lines = Vec::with_capacity(room);
        let mut fresh: Vec<IndexEntry> = Vec::new();
        let mut fresh_ids: FxHashMap<IdHash, (Seq, Fingerprint)> = FxHashMap::default();
        for (entry, at) in batch {
            debug_assert_eq!(
                identity_of(identify, entry.event),
                Some(EventIdentity { id: entry.id.clone(), fingerprint: entry.fingerprint }),
                "an event is known by what its text says, or a new index would not know it",
            );
            let id = IdHash::of(entry.id);
            let standing = known.get(id).or_else(|| fresh_ids.get(&id).copied());
            outcomes.push(match standing {
                Some((seq, fingerprint)) if fingerprint == entry.fingerprint => Outcome::Duplicate(seq),
                Some((seq, _)) => Outcome::Reused(seq),
                None => {
                    (head, digest) = (head.next(), digest.then(entry.event));
                    let at = recorded_at.map_or(at, |last| last.max(at));
                    if stamp.is_empty() || recorded_at != Some(at) {
                        (recorded_at, stamp) = (Some(at), record::stamp(at));
                    }
                    let offset = lines.len() as u64;
                    let bytes = record::encode(head, &stamp, entry.event, &mut lines) as u64;
                    let fingerprint = entry.fingerprint;
                    fresh_ids.insert(id, (head, fingerprint));
                    // The segment and the offset in it are known when there is room for all of the batch.
                    fresh.push(IndexEntry { id, fingerprint, digest, segment: Seq::ZERO, offset, bytes });
                    Outcome::Appended(head)
                }
            });
        }
        if fresh.is_empty() {
            return Ok(outcomes);
        }
        let place = self.write(&lines)?;
        let recorded_at = recorded_at.expect("what is fresh was stamped");
        self.last = Some(Last { seq: head, recorded_at, digest });
        let known = self.identities()?;
        for entry in &fresh {
            known.push(entry.id, entry.fingerprint);
        }
        for entry in fresh {
            let offset = place.bytes + entry.offset;
            self.index.push(&IndexEntry { segment: place.first, offset, ..entry });
        }
        self.index.flush();
        self.note_head();
        Ok(outcomes)
    }

    /// Where an id stands, and with what content.
    pub(crate) fn standing(&mut self, id: IdHash) -> Result<Option<(Seq, Fingerprint)>, LogError> {
        Ok(self.identities()?.get(id))
    }

    /// Writes lines at the end, in a new segment where they find no room, and says what was there before.
    fn write(&mut self, lines: &[u8]) -> Result<Segment, LogError> {
        let bytes = lines.len() as u64;
        self.is_ours()?;
        if let Some(tail) = &mut self.tail {
            tail.settle()?;
        }
        let has_room = |tail: &&mut Tail| tail.bytes() == 0 || tail.bytes() + bytes <= self.segment_bytes;
        let tail = if let Some(tail) = self.tail.as_mut().filter(has_room) {
            tail
        } else {
            let first = self.last.map_or(Seq::ZERO, |last| last.seq).next();
            let tail = Tail::create(&self.dir, first)?;
            self.segments.push(Segment { first, bytes: 0 });
            self.tail.insert(tail)
        };
        tail.append(lines)?;
        // What is on disk counts only where others find it.
        if let Err(displaced) = tail.is_there() {
            self.displaced = true;
            return Err(displaced);
        }
        let segment = self.segments.last_mut().expect("the tail is the last segment");
        let before = *segment;
        segment.bytes = tail.bytes();
        Ok(before)
    }

    /// Whether the journal is still this process's own: its lock and its last segment stand under their names.
    fn is_ours(&self) -> Result<(), LogError> {
        if self.displaced {
            return Err(LogError::Displaced { path: self.dir.clone() });
        }
        self.turn.as_ref().map_or(Ok(()), Lock::holds)?;
        self.tail.as_ref().map_or(Ok(()), Tail::is_there)
    }

    /// The record at a position.
    pub fn read(&self, seq: Seq) -> Result<OwnedRecord, LogError> {
        self.find(seq).map(|(record, _)| record)
    }

    /// The records from a position on, as far as the journal goes now.
    pub fn scan(&self, from: Seq) -> Scan {
        Scan::new(self.blocks(from))
    }

    /// Of these the ones that hold one of the texts. The lines between them are neither decoded nor checked.
    pub fn search(&self, from: Seq, texts: &[String]) -> Scan {
        Scan::holding(self.blocks(from), texts)
    }

    /// The same in blocks, which can be decoded on other threads.
    pub fn blocks(&self, from: Seq) -> Blocks {
        if from > self.head() {
            return Blocks::none();
        }
        if from <= Seq::ZERO.next() {
            return self.blocks_at(Start::first());
        }
        // Where the record before ends, and its stamp, is all that there is to know.
        match self.find(Seq::new(from.number() - 1)) {
            Ok((_, after)) => self.blocks_at(after),
            Err(error) => Blocks::failed(error),
        }
    }

    fn blocks_at(&self, start: Start) -> Blocks {
        Blocks::new(self.dir.clone(), self.segments.clone(), start)
    }

    /// The record at a position, and where to read on after it.
    fn find(&self, seq: Seq) -> Result<(OwnedRecord, Start), LogError> {
        self.must_be_there(seq)?;
        let place = self.segments.partition_point(|segment| segment.first <= seq) - 1;
        let after = |record: &OwnedRecord, offset| Start {
            segment: place,
            offset,
            seq: record.seq.next(),
            after: Some(record.recorded_at),
        };
        if let Some((record, entry)) = self.indexed(seq) {
            let start = after(&record, entry.end());
            return Ok((record, start));
        }
        // Index and journal do not fit here. The segment itself tells the record, or what is wrong.
        let segment = self.segments[place];
        let start = Start { segment: place, offset: 0, seq: segment.first, after: None };
        let mut offset = 0;
        for record in Scan::new(self.blocks_at(start)) {
            let record = record?;
            offset += record.bytes as u64;
            if record.seq == seq {
                let start = after(&record, offset);
                return Ok((record, start));
            }
        }
        Err(LogError::NoSuchRecord { seq, head: self.head() })
    }

    /// The record at a position, if what the index says of it fits the journal.
    fn indexed(&self, seq: Seq) -> Option<(OwnedRecord, IndexEntry)> {
        let entry = self.index.entry(seq)?;
        let place = self.segments.partition_point(|segment| segment.first <= seq).checked_sub(1)?;
        let segment = self.segments[place];
        if entry.segment != segment.first || entry.end() > segment.bytes {
            return None;
        }
        let file = self.files.of(segment, &self.dir).ok()?;
        let line = segment::read_at(&file, entry.offset, entry.end()).ok()?;
        let record = record::decode(line.strip_suffix(b"\n")?).ok()?;
        (record.seq == seq).then(|| (record.to_owned(), entry))
    }

    fn must_be_there(&self, seq: Seq) -> Result<(), LogError> {
        let head = self.head();
        if seq == Seq::ZERO || seq > head {
            return Err(LogError::NoSuchRecord { seq, head });
        }
        Ok(())
    }

    /// The last record that the index knows, if the whole index fits the segments as far as it goes: each
    /// segment ends where the index says, and the last record has the content that the index says.
    fn fitting(&self) -> Option<(Last, Start)> {
        let seq = self.index.last();
        if self.segments.first()?.first != Seq::ZERO.next() {
            return None;
        }
        for pair in self.segments.windows(2) {
            let end = Seq::new(pair[1].first.number() - 1);
            if end > seq {
                break;
            }
            let entry = self.index.entry(end)?;
            if entry.segment != pair[0].first || entry.end() != pair[0].bytes {
                return None;
            }
        }
        let (record, entry) = self.indexed(seq)?;
        let before = match seq.number() - 1 {
            0 => Digest::EMPTY,
            number => self.index.entry(Seq::new(number))?.digest,
        };
        let identity = identity_of(self.identify, &record.event)?;
        let fits = before.then(&record.event) == entry.digest
            && IdHash::of(&identity.id) == entry.id
            && identity.fingerprint == entry.fingerprint;
        let start = Start {
            segment: self.segments.partition_point(|segment| segment.first <= seq) - 1,
            offset: entry.end(),
            seq: seq.next(),
            after: Some(record.recorded_at),
        };
        fits.then_some((Last { seq, recorded_at: record.recorded_at, digest: entry.digest }, start))
    }

    /// Reads and checks the records that the index does not know, and takes them into it.
    fn catch_up(&mut self, mut last: Option<Last>, start: Start) -> Result<(), LogError> {
        let mut blocks = self.blocks_at(start).peekable();
        if blocks.peek().is_some()
            && let Some(tail) = &self.tail
        {
            // A killed process may have written them and not synced, and from here on they count as
            // acknowledged: an entry sent again is answered with its position.
            tail.sync()?;
            segment::sync_dir(&self.dir)?;
        }
        for block in blocks {
            let block = block?;
            let mut offset = block.offset();
            for record in block.records() {
                let record = record?;
                let before = last.map_or(Digest::EMPTY, |last| last.digest);
                let entry = self.entry_of(&block, record, offset, before)?;
                self.index.push(&entry);
                offset = entry.end();
                let (seq, recorded_at) = (record.seq, record.recorded_at);
                last = Some(Last { seq, recorded_at, digest: entry.digest });
            }
            self.index.flush();
        }
        self.last = last;
        Ok(())
    }

    /// What the index must say of a record that lies at this offset, after events of that digest.
    fn entry_of(&self, block: &Block, record: Record<'_>, offset: u64, before: Digest) -> Result<IndexEntry, LogError> {
        let identity =
            identity_of(self.identify, record.event).ok_or_else(|| block.damaged(record.seq, Damage::Unidentified))?;
        Ok(IndexEntry {
            id: IdHash::of(&identity.id),
            fingerprint: identity.fingerprint,
            digest: before.then(record.event),
            segment: block.segment().first,
            offset,
            bytes: record.bytes as u64,
        })
    }

    /// The ids that stand in the journal, loaded when they are first asked for.
    fn identities(&mut self) -> Result<&mut Identities, LogError> {
        let mut loaded = self.identities.take();
        if loaded.is_none() {
            loaded = self.load_identities()?;
        }
        if loaded.is_none() {
            let lost_end = if self.once_held().is_some() { LostEnd::FetchAgain } else { LostEnd::Refuse };
            self.make_index(&Expected { lost_end, ..Expected::default() })?;
            loaded = self.load_identities()?;
        }
        let file = self.index.path().to_owned();
        let digests = || Box::new(Digests { journal: Some(self.digest()), remembered: None });
        let loaded = loaded.ok_or_else(|| LogError::Unfit { file, seq: self.head(), digests: digests() })?;
        Ok(self.identities.insert(loaded))
    }

    /// By what an event is known that an older version could not read, and left as what was passed over.
    fn retried(&self, seq: Seq) -> Result<Option<(IdHash, Fingerprint)>, LogError> {
        let record = self.read(seq)?.event;
        let identity = PassedOver::to_retry(&record).and_then(|text| (self.identify)(&text));
        let identity = identity.filter(|identity| !identity.id.is_of_no_event());
        Ok(identity.map(|EventIdentity { id, fingerprint }| (IdHash::of(&id), fingerprint)))
    }

    /// The ids that the index knows; `None` if it does not know them all.
    fn load_identities(&self) -> Result<Option<Identities>, LogError> {
        Ok(self.indexed_ids(Seq::ZERO)?.map(Identities::of))
    }

    /// The same of what follows a position.
    fn indexed_ids(&self, after: Seq) -> Result<Option<Vec<(IdHash, Fingerprint)>>, LogError> {
        let head = self.head().number();
        let mut first = after.next().number();
        let mut identities = Vec::with_capacity(usize::try_from(head + 1 - first.min(head + 1)).unwrap_or(0));
        while first <= head {
            let last = head.min(first + ENTRIES_AT_A_TIME - 1);
            let entries = self.index.entries(Seq::new(first), Seq::new(last));
            let entries = entries.map_err(LogError::io(self.index.path()))?;
            if entries.len() as u64 != last - first + 1 {
                return Ok(None);
            }
            for (seq, entry) in (first..).zip(entries) {
                let Some(entry) = entry else { return Ok(None) };
                let retried =
                    if entry.fingerprint == PassedOver::FINGERPRINT { self.retried(Seq::new(seq))? } else { None };
                identities.push(retried.unwrap_or((entry.id, entry.fingerprint)));
            }
            first = last + 1;
        }
        Ok(Some(identities))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("dir", &self.dir).field("head", &self.head()).finish_non_exhaustive()
    }
}

/// What a record is known by: its event, or that it holds none.
fn identity_of(identify: Identify, event: &str) -> Option<EventIdentity> {
    PassedOver::identity(event).or_else(|| identify(event))
}

/// Creates a directory with those above it, so that they last.
fn create_dir(dir: &Path) -> Result<(), LogError> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    fs::create_dir_all(dir).map_err(LogError::io(dir))?;
    for made in missing {
        match made.parent() {
            Some(parent) if parent != Path::new("") => segment::sync_dir(parent)?,
            _ => segment::sync_dir(Path::new("."))?,
        }
    }
    Ok(())
}
