//! The files that hold the records, and the only code that writes them.
//!
//! A segment only ever grows at its end, by whole batches. When a batch cannot be written whole, the
//! file is cut back to what was acknowledged; when even that fails, it is tried again before the next
//! write, so no half batch ever stands before a whole one.
//!
//! The process that writes to the last segment holds a lock on the file itself, and has seen under it that it is as long as it was
//! left. So no process writes over what another one wrote, also where the lock of the directory was removed under it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tenure_domain::position::Seq;

use crate::error::LogError;
use crate::lock::is_named;
use crate::own_file::{open_own_file, open_to_read};

/// One segment file, as far as it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The first position it holds, or will hold; its name.
    pub(crate) first: Seq,
    /// Its length.
    pub(crate) bytes: u64,
}

impl Segment {
    pub(crate) fn path(self, dir: &Path) -> PathBuf {
        dir.join(format!("{:020}.ndjson", self.first.number()))
    }

    /// The line on which a record of this segment stands: each takes one.
    pub(crate) fn line_of(self, seq: Seq) -> u64 {
        seq.number() - self.first.number() + 1
    }
}

/// The most segments that are held open for reading by position.
const OPEN: usize = 8;

/// Segments that are open for reading by position, the one read last at the end. A segment only grows, and is never
/// replaced by another file of its name while the journal is held.
#[derive(Default)]
pub(crate) struct Files(Mutex<Vec<(Seq, Arc<File>)>>);

impl Files {
    /// The file of a segment, opened where it is not open.
    pub(crate) fn of(&self, segment: Segment, dir: &Path) -> io::Result<Arc<File>> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = open.iter().position(|(first, _)| *first == segment.first);
        let (first, file) = match at {
            Some(at) => open.remove(at),
            None => (segment.first, Arc::new(open_to_read(&segment.path(dir))?)),
        };
        if open.len() == OPEN {
            open.remove(0);
        }
        open.push((first, file.clone()));
        Ok(file)
    }
}

/// The segments of a directory in their order. Other files are not looked at.
pub(crate) fn list(dir: &Path) -> Result<Vec<Segment>, LogError> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(dir).map_err(LogError::io(dir))? {
        let file = entry.map_err(LogError::io(dir))?.path();
        if file.extension().is_none_or(|extension| extension != "ndjson") {
            continue;
        }
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let digits = stem.len() == 20 && stem.bytes().all(|byte| byte.is_ascii_digit());
        let first = stem.parse().ok().filter(|first| digits && *first > 0);
        let Some(first) = first else {
            return Err(LogError::NotASegment { file });
        };
        let bytes = fs::metadata(&file).map_err(LogError::io(&file))?.len();
        segments.push(Segment { first: Seq::new(first), bytes });
    }
    segments.sort_unstable_by_key(|segment| segment.first);
    Ok(segments)
}

/// Up to where a segment holds whole lines, for a reader: what follows was never finished, or is being written.
pub(crate) fn whole_lines(dir: &Path, segment: Segment) -> Result<u64, LogError> {
    let path = segment.path(dir);
    let read = || end_of_last_line(&open_to_read(&path)?, segment.bytes);
    read().map_err(LogError::io(&path))
}

/// Makes what was created in a directory last.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), LogError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(LogError::io(dir))
}

/// What stands in the file after the acknowledged bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    PartOfABatch,
}

/// The last segment, open for writing.
pub(crate) struct Tail {
    dir: PathBuf,
    path: PathBuf,
    file: File,
    /// The length of what is acknowledged.
    bytes: u64,
    /// The length of the file, as this process left it.
    length: u64,
    after: After,
    /// Whether no other process can write to it now.
    is_claimed: bool,
}

impl Tail {
    /// Opens the last segment and says how many bytes of a line without its end it has. These are cut off with the next
    /// [`Tail::settle`].
    pub(crate) fn open(dir: &Path, segment: Segment) -> Result<(Tail, u64), LogError> {
        let path = segment.path(dir);
        let file = open_own_file(&path, OpenOptions::new().read(true).write(true))?;
        let bytes = end_of_last_line(&file, segment.bytes).map_err(LogError::io(&path))?;
        let torn = segment.bytes - bytes;
        let dir = dir.to_owned();
        let after = if torn > 0 { After::PartOfABatch } else { After::Nothing };
        Ok((Tail { dir, path, file, bytes, length: segment.bytes, after, is_claimed: false }, torn))
    }

