//! The ledger in the data directory, opened for a command.

use std::path::Path;

use tenure_log::{Create, LostEnd};

use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::terminal::tell;

/// Opens a ledger. What its log had to mend is told on standard error.
pub(crate) fn open(dir: &Path, create: Create) -> Result<Ledger, Failure> {
    open_after_loss(dir, create, LostEnd::Refuse)
}

/// The same of a ledger that may have lost its end.
pub(crate) fn open_after_loss(dir: &Path, create: Create, lost_end: LostEnd) -> Result<Ledger, Failure> {
    let ledger = Ledger::open(dir, create, lost_end)?;
    for notice in ledger.journal.notices() {
        tell(&format!("notice: {notice}"));
    }
    Ok(ledger)
}
