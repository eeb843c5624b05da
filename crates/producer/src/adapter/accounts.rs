//! What became of the records and fields of an input: nothing of it is lost without a word.

use std::collections::BTreeMap;

/// How many reasons, or names of fields, are counted apart; the rest count as one.
const MOST_NAMES: usize = 1_000;

/// What became of the records and fields of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The records that were read: rows, entities, elements, entries.
    pub records: u64,
    /// The statements that they made.
    pub statements: u64,
    /// The statements that say what the ledger has under their key already.
    pub unchanged: u64,
    /// Records that make no statement, by the reason.
    pub dropped: BTreeMap<String, u64>,
    /// Fields that the map does not read, each as often as a record has it.
    pub unread: BTreeMap<String, u64>,
    /// Values of the map of which `match` finds nothing in a cell that is not blank, each as often as that was so.
    pub unmatched: BTreeMap<String, u64>,
    /// Keys that were used for two statements of one version.
    pub reused: u64,
    /// Statements of an earlier version that this one does not have, and that still count.
    pub missing: u64,
    /// Posts without dates, in files of which no day is known: they are in force on the day on which these are read.
    pub seen_today: u64,
    /// Files of the day that their names tell, where another one was named for the run.
    pub dated_by_name: u64,
    /// Statements of an earlier version that are gone from a complete one, and do not count any more.
    pub gone: u64,
}

impl Accounts {
    /// A record makes no statement, and why.
    pub(super) fn drop_record(&mut self, reason: &str) {
        count(&mut self.dropped, reason, 1);
    }

    /// A statement was none: what was made of it is refused.
    pub(crate) fn take_back(&mut self) {
        self.statements = self.statements.saturating_sub(1);
    }

    /// Records are passed over, for the key `only` of the map says so.
    pub(super) fn pass_over(&mut self, records: u64) {
        if records > 0 {
            self.records += records;
            count(&mut self.dropped, "left out by `only` of the map", records);
        }
    }

    /// A record has a field that the map does not read.
    pub(super) fn leave(&mut self, field: &str) {
        self.leave_some(field, 1);
    }

    /// Records have a field that the map does not read, so many times.
    pub(super) fn leave_some(&mut self, field: &str, times: u64) {
        count(&mut self.unread, field, times);
    }

    /// What `match` of a value of the map looks for is not in a cell.
    pub(super) fn mismatch(&mut self, value: &str) {
        count(&mut self.unmatched, value, 1);
    }

    /// How many records make no statement.
    pub fn dropped_records(&self) -> u64 {
        self.dropped.values().sum()
    }
}

fn count(names: &mut BTreeMap<String, u64>, name: &str, times: u64) {
    if let Some(count) = names.get_mut(name) {
        *count += times;
    } else {
        let name = if names.len() < MOST_NAMES { name } else { "others" };
        *names.entry(name.to_owned()).or_default() += times;
    }
}
