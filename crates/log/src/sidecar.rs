//! The index beside the segments: where each record lies, what its event is known by, and the digest up to it.
//!
//! It is a cache. It is never synced, so after a power cut it can be short or hold garbage; therefore each
//! entry carries a checksum, an entry that does not fit counts as absent, and a reader that finds one absent
//! reads the segments instead. Entry `n` lies at `n * ENTRY_BYTES`; the place of entry 0 holds the header.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tenure_domain::position::Seq;

use crate::digest::Digest;
use crate::error::LogError;
use crate::identity::{Fingerprint, IdHash};
use crate::own_file::{open_own_file, open_to_read};
use crate::segment::read_at;

/// The name of the index file in a journal's directory.
pub(crate) const INDEX: &str = "index";

/// The name of an index that is being made.
const FRESH: &str = "index.new";

/// The name that an index gets which says something else than the journal.
const UNFIT: &str = "index.unfit";

/// How many entries are read at a time.
pub(crate) const ENTRIES_AT_A_TIME: u64 = 1024;

const ENTRY_BYTES: usize = 92;

/// What the file begins with; another version of the layout has another one.
const HEADER: &[u8; ENTRY_BYTES] = &{
    let mut header = [0; ENTRY_BYTES];
    let text = b"tenure journal index, version 1";
    let mut at = 0;
    while at < text.len() {
        header[at] = text[at];
        at += 1;
    }
    header
};

/// What the index knows of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexEntry {
    pub(crate) id: IdHash,
    pub(crate) fingerprint: Fingerprint,
    /// The digest up to and with this record.
    pub(crate) digest: Digest,
    /// The first position of the segment that holds it.
    pub(crate) segment: Seq,
    /// Where its line begins in the segment.
    pub(crate) offset: u64,
    /// The length of the line with its newline.
    pub(crate) bytes: u64,
}

impl IndexEntry {
    /// Where the line ends in the segment.
    pub(crate) fn end(&self) -> u64 {
        self.offset + self.bytes
    }

    fn write(&self, seq: Seq, into: &mut Vec<u8>) {
        let start = into.len();
        into.extend_from_slice(&self.id.0);
        into.extend_from_slice(&self.fingerprint);
        into.extend_from_slice(&self.digest.0);
        into.extend_from_slice(&self.segment.number().to_le_bytes());
        into.extend_from_slice(&self.offset.to_le_bytes());
        into.extend_from_slice(&self.bytes.to_le_bytes());
        let check = check(seq, &into[start..]);
        into.extend_from_slice(&check.to_le_bytes());
    }

    fn read(seq: Seq, entry: &[u8; ENTRY_BYTES]) -> Option<IndexEntry> {
        let (id, rest) = entry.split_first_chunk()?;
        let (fingerprint, rest) = rest.split_first_chunk()?;
        let (digest, rest) = rest.split_first_chunk()?;
        let (segment, rest) = rest.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (bytes, rest) = rest.split_first_chunk()?;
        let (written, _) = rest.split_first_chunk()?;
        if u32::from_le_bytes(*written) != check(seq, &entry[..ENTRY_BYTES - 4]) {
            return None;
        }
        Some(IndexEntry {
            id: IdHash(*id),
            fingerprint: *fingerprint,
            digest: Digest(*digest),
            segment: Seq::new(u64::from_le_bytes(*segment)),
            offset: u64::from_le_bytes(*offset),
            bytes: u64::from_le_bytes(*bytes),
        })
    }
}

/// A checksum against accidents, which has to cost next to nothing: all entries are checked when the ids
/// are loaded. The position is in it, so that an entry counts only in its own place.
fn check(seq: Seq, entry: &[u8]) -> u32 {
    let (words, _) = entry.as_chunks::<8>();
    let mixed = words.iter().fold(seq.number(), |mixed, word| {
        let mixed = (mixed ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 32)
    });
    u32::try_from(mixed >> 32).expect("32 bits")
}

/// What may be done with the files of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// They are read and written.
    Write,
    /// They are read.
    Read,
}

