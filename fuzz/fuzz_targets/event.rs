//! An event as it is sent: read or refused; what is read is stored, and read again alike.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::wire::{Submission, read_stored};

fuzz_target!(|bytes: &[u8]| {
    let Ok(first) = Submission::read(bytes) else { return };
    let again = Submission::read(first.json.as_bytes()).expect("what is stored is read");
    assert_eq!((&again.id, again.fingerprint), (&first.id, first.fingerprint));
    let stamp = "2025-06-01T12:00:00Z".parse().expect("an instant");
    // What is reported after it is recorded counts for nothing, and is told.
    drop(read_stored(&first.json, stamp));
});