    /// Begins a new segment. A file of that name can hold nothing that was acknowledged, unless another process writes here
    /// at the same time.
    pub(crate) fn create(dir: &Path, first: Seq) -> Result<Tail, LogError> {
        let path = Segment { first, bytes: 0 }.path(dir);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let file = match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Removed and not emptied: it may be a link to something that is needed elsewhere.
                remove_left_over(dir, &path)?;
                options.open(&path)
            }
            opened => opened,
        };
        let file = file.map_err(LogError::io(&path))?;
        let dir = dir.to_owned();
        Ok(Tail { dir, path, file, bytes: 0, length: 0, after: After::Nothing, is_claimed: false })
    }

    /// Keeps other processes from writing here until [`Tail::release`]; fails where one does, or has written since this one
    /// did.
    pub(crate) fn claim(&mut self) -> Result<(), LogError> {
        if self.is_claimed {
            return Ok(());
        }
        lock(&self.file, &self.dir, &self.path)?;
        self.is_claimed = true;
        let length = self.file.metadata().map_err(LogError::io(&self.path))?.len();
        let is_ours = if length == self.length { self.is_there() } else { Err(self.displaced()) };
        if is_ours.is_err() {
            self.release();
        }
        is_ours
    }

    /// Lets other processes write here, unless the end holds what a failed write left.
    pub(crate) fn release(&mut self) {
        if self.is_claimed && self.is_settled() && self.file.unlock().is_ok() {
            self.is_claimed = false;
        }
    }

    /// Whether the segment still stands under its name, in the directory that holds it.
    pub(crate) fn is_there(&self) -> Result<(), LogError> {
        if is_named(&self.file, &self.path) {
            return Ok(());
        }
        Err(self.displaced())
    }

    fn displaced(&self) -> LogError {
        LogError::Displaced { path: self.path.clone() }
    }

    /// Writes whole lines at the end and syncs them. After an error the segment is as it was before.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), LogError> {
        self.claim()?;
        self.settle()?;
        let written = self.file.write_all_at(lines, self.bytes).map_err(LogError::io(&self.path));
        if let Err(error) = written.and_then(|()| self.sync()) {
            self.after = After::PartOfABatch;
            // The first error is the one to tell; if this fails too, the next append tries it again.
            let _ = self.cut_back();
            return Err(error);
        }
        self.bytes += lines.len() as u64;
        self.length = self.bytes;
        Ok(())
    }

    /// Makes what was written last; with the first batch of a segment, the file's name too.
    pub(crate) fn sync(&self) -> Result<(), LogError> {
        self.file.sync_data().map_err(LogError::io(&self.path))?;
        match self.bytes {
            0 => sync_dir(&self.dir),
            _ => Ok(()),
        }
    }

    /// Whether nothing is left of a failed write.
    pub(crate) fn is_settled(&self) -> bool {
        self.after == After::Nothing
    }

    /// Removes what a failed write may have left. Due before anything else is written, a new segment too.
    pub(crate) fn settle(&mut self) -> Result<(), LogError> {
        match self.after {
            After::Nothing => Ok(()),
            After::PartOfABatch => self.claim().and_then(|()| self.cut_back()),
        }
    }

    fn cut_back(&mut self) -> Result<(), LogError> {
        let cut = self.file.set_len(self.bytes).and_then(|()| self.file.sync_data());
        cut.map_err(LogError::io(&self.path))?;
        self.length = self.bytes;
        self.after = After::Nothing;
        Ok(())
    }

    /// The length of what is acknowledged.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Locks a segment, where no other process has.
fn lock(file: &File, dir: &Path, path: &Path) -> Result<(), LogError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => LogError::InUse { dir: dir.to_owned(), holder: None },
        TryLockError::Error(source) => LogError::Io { path: path.to_owned(), source },
    })
}

/// Removes a file under the name of a segment that is yet to begin; not where another process has begun it.
fn remove_left_over(dir: &Path, path: &Path) -> Result<(), LogError> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    let file = if is_file { Some(File::open(path).map_err(LogError::io(path))?) } else { None };
    if let Some(file) = &file {
        lock(file, dir, path)?;
        if file.metadata().map_err(LogError::io(path))?.len() > 0 {
            return Err(LogError::Displaced { path: path.to_owned() });
        }
    }
    fs::remove_file(path).map_err(LogError::io(path))
}

