//! The ledger in the data directory, opened for a command.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tenure_domain::plain_text::shown_path;
use tenure_log::{Create, Holder, Journal, Lock, LogError, LostEnd, Patience};

use crate::global::Global;
use crate::terminal::tell;
use tenure_ledger::{LedgerDirectory, journal_to_write, snapshots_dir};

/// How another process is waited for that has what this one needs.
pub(crate) fn patience(global: &Global) -> Patience {
    let on_wait = if global.quiet { |_: &Path, _| {} } else { tell_wait };
    Patience { most: global.wait, on_wait }
}

fn tell_wait(dir: &Path, holder: Option<u32>) {
    tell(&format!("notice: waiting for {}, which has {}", Holder(holder), shown_path(dir)));
}

/// Opens a ledger. What its log had to mend is told on standard error.
pub(crate) fn open(global: &Global, create: Create) -> Result<LedgerDirectory, LogError> {
    open_after_loss(global, create, LostEnd::Refuse)
}

/// The same of a ledger that may have lost its end.
pub(crate) fn open_after_loss(global: &Global, create: Create, lost_end: LostEnd) -> Result<LedgerDirectory, LogError> {
    Ok(with_notices(LedgerDirectory::open(&global.data, create, lost_end, patience(global))?))
}

/// The same where no other process has its snapshots; else none.
pub(crate) fn open_if_free(global: &Global) -> Result<Option<LedgerDirectory>, LogError> {
    let at_once = Patience { most: Duration::ZERO, ..Patience::default() };
    match LedgerDirectory::open(&global.data, Create::Never, LostEnd::Refuse, at_once) {
        Ok(ledger) => Ok(Some(with_notices(ledger))),
        Err(LogError::InUse { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same without its snapshots: the log answers.
pub(crate) fn open_without_snapshots(global: &Global, holder: Option<u32>) -> Result<LedgerDirectory, LogError> {
    Ok(with_notices(LedgerDirectory::open_without_snapshots(&global.data, holder)?))
}

/// How long another process is waited for that reads the whole log.
const READING: Duration = Duration::from_mins(10);

/// The turn to ask the log without its snapshots, which one process has at a time: each has the whole log in memory. None
/// where it cannot be taken because nothing can be written.
fn turn_to_read(global: &Global) -> Result<Option<Lock>, LogError> {
    let dir = snapshots_dir(&global.data).join("reading");
    if fs::create_dir_all(&dir).is_err() {
        return Ok(None);
    }
    match Lock::take(&dir, Patience { most: READING.max(global.wait), ..patience(global) }) {
        Ok(turn) => Ok(Some(turn)),
        Err(error @ LogError::InUse { .. }) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Opens a ledger for one question, where its snapshots were waited for long enough: without them, in its turn, unless they
/// have come free meanwhile.
pub(crate) fn open_in_turn(global: &Global, holder: Option<u32>) -> Result<(LedgerDirectory, Option<Lock>), LogError> {
    let turn = turn_to_read(global)?;
    match open_if_free(global)? {
        Some(free) => Ok((free, None)),
        None => Ok((open_without_snapshots(global, holder)?, turn)),
    }
}

/// Opens the log alone, to write to it.
pub(crate) fn open_log(global: &Global, dir: &Path, create: Create) -> Result<Journal, LogError> {
    let journal = journal_to_write(dir, create, patience(global))?;
    tell_notices(&journal);
    Ok(journal)
}

fn with_notices(ledger: LedgerDirectory) -> LedgerDirectory {
    tell_notices(ledger.journal());
    ledger
}

fn tell_notices(journal: &Journal) {
    for notice in journal.notices() {
        tell(&format!("notice: {notice}"));
    }
}
