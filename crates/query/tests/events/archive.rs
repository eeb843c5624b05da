//! Archives of events that a test gives as JSON.

use tenure_domain::archive::Archive;
use tenure_domain::day::Instant;
use tenure_domain::position::Seq;
use tenure_domain::wire::{Submission, read_stored};

/// The archive of these events, recorded in this order.
pub(crate) fn archive_of(events: impl IntoIterator<Item = String>) -> Archive {
    let recorded_at: Instant = "2026-01-02T03:04:05Z".parse().expect("an instant");
    let mut archive = Archive::new();
    for (seq, json) in (1..).zip(events) {
        let submission = Submission::read(json.as_bytes()).unwrap_or_else(|refusal| panic!("{json}: {refusal}"));
        archive.push(Seq::new(seq), recorded_at, read_stored(&submission.json, recorded_at).expect("an event"));
    }
    archive
}