/// The index file, and what could not be written to it yet.
pub(crate) struct Index {
    path: PathBuf,
    /// None where it is only read, and there is none that can be.
    file: Option<Arc<File>>,
    access: Access,
    written: u64,
    /// Entries after the written ones. There are some for long only while the disk does not take them.
    pending: Vec<u8>,
}

impl Index {
    /// Opens the index, or makes an empty one in place of a file that is none.
    pub(crate) fn open(dir: &Path) -> Result<Index, LogError> {
        let path = dir.join(INDEX);
        let file = open_own_file(&path, OpenOptions::new().read(true).write(true).create(true).truncate(false))?;
        let written = || {
            let entries = file.metadata()?.len() / ENTRY_BYTES as u64;
            let is_index = entries > 0 && read_at(&file, 0, ENTRY_BYTES as u64)? == HEADER;
            Ok(is_index.then(|| entries - 1))
        };
        let written = written().map_err(LogError::io(&path))?;
        let (file, pending) = (Some(Arc::new(file)), Vec::new());
        let mut index = Index { path, file, access: Access::Write, written: written.unwrap_or(0), pending };
        if written.is_none() {
            index.clear()?;
        }
        Ok(index)
    }

    /// Opens the index to read it only. What it lacks is kept in memory. Where it cannot be read, it knows nothing.
    pub(crate) fn open_to_read(dir: &Path) -> Index {
        let path = dir.join(INDEX);
        let open = || {
            let file = open_to_read(&path)?;
            let entries = file.metadata()?.len() / ENTRY_BYTES as u64;
            if entries == 0 || read_at(&file, 0, ENTRY_BYTES as u64)? != HEADER {
                return Err(io::Error::other("it is no index"));
            }
            Ok((file, entries - 1))
        };
        let (file, written) = open().map_or((None, 0), |(file, written)| (Some(Arc::new(file)), written));
        Index { path, file, access: Access::Read, written, pending: Vec::new() }
    }

    /// The index as it is now, to be read beside this one.
    pub(crate) fn to_read(&self) -> Index {
        let (path, file, pending) = (self.path.clone(), self.file.clone(), self.pending.clone());
        Index { path, file, access: Access::Read, written: self.written, pending }
    }

    /// Begins another index, beside the one that is there. Where no file can be had, it is kept in memory.
    pub(crate) fn beside(&self) -> Index {
        let path = self.path.with_file_name(FRESH);
        let make = || {
            // Removed and not emptied: it may be a link to something else.
            drop(fs::remove_file(&path));
            OpenOptions::new().read(true).write(true).create_new(true).open(&path)
        };
        let file = match self.access {
            Access::Write => make().ok().map(Arc::new),
            Access::Read => None,
        };
        Index { path, file, access: self.access, written: 0, pending: Vec::new() }
    }

    /// Takes the place of the index beside which it was begun. Where it cannot, the next process makes it once more.
    pub(crate) fn put(&mut self) {
        let place = self.path.with_file_name(INDEX);
        if self.file.is_some() {
            drop(fs::rename(&self.path, &place));
        }
        self.path = place;
    }

    /// Removes an index that was begun beside another.
    pub(crate) fn discard(self) {
        if self.file.is_some() {
            drop(fs::remove_file(&self.path));
        }
    }

    /// Keeps the index under another name, as a witness of what the journal held. The first of them stays: gives the
    /// file where this is it.
    pub(crate) fn set_aside(&self) -> Option<PathBuf> {
        let place = self.path.with_file_name(UNFIT);
        let first = self.access == Access::Write && fs::symlink_metadata(&place).is_err();
        (first && fs::rename(&self.path, &place).is_ok()).then_some(place)
    }

    /// The last record of which the index says something that reads.
    pub(crate) fn last_known(&self) -> Option<(Seq, IndexEntry)> {
        let mut last = self.last().number();
        while last > 0 {
            let first = last.saturating_sub(ENTRIES_AT_A_TIME - 1).max(1);
            let entries = self.entries(Seq::new(first), Seq::new(last)).ok()?;
            let known = (first..).zip(entries).filter_map(|(seq, entry)| Some((Seq::new(seq), entry?)));
            if let Some(known) = known.last() {
                return Some(known);
            }
            last = first - 1;
        }
        None
    }

