//! What the targets have in common: an input and a map as files, read by an adapter into a ledger of its own.

use std::fs;
use std::path::PathBuf;

use tenure_domain::day::Instant;
use tenure_log::{Create, Journal, identify};
use tenure_producer::adapter::{Adapter, Task, adapt};
use tenure_producer::{Reject, Watch};

/// A clock that stands still. Rejects are let go.
pub struct Quiet;

impl Watch for Quiet {
    fn now(&self) -> Instant {
        "2025-06-01T12:00:00Z".parse().expect("an instant")
    }

    fn rejected(&mut self, _reject: &Reject) -> std::io::Result<()> {
        Ok(())
    }

    fn passed(&mut self, _bytes: u64) {}
}

/// Reads an input by an adapter and a map, twice: the second time appends nothing.
pub fn read(adapter: &dyn Adapter, name: &str, input: &[u8], map: &[u8]) {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
    let (file, map_file): (PathBuf, PathBuf) = (dir.path().join(name), dir.path().join("map.toml"));
    fs::write(&file, input).expect("a file is written");
    fs::write(&map_file, map).expect("a file is written");
    let mut journal = Journal::open(dir.path().join("journal"), Create::IfMissing, identify).expect("a journal");
    let inputs = [file];
    let task = Task { inputs: &inputs, map: Some(&map_file), version: None };
    if adapt(adapter, &task, &mut journal, &mut Quiet).is_ok() {
        let head = journal.head();
        let again = adapt(adapter, &task, &mut journal, &mut Quiet).expect("what was read once is read again");
        assert_eq!((again.appended, journal.head()), (0, head), "a second run appends nothing");
    }
}
