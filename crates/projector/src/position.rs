//! The file that says up to where the log went of which the snapshots were made, for who opens the log without them.
//!
//! It is never ahead of what is durable in the log, and need not be durable itself.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use tenure_domain::position::Seq;
use tenure_log::{open_own_file, open_to_read};

/// The name of the file.
const POSITION: &str = "POSITION";

/// A position and its checksum: one that a flipped bit made larger would be told as a loss.
fn line(seq: Seq) -> String {
    format!("{seq} {:08x}\n", crc32fast::hash(seq.to_string().as_bytes()))
}

/// The position that is noted beside the snapshots in that directory.
pub(crate) fn noted(dir: &Path) -> Option<Seq> {
    let text = open_to_read(&dir.join(POSITION)).and_then(io::read_to_string).ok()?;
    let seq = Seq::new(text.split(' ').next()?.parse().ok()?);
    (line(seq) == text).then_some(seq)
}

/// Notes a position. Where it cannot be written, the snapshots themselves say it.
pub(crate) fn note(dir: &Path, seq: Seq) {
    let path = dir.join(POSITION);
    let file = open_own_file(&path, OpenOptions::new().write(true).create(true).truncate(true));
    if file.is_ok_and(|mut file| file.write_all(line(seq).as_bytes()).is_ok()) {
        return;
    }
    drop(fs::remove_file(path));
}
