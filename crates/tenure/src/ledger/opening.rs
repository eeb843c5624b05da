//! Opens the ledger in a directory, with its journal held against what the snapshots know of it.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use tenure_log::{Create, Expected, Journal, LogError, LostEnd, replica};
use tenure_producer::identify;
use tenure_projector::Snapshots;

use super::{Ledger, Mender, SNAPSHOTS, Shelf};
use crate::failure::Failure;

impl Ledger {
    /// Opens the ledger in a directory, or begins one. What the log had to mend is among the notices of the journal.
    pub(crate) fn open(dir: &Path, create: Create, lost_end: LostEnd) -> Result<Ledger, Failure> {
        let journal = Journal::open_expecting(dir.join("journal"), create, identify, &expected(dir, lost_end))?;
        Ok(Ledger {
            journal,
            dir: dir.to_owned(),
            store: Mutex::new(Shelf::Closed),
            mender: Mender::Asker,
            made_anew: AtomicBool::new(false),
            applied: None,
            lag: Mutex::default(),
        })
    }
    /// Opens the ledger that is served, or begins one. A copy of a stream that has lost its end has it fetched again.
    pub(crate) fn open_to_serve(dir: &Path) -> Result<Ledger, Failure> {
        let lost_end = if replica::is_one(dir) { LostEnd::FetchAgain } else { LostEnd::Refuse };
        Ledger::open(dir, Create::IfMissing, lost_end)
    }
}

/// What is known of the journal of a ledger besides.
fn expected(dir: &Path, lost_end: LostEnd) -> Expected {
    Expected { by_snapshots: Snapshots::in_dir(dir.join(SNAPSHOTS)).position(), lost_end }
}

/// The journal of a ledger as it is now, beside a process that writes.
pub(crate) fn journal_to_read(dir: &Path) -> Result<Journal, LogError> {
    Journal::open_to_read_expecting(dir.join("journal"), identify, &expected(dir, LostEnd::Refuse))
}
