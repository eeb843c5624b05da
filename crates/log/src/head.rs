//! The head record: a small file beside the segments that says up to where the journal went, and with which digest.
//!
//! A journal whose last segment is gone reads like a shorter one. The head record and the index are what tells the two
//! apart. The record is written after the segments are synced, so it never says more than they hold; after a power cut
//! it may say less, or nothing. It has one length and is written in place. One that does not read says nothing.

use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant as Clock};

use tenure_domain::position::Seq;

use crate::digest::Digest;
use crate::error::LogError;
use crate::identity::MOST_RECORDS;
use crate::own_file::{open_own_file, open_to_read};

/// The name of the file in a journal's directory.
pub(crate) const HEAD: &str = "head";

/// What the line begins with; another version of the layout has another beginning.
const BEGINNING: &str = "head 1";

/// The beginning, 20 digits, a digest, a checksum, three spaces and a line break.
const RECORD_BYTES: usize = BEGINNING.len() + 20 + 64 + 8 + 4;

/// How often the file is synced at most, while the journal is held.
const PACE: Duration = Duration::from_secs(10);

/// A position, and the digest over the events up to it; [`Digest::EMPTY`] where only the position is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) seq: Seq,
    pub(crate) digest: Digest,
}

impl Noted {
    fn line(self) -> String {
        let Noted { seq, digest } = self;
        let line = format!("{BEGINNING} {:020} {digest}", seq.number());
        let crc = crc32fast::hash(line.as_bytes());
        format!("{line} {crc:08x}\n")
    }

    fn of_line(line: &str) -> Option<Noted> {
        let mut words = line.strip_prefix(BEGINNING)?.split_ascii_whitespace();
        let seq = words.next()?.parse().ok().filter(|seq| (1..MOST_RECORDS).contains(seq))?;
        let noted = Noted { seq: Seq::new(seq), digest: Digest::of_hex(words.next()?)? };
        // The line is written in one way only, so that the checksum and all else is compared at once.
        (noted.line() == line).then_some(noted)
    }
}

/// What the file in a journal's directory says.
fn read(path: &Path) -> Option<Noted> {
    let mut line = String::new();
    let file = open_to_read(path).ok()?;
    file.take(RECORD_BYTES as u64 + 1).read_to_string(&mut line).ok()?;
    Noted::of_line(&line)
}

/// Whether the record is kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Kept,
    Read,
}

/// The head record of a journal that is open.
pub(crate) struct HeadRecord {
    path: PathBuf,
    mode: Mode,
    /// Open from the first time that it is written.
    file: Option<File>,
    noted: Option<Noted>,
    /// When it was synced last, or the journal opened.
    synced: Clock,
    /// Whether what was written since is not synced.
    due: bool,
}

impl HeadRecord {
    /// Reads the record, to keep it up to date. A link or a directory in its place is refused.
    pub(crate) fn open(dir: &Path) -> Result<HeadRecord, LogError> {
        let mut record = HeadRecord::open_to_read(dir);
        record.mode = Mode::Kept;
        match fs::symlink_metadata(&record.path) {
            Ok(there) if !there.is_file() => Err(LogError::NotAFile { path: record.path.clone() }),
            Ok(_) | Err(_) => Ok(record),
        }
    }

    /// Reads the record.
    pub(crate) fn open_to_read(dir: &Path) -> HeadRecord {
        let path = dir.join(HEAD);
        let noted = read(&path);
        HeadRecord { path, mode: Mode::Read, file: None, noted, synced: Clock::now(), due: false }
    }

    /// What it says now, never to be written.
    pub(crate) fn to_read(&self) -> HeadRecord {
        let (path, noted) = (self.path.clone(), self.noted);
        HeadRecord { path, mode: Mode::Read, file: None, noted, synced: self.synced, due: false }
    }

    /// What it says.
    pub(crate) fn noted(&self) -> Option<Noted> {
        self.noted
    }

    /// Whether another process has written it since.
    pub(crate) fn is_outdated(&self) -> bool {
        read(&self.path) != self.noted
    }

    /// The position that the file says now, whichever process wrote it.
    pub(crate) fn seq_now(&self) -> Option<Seq> {
        read(&self.path).map(|noted| noted.seq)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Notes what the segments durably hold. What a full disk does not take is written the next time: an append that is
    /// safe does not fail for it.
    pub(crate) fn note(&mut self, now: Noted) {
        if self.mode == Mode::Read || now.seq == Seq::ZERO || self.noted == Some(now) {
            return;
        }
        if self.write(now).is_ok() {
            self.noted = Some(now);
            self.due = true;
        }
        if self.synced.elapsed() >= PACE {
            self.sync();
        }
    }

    fn write(&mut self, now: Noted) -> Result<(), LogError> {
        let file = match self.file.take() {
            Some(file) => file,
            None => open_own_file(&self.path, OpenOptions::new().write(true).create(true).truncate(false))?,
        };
        let written = file.write_all_at(now.line().as_bytes(), 0);
        self.file = Some(file);
        written.map_err(LogError::io(&self.path))
    }

    fn sync(&mut self) {
        let Some(file) = self.file.as_ref().filter(|_| self.due) else { return };
        let dir = self.path.parent().expect("the file lies in a directory");
        // Its length too, and the name that the first record gives it.
        if file.sync_all().and_then(|()| File::open(dir)?.sync_all()).is_ok() {
            self.due = false;
        }
        self.synced = Clock::now();
    }
}

impl Drop for HeadRecord {
    fn drop(&mut self) {
        self.sync();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tenure_domain::position::Seq;

    use super::{Digest, HEAD, HeadRecord, Noted, RECORD_BYTES, read};

    #[test]
    fn a_record_reads_as_it_was_written_or_not_at_all() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(HEAD);
        for seq in [1, 42, 41, u64::from(u32::MAX)] {
            let noted = Noted { seq: Seq::new(seq), digest: Digest::EMPTY.then(&format!("{{{seq}}}")) };
            HeadRecord::open(dir.path()).expect("opened").note(noted);
            assert_eq!(read(&path), Some(noted));
            let line = fs::read(&path).expect("a line");
            assert_eq!(line.len(), RECORD_BYTES);
            for at in 0..line.len() {
                let mut other = line.clone();
                other[at] ^= 1;
                fs::write(&path, other).expect("written");
                assert_eq!(read(&path), None, "byte {at}");
                fs::write(&path, &line[..at]).expect("written");
                assert_eq!(read(&path), None, "cut to {at}");
            }
            fs::write(&path, &line).expect("written");
        }
        let beyond = Noted { seq: Seq::new(1 << 32), digest: Digest::EMPTY };
        fs::write(&path, beyond.line()).expect("written");
        assert_eq!(read(&path), None, "no journal holds so many");
    }

    #[test]
    fn an_empty_journal_and_a_reader_write_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let noted = |seq| Noted { seq: Seq::new(seq), digest: Digest::EMPTY };
        HeadRecord::open(dir.path()).expect("opened").note(noted(0));
        HeadRecord::open_to_read(dir.path()).note(noted(1));
        assert!(!dir.path().join(HEAD).exists());
        fs::create_dir(dir.path().join(HEAD)).expect("a directory");
        assert!(HeadRecord::open(dir.path()).is_err());
        assert_eq!(HeadRecord::open_to_read(dir.path()).noted(), None);
    }
}
