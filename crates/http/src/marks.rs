//! The points at which something changed about a person or unit, for each clock; and those that were found last, kept.

use std::collections::{BTreeSet, HashMap};

use tenure_answers::{Bounds, LogEntry, Tenure};
use tenure_domain::position::Seq;

/// The points at which something changed, for each clock, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// Days on which something began or ended, as known on the page's clocks.
    pub(crate) at: BTreeSet<String>,
    /// Days on which something was reported.
    pub(crate) known: BTreeSet<String>,
    /// Positions at which something was recorded, with the day.
    pub(crate) recorded: BTreeSet<(u64, String)>,
}

impl Marks {
    /// Adds the days between which a tenure began and ended.
    pub(crate) fn tenure(&mut self, tenure: &Tenure) {
        self.bounds(&tenure.from);
        if let Some(to) = &tenure.to {
            self.bounds(to);
        }
    }

    fn bounds(&mut self, bounds: &Bounds) {
        self.at.extend(bounds.earliest.iter().chain(&bounds.latest).cloned());
    }

    /// Adds when an event was reported and recorded.
    pub(crate) fn entry(&mut self, entry: &LogEntry) {
        let day = |instant: &str| instant.get(..10).map(str::to_owned);
        self.known.extend(entry.reported_at.as_deref().and_then(day));
        self.recorded.extend(day(&entry.recorded_at).map(|day| (entry.seq, day)));
    }
}

/// Of how many people and units marks are kept.
const KEPT: usize = 512;

/// The marks of the people and units that were looked at last, as the ledger stands.
#[derive(Debug, Default)]
pub(crate) struct KeptMarks {
    head: Seq,
    marks: HashMap<String, Marks>,
}

impl KeptMarks {
    /// Those of a person or unit, if the ledger has not moved on.
    pub(crate) fn of(&self, id: &str, head: Seq) -> Option<Marks> {
        if self.head == head { self.marks.get(id).cloned() } else { None }
    }

    /// Keeps marks. Those of a ledger before, and all where they are many, are let go of.
    pub(crate) fn keep(&mut self, id: &str, head: Seq, marks: Marks) {
        if self.head != head || self.marks.len() >= KEPT {
            self.head = head;
            self.marks.clear();
        }
        self.marks.insert(id.to_owned(), marks);
    }
}