    /// The first record of which another index says something else: what does not read says nothing.
    pub(crate) fn differs_from(&self, other: &Index) -> Option<Seq> {
        let last = self.last().min(other.last()).number();
        let mut first = 1;
        while first <= last {
            let to = last.min(first + ENTRIES_AT_A_TIME - 1);
            let (here, there) =
                (self.entries(Seq::new(first), Seq::new(to)), other.entries(Seq::new(first), Seq::new(to)));
            let pairs = (first..).zip(here.ok()?.into_iter().zip(there.ok()?));
            let differing = |(_, (here, there)): &(u64, (Option<IndexEntry>, Option<IndexEntry>))| {
                here.is_some() && there.is_some() && here != there
            };
            if let Some((seq, _)) = pairs.into_iter().find(differing) {
                return Some(Seq::new(seq));
            }
            first = to + 1;
        }
        None
    }

    /// Forgets all entries.
    fn clear(&mut self) -> Result<(), LogError> {
        self.written = 0;
        self.pending.clear();
        match (&self.file, self.access) {
            (Some(file), Access::Write) => file.set_len(0).map_err(LogError::io(&self.path)),
            (None, _) | (_, Access::Read) => Ok(()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The last position that the index has a place for.
    pub(crate) fn last(&self) -> Seq {
        Seq::new(self.written + (self.pending.len() / ENTRY_BYTES) as u64)
    }

    /// Knows nothing of what follows a position, for who only reads.
    pub(crate) fn end_at(&mut self, last: Seq) {
        self.written = self.written.min(last.number());
    }

    /// Adds the entry of the next record; it counts at once and is written with the next flush.
    pub(crate) fn push(&mut self, entry: &IndexEntry) {
        let seq = self.last().next();
        entry.write(seq, &mut self.pending);
    }

    /// Writes what was pushed. What a full disk does not take is kept for the next time: that the cache
    /// cannot be written is no reason not to read the journal, nor to fail an append that is safe.
    pub(crate) fn flush(&mut self) {
        let (Some(file), Access::Write) = (&self.file, self.access) else { return };
        let header = match self.written {
            0 => file.write_all_at(HEADER, 0),
            _ => Ok(()),
        };
        let at = (self.written + 1) * ENTRY_BYTES as u64;
        if header.and_then(|()| file.write_all_at(&self.pending, at)).is_err() {
            return;
        }
        self.written += (self.pending.len() / ENTRY_BYTES) as u64;
        self.pending.clear();
    }

    /// The entries of some records, from the first to the last; `None` for each that does not fit.
    pub(crate) fn entries(&self, first: Seq, last: Seq) -> io::Result<Vec<Option<IndexEntry>>> {
        let last = last.min(self.last()).number();
        if first == Seq::ZERO || first.number() > last {
            return Ok(Vec::new());
        }
        let place = |n: u64| n * ENTRY_BYTES as u64;
        let on_disk = last.min(self.written) + 1;
        let mut bytes = match &self.file {
            Some(file) => read_at(file, place(first.number().min(on_disk)), place(on_disk))?,
            None => Vec::new(),
        };
        if last > self.written {
            let skip = first.number().saturating_sub(self.written + 1);
            let range = place(skip)..place(last - self.written);
            let index = |at: u64| usize::try_from(at).map_err(io::Error::other);
            bytes.extend_from_slice(&self.pending[index(range.start)?..index(range.end)?]);
        }
        let (entries, _) = bytes.as_chunks::<ENTRY_BYTES>();
        let numbered = (first.number()..).zip(entries);
        Ok(numbered.map(|(seq, entry)| IndexEntry::read(Seq::new(seq), entry)).collect())
    }

    /// The entry of one record, if it is there and fits.
    pub(crate) fn entry(&self, seq: Seq) -> Option<IndexEntry> {
        // A cache that cannot be read is a cache that does not know.
        self.entries(seq, seq).ok()?.into_iter().next().flatten()
    }
}
