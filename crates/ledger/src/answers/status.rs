//! `status`: lag and sizes.

use std::path::Path;

use tenure_answers::{Answer, BasisShown, StatusAnswer};
use tenure_domain::position::Seq;
use tenure_domain::reading::Reading;
use tenure_log::LogError;
use tenure_projector::{Loaded, Store};

use crate::directory::LedgerDirectory;

/// What a status counts.
pub(super) struct Counts {
    people: usize,
    units: usize,
    quarantined: usize,
    passed_over: u64,
}

impl Counts {
    pub(super) fn of(store: &Store) -> Counts {
        let (people, units) = (store.people_count(), store.unit_count());
        Counts { people, units, quarantined: store.quarantined(), passed_over: store.passed_over() }
    }

    pub(super) fn in_log(loaded: &Loaded, head: &Reading<'_>) -> Counts {
        let (people, units) = (head.people_count(), head.units().len());
        Counts { people, units, quarantined: loaded.quarantined.len(), passed_over: loaded.passed_over }
    }
}

/// The status on a basis that is the head, or was when it was asked about.
pub(super) fn status(ledger: &LedgerDirectory, counts: &Counts, basis: BasisShown) -> Result<Answer, LogError> {
    let lag = ledger.lag();
    // Of what is answered, not of what was copied and is not applied yet.
    let head = Seq::new(basis.head);
    let digest =
        if head == ledger.journal.head() { ledger.journal.digest() } else { ledger.journal.digest_at(head)? };
    Ok(Answer::Status(StatusAnswer {
        events: basis.head.saturating_sub(counts.passed_over),
        basis,
        people: counts.people,
        units: counts.units,
        lag_events: lag.events,
        lag_seconds: lag.seconds,
        quarantined: counts.quarantined as u64,
        journal_bytes: ledger.journal.bytes(),
        store_bytes: bytes_below(&ledger.snapshots_dir()),
        digest: digest.to_string(),
    }))
}

fn bytes_below(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => bytes_below(&entry.path()),
            _ => entry.metadata().map_or(0, |meta| meta.len()),
        })
        .sum()
}