/// Where the last newline ends, looking backwards from the end of the file.
fn end_of_last_line(file: &File, bytes: u64) -> io::Result<u64> {
    const STEP: u64 = 64 << 10;
    let mut end = bytes;
    while end > 0 {
        let start = end.saturating_sub(if end == bytes { 1 } else { STEP });
        let chunk = read_at(file, start, end)?;
        if let Some(newline) = memchr::memrchr(b'\n', &chunk) {
            return Ok(start + newline as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The bytes of a file from one offset to another.
pub(crate) fn read_at(file: &File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(end - start).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, start)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::FileExt as _;

    use tenure_domain::position::Seq;

    use super::{After, Segment, Tail, list};
    use crate::error::LogError;

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut tail = Tail::create(dir.path(), Seq::new(1)).expect("a segment");
        tail.append(b"one\n").expect("written");

        // A handle that cannot be written: the write fails, and so does cutting back.
        let writable = std::mem::replace(&mut tail.file, File::open(&tail.path).expect("read-only"));
        assert!(matches!(tail.append(b"two\n"), Err(LogError::Io { .. })));
        assert_eq!((tail.after, tail.bytes()), (After::PartOfABatch, 4));
        assert!(tail.append(b"two\n").is_err(), "nothing is written before the cut");

        // Half of a batch got out; now the disk is well again.
        tail.file = writable;
        tail.file.write_all_at(b"two\nthr", 4).expect("half a batch");
        tail.append(b"new\n").expect("written");
        assert_eq!(fs::read(&tail.path).expect("the segment"), b"one\nnew\n");
        assert_eq!((tail.after, tail.bytes()), (After::Nothing, 8));
    }

    #[test]
    fn the_torn_end_of_a_file_is_cut_off() {
        let long = "x".repeat(200_000);
        for (text, kept) in [
            ("", ""),
            ("a\n", "a\n"),
            ("a", ""),
            ("a\nb", "a\n"),
            ("a\n\n", "a\n\n"),
            (&format!("a\n{long}"), "a\n"),
            (&long, ""),
        ] {
            let dir = tempfile::tempdir().expect("a directory");
            let segment = Segment { first: Seq::new(7), bytes: text.len() as u64 };
            fs::write(segment.path(dir.path()), text).expect("written");
            let (mut tail, torn) = Tail::open(dir.path(), segment).expect("opened");
            assert_eq!(fs::read_to_string(&tail.path).expect("text"), text);
            tail.settle().expect("cut");
            assert_eq!(fs::read_to_string(&tail.path).expect("text"), kept);
            assert_eq!((tail.bytes(), torn), (kept.len() as u64, (text.len() - kept.len()) as u64));
        }
    }

    #[test]
    fn who_writes_without_the_lock_of_the_directory_writes_over_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut one = Tail::create(dir.path(), Seq::new(1)).expect("a segment");
        one.append(b"one\n").expect("written");
        one.release();
        let there = || list(dir.path()).expect("segments")[0];
        let (mut other, _) = Tail::open(dir.path(), there()).expect("opened");
        one.claim().expect("nobody writes");
        let in_use =
            |result: Result<(), LogError>| assert!(matches!(result, Err(LogError::InUse { .. })), "{result:?}");
        in_use(other.append(b"lost\n"));
        in_use(Tail::create(dir.path(), Seq::new(1)).map(drop));
        one.append(b"two\n").expect("written");
        one.release();
        // It takes the end to be elsewhere now, and would write over what is there.
        let displaced =
            |result: Result<(), LogError>| assert!(matches!(result, Err(LogError::Displaced { .. })), "{result:?}");
        displaced(other.append(b"lost\n"));
        displaced(Tail::create(dir.path(), Seq::new(1)).map(drop));
        assert_eq!(fs::read(&one.path).expect("the segment"), b"one\ntwo\n");
        let (mut third, _) = Tail::open(dir.path(), there()).expect("opened");
        drop(other);
        third.append(b"three\n").expect("written");
        assert_eq!(fs::read(&one.path).expect("the segment"), b"one\ntwo\nthree\n");
    }

    #[test]
    fn segments_are_known_by_their_names() {
        for (name, first) in [
            ("00000000000000000042.ndjson", Ok(Some(42))),
            ("index", Ok(None)),
            ("00000000000000000042.ndjson.bak", Ok(None)),
            ("42.ndjson", Err(())),
            ("+0000000000000000042.ndjson", Err(())),
            ("00000000000000000000.ndjson", Err(())),
        ] {
            let dir = tempfile::tempdir().expect("a directory");
            fs::write(dir.path().join(name), "").expect("written");
            let listed = list(dir.path()).map_err(|_| ());
            let listed = listed.map(|all| all.first().map(|segment| segment.first.number()));
            assert_eq!(listed, first, "{name}");
        }
    }
}
