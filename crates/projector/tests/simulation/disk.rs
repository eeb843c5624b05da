//! What becomes of files when a process dies, and when a disk does not keep what it said that it keeps.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use crate::step::IndexAfter;

/// How a disk breaks its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rot {
    /// The end of the last segment is gone.
    End,
    /// The end of a segment that is not the last is gone, where there is one.
    Inside,
    /// A bit of a segment is another one.
    Bit,
    /// A segment is gone.
    Segment,
}

/// The segments of a journal with their lengths, in their order.
pub(crate) struct Segments(BTreeMap<PathBuf, u64>);

impl Segments {
    pub(crate) fn of(dir: &Path) -> Segments {
        let files = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let segments = files.filter(|file| file.extension().is_some_and(|extension| extension == "ndjson"));
        Segments(segments.map(|file| (file.clone(), length(&file))).collect())
    }

    /// Cuts what was added since anywhere; `cut` says where.
    pub(crate) fn cut_what_was_added(&self, dir: &Path, cut: u64) {
        for (file, now) in Segments::of(dir).0 {
            let before = self.0.get(&file).copied();
            let start = before.unwrap_or(0);
            if now == start {
                continue;
            }
            let kept = start + cut % (now - start + 1);
            if before.is_none() && kept == 0 && cut.is_multiple_of(2) {
                fs::remove_file(&file).expect("a file that was made is removed");
            } else {
                truncate(&file, kept);
            }
        }
    }
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).expect("a file that is there").len()
}

fn truncate(file: &Path, bytes: u64) {
    OpenOptions::new().write(true).open(file).and_then(|file| file.set_len(bytes)).expect("a file is cut");
}

/// Leaves the index as a system may that never synced it.
pub(crate) fn leave_index(index: &Path, before: &[u8], after: IndexAfter) {
    let mut bytes = before.to_vec();
    match after {
        IndexAfter::Before => {}
        IndexAfter::Gone => return remove_file(index),
        IndexAfter::Short(at) => bytes.truncate(below(at, bytes.len() + 1)),
        IndexAfter::Garbage(at) => {
            let from = below(at, bytes.len() + 1);
            bytes[from..].fill(0x5a);
            bytes.extend([0; 100]);
        }
    }
    fs::write(index, bytes).expect("an index is written");
}

fn below(number: u64, bound: usize) -> usize {
    usize::try_from(number % bound as u64).expect("a number below one that fits")
}

/// Breaks what stands in a journal, and says what was done.
pub(crate) fn rot(dir: &Path, rot: Rot, at: u64) -> String {
    let segments: Vec<(PathBuf, u64)> = Segments::of(dir).0.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    let (last, others) = segments.split_last().expect("a journal with records has a segment");
    let inside = if others.is_empty() { last } else { &others[below(at, others.len())] };
    let any = &segments[below(at, segments.len())];
    let cut = |(file, bytes): &(PathBuf, u64)| {
        let kept = (at >> 8) % bytes;
        truncate(file, kept);
        format!("{} was cut from {bytes} to {kept} bytes", file.display())
    };
    match rot {
        Rot::End => cut(last),
        Rot::Inside => cut(inside),
        Rot::Bit => {
            let (file, _) = any;
            let mut bytes = fs::read(file).expect("a segment is read");
            let place = below(at >> 8, bytes.len());
            bytes[place] ^= 1 << ((at >> 4) % 8);
            fs::write(file, bytes).expect("a segment is written");
            format!("a bit of byte {place} of {} was changed", file.display())
        }
        Rot::Segment => {
            fs::remove_file(&any.0).expect("a segment is removed");
            format!("{} was removed", any.0.display())
        }
    }
}

/// Copies a directory with all that is in it over another; where there is none, does nothing.
pub(crate) fn copy(from: &Path, to: &Path) {
    if !from.exists() {
        return;
    }
    remove(to);
    fs::create_dir_all(to).expect("a directory is made");
    for entry in fs::read_dir(from).expect("a directory is read").flatten() {
        let (path, into) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &into);
        } else {
            fs::copy(&path, &into).expect("a file is copied");
        }
    }
}

/// Puts a copy back; where there is none, does nothing.
pub(crate) fn restore(copied: &Path, to: &Path) {
    copy(copied, to);
}

/// Removes a directory that may be there.
pub(crate) fn remove(dir: &Path) {
    if dir.exists() {
        fs::remove_dir_all(dir).expect("a directory is removed");
    }
}

pub(crate) fn remove_file(file: &Path) {
    if file.exists() {
        fs::remove_file(file).expect("a file is removed");
    }
}
