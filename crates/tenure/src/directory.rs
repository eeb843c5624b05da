//! The ledger in the data directory, opened for a command.

use std::path::Path;

use tenure_log::{Create, LogError, LostEnd};

use crate::terminal::tell;
use tenure_ledger::LedgerDirectory;

/// Opens a ledger. What its log had to mend is told on standard error.
pub(crate) fn open(dir: &Path, create: Create) -> Result<LedgerDirectory, LogError> {
    open_after_loss(dir, create, LostEnd::Refuse)
}

/// The same of a ledger that may have lost its end.
pub(crate) fn open_after_loss(dir: &Path, create: Create, lost_end: LostEnd) -> Result<LedgerDirectory, LogError> {
    let ledger = LedgerDirectory::open(dir, create, lost_end)?;
    for notice in ledger.journal().notices() {
        tell(&format!("notice: {notice}"));
    }
    Ok(ledger)
}
