//! A segment of a journal: read or refused, with its index or without.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use tenure_log::{Create, Journal, identify};

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
    fs::write(dir.path().join("00000000000000000001.ndjson"), bytes).expect("a file is written");
    let read = Journal::open_to_read(dir.path(), identify).map(|journal| (journal.head(), journal.digest()));
    let opened =
        Journal::open(dir.path(), Create::IfMissing, identify).map(|journal| (journal.head(), journal.digest()));
    if let (Ok(read), Ok(opened)) = (&read, &opened) {
        assert_eq!(read, opened);
    }
    if let Ok(opened) = opened {
        let journal = Journal::open(dir.path(), Create::Never, identify).expect("what was opened once opens");
        assert_eq!((journal.head(), journal.digest()), opened);
        journal.verify().expect("what opens is whole");
    }
});
