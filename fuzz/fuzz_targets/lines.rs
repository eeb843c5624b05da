//! A stream of events: lines, arrays, records of CloudEvents.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_fuzz::Quiet;
use tenure_log::{Create, Journal, identify};
use tenure_producer::ingest;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
    let mut journal = Journal::open(dir.path(), Create::IfMissing, identify).expect("a journal");
    let first = ingest(&mut journal, "-", &mut &*bytes, &mut Quiet).expect("an input in memory is read");
    let again = ingest(&mut journal, "-", &mut &*bytes, &mut Quiet).expect("an input in memory is read");
    assert_eq!((again.appended, again.rejected), (0, first.rejected));
});
